"""Bars of a second as wider ones, kept while the market goes on: only the last of them is made again."""

from bisect import bisect_left  # numpy lets go of the interpreter while it searches
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.candles import Candles, widened
from app.domain.tick_bars import UNIT
from app.domain.units import SECOND
from app.ui.panels.pressure.columns import BarColumns, Bars, Ints, Ticks
from app.ui.panels.pressure.trailing import Sums

Flags = NDArray[np.bool_]

_CANDLE: Final = tuple(field.name for field in fields(Candles) if field.name != "seconds")
_ROWS: Final = len(_CANDLE) + 3
# bars of a second to one look: more are added up by arrays
_FEW: Final = 64


class Wide:
    """Candles of one width, who made the last trade of each, what Σ (B − S) was at its beginning, counted
    from the first bar there is, and when it ends. One table, because a dozen columns cut and joined one by
    one take a tenth of the frame.
    """

    __slots__ = ("candles", "counted", "doubtful", "ends", "run", "side", "table")

    def __init__(self, table: Ints, seconds: int, *, counted: bool, doubtful: Flags) -> None:
        self.table = table
        self.candles = Candles(seconds, *table[: len(_CANDLE)])
        self.side: Ints = table[-3]
        self.run: Ints = table[-2]
        self.ends: Ints = table[-1]
        self.counted = counted
        """Whether these are bars of so many trades, each with a width of its own."""
        self.doubtful = doubtful
        """Bars of so many trades behind a hole: their count is not that of the market."""

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def end_run(self) -> Ints:
        return self.run + self.candles.delta

    def between(self, first: int, last: int) -> "Wide":
        """Bars that start in [first, last)."""
        starts = self.table[0]
        return self._cut(bisect_left(starts, first), bisect_left(starts, last))

    def around(self, first: int, last: int, before: int = 1) -> "Wide":
        """The same with the newest bar before `first`, or so many."""
        starts = self.table[0]
        return self._cut(max(0, bisect_left(starts, first) - before), bisect_left(starts, last))

    def part(self, first: int) -> "Wide":
        """From the bar of this number on."""
        return self if not first else self._cut(first, len(self))

    def followed_by(self, tail: "Wide") -> "Wide":
        both = np.concatenate((self.table, tail.table), axis=1)
        doubtful = np.concatenate((self.doubtful, tail.doubtful))
        return Wide(both, tail.candles.seconds, counted=tail.counted, doubtful=doubtful)

    def _cut(self, low: int, high: int) -> "Wide":
        return Wide(
            self.table[:, low:high], self.candles.seconds, counted=self.counted,
            doubtful=self.doubtful[low:high],
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
        if len(bars) <= _FEW:
            tail = few_of(bars, self.seconds, run)
        else:
            tail = wide_of(bars, self._columns.seconds, self.seconds, run)
        self._wide = kept.followed_by(tail)
        self._version = self._columns.version
        return self._wide


def wide_of(bars: Bars, narrow: int, seconds: int, run: int) -> Wide:
    """`narrow` is the width of `bars`, `run` Σ (B − S) before them."""
    wide = widened(
        Candles(
            narrow, bars.start, bars.open, bars.high, bars.low, bars.close, bars.bought, bars.sold,
            bars.unknown, bars.trades, bars.low_delta, bars.high_delta,
        ),
        seconds,
    )  # fmt: skip
    ends = wide.start + seconds * SECOND
    lasts = np.searchsorted(bars.start, ends) - 1
    return _wide(wide, wide.start, bars.side[lasts], run + np.cumsum(wide.delta) - wide.delta, ends)


def few_of(bars: Bars, seconds: int, run: int) -> Wide:
    """What `wide_of` makes, one by one: of a handful that takes a fifth of the time of forty array calls."""
    step, made = seconds * SECOND, [[0] * _ROWS][:0]
    columns = (getattr(bars, name).tolist() for name in (*_CANDLE, "side"))
    for start, begin, high, low, end, bought, sold, unknown, trades, least, most, side in zip(
        *columns, strict=True
    ):
        at = start // step * step
        if not made or made[-1][0] != at:
            run += made[-1][5] - made[-1][6] if made else 0
            made.append([at, begin, high, low, end, 0, 0, 0, 0, least, most, side, run, at + step])
        row = made[-1]
        ran = row[5] - row[6]
        row[2], row[3], row[4] = max(row[2], high), min(row[3], low), end
        row[5], row[6], row[7], row[8] = row[5] + bought, row[6] + sold, row[7] + unknown, row[8] + trades
        row[9], row[10], row[11] = min(row[9], ran + least), max(row[10], ran + most), side
    table = np.array(made, np.int64).reshape(-1, _ROWS).T
    return Wide(table, seconds, counted=False, doubtful=np.zeros(len(made), np.bool_))


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
    return _wide(wide, starts, np.sign(wide.delta), run, ends, ends > broken)


def _wide(
    candles: Candles, starts: Ints, side: Ints, run: Ints, ends: Ints, doubtful: Flags | None = None
) -> Wide:
    """`doubtful` is given of bars that are counted in trades."""
    table = np.empty((_ROWS, len(candles)), np.int64)
    for row, name in enumerate(_CANDLE):
        table[row] = getattr(candles, name)
    table[0] = starts
    table[-3], table[-2], table[-1] = side, run, ends
    sure = np.zeros(len(candles), np.bool_)
    return Wide(
        table, candles.seconds, counted=doubtful is not None, doubtful=sure if doubtful is None else doubtful
    )
