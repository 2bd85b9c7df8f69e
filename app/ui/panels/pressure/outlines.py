"""From the trader's drawings to shapes on the chart, and from a place under the mouse to a drawing."""

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.drawings import Drawing, DrawingKind
from app.domain.units import FUTURE_TICK, MINUTE, POINT, SECOND, Ns, Px
from app.ui import format as text
from app.ui.panels.pressure.readout import measured
from app.ui.panels.pressure.sketch import Averages
from app.ui.widgets.plot.sketched import Shape

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel


def shape_of(panel: "PressurePanel", averages: Averages, one: Drawing, picked: bool, now: Ns) -> Shape:
    at, until = (None if ns is None else ns / SECOND for ns in (one.at, one.until))
    low, high = (None if px is None else px / POINT for px in (one.price, one.reach))
    zone, session = panel.desk.zone, panel.session
    match one.kind:
        case DrawingKind.LEVEL:
            return Shape(text.price(one.price), picked, low=low)
        case DrawingKind.MOMENT:
            return Shape(text.clock(one.at, zone), picked, left=at)
        case DrawingKind.RANGE:
            begin, end = (at or 0.0, low or 0.0), (until or 0.0, high or 0.0)
            wide = None if session is None else session.wide(panel.drawing.bar_s)
            said = measured(wide, begin, end, priced=True)
            return Shape("\n".join(said), picked, at, until, low, high)
    if session is None or one.at is None:
        return Shape("")
    minutes = panel.model.minutes.get(session.instrument, {})
    holes = panel.model.gaps(now)
    times, values = averages.line(session.instrument, one.at, minutes, holes, now / SECOND)
    newest = text.number(float(values[-1]), 2) if len(values) else text.DASH
    return Shape(f"VWAP from {text.clock(one.at, zone)} {newest}", picked, times=times, values=values)


def made(kind: DrawingKind, seconds: float, value: float) -> Drawing:
    """Of a kind that one place is enough for."""
    if kind is DrawingKind.LEVEL:
        return Drawing(kind, price=px_of(value))
    at = ns_of(seconds)
    return Drawing(kind, Ns(at // MINUTE * MINUTE) if kind is DrawingKind.AVERAGE else at)


def shifted(old: Drawing, seconds: float, points: float) -> Drawing:
    """As far as its kind can be moved."""
    at, until = (None if ns is None else ns_of(ns / SECOND + seconds) for ns in (old.at, old.until))
    price, reach = (None if px is None else px_of(px / POINT + points) for px in (old.price, old.reach))
    if old.kind is DrawingKind.AVERAGE and at is not None:
        at = Ns(at // MINUTE * MINUTE)
    return replace(old, at=at, until=until, price=price, reach=reach)


def ns_of(seconds: float) -> Ns:
    return Ns(round(seconds) * SECOND)


def px_of(points: float) -> Px:
    return Px(round(points * POINT / FUTURE_TICK) * FUTURE_TICK)
