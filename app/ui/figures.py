"""The figures of the header from one flow update: text, colour, and a tooltip that says what it is."""

from app.domain.units import Ns
from app.domain.updates import FlowChanged
from app.ui import format as text
from app.ui.dress import Dress
from app.ui.format import Zone
from app.ui.widgets.kpi import Figure


def last_figure(flow: FlowChanged | None, code: str | None, worn: Dress, now: Ns, zone: Zone) -> Figure:
    tip = _tip("Last trade", "price of the newest trade", "index points", "none", flow, now, zone)
    caption = code or "NQ future"
    if worn.word:
        caption += f" · {worn.word}"
    return _figure(caption, text.price(flow.last) if flow else text.DASH, "", "text", worn, tip)


def change_figure(flow: FlowChanged | None, _: str | None, worn: Dress, now: Ns, zone: Zone) -> Figure:
    named = flow.change_from if flow and flow.change_from else "previous settlement"
    tip = _tip("Change", f"last − {named}", "index points, %", "each settlement", flow, now, zone)
    if flow is None or flow.change is None or flow.last is None:
        return _figure("Change", text.DASH, "", "text", worn, tip)
    base = flow.last - flow.change
    share = text.percent(flow.change / base, 2, sign=True) if base > 0 else text.DASH
    return _figure("Change", text.change(flow.change), share, _signed(flow.change), worn, tip)


def pressure_figure(flow: FlowChanged | None, _: str | None, worn: Dress, now: Ns, zone: Zone) -> Figure:
    window = text.window(flow.pressure_window_s) if flow else "5 m"
    rule = f"(B − S) / (B + S) over the last {window}"
    tip = _tip("Pressure", rule, "−1 … +1", "rolling", flow, now, zone)
    if flow is None or flow.pressure is None:
        return _figure(f"Pressure {window}", text.DASH, "", "text", worn, tip)
    unknown = text.percent(flow.unknown_share)
    tip += f"\n{flow.contracts:,} contracts with a side, {unknown} of the volume without one"
    words = text.pressure_words(flow.pressure, flow.contracts)
    colour = _signed(flow.pressure) if flow.contracts >= text.FEW_CONTRACTS else "dim"
    return _figure(f"Pressure {window}", text.number(flow.pressure, 2, sign=True), words, colour, worn, tip)


def cvd_figure(flow: FlowChanged | None, _: str | None, worn: Dress, now: Ns, zone: Zone) -> Figure:
    since = text.clock(flow.cvd_since, zone) if flow else text.DASH
    rule = f"Σ (B − S) since {since}"
    tip = _tip("Cumulative volume delta", rule, "contracts", "each session open", flow, now, zone)
    if flow is None or flow.cvd_since is None:
        return _figure("CVD", text.DASH, "", "text", worn, tip)
    extra = ""
    if flow.cvd_partial:
        extra = "partial"
        tip += "\nPartial: Pitwall did not see this session from its open."
    return _figure("CVD", text.number(flow.cvd, sign=True), extra, _signed(flow.cvd), worn, tip)


def ticks_figure(flow: FlowChanged | None, _: str | None, worn: Dress, now: Ns, zone: Zone) -> Figure:
    tip = _tip("Ticks", "trades and quotes of this contract", "records a second", "rolling", flow, now, zone)
    return _figure("Ticks", text.rate(flow.ticks_per_s if flow else None), "", "text", worn, tip)


def _figure(caption: str, value: str, extra: str, colour: str, worn: Dress, tip: str) -> Figure:
    if value == text.DASH:
        return Figure(caption, value, "", "faint", False, tip)
    if worn.word:
        return Figure(caption, value, extra, worn.colour, worn.struck, f"{worn.word}\n{tip}")
    return Figure(caption, value, extra, colour, False, tip)


def _signed(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "text"


def _tip(name: str, rule: str, unit: str, reset: str, flow: FlowChanged | None, now: Ns, zone: Zone) -> str:
    lines = [f"{name} = {rule}", f"unit: {unit} · reset: {reset}"]
    if flow is None:
        return "\n".join([*lines, "No source delivers this yet."])
    origin = flow.provenance
    at = text.clock(Ns(origin.ts_event), zone, millis=True) if origin.ts_event is not None else text.DASH
    seen = text.age_between(Ns(origin.ts_ingest), now)
    lines.append(f"source: {origin.source} · {origin.fidelity} · {flow.freshness.value}")
    lines.append(f"event {at} · received {seen} ago")
    return "\n".join(lines)
