"""One moment of the chart: whose bars, which stretch of time, how it is wanted. No Qt."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from app.domain.units import SECOND
from app.ui.panels.pressure.columns import Floats, Ints
from app.ui.panels.pressure.looks import BarSize, Looks
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.series import level_for, switches
from app.ui.panels.pressure.session import Session
from app.ui.panels.pressure.wide import Wide

_WIDTHS: Final = (1, 5, 15, 60, 300, 900, 1800, 3600, 14400)
_LEAST_BAR_PX: Final = 3


@dataclass(frozen=True, eq=False)
class Scene:
    """Times in seconds; `anchor`, where cumulative delta begins, in ns. `slow`: what moves slowly
    is due. `sizes`: the largest small and the smallest large trade. Without slots, because what follows from
    these is found once and kept.
    """

    session: Session
    model: PressureModel
    looks: Looks
    size: BarSize
    left: float
    right: float
    pixels: int
    now: float
    anchor: int
    holes: tuple[tuple[int, int], ...]
    slow: bool
    sizes: tuple[int, int]

    @cached_property
    def first(self) -> int:
        return int(self.left * SECOND)

    @cached_property
    def last(self) -> int:
        return int(self.right * SECOND)

    @cached_property
    def seconds_a_pixel(self) -> float:
        """To the microsecond: times counted since 1970, the rest would move the grid from frame to frame."""
        return round((self.right - self.left) / self.pixels, 6)

    @cached_property
    def until(self) -> float:
        """Where the last price ends: now, or the beginning of a hole that is open."""
        end = min(self.now, self.right)
        still_open = (start for start, stop in self.holes if stop >= self.now * SECOND - SECOND)
        return min((start / SECOND for start in still_open), default=end)

    @cached_property
    def bar_s(self) -> int:
        """Width of the bars drawn: the chosen one, or the next that is not too narrow to be seen."""
        wanted = self.size.seconds or _WIDTHS[0]
        fits = (s for s in _WIDTHS if s >= wanted and s / self.seconds_a_pixel >= _LEAST_BAR_PX)
        return max(self.session.columns.seconds, next(fits, _WIDTHS[-1]))

    @cached_property
    def wide(self) -> Wide:
        """The bars as they are drawn, with the one before the left edge."""
        return self.bars()

    def bars(self, before: int = 1) -> Wide:
        """The same with so many before the left edge."""
        ticks = self.model.ticks.get(self.session.instrument)
        if not self.size.trades or ticks is None:
            return self.session.wide(self.bar_s).around(self.first, self.last, before)
        made = self.session.ticks(ticks, self.size.trades, self.holes)
        return made.around(self.first, self.last, before)

    def begins(self, since: float, *, lines: bool) -> float:
        """Where the bar begins in which this second lies; lines are drawn from finer ones."""
        if lines:
            return since // self.fine_s * self.fine_s
        if self.size.trades and self.wide.counted and len(self.wide):
            at = bisect_right(self.wide.candles.start, int(since * SECOND)) - 1
            return min(since, float(self.wide.candles.start[max(0, at)] / SECOND))
        return since // self.bar_s * self.bar_s

    @cached_property
    def fine_s(self) -> int:
        return level_for(self.seconds_a_pixel)

    @cached_property
    def fine(self) -> Wide:
        """What lines are drawn from: bars as wide as a pixel, or finer."""
        return self.session.wide(self.fine_s).around(self.first, self.last)

    @cached_property
    def switched(self) -> Ints:
        """Starts of the bars in sight with which another source began."""
        return switches(self.session.columns.between(self.first, self.last))


def widths(bars: Wide) -> float | Floats:
    """Seconds: one for all, or of each where bars are counted in trades."""
    if bars.candles.seconds and not bars.counted:
        return float(bars.candles.seconds)
    return np.maximum(1e-3, (bars.ends - bars.candles.start) / SECOND)
