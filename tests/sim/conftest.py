"""Simulators as their visitors meet them: real sockets, plain clients."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from app.domain.units import Ns
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock
from app.sim.faults import Faults
from tests.sim.still_market import MONDAY, StillMarket

CHAIN = {
    "list": "futures.options",
    "fields": "strike,openPrice,highPrice,lowPrice,lastPrice,priceChange,bidPrice,askPrice,volume,"
    "openInterest,premium,tradeTime,longSymbol,optionType,symbol,symbolCode,symbolType",
    "meta": "field.shortName,field.description,field.type",
    "groupBy": "optionType",
    "orderBy": "strike",
    "orderDir": "asc",
    "raw": "1",
}


@dataclass
class Visitor:
    """A browser of a few lines, independent of the program's own client."""

    site: str
    session: requests.Session

    def page(self, path: str = "/futures/quotes/NQM25/options/MC7M25") -> requests.Response:
        return self.session.get(self.site + path, timeout=5)

    def token(self) -> str:
        return unquote(self.session.cookies["XSRF-TOKEN"])

    def api(self, token: str | None = None, **query: str) -> requests.Response:
        headers = {"X-XSRF-TOKEN": self.token() if token is None else token}
        url = f"{self.site}/proxies/core-api/v1/quotes/get"
        return self.session.get(url, params=query, headers=headers, timeout=5)

    def chain(self, symbol: str = "MC7M25", **other: str) -> requests.Response:
        return self.api(**{**CHAIN, "symbol": symbol, **other})

    def rows(self, symbol: str = "MC7M25") -> dict[str, dict[str, Any]]:
        groups = self.chain(symbol).json()["data"]
        return {row["symbol"]: row for group in groups.values() for row in group} if groups else {}


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def still_clock() -> SimClock:
    return SimClock(MONDAY, speed=0)


@pytest.fixture
def open_site(faults: Faults, still_clock: SimClock) -> Iterator[Callable[..., BarchartSite]]:
    opened: list[BarchartSite] = []

    def start(now: Ns | None = None, **options: Any) -> BarchartSite:
        clock = still_clock if now is None else SimClock(now, speed=0)
        opened.append(BarchartSite(options.pop("truth", StillMarket()), clock.now, faults, **options))
        opened[-1].start()
        return opened[-1]

    yield start
    for site in opened:
        site.stop()


@pytest.fixture
def site(open_site: Callable[..., BarchartSite]) -> BarchartSite:
    return open_site()


@pytest.fixture
def visit() -> Iterator[Callable[[BarchartSite], Visitor]]:
    sessions: list[requests.Session] = []

    def come(site: BarchartSite) -> Visitor:
        sessions.append(requests.Session())
        return Visitor(site.address, sessions[-1])

    yield come
    for session in sessions:
        session.close()


@pytest.fixture
def visitor(site: BarchartSite, visit: Callable[[BarchartSite], Visitor]) -> Visitor:
    """Somebody who has seen a page and holds its cookies."""
    somebody = visit(site)
    somebody.page()
    return somebody
