"""What lines are drawn from: breaks at gaps and switches, one point for each pixel, moments of pixels."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import POINT, SECOND
from app.ui.panels.pressure.columns import Bars, Floats, Ints
from app.ui.panels.pressure.wide import Wide

LEVELS: Final = (1, 5, 15, 60, 300)
"""Widths of bars in seconds from which lines are drawn: the widest that is still finer than a pixel."""

_SOLID_FROM: Final = ((5, 10), (60, 25), (10**9, 100))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The price line: for each point its reach, its last price and who made it."""

    times: Floats
    low: Floats
    high: Floats
    close: Floats
    side: NDArray[np.int8]
    begins: NDArray[np.bool_]


def level_for(seconds_a_pixel: float) -> int:
    return max((width for width in LEVELS if width <= seconds_a_pixel), default=LEVELS[0])


def solid_from(seconds: int) -> int:
    """Contracts with a side from which a bar of this width is drawn solid: 10, 25 or 100."""
    return next(contracts for width, contracts in _SOLID_FROM if seconds <= width)


def begins(wide: Wide, holes: tuple[tuple[int, int], ...], switched: Ints) -> NDArray[np.bool_]:
    """Where a line starts anew: the first bar after each hole, and where another source begins."""
    return anew(wide.candles.start, wide.candles.seconds * SECOND, holes, switched)


def anew(start: Ints, width: int, holes: tuple[tuple[int, int], ...], switched: Ints) -> NDArray[np.bool_]:
    """The same of whatever begins at these times and is so many nanoseconds wide."""
    found = np.zeros(len(start), np.bool_)
    if len(start):
        behind = np.array([end // width * width for _, end in holes], np.int64)
        at = np.searchsorted(start, np.concatenate((behind, switched // width * width)))
        found[at[(at > 0) & (at < len(start))]] = True
    return found


def switches(bars: Bars) -> Ints:
    """Starts of the bars that another source delivered than the one before."""
    found: Ints = bars.start[1:][bars.source[1:] != bars.source[:-1]]
    return found


def steps(wide: Wide, starts_anew: NDArray[np.bool_], seconds_a_pixel: float) -> Steps:
    """At most one point for each pixel, none of whose extremes is lost."""
    bars = wide.candles
    if not len(bars):
        nothing = np.zeros(0)
        return Steps(nothing, nothing, nothing, nothing, np.zeros(0, np.int8), np.zeros(0, np.bool_))
    times = bars.start / SECOND
    pixel = np.floor(times / seconds_a_pixel)
    head = np.concatenate(([True], pixel[1:] != pixel[:-1])) | starts_anew
    heads = np.flatnonzero(head)
    lasts = np.append(heads[1:], len(bars)) - 1
    return Steps(
        times[heads],
        np.minimum.reduceat(bars.low, heads) / POINT,
        np.maximum.reduceat(bars.high, heads) / POINT,
        bars.close[lasts] / POINT,
        wide.side[lasts].astype(np.int8),
        starts_anew[heads],
    )


def moments(left: float, right: float, seconds_a_pixel: float) -> Floats:
    """One for each pixel, on a grid that does not move with the window; whole seconds at the finest."""
    step = max(1.0, seconds_a_pixel)
    return np.arange(np.floor(left / step), np.floor(right / step) + 1) * step


def heads(column: Floats) -> NDArray[np.intp]:
    """Positions at which a value differs from the one before, the first included."""
    return np.concatenate((np.zeros(1, np.intp), np.flatnonzero(column[1:] != column[:-1]) + 1))


def cut_at(values: Floats, starts_anew: NDArray[np.bool_], times: Floats) -> tuple[Floats, Floats]:
    """With a point that is not a number before each new beginning, so that no line leads there."""
    at = np.flatnonzero(starts_anew)
    return np.insert(times, at, times[at]), np.insert(values, at, np.nan)
