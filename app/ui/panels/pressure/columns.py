"""Bars of one instrument and one width as growing columns, in order of time; a revision replaces its row."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.bars import PressureBar
from app.domain.units import Ns

MOST_BARS: Final = 100_000
"""A session of one-second bars is 82,800; beyond this the oldest tenth is given up."""

_FIELDS: Final = ("start", "bought", "sold", "unknown", "open", "high", "low", "close", "source")


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """A view into the columns: valid until the next bar is put."""

    start: NDArray[np.int64]
    bought: NDArray[np.int64]
    sold: NDArray[np.int64]
    unknown: NDArray[np.int64]
    open: NDArray[np.int64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    close: NDArray[np.int64]
    source: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)


class BarColumns:
    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._table: NDArray[np.int64] = np.zeros((len(_FIELDS), 1024), np.int64)
        self._count = 0
        self.version = 0
        self.changed_from: int | None = None
        """Start of the earliest bar that changed since this was last set to None."""

    def __len__(self) -> int:
        return self._count

    @property
    def first(self) -> Ns | None:
        return Ns(int(self._table[0, 0])) if self._count else None

    @property
    def last(self) -> Ns | None:
        return Ns(int(self._table[0, self._count - 1])) if self._count else None

    def put(self, bar: PressureBar, source: int) -> None:
        """Adds a bar or replaces the one with the same start. A bar of another width is refused."""
        if bar.seconds != self.seconds:
            raise ValueError(f"a bar of {bar.seconds} s among bars of {self.seconds} s")
        at = self._place(bar.start)
        self._table[:, at] = (
            bar.start, bar.bought, bar.sold, bar.unknown, bar.open, bar.high, bar.low, bar.close, source,
        )  # fmt: skip
        self.version += 1
        if self.changed_from is None or bar.start < self.changed_from:
            self.changed_from = bar.start

    def between(self, first: int, last: int) -> Slice:
        """Bars that start in [first, last)."""
        starts = self._table[0, : self._count]
        low, high = np.searchsorted(starts, (first, last))
        return Slice(*self._table[:, low:high])

    def before(self, at: int) -> Slice:
        """The newest bar that starts before `at`, or none."""
        high = int(np.searchsorted(self._table[0, : self._count], at))
        return Slice(*self._table[:, max(0, high - 1) : high])

    def all(self) -> Slice:
        return Slice(*self._table[:, : self._count])

    def _place(self, start: int) -> int:
        starts, count = self._table[0, : self._count], self._count
        if count and start <= starts[-1]:
            at = int(np.searchsorted(starts, start))
            if starts[at] == start:
                return at
            self._grow()
            self._table[:, at + 1 : count + 1] = self._table[:, at:count]
            self._count += 1
            return at
        self._grow()
        self._count += 1
        return self._count - 1

    def _grow(self) -> None:
        if self._count >= MOST_BARS:
            cut = MOST_BARS // 10
            self._table[:, : self._count - cut] = self._table[:, cut : self._count]
            self._count -= cut
        if self._count == self._table.shape[1]:
            self._table = np.concatenate((self._table, np.zeros_like(self._table)), axis=1)
