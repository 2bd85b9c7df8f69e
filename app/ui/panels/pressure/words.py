"""What the chart says in words: legends with formula, unit and reset, and the readout under the crosshair."""

from zoneinfo import ZoneInfo

import numpy as np

from app.domain.health import Freshness
from app.domain.ticks import SideQuality
from app.domain.units import POINT, SECOND, Ns
from app.domain.updates import TopChanged
from app.ui import format as text
from app.ui.format import Zone
from app.ui.panels.pressure.series import WideBars, solid_from
from app.ui.widgets.chart.legend import Entry

ET = Zone(ZoneInfo("America/New_York"), "ET")

_SIDES = {
    SideQuality.EXCHANGE: "side: the exchange's own aggressor flag",
    SideQuality.INFERRED: "side: inferred from the quote, not said by the exchange",
    SideQuality.NONE: "side: not known",
    None: "side: no trade yet",
}


def price_legend(
    code: str, vwap_since: Ns | None, top: TopChanged | None, zone: Zone
) -> tuple[tuple[Entry, ...], str]:
    entries = [Entry(code, "text", "text", bold=True), Entry("last", "line", "price")]
    tip = [f"{code} last = price of the last trade of each second · index points · no reset"]
    if vwap_since is not None:
        since = text.clock(vwap_since, zone)
        entries.append(Entry(f"VWAP since {since}", "dash", "warn"))
        tip.append(
            "VWAP ≈ Σ v·(h+l+c)/3 / Σ v of one-second bars · index points · reset at the session open\n"
            f"an estimate from bars, here since {since}"
        )
    if top is not None:
        fresh = top.freshness in (Freshness.LIVE, Freshness.QUIET)
        entries.append(Entry(_top_words(top, fresh), "text", "dim" if fresh else "faint"))
        tip.append("bid × ask = best prices of the book with their sizes · index points, contracts")
    return tuple(entries), "\n".join(tip)


def _top_words(top: TopChanged, fresh: bool) -> str:
    bid, ask = text.price(top.bid), text.price(top.ask)
    words = f"{bid} ({text.number(top.bid_size)}) × {ask} ({text.number(top.ask_size)})"
    return words if fresh else f"{words} · {top.freshness.value}"


def delta_legend(
    wide_s: int, chosen_s: int, as_pressure: bool, quality: SideQuality | None
) -> tuple[tuple[Entry, ...], str]:
    width = text.window(wide_s)
    name = f"Pressure / {width}" if as_pressure else f"Volume delta / {width}"
    if wide_s != chosen_s:
        name += f" ({text.window(chosen_s)} would be too narrow here)"
    entries = [Entry(name), Entry("buy", "block", "up"), Entry("sell", "block", "down")]
    least = solid_from(wide_s)
    entries.append(Entry(f"hollow: under {least} contracts", "hollow", "dim"))
    if quality is SideQuality.INFERRED:
        entries.append(Entry("inferred sides", "text", "warn"))
    formula = "(B − S) / (B + S), −1 … +1" if as_pressure else "B − S, contracts"
    tip = (
        f"{name.split(' (')[0]} = {formula} · reset at each bar\nB, S = contracts bought, sold by aggressors"
    )
    return tuple(entries), f"{tip}; trades without a side are in neither\n{_SIDES[quality]}"


def cvd_legend(since: Ns | None, partial: bool, zone: Zone) -> tuple[tuple[Entry, ...], str]:
    name = f"CVD since {text.clock(since, zone)}" + (" (partial session)" if partial else "")
    tip = (
        "CVD = Σ (B − S) · contracts · reset at the session open\nthe line breaks at gaps and source switches"
    )
    return (Entry(name, "line", "info"),), tip


def readout(wide: WideBars | None, wide_s: int, at: float | None, zone: Zone) -> str:
    """Bar under the crosshair in words; empty without one."""
    if wide is None or at is None or not len(wide):
        return ""
    place = int(np.searchsorted(wide.start, int(at * SECOND), side="right")) - 1
    if place < 0 or at * SECOND >= wide.start[place] + wide_s * SECOND:
        return f"{text.clock(Ns(int(at * SECOND)), zone)} · no trade"
    start = Ns(int(wide.start[place]))
    clocks = text.clock(start, zone)
    if zone.label != "ET":
        clocks += f" · {text.clock(start, ET)}"
    bought, sold, unknown = (int(c[place]) for c in (wide.bought, wide.sold, wide.unknown))
    pressure = wide.pressure[place]
    parts = [
        clocks,
        f"{wide.close[place] / POINT:,.2f}",
        f"H {wide.high[place] / POINT:,.2f}",
        f"L {wide.low[place] / POINT:,.2f}",
        f"Δ {text.number(bought - sold, sign=True)}",
        f"P {text.number(float(pressure), 2, sign=True) if np.isfinite(pressure) else text.DASH}",
        f"B {bought:,} S {sold:,}" + (f" ? {unknown:,}" if unknown else ""),
    ]
    return "   ".join(parts)
