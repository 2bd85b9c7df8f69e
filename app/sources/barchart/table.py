"""The chain as a table of the page, where there is one: saved from a browser, or of an older make.

A cell says in text what the data call says in text and number. The number is made of the text by the same
rules, so that the same checks hold; a clock means the session that was running, its zone stands beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, Reject
from app.domain.contract import Contract, Right, Series
from app.domain.session import Calendar
from app.domain.symbols import barchart_leg, parse_barchart_series
from app.domain.units import MINUTE, SECOND, Ns, ns, px
from app.sources.barchart.page_elements import tables, text_of
from app.sources.barchart.parse_api import DELAY_MINUTES, Rows, chain_of
from app.sources.barchart.row import (
    HIGHEST_POINTS,
    Number,
    Numbers,
    Row,
    RowError,
    is_settled,
    shown_date,
)

_TITLES: Final = {
    "strike": "strike", "open": "openPrice", "high": "highPrice", "low": "lowPrice", "last": "lastPrice",
    "latest": "lastPrice", "change": "priceChange", "bid": "bidPrice", "ask": "askPrice",
    "volume": "volume", "open int": "openInterest", "open interest": "openInterest",
    "last trade": "tradeTime", "time": "tradeTime",
}  # fmt: skip
_NEEDED: Final = frozenset(_TITLES.values())
_ZONES: Final = {"CT": ZoneInfo("America/Chicago"), "ET": ZoneInfo("America/New_York")}
_GROUPS: Final = {"C": "Call", "P": "Put"}
_ABSENT: Final = "N/A"
_ONE_DAY: Final = timedelta(days=1)
_OUTSIDE: Final = "trade outside the session"


def table_chain(capture: Capture, page: ChainPage, calendar: Calendar) -> Chain | None:
    """None where the page has no table of options, or does not say of which series it is."""
    today = calendar.last_session_day(_as_of(capture))
    series = _series(page.vendor_series, today)
    if series is None:
        return None
    rows: Rows = []
    rejects: list[Reject] = []
    session = Session(calendar.session(today)[0], _as_of(capture))
    for cells in _lines(capture):
        try:
            rows.append(_row(cells, series, session))
        except (RowError, ValueError) as e:
            rejects.append(Reject(f"unreadable row: {e}", cells.get("strike", "?")))
    total = len(rows) + len(rejects)
    if not total:
        return None
    asked = replace(capture, key=page.vendor_series or capture.key)
    return chain_of(rows, rejects, total, asked, page, calendar)


class Session:
    """The session that a clock without a date belongs to."""

    def __init__(self, opened: Ns, latest: Ns) -> None:
        self._opened = opened
        self._latest = latest

    def moment(self, clock: str) -> Ns:
        """The newest moment of the session that has this time of the day, e.g. `14:53 ET`."""
        hours, _, minutes = clock[:-2].partition(":")
        place = _ZONES[clock[-2:]]
        day: date = datetime.fromtimestamp(self._latest // SECOND, place).date()
        while True:
            wall = datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=place)
            at = ns(wall)
            if at <= self._latest + MINUTE:
                break
            day -= _ONE_DAY
        if at < self._opened - MINUTE:
            raise RowError(_OUTSIDE)
        return max(at, self._opened)

    def midnight(self, day: date) -> Ns:
        at = ns(datetime.combine(day, time(), _ZONES["CT"]))
        if not self._opened <= at <= self._latest:
            raise RowError(_OUTSIDE)
        return at


def _lines(capture: Capture) -> Iterator[Mapping[str, str]]:
    """The cells of each row by the data call's names, of all tables that are a chain."""
    for table in tables(capture):
        names = [_TITLES.get(text_of(head).casefold(), "") for head in table.find_all("th")]
        if not _NEEDED.issubset(names):
            continue
        for line in table.find_all("tr"):
            cells = [text_of(cell) for cell in line.find_all("td")]
            if len(cells) >= len(_NEEDED):
                yield {name: text for name, text in zip(names, cells, strict=False) if name}


def _row(cells: Mapping[str, str], series: Series, session: Session) -> tuple[str | None, Row]:
    if not _NEEDED.issubset(cells):
        raise RowError("cells are missing")
    strike, right = _number(cells["strike"][:-1]), cells["strike"][-1:]
    if right not in _GROUPS:
        raise RowError("a strike that is neither call nor put")
    text, seconds = cells["tradeTime"], None
    if text.endswith(tuple(_ZONES)):
        seconds = session.moment(text) // SECOND
        text = f"{text[:-2]}CT"
    elif not is_settled(cells["lastPrice"], cells["openPrice"], cells["volume"]):
        # only a trade in the minute of midnight is shown as a date
        seconds = session.midnight(shown_date(text)) // SECOND
    if not 0 < strike < HIGHEST_POINTS:
        raise RowError("number out of range")
    symbol = barchart_leg(Contract(series, px(strike), Right(right)))
    return None, Row(
        strike=cells["strike"],
        open_price=cells["openPrice"],
        high_price=cells["highPrice"],
        low_price=cells["lowPrice"],
        last_price=cells["lastPrice"],
        price_change=cells["priceChange"],
        bid_price=cells["bidPrice"],
        ask_price=cells["askPrice"],
        volume=cells["volume"],
        trade_time=text,
        option_type=_GROUPS[right],
        symbol=symbol,
        raw=Numbers(
            strike=strike,
            open_price=_price(cells["openPrice"]),
            high_price=_price(cells["highPrice"]),
            low_price=_price(cells["lowPrice"]),
            last_price=_price(cells["lastPrice"]),
            bid_price=_price(cells["bidPrice"]),
            ask_price=_price(cells["askPrice"]),
            volume=_count(cells["volume"]),
            open_interest=_count(cells["openInterest"]),
            trade_time=seconds,
        ),
    )


def _as_of(capture: Capture) -> Ns:
    return Ns(capture.fetched - DELAY_MINUTES * MINUTE)


def _series(name: str | None, near: date) -> Series | None:
    try:
        return None if name is None else parse_barchart_series(name, near)
    except ValueError:
        return None


def _price(text: str) -> Number:
    return 0 if text == _ABSENT else _number(text.removesuffix("s"))


def _count(text: str) -> Number | None:
    return None if text == _ABSENT else _number(text)


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    if value != value or abs(value) == float("inf"):
        raise RowError("number cannot be read")
    return value
