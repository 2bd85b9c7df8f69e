"""Massive's JSON to values: a proxy chain, a future's snapshot, bars. Pure; what is missing stays None."""

import json
from collections.abc import Sequence
from typing import Any, Final

from app.domain.capture import Capture
from app.domain.contract import Future
from app.domain.errors import BadPayload
from app.domain.routing import EOD, SNAPSHOT, Channel, Fidelity, delayed
from app.domain.second_opinion import FuturePrice, Opinion, PriceBar, PriceBars
from app.domain.session import Calendar
from app.domain.symbols import parse_raw
from app.domain.units import MINUTE, SECOND, Ns
from app.sources.massive.chain import expiry_of, proxy_chain
from app.sources.massive.values import count_of, price_of, time_of

_BAR_S: Final = 60
_PRICES: Final = ("open", "high", "low", "close")
_FUTURES_DELAY: Final = 10
# beyond this, bars are those of another session: the free plan's are eight hours old
_LONGEST_DELAY: Final = 60
_ON_TIME: Final = 2 * MINUTE
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)


def read(capture: Capture, calendar: Calendar) -> Opinion:
    """By what the rows are; an answer without any is an empty chain, unless a future was asked for."""
    pages = _pages(capture.body)
    rows, more = _rows(pages)
    first = rows[0] if rows else {}
    try:
        if "window_start" in first:
            return _bars(capture, rows, calendar)
        if "product_code" in _block(first, "details"):
            return _snapshot(capture, first, calendar)
    except _UNREADABLE as e:
        raise BadPayload("Massive sent a future that cannot be read.", detail=repr(e)) from e
    if capture.channel in (Channel.NQ_QUOTES, Channel.BARS):
        raise BadPayload(f"Massive says nothing of {capture.key}.", capture_id=capture.id)
    return proxy_chain(capture, rows, more)


def expiry_goes_on(bodies: Sequence[bytes]) -> str | None:
    """The address of the next page, while all rows so far are of one expiry; None otherwise."""
    pages = _pages(bodies[-1])
    following = pages[-1].get("next_url")
    if not isinstance(following, str) or not following:
        return None
    rows, _ = _rows([*_pages(bodies[0]), *pages])
    return following if len({expiry_of(row) for row in rows}) <= 1 else None


def _pages(body: bytes) -> list[dict[str, Any]]:
    try:
        said = json.loads(body)
    except ValueError as e:
        what = "a web page" if body.lstrip()[:1] == b"<" else "something that is no JSON"
        raise BadPayload(f"Massive sent {what}.", detail=repr(e)) from e
    pages = said if isinstance(said, list) else [said]
    if not pages or not all(isinstance(page, dict) and "results" in page for page in pages):
        raise BadPayload("Massive sent JSON without results.")
    return pages


def _rows(pages: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """All rows, and whether there would have been more."""
    rows: list[dict[str, Any]] = []
    for page in pages:
        found = page["results"]
        found = [found] if isinstance(found, dict) else found
        if found is not None and not isinstance(found, list):
            raise BadPayload("Massive's results are no list.")
        rows += [row if isinstance(row, dict) else {} for row in found or ()]
    return rows, bool(pages[-1].get("next_url"))


def _snapshot(capture: Capture, row: dict[str, Any], calendar: Calendar) -> FuturePrice:
    quote, trade = _block(row, "last_quote"), _block(row, "last_trade")
    quoted = time_of(quote.get("last_updated"))
    return FuturePrice(
        source=capture.source,
        future=_future(_block(row, "details")["ticker"], capture, calendar),
        received=capture.fetched,
        fidelity=_said({quote.get("timeframe"), trade.get("timeframe")}, quoted, capture.fetched),
        bid=price_of(quote.get("bid")),
        ask=price_of(quote.get("ask")),
        bid_size=count_of(quote.get("bid_size")),
        ask_size=count_of(quote.get("ask_size")),
        quoted=quoted,
        last=price_of(trade.get("price")),
        traded=time_of(trade.get("last_updated")),
        volume=count_of(_block(row, "session").get("volume")),
    )


def _said(timeframes: set[object], quoted: Ns | None, received: Ns) -> Fidelity:
    """Real time must be said, or be seen by a quote that is of now."""
    said = {frame for frame in timeframes if frame is not None}
    if said == {"REAL-TIME"}:
        return SNAPSHOT
    if not said and quoted is not None and received - quoted <= _ON_TIME:
        return SNAPSHOT
    return delayed(_FUTURES_DELAY)


def _bars(capture: Capture, rows: Sequence[dict[str, Any]], calendar: Calendar) -> PriceBars:
    bars = sorted((_bar(row) for row in rows), key=lambda bar: bar.start)
    return PriceBars(
        source=capture.source,
        future=_future(rows[0]["ticker"], capture, calendar),
        received=capture.fetched,
        fidelity=_measured(bars[-1], capture.fetched, calendar),
        bars=tuple(bars),
    )


def _bar(row: dict[str, Any]) -> PriceBar:
    start, said = time_of(row["window_start"]), [price_of(row[name]) for name in _PRICES]
    prices = [price for price in said if price is not None]
    if start is None or len(prices) != len(_PRICES):
        raise ValueError("a bar without time or prices")
    first, high, low, last = prices
    return PriceBar(start, _BAR_S, first, high, low, last, count_of(row.get("volume")))


def _measured(newest: PriceBar, received: Ns, calendar: Calendar) -> Fidelity:
    """As late as the newest bar is while the market is open; bars do not say their plan."""
    if not calendar.at(received).state.is_open:
        return delayed(_FUTURES_DELAY)
    late = received - (newest.start + newest.seconds * SECOND)
    if late <= _ON_TIME:
        return SNAPSHOT
    minutes = -(-late // MINUTE)
    return delayed(minutes) if minutes <= _LONGEST_DELAY else EOD


def _future(ticker: object, capture: Capture, calendar: Calendar) -> Future:
    found = parse_raw(str(ticker), calendar.last_session_day(capture.fetched))
    if not isinstance(found, Future):
        raise ValueError(f"{ticker!r} is no NQ future")
    return found


def _block(row: dict[str, Any], name: str) -> dict[str, Any]:
    found = row.get(name)
    return found if isinstance(found, dict) else {}
