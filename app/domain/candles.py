"""Wider bars out of bars of a second: price candles, and delta with its extremes.

They are sums of whole seconds, so they equal what the trades themselves would give. 23 hours of seconds take
under 5 ms.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SECOND

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Bars of one instrument in order of time, as columns; windows without a trade are not among them.

    `low_delta` and `high_delta` are the extremes of bought less sold inside the bar, from 0 at its start.
    """

    seconds: int
    start: Longs
    open: Longs
    high: Longs
    low: Longs
    close: Longs
    bought: Longs
    sold: Longs
    unknown: Longs
    trades: Longs
    low_delta: Longs
    high_delta: Longs

    def __len__(self) -> int:
        return len(self.start)

    @property
    def delta(self) -> Longs:
        return self.bought - self.sold

    @property
    def volume(self) -> Longs:
        return self.bought + self.sold + self.unknown


def widened(bars: Candles, seconds: int) -> Candles:
    """Windows aligned to the UTC epoch. Narrower than the bars they come from, or no multiple: ValueError."""
    if seconds < bars.seconds or seconds % bars.seconds:
        raise ValueError(f"bars of {bars.seconds} s do not add up to {seconds} s")
    if seconds == bars.seconds or not len(bars):
        return bars if len(bars) else _empty(seconds)
    window = bars.start // (seconds * SECOND)
    heads = _heads(window)
    lasts = np.append(heads[1:], len(bars)) - 1
    low, high = _extremes(bars, heads)
    return Candles(
        seconds,
        window[heads] * (seconds * SECOND),
        bars.open[heads],
        np.maximum.reduceat(bars.high, heads),
        np.minimum.reduceat(bars.low, heads),
        bars.close[lasts],
        np.add.reduceat(bars.bought, heads),
        np.add.reduceat(bars.sold, heads),
        np.add.reduceat(bars.unknown, heads),
        np.add.reduceat(bars.trades, heads),
        low,
        high,
    )


def _extremes(bars: Candles, heads: Longs) -> tuple[Longs, Longs]:
    """Of the running delta inside each wider bar: what ran before each second, and then inside it."""
    delta = bars.delta
    run = np.cumsum(delta) - delta
    counts = np.diff(np.append(heads, len(bars)))
    before = run - np.repeat(run[heads], counts)
    low = np.minimum.reduceat(before + bars.low_delta, heads)
    high = np.maximum.reduceat(before + bars.high_delta, heads)
    return low, high


def _heads(column: Longs) -> Longs:
    """Positions at which a value differs from the one before, the first included."""
    if not len(column):
        return np.zeros(0, np.int64)
    changes = np.flatnonzero(column[1:] != column[:-1]) + 1
    return np.concatenate((np.zeros(1, np.int64), changes))


def _empty(seconds: int) -> Candles:
    return Candles(seconds, *(np.zeros(0, np.int64) for _ in _COLUMNS))


_COLUMNS = tuple(name for name in Candles.__dataclass_fields__ if name != "seconds")
