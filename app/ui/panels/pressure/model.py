"""What the chart knows: bars, quotes, volume at price, large prints, gaps, halts, sources. No Qt."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.domain.chart_updates import (
    AbsorptionChanged,
    LargeFromChanged,
    LargePrintChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    RollChanged,
    SizedFlowChanged,
    SweepChanged,
    TickBarChanged,
)
from app.domain.large_prints import Threshold
from app.domain.market_state import MarketState
from app.domain.routing import Channel, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import POINT, SECOND, Ns, Px
from app.domain.updates import (
    BarChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    MarketChanged,
    RouteSwitched,
    Started,
    TopChanged,
    Update,
)
from app.ui.panels.pressure.columns import (
    AbsorbedColumns,
    BarColumns,
    PrintColumns,
    QuoteColumns,
    SizedColumns,
    SweepColumns,
    TickColumns,
)

SHORTEST_GAP: Final = SECOND
_MOST_GAPS = 500
_MOST_SWITCHES = 200
_MOST_HALTS = 50
_MOST_MINUTES: Final = 3 * 24 * 60


@dataclass(frozen=True, slots=True)
class Switch:
    """From `at` on another source feeds the trades."""

    at: Ns
    source: SourceId | None
    reason: str


@dataclass(frozen=True, slots=True)
class Halt:
    """Trading was stopped by the exchange; `end` None while it is."""

    start: Ns
    end: Ns | None


class PressureModel:
    def __init__(self) -> None:
        self.flows: dict[int, FlowChanged] = {}
        self.tops: dict[int, TopChanged] = {}
        self.quotes: defaultdict[int, QuoteColumns] = defaultdict(QuoteColumns)
        self.prints: defaultdict[int, PrintColumns] = defaultdict(PrintColumns)
        self.large_from: dict[int, Threshold] = {}
        self.ticks: defaultdict[int, TickColumns] = defaultdict(TickColumns)
        self.sized: defaultdict[int, SizedColumns] = defaultdict(SizedColumns)
        self.sweeps: defaultdict[int, SweepColumns] = defaultdict(SweepColumns)
        self.absorbed: defaultdict[int, AbsorbedColumns] = defaultdict(AbsorbedColumns)
        self.minutes: dict[int, dict[int, PriceVolumeChanged]] = {}
        self.switches: list[Switch] = []
        self.halts: list[Halt] = []
        self.roll: RollChanged | None = None
        self.sides: dict[int, SideQuality] = {}
        self.started: Started | None = None
        self.watched: int | None = None
        """The instrument on the chart: holes of a source that does not feed it are none of it."""
        self._bars: dict[int, dict[int, BarColumns]] = {}
        self._options: set[int] = set()
        self._sources: list[SourceId] = []
        self._fed: dict[int, set[SourceId]] = {}
        self._gaps: dict[str, GapChanged] = {}
        self._new_minutes: list[PriceVolumeChanged] = []
        self._takers: dict[type, Callable[[Any], bool | None]] = {
            AbsorptionChanged: lambda one: self.absorbed[one.absorption.instrument].put(one.absorption),
            BarChanged: self._bar,
            FlowChanged: self._flow,
            GapChanged: self._gap,
            InstrumentKnown: self._learn,
            LargeFromChanged: self._set_threshold,
            LargePrintChanged: self._print,
            MarketChanged: self._market,
            PriceVolumeChanged: self._minute,
            QuoteSecondChanged: self._second,
            RollChanged: self._set_roll,
            RouteSwitched: self._route,
            SizedFlowChanged: lambda one: self.sized[one.flow.instrument].put(one.flow),
            Started: self._start,
            SweepChanged: lambda one: self.sweeps[one.sweep.instrument].put(one.sweep),
            TickBarChanged: lambda one: self.ticks[one.bar.instrument].put(one.bar),
            TopChanged: self._top,
        }

    def apply(self, update: Update) -> bool:
        """Whether it was of any use: most are of options. Thousands come in a second, so that each has one
        look at a table.
        """
        take = self._takers.get(type(update))
        return take is not None and take(update) is not False

    def bars(self, instrument: int | None) -> BarColumns | None:
        """The finest bars there are of an instrument."""
        by_width = self._bars.get(instrument) if instrument is not None else None
        return by_width[min(by_width)] if by_width else None

    def new_minutes(self) -> tuple[PriceVolumeChanged, ...]:
        """Minutes of volume at price that changed since the last call, of all instruments."""
        found, self._new_minutes = tuple(self._new_minutes), []
        return found

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
        return tuple((gap.start, gap.end or now) for gap in self.open_gaps(now))

    def open_gaps(self, now: Ns) -> tuple[GapChanged, ...]:
        """The same with what is known of each, in order of time."""
        mine = (gap for gap in self._gaps.values() if not gap.filled and self._concerns(gap))
        long = (gap for gap in mine if (gap.end or now) - gap.start >= SHORTEST_GAP)
        return tuple(sorted(long, key=lambda gap: gap.start))

    def filling(self) -> bool:
        waiting = (gap for gap in self._gaps.values() if not gap.filled and not gap.lost)
        return any(gap.end is not None and self._concerns(gap) for gap in waiting)

    def _concerns(self, gap: GapChanged) -> bool:
        fed = self._fed.get(self.watched) if self.watched is not None else None
        return fed is None or gap.source in fed

    def _flow(self, flow: FlowChanged) -> None:
        self.flows[flow.instrument] = flow

    def _bar(self, changed: BarChanged) -> bool:
        bar, source = changed.bar, changed.provenance.source
        if bar.instrument in self._options:
            return False
        self.sides[bar.instrument] = changed.side_quality
        if source not in self._sources:
            self._sources.append(source)
        self._fed.setdefault(bar.instrument, set()).add(source)
        by_width = self._bars.setdefault(bar.instrument, {})
        columns = by_width.get(bar.seconds)
        if columns is None:
            columns = by_width[bar.seconds] = BarColumns(bar.seconds)
        columns.put(bar, self._sources.index(source))
        return True

    def _top(self, top: TopChanged) -> bool:
        if top.instrument in self._options:
            return False
        self.tops[top.instrument] = top
        return True

    def _second(self, second: QuoteSecondChanged) -> None:
        if second.instrument not in self._options:
            self.quotes[second.instrument].put(second)

    def _print(self, one: LargePrintChanged) -> None:
        if one.instrument not in self._options:
            self.prints[one.instrument].put(one.at, one.price / POINT, one.size, one.side)

    def _minute(self, minute: PriceVolumeChanged) -> None:
        if minute.instrument in self._options:
            return
        minutes = self.minutes.setdefault(minute.instrument, {})
        minutes[minute.start] = minute
        self._new_minutes.append(minute)
        while len(minutes) > _MOST_MINUTES:
            minutes.pop(next(iter(minutes)))

    def _set_threshold(self, changed: LargeFromChanged) -> None:
        self.large_from[changed.instrument] = changed.threshold

    def _set_roll(self, roll: RollChanged) -> None:
        self.roll = roll

    def _start(self, started: Started) -> None:
        self.started = started

    def _learn(self, known: InstrumentKnown) -> None:
        if known.option is not None and known.instrument not in self._options:
            self._options.add(known.instrument)
            for kept in (self._bars, self.tops, self.quotes, self.prints, self.ticks, self.minutes):
                kept.pop(known.instrument, None)

    def _gap(self, gap: GapChanged) -> None:
        if gap.channel is not Channel.NQ_TRADES:
            return
        self._gaps[gap.key] = gap
        while len(self._gaps) > _MOST_GAPS:
            self._gaps.pop(next(iter(self._gaps)))

    def _route(self, switch: RouteSwitched) -> None:
        if switch.channel is Channel.NQ_TRADES and switch.before is not None:
            self.switches.append(Switch(switch.at, switch.after, switch.reason))
            del self.switches[:-_MOST_SWITCHES]

    def _market(self, market: MarketChanged) -> None:
        halted = market.moment.state is MarketState.HALTED
        stopped = bool(self.halts) and self.halts[-1].end is None
        if halted and not stopped:
            self.halts.append(Halt(market.moment.at, None))
            del self.halts[:-_MOST_HALTS]
        elif stopped and not halted:
            self.halts[-1] = Halt(self.halts[-1].start, market.moment.at)
