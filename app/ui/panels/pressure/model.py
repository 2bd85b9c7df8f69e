"""What the price and pressure chart knows: bars by instrument, gaps, who fed them. No Qt."""

from dataclasses import dataclass
from typing import Final

from app.domain.bars import PressureBar
from app.domain.routing import Channel, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, Px
from app.domain.updates import (
    BarChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    RouteSwitched,
    Started,
    TopChanged,
    Update,
)
from app.ui.panels.pressure.columns import BarColumns

SHORTEST_GAP: Final = SECOND
_MOST_GAPS = 500
_MOST_SWITCHES = 200


@dataclass(frozen=True, slots=True)
class Switch:
    """From `at` on another source feeds the trades."""

    at: Ns
    source: SourceId | None
    reason: str


class PressureModel:
    def __init__(self) -> None:
        self.flows: dict[int, FlowChanged] = {}
        self.tops: dict[int, TopChanged] = {}
        self.switches: list[Switch] = []
        self.side_quality: SideQuality | None = None
        self.started: Started | None = None
        self.version = 0
        self._bars: dict[int, dict[int, BarColumns]] = {}
        self._options: set[int] = set()
        self._sources: list[SourceId] = []
        self._gaps: dict[str, GapChanged] = {}

    def apply(self, update: Update) -> None:
        self.version += 1
        match update:
            case BarChanged():
                self._put(update.bar, update.provenance.source, update.side_quality)
            case FlowChanged():
                self.flows[update.instrument] = update
            case TopChanged() if update.instrument not in self._options:
                self.tops[update.instrument] = update
            case InstrumentKnown():
                self._learn(update)
            case GapChanged():
                self._gap(update)
            case RouteSwitched():
                self._route(update)
            case Started():
                self.started = update
            case _:
                return

    def bars(self, instrument: int | None) -> BarColumns | None:
        """The finest bars there are of an instrument."""
        by_width = self._bars.get(instrument) if instrument is not None else None
        return by_width[min(by_width)] if by_width else None

    def source_name(self, code: int) -> SourceId | None:
        return self._sources[code] if 0 <= code < len(self._sources) else None

    def last(self, instrument: int | None) -> Px | None:
        """Price of the newest trade, from the flow or else from the newest bar."""
        flow = self.flows.get(instrument) if instrument is not None else None
        if flow is not None and flow.last is not None:
            return flow.last
        bars = self.bars(instrument)
        return Px(int(bars.all().close[-1])) if bars is not None and len(bars) else None

    def gaps(self, now: Ns) -> tuple[tuple[int, int], ...]:
        """Holes in the trades that are not filled, at least a second long; an open one reaches to now."""
        spans = ((gap.start, gap.end or now) for gap in self._gaps.values() if not gap.filled)
        return tuple(sorted((start, end) for start, end in spans if end - start >= SHORTEST_GAP))

    def filling(self) -> bool:
        return any(gap.end is not None and not gap.filled for gap in self._gaps.values())

    def _put(self, bar: PressureBar, source: SourceId, quality: SideQuality) -> None:
        if bar.instrument in self._options:
            return
        self.side_quality = quality
        if source not in self._sources:
            self._sources.append(source)
        by_width = self._bars.setdefault(bar.instrument, {})
        columns = by_width.get(bar.seconds)
        if columns is None:
            columns = by_width[bar.seconds] = BarColumns(bar.seconds)
        columns.put(bar, self._sources.index(source))

    def _learn(self, known: InstrumentKnown) -> None:
        if known.option is not None:
            self._options.add(known.instrument)
            self._bars.pop(known.instrument, None)
            self.tops.pop(known.instrument, None)

    def _gap(self, gap: GapChanged) -> None:
        if gap.channel is not Channel.NQ_TRADES:
            return
        self._gaps[gap.key] = gap
        while len(self._gaps) > _MOST_GAPS:
            self._gaps.pop(next(iter(self._gaps)))

    def _route(self, switch: RouteSwitched) -> None:
        if switch.channel is Channel.NQ_TRADES:
            self.switches.append(Switch(switch.at, switch.after, switch.reason))
            del self.switches[:-_MOST_SWITCHES]
