"""The line above the chart: the bar under the crosshair, or what the visible range holds."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from app.domain.health import Freshness
from app.domain.units import POINT, SECOND, Ns
from app.domain.updates import TopChanged
from app.ui import format as text
from app.ui.format import DASH, Zone, number, percent
from app.ui.panels.pressure.columns import Quotes
from app.ui.panels.pressure.wide import Wide

ET: Final = Zone(ZoneInfo("America/New_York"), "ET")
LOCAL: Final = text.zone("local")

Facts = tuple[tuple[str, str, str], ...]
"""Caption, value, name of a colour."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose numbers these are, and how old the newest is."""

    source: str
    fidelity: str
    age: str


def clocks(at: Ns, zone: Zone) -> str:
    """In the zone of the screen, in New York and here, each once."""
    shown, seen = [text.clock(at, zone)], {zone.offset_s(at)}
    for other in (ET, LOCAL):
        if other.offset_s(at) not in seen and other.label != zone.label:
            seen.add(other.offset_s(at))
            shown.append(text.clock(at, other))
    return " · ".join(shown)


def place_of(wide: Wide, at: float) -> int | None:
    """The bar whose time this is; None between bars."""
    place = int(np.searchsorted(wide.candles.start, int(at * SECOND), side="right")) - 1
    return None if place < 0 or at * SECOND >= wide.ends[place] else place


def bar_facts(
    wide: Wide | None,
    at: float,
    base: int | None,
    quotes: Quotes | None,
    revised: bool,
    origin: Origin,
    zone: Zone,
) -> Facts:
    """The bar under the crosshair; `base` is where cumulative delta stood at its anchor, None before it;
    `revised`: a trade came after the bar was closed.
    """
    place = None if wide is None else place_of(wide, at)
    if wide is None or place is None:
        return (("", clocks(Ns(int(at * SECOND)), zone), "text"), ("", "no trade", "dim"))
    bars = wide.candles
    bought, sold, unknown = (int(part[place]) for part in (bars.bought, bars.sold, bars.unknown))
    both, delta = bought + sold, bought - sold
    facts = [("", clocks(Ns(int(bars.start[place])), zone), "text")]
    for caption, part in (("O", bars.open), ("H", bars.high), ("L", bars.low), ("C", bars.close)):
        facts.append((caption, number(part[place] / POINT, 2), "text"))
    reach = f" ({number(int(bars.low_delta[place]))} … {number(int(bars.high_delta[place]), sign=True)})"
    facts += [
        ("Δ", number(delta, sign=True) + reach, _tone(delta)),
        ("P", number(delta / both, 2, sign=True) if both else DASH, _tone(delta)),
        ("CVD", DASH if base is None else number(int(wide.end_run[place]) - base, sign=True), "text"),
        ("vol", number(both + unknown), "text"),
        ("trades", number(int(bars.trades[place])), "text"),
        ("no side", percent(unknown / (both + unknown) if both + unknown else None, 1), "dim"),
        ("spread", _spread(quotes, int(wide.ends[place])), "text"),
        ("", f"{origin.source} · {origin.fidelity} · {origin.age}", "dim"),
        *((("", "revised by late trades", "warn"),) if revised else ()),
        *((("", "counted behind a gap", "warn"),) if wide.doubtful[place] else ()),
    ]
    return tuple(facts)


def top_facts(top: TopChanged | None) -> Facts:
    """The best bid and ask with their sizes; grey unless they are fresh, which is then said."""
    if top is None:
        return (("bid × ask", DASH, "faint"),)
    fresh = top.freshness in (Freshness.LIVE, Freshness.QUIET)
    words = f"{text.price(top.bid)} ({number(top.bid_size)}) × {text.price(top.ask)} ({number(top.ask_size)})"
    return (
        ("bid × ask", words if fresh else f"{words} · {top.freshness.value}", "text" if fresh else "faint"),
    )


def range_facts(wide: Wide | None, left: float, right: float) -> Facts:
    """What is between the edges: high, low, volume, delta."""
    length = text.age(round(right - left))
    if wide is None:
        return ()
    seen = wide.between(int(left * SECOND), int(right * SECOND)).candles
    if not len(seen):
        return (("", f"{length} shown", "dim"), ("", "no trade in it", "dim"))
    high, low = float(seen.high.max()) / POINT, float(seen.low.min()) / POINT
    bought, sold, unknown = (int(part.sum()) for part in (seen.bought, seen.sold, seen.unknown))
    volume = bought + sold + unknown
    move = (seen.close[-1] - seen.open[0]) / POINT
    return (
        ("", f"{length} shown", "dim"),
        ("H", number(high, 2), "text"),
        ("L", number(low, 2), "text"),
        ("range", number(high - low, 2), "text"),
        ("move", number(float(move), 2, sign=True), _tone(move)),
        ("vol", number(volume), "text"),
        ("Δ", number(bought - sold, sign=True), _tone(bought - sold)),
        ("no side", percent(unknown / volume if volume else None, 1), "dim"),
    )


def measured(
    wide: Wide | None, begin: tuple[float, float], end: tuple[float, float], *, priced: bool
) -> tuple[str, ...]:
    """What a range measured with the mouse holds. Corners are (seconds, value); of a pane that is not
    priced only the time is said.
    """
    lines = []
    if priced:
        points = end[1] - begin[1]
        share = points / begin[1] if begin[1] else None
        lines = [f"{number(points, 2, sign=True)} points · {percent(share, 2, sign=True)}"]
    left, right = sorted((begin[0], end[0]))
    lines.append(text.age(right - left))
    if wide is not None:
        seen = wide.between(int(left * SECOND), int(right * SECOND)).candles
        bought, sold, unknown = (int(part.sum()) for part in (seen.bought, seen.sold, seen.unknown))
        volume = bought + sold + unknown
        lines.append(f"Δ {number(bought - sold, sign=True)} · volume {number(volume)}")
        lines.append(f"no side {percent(unknown / volume if volume else None, 1)} · {len(seen)} bars")
    return tuple(lines)


def _spread(quotes: Quotes | None, until: int) -> str:
    if quotes is None:
        return DASH
    at = int(np.searchsorted(quotes.start, until)) - 1
    if at < 0:
        return DASH
    spread = float(quotes.ask[at] - quotes.bid[at])
    return number(spread, 2) if np.isfinite(spread) else DASH


def _tone(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "text"
