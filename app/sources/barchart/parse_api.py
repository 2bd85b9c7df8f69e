"""Barchart's JSON answer becomes a `Chain` of one series, with everything left out counted by reason."""

from collections import Counter
from datetime import date
from typing import Final

import msgspec

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, ExpirySaidBy, Quote, Reject
from app.domain.contract import Series
from app.domain.errors import BadPayload
from app.domain.routing import delayed
from app.domain.session import Calendar
from app.domain.symbols import barchart_series, parse_barchart_series
from app.domain.units import MINUTE, Ns
from app.sources.barchart.row import Reading, Row, RowError, is_clock, shown_date

DELAY_MINUTES: Final = 10


class _Name(msgspec.Struct):
    symbol: str = "?"


class _Answer(msgspec.Struct):
    data: dict[str, list[msgspec.Raw]] | list[msgspec.Raw]
    total: int | None = None


_read_answer = msgspec.json.Decoder(_Answer).decode
_read_row = msgspec.json.Decoder(Row).decode
_read_name = msgspec.json.Decoder(_Name).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


Rows = list[tuple[str | None, Row]]


def parse_chain(capture: Capture, page: ChainPage | None, calendar: Calendar) -> Chain:
    answer = _answer(capture)
    return chain_of(*_rows(answer), answer.total, capture, page, calendar)


def chain_of(
    rows: Rows,
    rejects: list[Reject],
    total: int | None,
    capture: Capture,
    page: ChainPage | None,
    calendar: Calendar,
) -> Chain:
    """Rows with the names of their groups, wherever they stood, as one chain."""
    as_if_now = Ns(capture.fetched - DELAY_MINUTES * MINUTE)
    today = calendar.last_session_day(as_if_now)
    asked = _series_or_none(capture.key, today)
    said_by_page = _page_of(asked, page, today)
    reading = Reading(
        today=today,
        opened=calendar.session(today)[0],
        trading_day=calendar.last_session_day,
        settled_on=_commonest_date(rows),
        expiry=said_by_page.expiry if said_by_page else None,
    )
    quotes = _quotes(rows, reading, rejects)
    series = _main_series(quotes) or asked
    quotes = _only(series, quotes, rejects)
    newest = max((q.trade_time for q in quotes if q.trade_time is not None), default=as_if_now)
    return Chain(
        source=capture.source,
        series=series,
        vendor_series=barchart_series(series) if series else capture.key,
        received=capture.fetched,
        as_of=min(newest, capture.fetched),
        fidelity=delayed(DELAY_MINUTES),
        quotes=tuple(quotes),
        rejects=tuple(rejects),
        claimed_total=total,
        expiry=reading.expiry,
        expiry_said_by=ExpirySaidBy.PAGE if reading.expiry else None,
        underlying=said_by_page.underlying if said_by_page else None,
    )


def _answer(capture: Capture) -> _Answer:
    try:
        return _read_answer(capture.body)
    except _UNREADABLE as e:
        # the decoder's word for an end that came too early
        if capture.body.strip() and "truncated" in str(e):
            what = f"Barchart's answer is not ready: it breaks off after {len(capture.body):,} bytes."
        else:
            what = "Barchart's answer is no list of contracts."
        raise BadPayload(what, capture_id=capture.id, detail=repr(e)) from e


def _rows(answer: _Answer) -> tuple[Rows, list[Reject]]:
    """Every row with the name of its group (None: the answer has no groups), and what could not be read."""
    groups = answer.data.items() if isinstance(answer.data, dict) else [(None, answer.data)]
    rows: Rows = []
    rejects: list[Reject] = []
    for group, members in groups:
        for member in members:
            try:
                rows.append((group, _read_row(member)))
            except _UNREADABLE as e:
                rejects.append(Reject(f"unreadable row: {e}", _name_of(member)))
    return rows, rejects


def _name_of(member: msgspec.Raw) -> str:
    try:
        return _read_name(member).symbol
    except _UNREADABLE:
        return "?"


def _page_of(asked: Series | None, page: ChainPage | None, today: date) -> ChainPage | None:
    """The page, if it is about the series asked for: another page's expiry would be a lie."""
    if page is None or asked is None or page.vendor_series is None:
        return None
    return page if _series_or_none(page.vendor_series, today) == asked else None


def _series_or_none(key: str, near: date) -> Series | None:
    try:
        return parse_barchart_series(key, near)
    except ValueError:
        return None


def _commonest_date(rows: Rows) -> date | None:
    """What a settlement without a date of its own goes by: the lowest call after a batch refresh."""
    shown = Counter(row.trade_time for _, row in rows if row.is_settlement and not is_clock(row.trade_time))
    for text, _ in shown.most_common():
        try:
            return shown_date(text)
        except RowError:
            continue
    return None


def _quotes(rows: Rows, reading: Reading, rejects: list[Reject]) -> list[Quote]:
    quotes = []
    for group, row in rows:
        try:
            quotes.append(reading.quote(group, row))
        except RowError as e:
            rejects.append(Reject(str(e), row.symbol))
    return quotes


def _main_series(quotes: list[Quote]) -> Series | None:
    counted = Counter(q.contract.series for q in quotes).most_common(1)
    return counted[0][0] if counted else None


def _only(series: Series | None, quotes: list[Quote], rejects: list[Reject]) -> list[Quote]:
    """A chain has one series; rows of another are left out and counted."""
    strangers = [q for q in quotes if q.contract.series != series]
    if not strangers:
        return quotes
    rejects.extend(Reject("row of another series", q.symbol) for q in strangers)
    return [q for q in quotes if q.contract.series == series]
