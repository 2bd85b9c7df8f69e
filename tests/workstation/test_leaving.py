"""Leaving is quick and orderly, whatever the vendors do; one window holds a data folder."""

from pathlib import Path

from tests.workstation.conftest import Starter, asked_to_leave, log_of, until


def test_leaving_takes_less_than_five_seconds_while_every_vendor_hangs(
    start: Starter, hanging_vendors: Path, tmp_path: Path
) -> None:
    program = start("--sources", str(hanging_vendors))
    until(lambda: "connecting" in log_of(tmp_path / "data"), within=90)
    took = asked_to_leave(program)
    log = log_of(tmp_path / "data")
    assert program.returncode == 0
    assert took < 5.0
    assert "left in" in log
    assert "Something broke" not in log


def test_a_second_start_brings_the_first_window_to_the_front_and_ends(
    start: Starter, hanging_vendors: Path, tmp_path: Path
) -> None:
    first = start("--sources", str(hanging_vendors))
    until(lambda: "connecting" in log_of(tmp_path / "data"), within=90)
    second = start("--sources", str(hanging_vendors))
    said, complaint = second.communicate(timeout=90)
    assert second.returncode == 0
    assert said == ""
    assert complaint.count("\n") == 1
    assert "brought to the front" in complaint
    assert asked_to_leave(first) < 5.0


def test_a_window_asked_to_close_after_a_while_does(start: Starter, hanging_vendors: Path) -> None:
    program = start("--sources", str(hanging_vendors), "--exit-after", "2")
    _, complaint = program.communicate(timeout=90)
    assert program.returncode == 0
    assert "Traceback" not in complaint
