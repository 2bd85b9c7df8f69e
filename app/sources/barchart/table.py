"""The chain as a table of the page, where there is one: saved from a browser, or of an older make."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, Reject
from app.domain.contract import Contract, Right, Series
from app.domain.session import Calendar
from app.domain.symbols import barchart_leg, parse_barchart_series
from app.domain.units import px
from app.sources.barchart.page_elements import tables, text_of
from app.sources.barchart.parse_api import Rows, chain_of
from app.sources.barchart.row import HIGHEST_POINTS, Row, RowError
from app.sources.barchart.text_row import NEEDED, Session, as_of, number, numbered

_TITLES: Final = {
    "strike": "strike", "open": "openPrice", "high": "highPrice", "low": "lowPrice", "last": "lastPrice",
    "latest": "lastPrice", "change": "priceChange", "bid": "bidPrice", "ask": "askPrice",
    "volume": "volume", "open int": "openInterest", "open interest": "openInterest",
    "last trade": "tradeTime", "time": "tradeTime",
}  # fmt: skip
_GROUPS: Final = {"C": "Call", "P": "Put"}


def table_chain(capture: Capture, page: ChainPage, calendar: Calendar) -> Chain | None:
    """None where the page has no table of options, or does not say of which series it is."""
    today = calendar.last_session_day(as_of(capture))
    series = _series(page.vendor_series, today)
    if series is None:
        return None
    rows: Rows = []
    rejects: list[Reject] = []
    session = Session.of(capture, calendar)
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


def _lines(capture: Capture) -> Iterator[Mapping[str, str]]:
    """The cells of each row by the data call's names, of all tables that are a chain."""
    for table in tables(capture):
        names = [_TITLES.get(text_of(head).casefold(), "") for head in table.find_all("th")]
        if not NEEDED.issubset(names):
            continue
        for line in table.find_all("tr"):
            cells = [text_of(cell) for cell in line.find_all("td")]
            if len(cells) >= len(NEEDED):
                yield {name: text for name, text in zip(names, cells, strict=False) if name}


def _row(cells: Mapping[str, str], series: Series, session: Session) -> tuple[str | None, Row]:
    if not NEEDED.issubset(cells):
        raise RowError("cells are missing")
    strike, right = number(cells["strike"][:-1]), cells["strike"][-1:]
    if right not in _GROUPS:
        raise RowError("a strike that is neither call nor put")
    if not 0 < strike < HIGHEST_POINTS:
        raise RowError("number out of range")
    symbol = barchart_leg(Contract(series, px(strike), Right(right)))
    return None, numbered(cells, symbol, _GROUPS[right], session)


def _series(name: str | None, near: date) -> Series | None:
    try:
        return None if name is None else parse_barchart_series(name, near)
    except ValueError:
        return None
