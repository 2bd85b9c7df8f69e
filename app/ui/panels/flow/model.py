"""The windowed pressure table without a screen: which window, which rows pass, in which order. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.domain.bars import PressureBar
from app.domain.contract import Future
from app.domain.flow_window import FlowWindow, Leaning, Significance, flow_window
from app.domain.health import Freshness
from app.domain.routing import Channel, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, points
from app.domain.updates import (
    BarChanged,
    CoverageChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    RouteChanged,
    Update,
)
from app.ui.format import DASH, number, percent
from app.ui.panels.flow.page import Kind, Order, Page, Wish
from app.ui.panels.flow.strike_map import MOST_COLUMNS, Side, StrikeMap, column_of, strike_map
from app.ui.panels.flow.strike_map import Cell as StrikeCell
from app.ui.widgets.cells import Cell, Row

MOST_WINDOWS: Final = 288
"""A session of 23 hours in windows of five minutes, and the hour before it."""

_MOST_GAPS: Final = 500
_TRADES: Final = {Kind.OPTIONS: Channel.OPT_TRADES, Kind.FUTURES: Channel.NQ_TRADES}
_FRESH: Final = (Freshness.LIVE, Freshness.QUIET)
_WORDS: Final = {
    Leaning.BUY: ("▲ BUY", "up"),
    Leaning.SELL: ("▼ SELL", "down"),
    Leaning.NEUTRAL: ("NEUTRAL", "dim"),
}


# What is not known comes last when the largest is first.
_RANKS: Final[Mapping[Order, Callable[[FlowWindow], object]]] = {
    Order.BOUGHT: lambda one: one.bar.bought,
    Order.SOLD: lambda one: one.bar.sold,
    Order.UNKNOWN: lambda one: one.unknown_share or 0.0,
    Order.TRADES: lambda one: one.bar.trades,
    Order.MEAN: lambda one: one.mean_size or 0.0,
    Order.PRESSURE: lambda one: -2.0 if one.pressure is None else one.pressure,
    Order.LEANING: lambda one: "" if one.leaning is None else one.leaning.value,
    Order.CONFIDENCE: lambda one: -1.0 if one.confidence is None else one.confidence,
    Order.MARK: lambda one: one.significant,
}


class FlowModel:
    """Bars of one width, by window and instrument, of the source that feeds the option trades."""

    def __init__(self) -> None:
        self._windows: dict[Ns, dict[int, PressureBar]] = {}
        self._known: dict[int, InstrumentKnown] = {}
        self._futures: dict[int, Future] = {}
        self._seconds = 0
        self._source: SourceId | None = None
        self._freshness: dict[SourceId, Freshness] = {}
        self._wished: tuple[Wish, int, bool] | None = None
        self._page = Page((), None, 0, False, 0, False)
        self._version = 0
        self._columns: dict[tuple[Ns, Side], dict[int, StrikeCell]] = {}
        self._judged: dict[int, FlowWindow] = {}
        self._marked_by = Significance()
        self._gaps: dict[str, GapChanged] = {}
        self._coverage: dict[SourceId, CoverageChanged] = {}
        self._lines: dict[int, tuple[FlowWindow, bool, Row]] = {}
        self.side_quality = SideQuality.NONE

    def apply(self, update: Update, seconds: int) -> None:
        """`seconds` is the width of a window in force; bars of another are those of the chart."""
        match update:
            case BarChanged() if update.bar.seconds == seconds:
                self._bar(update, seconds)
            case InstrumentKnown():
                self._known[update.instrument] = update
                if update.future is not None:
                    self._futures[update.instrument] = update.future
                self._columns.clear()
                self._version += 1
            case RouteChanged() if update.channel is Channel.OPT_TRADES and update.source is not None:
                self._follow(update.source)
            case GapChanged() if update.channel in _TRADES.values():
                self._gap(update)
            case CoverageChanged():
                self._coverage[update.source] = update
            case HealthChanged():
                mine = (one for one in update.health.channels if one.channel is Channel.OPT_TRADES)
                self._freshness.update({one.source: one.freshness for one in mine})

    def strike_map(self, side: Side, charted: Future | None) -> StrikeMap | None:
        """Of the newest windows, with the price of the charted future."""
        numbers = [n for n, future in self._futures.items() if future == charted]
        starts = tuple(reversed(self.starts[:MOST_COLUMNS]))
        columns = [self._column(start, side) for start in starts]
        prices = [self._close(start, numbers) for start in starts]
        return strike_map(starts, self._seconds, columns, prices)

    @property
    def starts(self) -> tuple[Ns, ...]:
        """Of the windows held, the newest first."""
        return tuple(sorted(self._windows, reverse=True))

    @property
    def stale(self) -> bool:
        """The window that is still open may be missing trades that were made."""
        return self._source is None or self._freshness.get(self._source, Freshness.UNKNOWN) not in _FRESH

    def page(self, wish: Wish) -> Page:
        stale = self.stale
        key = wish, self._version, stale
        if key != self._wished:
            self._wished, self._page = key, self._made(wish, stale)
        return self._page

    def windows(self, wish: Wish) -> tuple[FlowWindow, ...]:
        """The rows of the page, as what they are made of."""
        return tuple(self._judged[int(row.key)] for row in self.page(wish).rows)

    def symbol(self, instrument: int) -> str:
        return self._known[instrument].raw_symbol

    @property
    def source(self) -> SourceId | None:
        return self._source

    @property
    def coverage(self) -> CoverageChanged | None:
        """What the source of the trades leaves out."""
        return None if self._source is None else self._coverage.get(self._source)

    def step(self, wish: Wish, by: int) -> Wish:
        """An older (1) or newer (-1) window; beyond the newest it follows again."""
        starts = self.starts
        if not starts:
            return wish
        at = starts.index(wish.start) if wish.start in starts else 0
        number_of = max(0, min(len(starts) - 1, at + by))
        return replace(wish, start=None if number_of == 0 else starts[number_of])

    def _bar(self, update: BarChanged, seconds: int) -> None:
        source = update.provenance.source
        if self._source is None:
            self._source = source
        if source != self._source:
            return
        if seconds != self._seconds:
            self._windows.clear()
            self._columns.clear()
            self._seconds = seconds
        self.side_quality = update.side_quality
        self._windows.setdefault(update.bar.start, {})[update.bar.instrument] = update.bar
        for side in Side:
            self._columns.pop((update.bar.start, side), None)
        self._version += 1
        while len(self._windows) > MOST_WINDOWS:
            oldest = min(self._windows)
            del self._windows[oldest]
            for side in Side:
                self._columns.pop((oldest, side), None)

    def _gap(self, gap: GapChanged) -> None:
        """Filled ones are none any more."""
        self._gaps.pop(gap.key, None)
        if not gap.filled:
            self._gaps[gap.key] = gap
            while len(self._gaps) > _MOST_GAPS:
                self._gaps.pop(next(iter(self._gaps)))
        self._version += 1

    def _has_gap(self, start: Ns, kind: Kind) -> bool:
        end, of = start + self._seconds * SECOND, (self._source, _TRADES[kind])
        mine = (gap for gap in self._gaps.values() if (gap.source, gap.channel) == of)
        return any(gap.start < end and (gap.end is None or gap.end > start) for gap in mine)

    def _follow(self, source: SourceId) -> None:
        """Numbers of two sources never share a table."""
        if source != self._source:
            self._source = source
            self._windows.clear()
            self._columns.clear()
            self._version += 1

    def _made(self, wish: Wish, stale: bool) -> Page:
        starts = self.starts
        if not starts:
            return Page((), None, self._seconds, False, 0, stale)
        start = wish.start if wish.start in self._windows else starts[0]
        if wish.mark != self._marked_by:
            self._marked_by = wish.mark
            self._judged.clear()
        bars = [bar for bar in self._windows[start].values() if self._is(bar.instrument, wish.kind)]
        # most have few contracts: they need not be judged to be left out
        found = [self._judge(bar) for bar in bars if bar.volume >= wish.admitted.volume]
        passed = [
            one
            for one in found
            if wish.admitted.admits(one) and (one.significant or not wish.significant_only)
        ]
        passed.sort(key=lambda one: self._rank(one, wish.order), reverse=not wish.upwards)
        is_open = any(not bar.closed for bar in bars)
        rows = tuple(self._line(one, stale and not one.bar.closed) for one in passed)
        hidden = len(bars) - len(passed)
        return Page(rows, start, self._seconds, is_open, hidden, stale, self._has_gap(start, wish.kind))

    def _close(self, start: Ns, numbers: list[int]) -> float | None:
        bars = [bar for number in numbers if (bar := self._windows[start].get(number)) is not None]
        return points(bars[0].close) if bars else None

    def _column(self, start: Ns, side: Side) -> dict[int, StrikeCell]:
        """A closed window is added up once."""
        known = self._columns.get((start, side))
        if known is None:
            bars = tuple(self._windows[start].values())
            known = self._columns[start, side] = column_of(bars, self._known, side)
        return known

    def _judge(self, bar: PressureBar) -> FlowWindow:
        """Most bars are those of the last time."""
        known = self._judged.get(bar.instrument)
        if known is None or known.bar is not bar:
            known = self._judged[bar.instrument] = flow_window(bar, self._marked_by)
        return known

    def _line(self, one: FlowWindow, struck: bool) -> Row:
        known = self._lines.get(one.bar.instrument)
        if known is None or known[0] is not one or known[1] != struck:
            known = self._lines[one.bar.instrument] = one, struck, self._row(one, struck)
        return known[2]

    def _is(self, instrument: int, kind: Kind) -> bool:
        known = self._known.get(instrument)
        if known is None:
            return False
        return (known.option if kind is Kind.OPTIONS else known.future) is not None

    def _name(self, instrument: int) -> tuple[str, int, str]:
        """Sorts by expiry's series, then strike."""
        known = self._known[instrument]
        if known.option is None:
            return known.raw_symbol, 0, ""
        return known.option.series.raw, known.option.strike, known.option.right.value

    def _rank(self, one: FlowWindow, order: Order) -> tuple[object, ...]:
        name = self._name(one.bar.instrument)
        by = _RANKS.get(order)
        return (name,) if by is None else (by(one), name)

    def _row(self, one: FlowWindow, struck: bool) -> Row:
        bar = one.bar
        word, colour = _WORDS[one.leaning] if one.leaning is not None else (DASH, "faint")
        marks = [word for word, so in (("★ significant", one.significant), ("revised", bar.revised)) if so]
        tip = (
            f"{bar.bought:,} bought, {bar.sold:,} sold, {bar.unknown:,} without side, "
            f"{bar.trades:,} trades · last {number(points(bar.close), 2)}"
        )
        cells = (
            Cell(self._known[bar.instrument].raw_symbol, "text", tip, struck=struck, bold=one.significant),
            Cell(f"{bar.bought:,}", "up" if bar.bought else "faint", tip, struck=struck),
            Cell(f"{bar.sold:,}", "down" if bar.sold else "faint", tip, struck=struck),
            Cell(percent(one.unknown_share), "dim", tip, struck=struck),
            Cell(f"{bar.trades:,}", "text", tip, struck=struck),
            Cell(number(one.mean_size, 1), "dim", tip, struck=struck),
            Cell(number(one.pressure, 2, sign=True), colour, tip, struck=struck, bold=True),
            Cell(word, colour, tip, struck=struck),
            Cell(number(one.confidence, 2), "text", tip, struck=struck),
            Cell(" · ".join(marks), "warn" if one.significant else "dim", tip, struck=struck),
        )
        return Row(str(bar.instrument), cells)
