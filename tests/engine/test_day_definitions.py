"""Definitions that the live gateway refuses come from history, for cents and once."""

from pathlib import Path

from app.domain.updates import CoverageChanged, InstrumentKnown
from tests.engine.live_run import Run, live_run, wait

SOURCE = "databento_live"


def _covered(run: Run) -> int:
    return max((told.roots_listed for told in run.screen.now(CoverageChanged)), default=0)


def test_the_definitions_of_the_day_are_bought_when_they_are_refused_live(tmp_path: Path) -> None:
    with live_run(tmp_path, begin=False, pays=True) as run:
        run.farm.faults.set(SOURCE, "subscribe/definition", "no_entitlement", times=None)
        run.host.start()
        wait(lambda: "come from the vendor's history" in run.notices(), "they were not bought")
        assert "refuses definition for trades" in run.notices()
        wait(lambda: _covered(run) > 15, "no roots are known")
        known = [one for one in run.screen.now(InstrumentKnown) if one.option is not None]
        assert len(known) > 5_000
        assert sum(one.expiration is not None for one in known) > 0.9 * len(known)
        (billed,) = run.farm.databento_hist.ledger
        assert billed.schema == "definition"
        assert 0 < billed.cost < 50_000
        run.watch(2)


def test_a_price_that_cannot_be_asked_buys_nothing(tmp_path: Path) -> None:
    with live_run(tmp_path, begin=False, pays=True) as run:
        run.farm.faults.set(SOURCE, "subscribe/definition", "no_entitlement", times=None)
        run.farm.faults.set("databento_hist", "metadata.get_cost", "503", times=None)
        run.host.start()
        wait(lambda: "definitions of the day are missing" in run.notices(), "nothing was said")
        assert not run.farm.databento_hist.ledger
        run.watch(2)
