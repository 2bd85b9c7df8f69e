"""Barchart's chains as a source: page and data call become captures, captures become pages and chains."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from app.domain.capture import Capture, Exchange, Outcome
from app.domain.chain import Chain, ChainPage
from app.domain.errors import BadPayload, SourceError
from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.units import Ns, moment
from app.engine.feeds import Allowance, Fetched, SourceContext
from app.engine.ports import Reply, SiteCookie
from app.sources.barchart import PARSER
from app.sources.barchart.account import Account
from app.sources.barchart.pace import PAGES, Pace
from app.sources.barchart.parse_api import parse_chain
from app.sources.barchart.series import VIEW, guessed_path
from app.sources.barchart.session import Visit
from app.sources.barchart.steps import StepLog
from app.sources.barchart.strangers import is_page

# What the page itself asks for; used when no page has said so.
_CALL: Final = {
    "list": "futures.options",
    "fields": (
        "strike,openPrice,highPrice,lowPrice,lastPrice,priceChange,bidPrice,askPrice,volume,openInterest,"
        "premium,tradeTime,longSymbol,optionType,symbol"
    ),
    "meta": "field.shortName,field.description,field.type",
    "groupBy": "optionType",
    "orderBy": "strike",
    "orderDir": "asc",
}

_Answer = tuple[Reply, SourceError | None]


def read_stored(capture: Capture, calendar: Calendar) -> Chain | ChainPage:
    if is_page(capture.content_type, capture.body):
        return _page(capture, calendar)
    return parse_chain(capture, None, calendar)


def _page(capture: Capture, calendar: Calendar) -> ChainPage:
    # its library takes 80 ms to load, which only the worker that parses has to spare
    from app.sources.barchart.parse_page import parse_page

    return parse_page(capture, calendar)


class BarchartFeed:
    """A `ChainFeed`. `wait(seconds)` waits for the pace and returns True when the feed is closing."""

    def __init__(self, context: SourceContext, wait: Callable[[float], bool] | None = None) -> None:
        self._context = context
        self._calendar = context.calendar
        self._closing = threading.Event()
        self._pace = Pace(context.clock, context.settings, wait or self._closing.wait)
        self._visit = Visit(
            context.http.session(context.id),
            context.addresses["barchart"],
            context.clock,
            self._pace,
            Account(context.secret, context.redactor),
            lambda: context.browser if context.settings().barchart_browser else None,
        )
        self._paths: dict[str, str] = {}
        self._numbers = count(1)

    def fetch_page(self, series: str | None) -> Fetched:
        return self._fetched(series or "", lambda log: self._visit.page(self._path(series), VIEW, log))

    def fetch_chain(self, series: str, page: ChainPage | None) -> Fetched:
        """With a page, by the page's own call: the second try, when the plain call gave nothing."""
        asked = {**_call_of(page), "symbol": series, "raw": "1"}
        return self._fetched(series, lambda log: self._visit.data(asked, self._path(series), VIEW, log))

    def parse_page(self, capture: Capture) -> ChainPage:
        page = _page(capture, self._calendar)
        # where the site itself says its series are; otherwise their place is worked out from the rules
        listed = (*page.families, *page.series_listed)
        self._paths |= {one.key: one.path for one in listed if one.path.startswith("/")}
        return page

    def parse_chain(self, capture: Capture, page: ChainPage | None) -> Chain:
        if is_page(capture.content_type, capture.body):
            raise BadPayload("Barchart sent a web page where data was due.", capture_id=capture.id)
        return parse_chain(capture, page, self._calendar)

    def allowance(self) -> Allowance:
        requests, pages = self._pace.counted()
        wait, page_wait = self._pace.waits()
        most = self._context.settings().barchart_per_minute
        return Allowance(requests, most, wait, pages, PAGES, page_wait, self._visit.note)

    def log_in(self) -> str:
        return self._visit.log_in(StepLog(self._context.clock))

    def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        self._visit.adopt(cookies)

    def close(self) -> None:
        self._closing.set()
        self._visit.close()

    def _path(self, series: str | None) -> str:
        if series in self._paths:
            return self._paths[series]
        try:
            return guessed_path(series, self._calendar.trading_day(self._context.clock.now()))
        except ValueError as e:
            raise BadPayload(f"Barchart has no such series: {e}.") from e

    def _fetched(self, key: str, ask: Callable[[StepLog], _Answer]) -> Fetched:
        """One attempt as a capture, also when it failed, also when nothing came at all."""
        log = StepLog(self._context.clock)
        try:
            reply, error = ask(log)
        except SourceError as e:
            return Fetched(self._capture(key, None, log, e), e)
        capture = self._capture(key, reply, log, error)
        if isinstance(error, BadPayload):
            error.capture_id = capture.id
        return Fetched(capture, error)

    def _capture(self, key: str, reply: Reply | None, log: StepLog, error: SourceError | None) -> Capture:
        now = self._context.clock.now()
        kind = reply.content_type if reply else ""
        return Capture(
            id=self._name(key, now),
            source=self._context.id,
            channel=Channel.OPT_CHAIN,
            key=key,
            url=reply.url if reply else "",
            fetched=now,
            status=reply.status if reply else None,
            content_type=kind,
            headers=dict(reply.headers) if reply else {},
            request_headers=dict(reply.sent) if reply else {},
            body=self._context.redactor.body(reply.body, kind) if reply else b"",
            steps=log.taken,
            earlier=tuple(self._exchanges(log, reply)),
            parser=PARSER,
            outcome=Outcome.FAILED if error else Outcome.PENDING,
            verdict=str(error) if error else "",
        )

    def _exchanges(self, log: StepLog, last: Reply | None) -> Iterator[Exchange]:
        """All that was asked before the last answer, in order, redirects before where they led to."""
        for step, came in log.came:
            for one in (*came.hops, came):
                if one is not last:
                    kind = one.content_type
                    body = self._context.redactor.body(one.body, kind)
                    yield Exchange(
                        step, one.method, one.url, one.status, kind, one.sent, one.headers, one.form, body,
                        round(one.ms, 3),
                    )  # fmt: skip

    def _name(self, key: str, now: Ns) -> str:
        """In order of time, readable, unique, and a file name everywhere."""
        plain = "".join(c for c in key if c.isascii() and c.isalnum()) or "page"
        return f"{moment(now):%Y%m%dT%H%M%S%f}Z-{self._context.id}-{plain}-{next(self._numbers)}"


def _call_of(page: ChainPage | None) -> Mapping[str, str]:
    """The parameters of the page's own call; `method` names its script's function."""
    said = page.api if page and page.api.get("list") and page.api.get("fields") else _CALL
    return {name: value for name, value in said.items() if name != "method"}
