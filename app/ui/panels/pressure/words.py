"""What the chart says in words: legends with formula, unit and reset, and the figures beside the panes."""

from typing import Final

from app.domain.averages import BAND_SIGMAS, LONG, SHORT
from app.domain.large_prints import LEAST, Threshold
from app.domain.ticks import SideQuality
from app.domain.units import Ns
from app.ui import format as text
from app.ui.format import Zone
from app.ui.panels.pressure.looks import Looks
from app.ui.panels.pressure.series import solid_from
from app.ui.panels.pressure.trailing import SOLID_FROM, Now
from app.ui.widgets.plot.figures import Reading
from app.ui.widgets.plot.legend import Entry

# three contracts against one
_HEAVY: Final = 0.5

Said = tuple[tuple[Entry, ...], str]

_SIDES = {
    SideQuality.EXCHANGE: "side: the exchange's own aggressor flag",
    SideQuality.INFERRED: "side: inferred from the quote, not said by the exchange; drawn dashed",
    SideQuality.NONE: "side: not known",
    None: "side: no trade yet",
}


def price_legend(code: str, drawn_as: str) -> Said:
    """`drawn_as` is line, line by side, candles, or the footprint with the height of its rows."""
    entries = [Entry(code, "text", "text", bold=True)]
    last = f"{code} last = price of the last trade"
    if drawn_as == "line by side":
        entries += [Entry("last, by buyer", "line", "up"), Entry("by seller", "line", "down")]
        tip = [f"{last}, in the colour of its aggressor · index points · no reset"]
    elif drawn_as == "line":
        entries.append(Entry("last", "line", "price"))
        tip = [f"{last} · index points · no reset"]
    elif drawn_as == "candles":
        entries += [Entry("rising", "block", "up"), Entry("falling", "block", "down")]
        tip = [f"{code} bars = open, high, low, close of the trades · index points · reset at each bar"]
    else:
        entries.append(Entry(drawn_as, "block", "up"))
        tip = [
            f"{code} footprint = sold × bought at each price of a bar · contracts · reset at each bar",
            "bold: bought outweighs what was sold one row below, or sold what was bought one row above, "
            "3 to 1; an edge marks 3 such rows in a run; a frame the busiest row",
        ]
    return tuple(entries), "\n".join(tip)


def quotes_on_price_legend(looks: Looks) -> Said:
    """The band from bid to ask and the microprice, as far as they are shown."""
    entries: list[Entry] = []
    tips = []
    if looks.bbo:
        entries.append(Entry("bid to ask", "block", "info"))
        tips.append("bid to ask = best bid and ask at the end of each second · index points · no reset")
    if looks.microprice:
        entries.append(Entry("microprice", "line", "accent"))
        tips.append(
            "microprice = (pa·qb + pb·qa) / (qa + qb) of the best bid and ask, at the end of each second · "
            "index points · no reset · shown up to 2 s a pixel"
        )
    return tuple(entries), "\n".join(tips)


def marks_legend(looks: Looks, threshold: Threshold | None) -> Said:
    """Sweeps and absorption, as far as they are shown."""
    entries: list[Entry] = []
    tips = []
    if looks.sweeps:
        entries.append(Entry("▲▼ sweeps"))
        tips.append(
            "sweep = one side through 3 price levels or more, three within 50 ms, up to the farthest price · "
            "in the colour of the aggressor · no reset"
        )
    if looks.absorption:
        least = LEAST if threshold is None else threshold.size
        entries.append(Entry(f"⊓⊔ absorbed ≥ {least}"))
        tips.append(
            f"absorption = {least} contracts or more of one side traded at one price within 2 s, and in the "
            "2 s after each the price moved by a tick at most · a lid over buyers, a floor under sellers · "
            "no reset"
        )
    return tuple(entries), "\n".join(tips)


def average_legend(
    value: float | None, sigma: float | None, since: Ns | None, holes: int, zone: Zone
) -> Said:
    """`holes`: gaps in the trades that it was made of."""
    if value is None or sigma is None:
        return (Entry("VWAP —", "line", "warn"),), "VWAP: no volume at price has come yet"
    name = f"VWAP {text.number(value, 2)} σ {text.number(sigma, 2)} since {text.clock(since, zone)}"
    tip = (
        "VWAP = Σ p·v / Σ v of every trade · index points · reset at the session open\n"
        "σ = √(Σ v·(p − VWAP)² / Σ v); dashed at 1 and 2 σ, at the end of each minute"
    )
    if holes:
        name += f" ({_gaps(holes)})"
        tip += "\nwhat was traded in the gaps is in neither: the lines break there"
    return (Entry(name, "line", "warn"),), tip


