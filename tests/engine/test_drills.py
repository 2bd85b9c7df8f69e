"""Each source is broken in its own ways, and each drill ends with all of it delivering again."""

from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from app.domain.drill import DrillChanged, DrillLine
from app.domain.health import Freshness, Link
from app.domain.routing import Channel, SourceId
from app.domain.settings import Settings
from app.domain.updates import HealthChanged
from app.sources import barchart, databento, massive, tradovate
from tests.engine.live_run import Run, live_run, wait

SPECS = {spec.id: spec for spec in (barchart.SOURCE, databento.SOURCE, massive.SOURCE, tradovate.SOURCE)}
# quick enough that a drill is over in seconds
SETTINGS = Settings(
    chart_backfill=5,
    massive_per_minute=600,
    massive_interval=1,
    barchart_spacing=0.5,
    barchart_per_minute=30,
    databento_strikes=0,
)


FLOWING = (Freshness.LIVE, Freshness.QUIET)
# nobody looks at options in these runs
UNASKED = (Channel.OPT_TRADES, Channel.OPT_QUOTES, Channel.REFERENCE)


def told(run: Run) -> DrillChanged:
    found = run.screen.one(DrillChanged)
    assert found is not None
    return found


def delivers(run: Run, source: SourceId) -> bool:
    """All that is ever asked of it."""
    told = [one.health for one in run.screen.now(HealthChanged) if one.health.source == source]
    asked = [c for health in told for c in health.channels if c.channel not in UNASKED]
    own = [c for c in asked if source != databento.ID or c.channel is not Channel.OPT_CHAIN]
    return bool(own) and all(c.link is Link.UP and c.freshness in FLOWING for c in own)


def drilled(run: Run, source: SourceId, fault: str) -> tuple[DrillLine, ...]:
    wait(lambda: delivers(run, source), "it never delivered")
    run.host.submit(run.host.engine.drill.run(source, fault)).result(60)
    wait(lambda: told(run).lines and not told(run).running, "the drill has no end", within=300)
    return told(run).lines


# What the program says it saw, by the audit's own words; empty where it is mended by the next try. Then what
# the log warns of, where a link is lost.
CASES = (
    (barchart.ID, "wait", "excluded for", ()),
    (barchart.ID, "expire", "", ()),
    (barchart.ID, "drift", "", ()),
    (massive.ID, "key", "→ auth failed", ("auth failed",)),
    (massive.ID, "plan", "→ not entitled", ("not entitled",)),
    (massive.ID, "wait", "excluded for", ()),
    (tradovate.ID, "cut", "→ reconnecting", ("reconnecting",)),
    (tradovate.ID, "penalty", "excluded for", ("reconnecting",)),
    (tradovate.ID, "login", "→ auth failed", ("reconnecting", "auth failed")),
    (tradovate.ID, "plan", "→ not entitled", ("reconnecting", "not entitled")),
    (databento.ID, "plan", "→ not entitled", ("reconnecting", "not entitled")),
)


def cases() -> list[ParameterSet]:
    return [
        pytest.param(source, fault, did, id=f"{source}-{fault}", marks=pytest.mark.expected_log(*warned))
        for source, fault, did, warned in CASES
    ]


@pytest.mark.parametrize(("source", "fault", "did"), cases())
@pytest.mark.timeout(400)
def test_a_drill_shows_what_it_does_and_ends_well(
    tmp_path: Path, source: SourceId, fault: str, did: str
) -> None:
    with live_run(tmp_path, speed=1.0, sources=(SPECS[source],), drills=True, settings=SETTINGS) as run:
        lines = drilled(run, source, fault)
    assert [line.words for line in lines if line.level == "failed"] == []
    assert lines[-1].level == "back"
    assert any(did in line.words for line in lines if line.level == "did") or not did
