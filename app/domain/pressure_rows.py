"""The bars of a book in one packed table, 128 bytes each; they become values when somebody asks for them."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain import open_table
from app.domain.bars import PressureBar
from app.domain.pressure_sums import Sums
from app.domain.units import Ns, Px

WIDTH: Final = 16
(
    INSTRUMENT,
    START,
    BOUGHT,
    SOLD,
    UNKNOWN,
    TRADES,
    OPEN,
    HIGH,
    LOW,
    CLOSE,
    LOW_DELTA,
    HIGH_DELTA,
    FLAGS,
    OPEN_TS,
    CLOSE_TS,
    CLOSE_SIDE,
) = range(WIDTH)
CLOSED: Final = 1
REVISED: Final = 2
# since the changed ones were told
CHANGED: Final = 4

# bars, and those of them that changed
MARKS: Final = 2
COUNT, TOUCHED = range(MARKS)
LOW_HALF: Final = 0xFFFFFFFF
HASH: Final = 2_654_435_769
SPREAD: Final = 2_246_822_507

_NEVER: Final = np.iinfo(np.int64).max
_FIRST_ROWS: Final = 1024
# places of the index for each row, so that searches are short
_SPARSE: Final = 2


class BarRows:
    """`index` is an open-addressed table: where the bar of an instrument and a window is, counted from 1."""

    def __init__(self, width: int) -> None:
        self.width: Final = width
        self.marks = np.zeros(MARKS, np.int64)
        self.touched = np.zeros(0, np.int64)
        self._place(_blank(_FIRST_ROWS))

    @property
    def count(self) -> int:
        return int(self.marks[COUNT])

    def used(self) -> NDArray[np.int64]:
        return self.table[: self.count]

    def find(self, instrument: int, window: int) -> int:
        """The row of a bar; -1 if nothing came for it."""
        return int(self.index[self._slot(instrument, window)]) - 1

    def begin(self, instrument: int, window: int, over: int) -> int:
        """A new bar, which is nobody's until the first `merge`."""
        row = self.count
        if row == len(self.table):
            self.grow()
        start = window * self.width
        flags = CLOSED if start + self.width <= over else 0
        self.table[row, [INSTRUMENT, START, FLAGS]] = instrument, start, flags
        self.marks[COUNT] = self.index[self._slot(instrument, window)] = row + 1
        return row

    def grow(self) -> None:
        """Room for as many bars again."""
        self._place(np.concatenate((self.table, _blank(len(self.table)))))

    def touch(self, rows: NDArray[np.int64]) -> None:
        """They changed."""
        new = rows[self.table[rows, FLAGS] & CHANGED == 0]
        self.table[new, FLAGS] |= CHANGED
        known = int(self.marks[TOUCHED])
        self.touched[known : known + len(new)] = new
        self.marks[TOUCHED] += len(new)

    def take_changed(self) -> NDArray[np.int64]:
        rows = self.touched[: self.marks[TOUCHED]].copy()
        self.marks[TOUCHED] = 0
        self.table[rows, FLAGS] &= ~CHANGED
        return rows

    def merge(self, rows: NDArray[np.int64], found: Sums) -> None:
        """Add one batch's sums to their bars; each bar appears in `rows` once."""
        old = self.table[rows]
        new = old.copy()
        delta = old[:, BOUGHT] - old[:, SOLD]
        new[:, BOUGHT] += found.bought
        new[:, SOLD] += found.sold
        new[:, UNKNOWN] += found.unknown
        new[:, TRADES] += found.trades
        new[:, HIGH] = np.maximum(old[:, HIGH], found.high)
        new[:, LOW] = np.minimum(old[:, LOW], found.low)
        new[:, LOW_DELTA] = np.minimum(old[:, LOW_DELTA], delta + found.low_run)
        new[:, HIGH_DELTA] = np.maximum(old[:, HIGH_DELTA], delta + found.high_run)
        earlier = found.open_ts < old[:, OPEN_TS]
        new[:, OPEN] = np.where(earlier, found.open, old[:, OPEN])
        new[:, OPEN_TS] = np.where(earlier, found.open_ts, old[:, OPEN_TS])
        later = found.close_ts >= old[:, CLOSE_TS]
        new[:, CLOSE] = np.where(later, found.close, old[:, CLOSE])
        new[:, CLOSE_TS] = np.where(later, found.close_ts, old[:, CLOSE_TS])
        new[:, CLOSE_SIDE] = np.where(later, found.close_side, old[:, CLOSE_SIDE])
        new[:, FLAGS] |= np.where(old[:, FLAGS] & CLOSED, REVISED, 0)
        self.table[rows] = new
        self.touch(rows)

    def keep(self, wanted: NDArray[np.bool_]) -> list[int]:
        """Keep these rows only; the new place of each old row, -1 for those that are gone."""
        kept, touched = self.used()[wanted], self.touched[: self.marks[TOUCHED]]
        places = np.where(wanted, np.cumsum(wanted) - 1, -1)
        table = _blank(max(_FIRST_ROWS, _power_of_two(2 * len(kept))))
        table[: len(kept)] = kept
        self.touched = places[touched[wanted[touched]]]
        self.marks[:] = len(kept), len(self.touched)
        self._place(table)
        return [int(place) for place in places.tolist()]

    def _place(self, table: NDArray[np.int64]) -> None:
        known = int(self.marks[TOUCHED])
        touched = np.zeros(len(table), np.int64)
        touched[:known] = self.touched[:known]
        self.table, self.touched = table, touched
        self.index = np.zeros(_SPARSE * len(table), np.int64)
        self.shift = 32 - (len(self.index).bit_length() - 1)
        used = self.used()
        home = self._home(used[:, INSTRUMENT], used[:, START] // self.width)
        self.index[open_table.places(home, len(self.index))] = np.arange(1, len(used) + 1)

    def _home(self, instrument: Any, window: Any) -> Any:
        return (((instrument ^ window * SPREAD) & LOW_HALF) * HASH & LOW_HALF) >> self.shift

    def _slot(self, instrument: int, window: int) -> int:
        """Where a bar is noted, or would be."""
        place, start = int(self._home(instrument, window)), window * self.width
        while (row := int(self.index[place]) - 1) >= 0:
            if self.table[row, INSTRUMENT] == instrument and self.table[row, START] == start:
                break
            place = (place + 1) & (len(self.index) - 1)
        return place


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _blank(length: int) -> NDArray[np.int64]:
    """Bars without trades: their extremes give way to the first."""
    table = np.zeros((length, WIDTH), np.int64)
    table[:, [OPEN_TS, LOW]] = _NEVER
    table[:, [CLOSE_TS, HIGH]] = -_NEVER
    return table


def bar(row: list[int], seconds: int) -> PressureBar:
    """By position, in the order of the columns: by name it takes half as long again."""
    (
        instrument,
        start,
        bought,
        sold,
        unknown,
        trades,
        first,
        high,
        low,
        last,
        least,
        most,
        flags,
        _,
        _,
        side,
    ) = row
    return PressureBar(
        instrument,
        Ns(start),
        seconds,
        bought,
        sold,
        unknown,
        trades,
        Px(first),
        Px(high),
        Px(low),
        Px(last),
        least,
        most,
        flags & CLOSED != 0,
        flags & REVISED != 0,
        side,
    )