def anchored_legend() -> Said:
    tip = "anchored VWAP = Σ p·v / Σ v of every trade since the minute that was chosen · index points"
    return (Entry("VWAP from a minute", "line", "accent"),), f"{tip} · reset at that minute"


def poc_legend() -> Said:
    tip = "developing POC = the busiest row of the profile at the end of each minute · index points"
    return (Entry("POC", "dash", "info"),), f"{tip} · reset at the session open"


def profile_tip(poc: str, area: str) -> str:
    return (
        f"Session profile: contracts by rows of 1 point since the open\nPOC {poc} · value area {area}: "
        "the fewest rows around the busiest with 70 % of the volume · reset at the session open"
    )


def overlay_legend(looks: Looks) -> Said:
    """Averages, bands and naked POCs, as far as they are shown."""
    entries: list[Entry] = []
    tips = []
    for shown, name, colours in (
        (looks.sma, "SMA", ("info", "accent")),
        (looks.ema, "EMA", ("up", "down")),
    ):
        if shown:
            entries += [Entry(f"{name} {n}", "line", c) for n, c in zip((SHORT, LONG), colours, strict=True)]
    if looks.sma or looks.ema:
        tips.append("SMA, EMA = simple, exponential mean of the last closes · index points · no reset")
    if looks.bollinger:
        entries.append(Entry(f"Bollinger {SHORT}", "line", "idle"))
        tips.append(f"Bollinger = SMA {SHORT} ± {BAND_SIGMAS} standard deviations · index points · no reset")
    if looks.naked:
        entries.append(Entry("naked POC", "line", "warn"))
        tips.append(
            "naked POC = busiest row of an earlier bar, not traded since · 80 bars from 1 min on · no reset"
        )
    return tuple(entries), "\n".join(tips)


def prints_legend(threshold: Threshold | None, left_out: int, least_shown: float) -> Said:
    least = "" if threshold is None else f"; from {threshold.size} contracts on ({threshold.basis.value})"
    tip = (
        f"Large prints: trades of one side within 20 ms taken as one, area = contracts{least}\n"
        "in the colour of the aggressor, a grey ring where no side was said · no reset"
    )
    name = "large prints" if threshold is None else f"prints ≥ {threshold.size}"
    if left_out:
        name = f"largest prints, ≥ {text.number(least_shown)}"
        tip += f"\n{left_out:,} smaller ones are left out here: zoom in to see them"
    return (Entry(name, "ring", "dim"),), tip


def pressure_legend(drawn: tuple[int, ...], unknown: float | None, quality: SideQuality | None) -> Said:
    look = "dash" if quality is SideQuality.INFERRED else "line"
    entries = [Entry("Pressure P")]
    colours = {5: "idle", 30: "info", 300: "text"}
    for seconds, colour in reversed(colours.items()):
        if seconds in drawn:
            entries.append(Entry(text.window(seconds), look, colour))
    missing = [text.window(seconds) for seconds in colours if seconds not in drawn]
    if missing and drawn:
        entries.append(Entry(f"{', '.join(missing)}: zoom in", "text", "faint"))
    entries.append(Entry(f"no side {text.percent(unknown, 1)}", "text", "faint"))
    least = ", ".join(f"{count} in {text.window(seconds)}" for seconds, count in SOLID_FROM.items())
    tip = (
        "P = (B − S) / (B + S) over the window up to each moment · −1 … +1 · rolling, no reset\n"
        f"dotted under {least} contracts · |P| from 0.25 moderate, 0.50 strong, 0.75 extreme\n"
        "B, S = contracts bought, sold by aggressors; trades without a side are in neither"
    )
    return tuple(entries), f"{tip}\n{_SIDES[quality]}"


def quotes_legend(there: bool) -> Said:
    entries = (Entry("Quote pressure QI"), Entry("bid heavier", "block", "up"), Entry("ask", "block", "down"))
    tip = (
        "QI = (qb − qa) / (qb + qa) of the best bid and ask, weighted by time over each second · −1 … +1 · "
        "every quote of Databento counts, of other sources the newest of each look · "
        "no reset\nmicroprice = (pa·qb + pb·qa) / (qa + qb) · index points"
    )
    return (entries if there else (*entries[:1], Entry("no quotes yet", "text", "faint"))), tip


