"""Barchart's JSON answer becomes a `Chain` of one series, with everything left out counted by reason."""

import re
from codecs import BOM_UTF8
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
from app.sources.barchart.row import Reading, Row, RowError, TextRow, is_clock, shown_date
from app.sources.barchart.text_row import DELAY_MINUTES, Session, as_of, numbered


class _Name(msgspec.Struct):
    symbol: str = "?"


class _Answer(msgspec.Struct):
    data: dict[str, list[msgspec.Raw]] | list[msgspec.Raw]
    total: int | None = None


_read_answer = msgspec.json.Decoder(_Answer).decode
_read_row = msgspec.json.Decoder(Row).decode
_read_text = msgspec.json.Decoder(TextRow).decode
_read_name = msgspec.json.Decoder(_Name).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


# The decoder's words, as of 0.20.
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`").match
_ANOTHER_KIND: Final = re.compile(r"Expected `([^`]+)`, got `(\w+)`(?: - at `([^`]*)`)?").match
_KINDS: Final = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "object": "an object",
    "array": "a list",
}
Rows = list[tuple[str | None, Row]]


def parse_chain(capture: Capture, page: ChainPage | None, calendar: Calendar) -> Chain:
    answer = _answer(capture)
    rows = _rows(answer, Session.of(capture, calendar))
    return chain_of(*rows, answer.total, capture, page, calendar)


def chain_of(
    rows: Rows,
    rejects: list[Reject],
    total: int | None,
    capture: Capture,
    page: ChainPage | None,
    calendar: Calendar,
) -> Chain:
    """Rows with the names of their groups, wherever they stood, as one chain."""
    as_if_now = as_of(capture)
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
        return _read_answer(capture.body.removeprefix(BOM_UTF8))
    except _UNREADABLE as e:
        # the decoder's word for an end that came too early
        if capture.body.strip() and "truncated" in str(e):
            what = f"Barchart's answer is not ready: it breaks off after {len(capture.body):,} bytes."
        else:
            what = "Barchart's answer is no list of contracts."
        raise BadPayload(what, capture_id=capture.id, detail=repr(e)) from e


def _rows(answer: _Answer, session: Session) -> tuple[Rows, list[Reject]]:
    """Every row with the name of its group (None: the answer has no groups), and what could not be read."""
    groups = answer.data.items() if isinstance(answer.data, dict) else [(None, answer.data)]
    rows: Rows = []
    rejects: list[Reject] = []
    for group, members in groups:
        for member in members:
            try:
                rows.append((group, _row(member, session)))
            except (*_UNREADABLE, ValueError) as e:
                rejects.append(Reject(f"unreadable row: {_in_words(str(e))}", _name_of(member)))
    return rows, rejects


def _row(member: msgspec.Raw, session: Session) -> Row:
    """With its numbers, or with those of its text where the answer was asked for without any."""
    try:
        return _read_row(member)
    except msgspec.ValidationError:
        if b'"raw"' in bytes(member):
            raise
    said = _read_text(member)
    return numbered(said.cells, said.symbol, said.option_type, session)


def _in_words(complaint: str) -> str:
    """What the decoder found, without its own words for it."""
    if found := _MISSING(complaint):
        return f"{found[1]} is missing" + (" among its numbers" if "`$.raw`" in complaint else "")
    if found := _ANOTHER_KIND(complaint):
        due, came = (_KINDS.get(kind.partition(" |")[0], kind) for kind in (found[1], found[2]))
        return f"{(found[3] or '').lstrip('$.') or 'it'} is {came} where {due} is due"
    return complaint


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
