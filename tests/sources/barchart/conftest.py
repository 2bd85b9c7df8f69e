"""Barchart's simulated site with the real feed in front of it; waiting for the pace costs no real time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from app.engine.feeds import SourceContext
from app.sim.barchart import BarchartSite
from app.sim.faults import Faults
from app.sources.barchart.fetch import BarchartFeed
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.conftest import HandClock


@dataclass
class Desk:
    site: BarchartSite
    feed: BarchartFeed
    clock: HandClock
    faults: Faults
    context: SourceContext

    def fault(self, route: str, kind: str, times: int | None = 1, seconds: float | None = None) -> None:
        self.faults.set("barchart", route, kind, times, seconds)


@pytest.fixture
def desk(make_context: Callable[..., SourceContext]) -> Iterator[Desk]:
    clock, faults = HandClock(MONDAY), Faults()
    site = BarchartSite(StillMarket(), clock.now, faults)
    site.start()
    context = make_context("barchart", clock, {"barchart": site.address})
    feed = BarchartFeed(context, clock.wait)
    yield Desk(site, feed, clock, faults, context)
    feed.close()
    site.stop()
