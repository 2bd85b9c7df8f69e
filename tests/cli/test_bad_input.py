"""Bad input to the real program: one clear line, nothing on stdout, the right exit code, nothing lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import HOLDING
from tests.cli.program import pitwall, refusal

REFUSED = [
    ("nope", "nope"),
    ("--nope", "unrecognized arguments: --nope"),
    ("tape {files}/missing.dbn", "There is no file"),
    ("tape {files}", "is not a file"),
    ("tape {files}/empty.dbn", "is not a DBN file"),
    ("tape {files}/text.dbn", "is not a DBN file"),
    ("tape {files}/text.dbn.zst", "is not a DBN file"),
    ("tape {files}/packed_text.dbn.zst", "is not a DBN file"),
    ("tape {files}/good.dbn {files}/text.dbn --json", "text.dbn is not a DBN file"),
    ("tape --window -5 {files}/good.dbn", "--window"),
    ("book {files}/good.dbn", "no order-by-order"),
    ("book {files}/text.dbn", "is not a DBN file"),
    ("parse barchart {files}/cut.json", "breaks off after"),
    ("parse barchart {files}/other.json", "no list of contracts"),
    ("parse barchart {files}/bytes.json", "no list of contracts"),
    ("parse barchart {files}/block.html", "block page"),
    ("parse nowhere {files}/none.json", "There is no source 'nowhere'"),
    ("parse barchart {files}/none.json --fetched 2025-06-09T05:32:18", "is not a time with its zone"),
    ("session yesterday", "is not a time with its zone"),
    ("session 2026-11-20T10:00:00", "is not a time with its zone"),
    ("fetch nowhere", "There is no source 'nowhere'"),
    ("fetch barchart --sources {files}/no_map.json", "is not a URL map"),
    ("fetch barchart --sources {files}/nothing_named.json", "gives no usable address"),
    ("fetch barchart --sources {files}/wrong_type.json", "gives no usable address for barchart"),
    ("fetch barchart --sources {files}/no_clock.json", "a clock that cannot be read"),
    ("captures list --data-dir {files}/a_file", "cannot write to"),
    ("captures list --data-dir {files}/a_file/below", "cannot write to"),
    ("captures show nothing", "no readable stored answer"),
    ("keys set nowhere", "Which key?"),
    ("keys set databento", "No key was typed"),
    ("keys test databento", "No key called databento is saved"),
    ("bench --only nothing", "There is no benchmark called 'nothing'"),
    ("--exit-after -5", "--exit-after"),
    ("--shot {files}/no/picture.png --exit-after 1", "There is no folder"),
    ("--shot {files}/picture.bmp --exit-after 1", "must be a .png file"),
    ("", "There is no display"),
]


@pytest.mark.parametrize(("command", "says"), REFUSED)
def test_bad_input_is_refused_in_one_line(command: str, says: str, files: Path, data: Path) -> None:
    assert says in refusal(pitwall(*command.format(files=files).split(), data=data))


def test_a_vendor_that_cannot_be_reached_is_no_bad_input(files: Path, data: Path) -> None:
    done = pitwall("fetch", "barchart", "--sources", files / "dead.json", data=data)
    assert "(unavailable)" in refusal(done, code=3)


@pytest.mark.parametrize("at", ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "2262-04-12T00:00:00Z"])
def test_times_that_no_calendar_reaches_are_refused(at: str, data: Path) -> None:
    assert "lies outside the years" in refusal(pitwall("session", at, data=data))


def test_an_instrument_that_a_tape_lacks_is_said(files: Path, data: Path) -> None:
    done = pitwall("tape", files / "good.dbn", "--instrument", "999999", "--json", data=data)
    assert (done.returncode, json.loads(done.stdout)["bars"]) == (0, [])
    assert "no trade of instrument 999999" in done.stderr


def test_an_empty_time_is_not_taken_for_now(data: Path) -> None:
    assert "'' is not a time" in refusal(pitwall("session", "", data=data))


@pytest.mark.parametrize("command", ["session", "tape", "captures show"])
def test_endless_arguments_do_not_fill_the_screen(command: str, data: Path) -> None:
    assert len(refusal(pitwall(*command.split(), "x" * 50_000, data=data))) < 700


@pytest.mark.parametrize("name", ["cut.dbn", "cut.dbn.zst", "cut_header.dbn"])
def test_a_cut_tape_gives_its_whole_records_and_a_warning(name: str, files: Path, data: Path) -> None:
    done = pitwall("tape", files / name, "--json", data=data)
    document = json.loads(done.stdout)
    assert (done.returncode, document["truncated"]) == (0, True)
    assert document["records"] == (HOLDING - 1 if name == "cut.dbn" else 0)
    assert done.stderr.count("\n") == 1


def test_an_answer_without_contracts_is_an_answer(files: Path, data: Path) -> None:
    done = pitwall("parse", "barchart", files / "none.json", "--json", data=data)
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr, document["contracts"]) == (0, "", [])
    assert document["quality"]["accepted"] is False


def test_damaged_settings_are_set_aside_and_fetching_goes_on(files: Path, data: Path) -> None:
    data.mkdir()
    (data / "settings.json").write_text("{ not json", encoding="utf-8")
    done = pitwall("fetch", "barchart", "--sources", files / "dead.json", data=data)
    assert done.returncode == 3, "the vendor was asked all the same"
    assert "settings file was damaged" in done.stderr
    assert "Traceback" not in done.stderr
    kept = list(data.glob("settings.damaged-*.json"))
    assert [file.read_text(encoding="utf-8") for file in kept] == ["{ not json"]


def test_a_damaged_database_is_set_aside_and_listing_goes_on(data: Path) -> None:
    data.mkdir()
    (data / "pitwall.db").write_bytes(b"this is no database" * 100)
    done = pitwall("captures", "list", "--json", data=data)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"captures": []})
    assert "database was damaged" in done.stderr
    assert [file.read_bytes()[:19] for file in data.glob("pitwall.damaged-*.db")] == [b"this is no database"]


def test_the_window_opens_beside_damaged_settings_and_database(data: Path, tmp_path: Path) -> None:
    data.mkdir()
    (data / "settings.json").write_bytes(b"\xff\xfe damaged")
    (data / "pitwall.db").write_bytes(b"this is no database" * 100)
    shot = tmp_path / "shot.png"
    done = pitwall("--exit-after", "0.5", "--shot", shot, data=data)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert shot.stat().st_size > 10_000
    assert len(list(data.glob("*.damaged-*"))) == 2


def test_a_picture_that_is_a_folder_is_said_and_not_a_crash(files: Path, data: Path) -> None:
    done = pitwall("--exit-after", "0.3", "--shot", files / "folder.png", data=data)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "folder.png" in done.stderr


def test_a_reader_that_leaves_early_is_no_error(files: Path, data: Path) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app", "tape", files / "good.dbn", "--data-dir", data],
            stdout=writes, stderr=subprocess.PIPE, timeout=40, check=False,
        )  # fmt: skip
    finally:
        os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_starts_without_the_heavy_parts() -> None:
    """What a command does not need is not loaded: numpy alone takes a tenth of a second."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "app", "--help"],
        capture_output=True, text=True, timeout=40, check=True,
    )  # fmt: skip
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert loaded.isdisjoint(
        {"numpy", "numba", "PySide6", "databento", "requests", "bs4", "sqlite3", "asyncio"}
    )
