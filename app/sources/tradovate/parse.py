"""Tradovate's charts to bars. Pure."""

import json
from typing import Any, Final

from app.domain.capture import Capture
from app.domain.contract import Future
from app.domain.errors import BadPayload
from app.domain.routing import SNAPSHOT
from app.domain.second_opinion import PriceBar, PriceBars
from app.domain.session import Calendar
from app.domain.symbols import parse_raw
from app.domain.units import ns_from_iso, px

_BAR_S: Final = 60
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)


def read(capture: Capture, calendar: Calendar) -> PriceBars:
    try:
        said = json.loads(capture.body)
        bars = {bar.start: bar for chart in said["charts"] for bar in map(_bar, chart.get("bars") or ())}
        name = str(said.get("symbol") or capture.key)
        future = parse_raw(name, calendar.last_session_day(capture.fetched))
    except _UNREADABLE as e:
        raise BadPayload("Tradovate sent bars that cannot be read.", detail=repr(e)) from e
    if not isinstance(future, Future):
        raise BadPayload(f"{name!r} is no NQ future.", capture_id=capture.id)
    if not bars:
        raise BadPayload(f"Tradovate has no bars of {name}.", capture_id=capture.id)
    ordered = tuple(bars[start] for start in sorted(bars))
    return PriceBars(capture.source, future, capture.fetched, SNAPSHOT, ordered)


def _bar(said: dict[str, Any]) -> PriceBar:
    """Volume at the offer was bought, at the bid sold, as Tradovate counts it."""
    up, down = said.get("upVolume"), said.get("downVolume")
    bought, sold = said.get("offerVolume"), said.get("bidVolume")
    return PriceBar(
        start=ns_from_iso(str(said["timestamp"])),
        seconds=_BAR_S,
        open=px(said["open"]),
        high=px(said["high"]),
        low=px(said["low"]),
        close=px(said["close"]),
        volume=None if up is None or down is None else round(up + down),
        bought=None if bought is None else round(bought),
        sold=None if sold is None else round(sold),
    )
