"""The figures of the header: of each its text and colour from a flow update, and the words that define it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.domain.units import Ns
from app.domain.updates import FlowChanged
from app.ui import format as text
from app.ui.dress import Dress
from app.ui.format import Zone
from app.ui.widgets.kpi import Figure


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """`show` gets a flow and the contract's code; `rule` says how the number is made, in that flow."""

    caption: str
    show: Callable[[FlowChanged, str], Figure]
    rule: Callable[[FlowChanged, Zone], str]
    unit: str
    reset: str


def figure(spec: FigureSpec, flow: FlowChanged | None, code: str | None, worn: Dress) -> Figure:
    """As it is shown: a dash without a value, dressed by how fresh it is."""
    if flow is None or code is None:
        return Figure(code or spec.caption, text.DASH, colour="faint")
    shown = spec.show(flow, code)
    if shown.value == text.DASH:
        return Figure(shown.caption, text.DASH, colour="faint")
    if not worn.word:
        return shown
    caption = f"{shown.caption} · {worn.word}" if spec is FIGURES[0] else shown.caption
    return Figure(caption, shown.value, shown.extra, worn.colour, worn.struck)


def tip(spec: FigureSpec, flow: FlowChanged | None, now: Ns, zone: Zone) -> str:
    """Formula, unit, reset, source, fidelity and times of a figure."""
    if flow is None:
        return f"{spec.caption}\nunit: {spec.unit} · reset: {spec.reset}\nNo source delivers this yet."
    origin = flow.provenance
    event = Ns(origin.ts_event) if origin.ts_event is not None else None
    at, seen = text.clock(event, zone, millis=True), text.age_between(Ns(origin.ts_ingest), now)
    return "\n".join((
        f"{spec.caption} = {spec.rule(flow, zone)}",
        f"unit: {spec.unit} · reset: {spec.reset}",
        f"source: {origin.source} · {origin.fidelity} · {flow.freshness.value}",
        f"event {at} · received {seen} ago",
    ))  # fmt: skip


def _last(flow: FlowChanged, code: str) -> Figure:
    return Figure(code, text.price(flow.last))


def _change(flow: FlowChanged, _: str) -> Figure:
    if flow.change is None or flow.last is None:
        return Figure("Change", text.DASH)
    base = flow.last - flow.change
    share = text.percent(flow.change / base, 2, sign=True) if base > 0 else text.DASH
    return Figure("Change", text.change(flow.change), share, _signed(flow.change))


def _pressure(flow: FlowChanged, _: str) -> Figure:
    caption = f"Pressure {text.window(flow.pressure_window_s)}"
    if flow.pressure is None:
        return Figure(caption, text.DASH)
    words = text.pressure_words(flow.pressure, flow.contracts)
    colour = _signed(flow.pressure) if flow.contracts >= text.FEW_CONTRACTS else "dim"
    return Figure(caption, text.number(flow.pressure, 2, sign=True), words, colour)


def _cvd(flow: FlowChanged, _: str) -> Figure:
    if flow.cvd_since is None:
        return Figure("CVD", text.DASH)
    extra = "partial" if flow.cvd_partial else ""
    return Figure("CVD", text.number(flow.cvd, sign=True), extra, _signed(flow.cvd))


def _ticks(flow: FlowChanged, _: str) -> Figure:
    return Figure("Ticks", text.rate(flow.ticks_per_s))


def _pressure_rule(flow: FlowChanged, _: Zone) -> str:
    unknown = text.percent(flow.unknown_share)
    window = text.window(flow.pressure_window_s)
    return (
        f"(B − S) / (B + S) over the last {window}\n"
        f"{flow.contracts:,} contracts with a side; {unknown} of the volume has none"
    )


def _cvd_rule(flow: FlowChanged, zone: Zone) -> str:
    partial = "\nPartial: this session was not seen from its open." if flow.cvd_partial else ""
    return f"Σ (B − S) since {text.clock(flow.cvd_since, zone)}{partial}"


def _change_rule(flow: FlowChanged, _: Zone) -> str:
    return f"last − {flow.change_from or 'previous settlement'}"


def _signed(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else "text"


FIGURES: Final = (
    FigureSpec("Last", _last, lambda _, __: "price of the newest trade", "index points", "none"),
    FigureSpec("Change", _change, _change_rule, "index points, %", "each settlement"),
    FigureSpec("Pressure", _pressure, _pressure_rule, "−1 … +1", "rolling"),
    FigureSpec("CVD", _cvd, _cvd_rule, "contracts", "each session open"),
    FigureSpec("Ticks", _ticks, lambda _, __: "records of this contract", "per second", "rolling"),
)
