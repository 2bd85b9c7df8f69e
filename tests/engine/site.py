"""A chain vendor in memory: pages, chains, refusals, and a count of what was asked of it."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, ExpirySaidBy, ListedSeries, Quote, Underlying
from app.domain.contract import Contract, Right
from app.domain.errors import BadPayload, SourceError
from app.domain.routing import Channel, SourceId, delayed
from app.domain.symbols import parse_barchart_series, rule_expiry
from app.domain.units import MINUTE, Ns, px
from app.engine.feeds import Allowance, Fetched
from app.engine.ports import Clock, SiteCookie

ID = SourceId("chains")
SERIES = ("MC2M25", "MM2M25", "MM7M25", "NQM25")
NEAREST = "MM2M25"
_NEAR = date(2025, 6, 10)


@dataclass
class Site:
    """`errors` meet the next chain requests, one each; `stuck` freezes its quotes; `empty` lists nothing.

    `api` is the call its pages name, `own_calls` are the series asked for by it; `instead` is what its pages
    are about, if not the series asked for; `quoted` False takes all bids and asks away.
    """

    clock: Clock
    asked: list[str] = field(default_factory=list)
    pages: list[str | None] = field(default_factory=list)
    errors: list[SourceError | None] = field(default_factory=list)
    page_errors: list[SourceError] = field(default_factory=list)
    stuck: bool = False
    empty: bool = False
    hang: threading.Event | None = None
    api: dict[str, str] = field(default_factory=dict)
    own_calls: list[str] = field(default_factory=list)
    instead: str | None = None
    quoted: bool = True
    allowed: Allowance | None = None
    adopted: list[SiteCookie] = field(default_factory=list)
    closed: int = 0
    made: int = 0

    def make(self, _: object = None) -> "SiteFeed":
        self.made += 1
        return SiteFeed(self)


class SiteFeed:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._number = 0

    def fetch_page(self, series: str | None) -> Fetched:
        self._site.pages.append(series)
        if self._site.page_errors:
            error = self._site.page_errors.pop(0)
            return Fetched(self._capture("page", b"", 500), error)
        return Fetched(self._capture("page", (self._site.instead or series or NEAREST).encode(), 200))

    def parse_page(self, capture: Capture) -> ChainPage:
        key = capture.body.decode()
        listed = tuple(ListedSeries(k, f"Series {k}", f"/{k}", k == key) for k in SERIES)
        expiry = rule_expiry(parse_barchart_series(key, _NEAR))
        future = Underlying("NQM25", px(21_500))
        return ChainPage(ID, key, expiry, 0, 20.0, future, None, (), listed, self._site.api, None, None)

    def fetch_chain(self, series: str, page: ChainPage | None) -> Fetched:
        site = self._site
        site.asked.append(series)
        if page is not None:
            site.own_calls.append(series)
        if site.hang is not None:
            site.hang.wait(30)
        error = site.errors.pop(0) if site.errors else None
        moved = 0 if site.stuck else len(site.asked)
        body = b"" if error else f"{series}:{moved}".encode()
        return Fetched(self._capture(series, body, None if error else 200), error)

    def parse_chain(self, capture: Capture, page: ChainPage | None) -> Chain:
        key, _, moved = capture.body.decode().partition(":")
        if not moved:
            raise BadPayload("This is no chain.", capture_id=capture.id)
        series = parse_barchart_series(key, _NEAR)
        quotes = () if self._site.empty else tuple(self._quotes(key, int(moved)))
        return Chain(
            source=ID,
            series=series,
            vendor_series=key,
            received=capture.fetched,
            as_of=Ns(capture.fetched - 10 * MINUTE),
            fidelity=delayed(10),
            quotes=quotes,
            claimed_total=len(quotes),
            expiry=None if page is None else page.expiry,
            expiry_said_by=None if page is None else ExpirySaidBy.PAGE,
            underlying=None if page is None else page.underlying,
        )

    def allowance(self) -> Allowance:
        return self._site.allowed or Allowance(len(self._site.asked), 10, 0.0, len(self._site.pages), 4, 0.0)

    def log_in(self) -> str:
        return "Logged in."

    def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        self._site.adopted.extend(cookies)

    def close(self) -> None:
        self._site.closed += 1

    def _quotes(self, key: str, moved: int) -> Iterable[Quote]:
        series = parse_barchart_series(key, _NEAR)
        for strike in (21_400, 21_500, 21_600):
            for right, value in ((Right.CALL, 21_600 - strike), (Right.PUT, strike - 21_400)):
                contract = Contract(series, px(strike), right)
                bid = px(value + 50 + moved * 0.25)
                ask = px(value + 52 + moved * 0.25)
                yield (
                    Quote(contract, contract.raw, bid=bid, ask=ask)
                    if self._site.quoted
                    else Quote(contract, contract.raw, last=bid)
                )

    def _capture(self, key: str, body: bytes, status: int | None) -> Capture:
        self._number += 1
        now = self._site.clock.now()
        name = f"{now}-{key}-{self._number}-{len(self._site.asked)}-{len(self._site.pages)}"
        return Capture(name, ID, Channel.OPT_CHAIN, key, "http://x/", now, status, "text/plain", {}, body)


def failing(site: Site, error: SourceError, times: int = 1) -> None:
    site.errors += [error] * times
