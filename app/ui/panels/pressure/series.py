"""What the chart draws, computed from bars: wider bars, breaks at gaps and switches, thinned lines."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SECOND
from app.ui.panels.pressure.columns import Slice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SOLID_FROM: Final = ((5, 10), (60, 25), (10**9, 100))


@dataclass(frozen=True, slots=True, eq=False)
class WideBars:
    """Bars of the chosen width; `start` in ns. Contracts are whole, nothing is scaled."""

    start: Ints
    bought: Ints
    sold: Ints
    unknown: Ints
    high: Ints
    low: Ints
    close: Ints

    @property
    def delta(self) -> Ints:
        return self.bought - self.sold

    @property
    def pressure(self) -> Floats:
        """(B − S) / (B + S), NaN where neither was seen."""
        both = (self.bought + self.sold).astype(np.float64)
        both[both == 0] = np.nan
        return self.delta / both

    def __len__(self) -> int:
        return len(self.start)


def widen(bars: Slice, seconds: int) -> WideBars:
    """Sums bars into windows of `seconds` aligned to the UTC epoch."""
    if not len(bars):
        return WideBars(*(np.zeros(0, np.int64) for _ in range(7)))
    window = bars.start // (seconds * SECOND)
    heads = _heads(window)
    lasts = np.append(heads[1:], len(bars)) - 1
    return WideBars(
        window[heads] * (seconds * SECOND),
        np.add.reduceat(bars.bought, heads),
        np.add.reduceat(bars.sold, heads),
        np.add.reduceat(bars.unknown, heads),
        np.maximum.reduceat(bars.high, heads),
        np.minimum.reduceat(bars.low, heads),
        bars.close[lasts],
    )


def solid_from(seconds: int) -> int:
    """Contracts with a side from which a bar of this width is drawn solid: 10, 25 or 100."""
    return next(contracts for width, contracts in _SOLID_FROM if seconds <= width)


def segments(x: Floats, y: Floats, starts: Ints) -> list[tuple[Floats, Floats]]:
    """Columns cut at `starts`; pieces without a point are left out."""
    pairs = zip(np.split(x, starts), np.split(y, starts), strict=True)
    return [(one, other) for one, other in pairs if len(one)]


def breaks(bars: Slice, gaps: tuple[tuple[int, int], ...]) -> Ints:
    """Positions at which a line starts anew: first bar after a gap, first bar of another source."""
    if not len(bars):
        return np.zeros(0, np.int64)
    switched = np.flatnonzero(np.diff(bars.source)) + 1
    after_gap = [int(np.searchsorted(bars.start, end)) for _, end in gaps]
    inside = {at for at in after_gap if 0 < at < len(bars)}
    return np.array(sorted(inside.union(switched.tolist())), np.int64)


def thin(x: Floats, y: Floats, left: float, right: float, pixels: int) -> tuple[Floats, Floats]:
    """At most two points a pixel, the lowest and highest of each, so that no spike is lost."""
    if len(x) <= 2 * pixels or right <= left:
        return x, y
    pixel = ((x - left) * (pixels / (right - left))).astype(np.int64)
    heads = _heads(pixel)
    low, high = np.minimum.reduceat(y, heads), np.maximum.reduceat(y, heads)
    rising = y[np.append(heads[1:], len(y)) - 1] >= y[heads]
    out_x = np.repeat(x[heads], 2)
    out_y = np.empty(2 * len(heads))
    out_y[0::2], out_y[1::2] = np.where(rising, low, high), np.where(rising, high, low)
    return out_x, out_y


def _heads(column: Ints) -> Ints:
    """Positions at which a value differs from the one before, the first included."""
    changes = np.flatnonzero(column[1:] != column[:-1]) + 1
    return np.concatenate((np.zeros(1, np.int64), changes))
