"""The tick channel goes from one source to the other and back: marked, and never one series out of two."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.health import Breaker, Freshness
from app.domain.routing import Channel, SourceId
from app.domain.ticks import SideQuality
from app.domain.updates import (
    BarChanged,
    CrossChecked,
    FlowChanged,
    HealthChanged,
    InstrumentKnown,
    RouteChanged,
    RouteSwitched,
)
from app.sources import databento, tradovate
from tests.engine.live_run import Run, live_run, wait

TRADES = Channel.NQ_TRADES
# as the shipped profiles have it: for ticks the exchange's own feed comes first
SECOND_BEST = replace(tradovate.SOURCE, tier=50)


def feeds(run: Run, source: SourceId) -> bool:
    """The newest switch of the channel leads to this source."""
    told = [one for one in run.screen.now(RouteChanged) if one.channel is TRADES]
    return bool(told) and told[-1].source == source


def delivers(run: Run) -> bool:
    """The first source, and its breaker has closed."""
    for told in run.screen.now(HealthChanged):
        for health in told.health.channels:
            if (health.source, health.channel) == (databento.ID, TRADES):
                return health.freshness is Freshness.LIVE and health.breaker is Breaker.CLOSED
    return False


def charted_from(run: Run, source: SourceId) -> set[str]:
    """Sources whose numbers stood in the header since."""
    run.screen.all.clear()
    wait(
        lambda: any(f.provenance.source == source for f in run.screen.ever(FlowChanged)), f"flow of {source}"
    )
    run.screen.all.clear()
    wait(lambda: len(run.screen.ever(FlowChanged)) > 5, "more of it")
    return {flow.provenance.source for flow in run.screen.ever(FlowChanged)}


@pytest.mark.expected_log("Databento: ")
@pytest.mark.timeout(90)
def test_the_tick_channel_fails_over_and_comes_back_and_nothing_is_mixed(tmp_path: Path) -> None:
    both = (databento.SOURCE, SECOND_BEST)
    with live_run(tmp_path, speed=12.0, sources=both) as run:
        wait(lambda: feeds(run, databento.ID) and run.newest_bar(), "the first source feeds")
        wait(lambda: run.screen.now(CrossChecked), "both are compared")
        assert charted_from(run, databento.ID) == {databento.ID}
        run.farm.faults.set("databento_live", "auth", "auth_failed", None)
        run.farm.faults.set("databento_live", "stream/trades", "fin")
        wait(lambda: feeds(run, tradovate.ID), "the second source takes over")
        assert charted_from(run, tradovate.ID) == {tradovate.ID}
        run.farm.faults.clear()
        run.host.submit(run.host.engine.restart(databento.ID)).result(5)
        wait(lambda: delivers(run), "the first source delivers again", within=30)
        # by itself it would come back after a minute of health; the user does not wait
        back = run.host.submit(run.host.engine.overrides.fail_over(TRADES, "test")).result(5)
        assert back == databento.ID
        wait(lambda: feeds(run, databento.ID), "the first source feeds again")
        assert charted_from(run, databento.ID) == {databento.ID}

        switched = [(s.before, s.after) for s in run.screen.now(RouteSwitched) if s.channel is TRADES]
        assert (databento.ID, tradovate.ID) in switched
        assert (tradovate.ID, databento.ID) in switched
        own = {k.instrument: k.provenance.source for k in run.screen.now(InstrumentKnown)}
        bars = run.screen.now(BarChanged)
        assert {bar.provenance.source for bar in bars} == {databento.ID, tradovate.ID}
        assert all(own[bar.bar.instrument] == bar.provenance.source for bar in bars)
        inferred = {bar.side_quality for bar in bars if bar.provenance.source == tradovate.ID}
        assert inferred == {SideQuality.INFERRED}
