"""Bars of a second as wider ones, kept while the market goes on: only the last of them is made again."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.candles import Candles, widened
from app.domain.tick_bars import UNIT
from app.domain.units import SECOND
from app.ui.panels.pressure.columns import BarColumns, Bars, Ints, Ticks
from app.ui.panels.pressure.trailing import Sums

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """Candles of one width, who made the last trade of each, and what Σ (B − S) was at its beginning,
    counted from the first bar there is.
    """

    candles: Candles
    side: Ints
    run: Ints
    ends: Ints
    counted: bool
    """Whether these are bars of so many trades, each with a width of its own."""
    doubtful: Flags
    """Bars of so many trades behind a hole: their count is not that of the market."""

    def __len__(self) -> int:
        return len(self.candles)

    @property
    def end_run(self) -> Ints:
        return self.run + self.candles.delta

    def between(self, first: int, last: int) -> "Wide":
        """Bars that start in [first, last)."""
        low, high = np.searchsorted(self.candles.start, (first, last))
        return self._cut(int(low), int(high))

    def around(self, first: int, last: int) -> "Wide":
        """The same with the newest bar before `first`."""
        low, high = np.searchsorted(self.candles.start, (first, last))
        return self._cut(max(0, int(low) - 1), int(high))

    def _cut(self, low: int, high: int) -> "Wide":
        return Wide(
            cut(self.candles, low, high), self.side[low:high], self.run[low:high], self.ends[low:high],
            self.counted, self.doubtful[low:high],
        )  # fmt: skip


class Widened:
    """Of one instrument at one width, which is never finer than what its source delivers."""

    def __init__(self, columns: BarColumns, seconds: int) -> None:
        self._columns = columns
        self.seconds = -(-seconds // columns.seconds) * columns.seconds
        self._version = -1
        self._wide = wide_of(columns.between(0, 0), columns.seconds, self.seconds, 0)

    def update(self) -> Wide:
        """As it is now."""
        changed = self._columns.changed_since(self._version) if self._version >= 0 else 0
        if changed is None:
            return self._wide
        step = self.seconds * SECOND
        start = max(0, changed) // step * step
        kept = self._wide.between(0, start)
        run = int(kept.end_run[-1]) if len(kept) else 0
        bars = self._columns.between(start, 2**62)
        tail = wide_of(bars, self._columns.seconds, self.seconds, run)
        self._wide = _joined(kept, tail)
        self._version = self._columns.version
        return self._wide


def wide_of(bars: Bars, narrow: int, seconds: int, run: int) -> Wide:
    """`narrow` is the width of `bars`, `run` Σ (B − S) before them."""
    wide = widened(candles(bars, narrow), seconds)
    lasts = np.searchsorted(bars.start, wide.start + seconds * SECOND) - 1
    delta = wide.delta
    ends = wide.start + seconds * SECOND
    sure = np.zeros(len(wide), np.bool_)
    return Wide(wide, bars.side[lasts], run + np.cumsum(delta) - delta, ends, False, sure)


def tick_bars(bars: Ticks, trades: int, holes: Sequence[tuple[int, int]], sums: Sums) -> Wide:
    """Bars of so many trades out of those of 100. Cumulative delta stands as at the end of the second in
    which each ended.
    """
    each = max(1, trades // UNIT)
    # widths are of numbers here, not of times: bar n stands at second n
    numbered = Candles(
        1, bars.number * SECOND, bars.open, bars.high, bars.low, bars.close, bars.bought, bars.sold,
        bars.unknown, bars.trades, bars.low_delta, bars.high_delta,
    )  # fmt: skip
    wide = widened(numbered, each)
    heads = np.searchsorted(bars.number, wide.start // SECOND)
    lasts = np.append(heads[1:], len(bars)) - 1 if len(heads) else heads
    starts, ends = bars.begin[heads], bars.end[lasts]
    broken = min((start for start, _ in holes), default=2**62)
    run = sums.run_at(ends) - wide.delta
    return Wide(replace(wide, start=starts), np.sign(wide.delta), run, ends, True, ends > broken)


def candles(bars: Bars, seconds: int) -> Candles:
    return Candles(
        seconds, bars.start, bars.open, bars.high, bars.low, bars.close, bars.bought, bars.sold, bars.unknown,
        bars.trades, bars.low_delta, bars.high_delta,
    )  # fmt: skip


def cut(bars: Candles, low: int, high: int) -> Candles:
    names = (field.name for field in fields(Candles) if field.name != "seconds")
    return replace(bars, **{name: getattr(bars, name)[low:high] for name in names})


def _joined(one: Wide, other: Wide) -> Wide:
    names = [field.name for field in fields(Candles) if field.name != "seconds"]
    both: dict[str, Any] = {
        name: np.concatenate((getattr(one.candles, name), getattr(other.candles, name))) for name in names
    }
    return Wide(
        replace(other.candles, **both),
        np.concatenate((one.side, other.side)),
        np.concatenate((one.run, other.run)),
        np.concatenate((one.ends, other.ends)),
        other.counted,
        np.concatenate((one.doubtful, other.doubtful)),
    )