def order_flow_legend(seconds: int, there: bool) -> Said:
    name = Entry(f"Order flow imbalance / {text.window(seconds)}")
    tip = (
        "OFI = Σ contracts that came to the best bid − those that left it − the same of the best ask\n"
        "contracts · reset at each bar · it explains the move of that moment and does not forecast the next"
    )
    sides = (Entry("to the bid", "block", "up"), Entry("to the ask", "block", "down"))
    return (name, *sides) if there else (name, Entry("no quotes yet", "text", "faint")), tip


def delta_legend(width: str, bar_s: int, as_pressure: bool, quality: SideQuality | None) -> Said:
    name = f"Pressure / {width}" if as_pressure else f"Volume delta / {width}"
    entries = [Entry(name), Entry("buy", "block", "up"), Entry("sell", "block", "down")]
    least = solid_from(bar_s)
    entries.append(Entry(f"hollow: under {least} contracts", "hollow", "dim"))
    if quality is SideQuality.INFERRED:
        entries.append(Entry("inferred sides", "text", "warn"))
    formula = "(B − S) / (B + S), −1 … +1" if as_pressure else "B − S, contracts"
    tip = (
        f"{name.split(' (')[0]} = {formula} · reset at each bar\n"
        "the thin line is how far the sum ran inside the bar\n"
        "B, S = contracts bought, sold by aggressors"
    )
    return tuple(entries), f"{tip}; trades without a side are in neither\n{_SIDES[quality]}"


def cvd_legend(
    since: Ns | None, anchor: str, partial: bool, holes: int, quality: SideQuality | None, zone: Zone
) -> Said:
    """`since` None: the anchor has not come yet. `holes`: gaps in the trades since then."""
    name = f"CVD since {text.clock(since, zone)}" if since is not None else f"CVD from {anchor} on: not yet"
    lacks = [*(["partial session"] if partial else []), *([_gaps(holes)] if holes else [])]
    if lacks and since is not None:
        name += f" ({', '.join(lacks)})"
    look = "dash" if quality is SideQuality.INFERRED else "line"
    tip = (
        f"CVD = Σ (B − S) · contracts · reset at: {anchor}\n"
        "candles: open, high, low, close of the running sum inside each bar\n"
        f"the line breaks at gaps and source switches\n{_SIDES[quality]}"
    )
    return (Entry(name, look, "info"),), tip


def sized_legend(sides: Said, bounds: tuple[int, int]) -> Said:
    """The same with cumulative delta by size of the trade; `bounds`: the largest small, the least large."""
    entries, tip = sides
    small, large = bounds
    classes = [(f"{small} and less", "idle"), (f"to {large - 1}", "price"), (f"{large} and more", "warn")]
    if large == small + 1:
        del classes[1]
    more = tuple(Entry(name, "line", colour) for name, colour in classes)
    why = (
        "by size: the same of trades of so many contracts each, every 10 s; "
        "Settings say where small ends and large begins"
    )
    return (*entries, *more), f"{tip}\n{why}"


def volume_legend(width: str) -> Said:
    entries = (
        Entry(f"Volume / {width}"), Entry("bought", "block", "up"),
        Entry("sold", "block", "down"), Entry("no side", "block", "idle"),
    )  # fmt: skip
    return entries, "Volume = B + S + N · contracts · reset at each bar"


def pressure_reading(seconds: int, now: Now) -> Reading:
    caption = text.window(seconds)
    if now.value is None:
        return Reading(caption, text.DASH, "faint", "no trades")
    words = text.pressure_words(now.value, now.contracts)
    few = now.contracts < SOLID_FROM[seconds]
    colour = "dim" if few or abs(now.value) < 0.25 else "up" if now.value > 0 else "down"
    return Reading(caption, text.number(now.value, 2, sign=True), colour, words)


def signed(caption: str, value: int) -> Reading:
    colour = "up" if value > 0 else "down" if value < 0 else "text"
    return Reading(caption, text.number(value, sign=True), colour)


def quote_readings(imbalance: float, microprice: float) -> tuple[Reading, ...]:
    """NaN where a side was missing."""
    if imbalance != imbalance:
        return (Reading("QI", text.DASH, "faint"),)
    side = "bid" if imbalance > 0 else "ask"
    word = f"{side} heavy" if abs(imbalance) > _HEAVY else "even"
    colour = "dim" if abs(imbalance) <= _HEAVY else "up" if imbalance > 0 else "down"
    micro = text.number(microprice, 2) if microprice == microprice else text.DASH
    return Reading("QI 1 s", text.number(imbalance, 2, sign=True), colour, word), Reading("micro", micro)


def unknown_reading(share: float | None) -> Reading:
    return Reading("no side", text.percent(share, 1), "dim")


def _gaps(count: int) -> str:
    return f"{count} {'gap' if count == 1 else 'gaps'}"
