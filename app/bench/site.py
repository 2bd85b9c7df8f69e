"""One chain as the program would have it: fetched from the simulated site by the real source."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import Ns
from app.engine.feeds import Fetched, SourceContext
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock, wall_now
from app.sim.farm import usual_start
from app.sim.faults import Faults
from app.sim.market import Market
from app.sources.barchart.fetch import BarchartFeed
from app.system.clock import MarketClock
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor

_SOURCE: Final = SourceId("barchart")
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Fetch:
    """The captures, and what they were read as. `at` is the market time of it all."""

    page_capture: Capture
    chain_capture: Capture
    page: ChainPage
    chain: Chain
    at: Ns


@cache
def fetched() -> Fetch:
    """The longest of the chains that the site offers first; no clock runs meanwhile."""
    calendar = Calendar()
    clock = SimClock(usual_start(calendar, wall_now()), 0.0)
    site = BarchartSite(Market(_SEED, clock, calendar=calendar), clock.now, Faults(), calendar=calendar)
    site.start()
    try:
        feed = BarchartFeed(_context(site.address, clock), wait=lambda _: False)
        page_capture = _good(feed.fetch_page(None))
        page = feed.parse_page(page_capture)
        keys = (page.vendor_series or "", *(listed.key for listed in (*page.series_listed, *page.families)))
        captures = [_good(feed.fetch_chain(key, page)) for key in dict.fromkeys(filter(None, keys))]
        chains = [(feed.parse_chain(capture, page), capture) for capture in captures]
        chain, capture = max(chains, key=lambda one: len(one[0].quotes))
        feed.close()
    finally:
        site.stop()
    return Fetch(page_capture, capture, page, chain, clock.now())


def _good(said: Fetched) -> Capture:
    if said.error is not None:
        raise ConfigError(f"The simulated site refused: {said.error}")
    return said.capture


def _context(address: str, clock: SimClock) -> SourceContext:
    redactor, settings = SecretRedactor(), Settings()
    return SourceContext(
        id=_SOURCE, http=RequestsHttp(redactor), clock=MarketClock(clock.start, clock.origin_wall_ns, 0.0),
        secret=lambda _: None, redactor=redactor, settings=lambda: settings, addresses={"barchart": address},
        simulated=True,
    )  # fmt: skip
