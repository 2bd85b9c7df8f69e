"""The fault drill breaks a simulator, and writes down what the program really did about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.drill import FAULTS, DrillChanged, DrillLine
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.updates import AuditLine
from tests.engine.live_run import Run, live_run, wait

DATABENTO = SourceId("databento")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with live_run(tmp_path, drills=True) as made:
        made.watch(3)
        yield made


def told(run: Run) -> DrillChanged:
    found = run.screen.one(DrillChanged)
    assert found is not None
    return found


def drilled(run: Run, fault: str) -> tuple[DrillLine, ...]:
    run.host.submit(run.host.engine.drill.run(DATABENTO, fault)).result(5)
    wait(lambda: told(run).lines and not told(run).running, "the drill has no end")
    return told(run).lines


def levels(lines: tuple[DrillLine, ...]) -> list[str]:
    return [line.level for line in lines if line.level != "did"]


@pytest.mark.expected_log("reconnecting")
def test_a_cut_is_noticed_survived_and_nothing_stays_missing(run: Run) -> None:
    lines = drilled(run, "cut")
    assert levels(lines) == ["strike", "seen", "strike", "back"]
    assert "Nothing stays missing." in lines[-1].words
    assert any("reconnecting" in line.words for line in lines if line.level == "did")
    times = [line.after_s for line in lines]
    assert times == sorted(times)
    asked = [line for line in run.screen.ever(AuditLine) if line.after == "drill"]
    assert [(line.actor, line.subject) for line in asked] == [("user", "databento")]


@pytest.mark.expected_log("auth failed")
def test_a_refused_login_is_told_as_such_and_asked_again_when_the_drill_gives_way(run: Run) -> None:
    lines = drilled(run, "login")
    assert any("auth failed" in line.words for line in lines)
    assert lines[-1].level == "back"


def test_only_one_drill_at_a_time_and_only_what_a_source_can_have(run: Run) -> None:
    drill, submit = run.host.engine.drill, run.host.submit
    with pytest.raises(ConfigError, match="cannot be broken that way"):
        submit(drill.run(DATABENTO, "drift")).result(5)
    with pytest.raises(ConfigError, match="no simulator of"):
        submit(drill.run(SourceId("nobody"), "cut")).result(5)
    offered = {fault.id for fault in told(run).offers[0].faults}
    assert offered < {fault.id for fault in FAULTS}
    submit(drill.run(DATABENTO, "mute")).result(5)
    with pytest.raises(ConfigError, match="under way"):
        submit(drill.run(DATABENTO, "cut")).result(5)
    submit(drill.give_way()).result(5)
    wait(lambda: not told(run).running, "it was not given up")
    assert run.health(Channel.NQ_TRADES) is not None


def test_without_simulators_there_is_nothing_to_break(tmp_path: Path) -> None:
    with live_run(tmp_path) as real:
        assert real.screen.one(DrillChanged) is None
        with pytest.raises(ConfigError, match="for the demo"):
            real.host.submit(real.host.engine.drill.run(DATABENTO, "cut")).result(5)
