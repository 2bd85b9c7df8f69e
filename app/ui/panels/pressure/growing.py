"""Growing columns in order of time; a row that comes again replaces the one before."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.domain.units import Ns

MOST_ROWS: Final = 100_000
"""A session of one-second bars is 82,800; beyond this the oldest tenth is given up."""

_LOG: Final = 20_000
_MOST_WAITING: Final = 512
_BEGINNING: Final = -(2**62)

Part = TypeVar("Part")


class Columns(Generic[Part]):
    """`version` grows with each row put; what changed since an earlier version can be asked. Rows wait until
    somebody looks, because many at once take a tenth of the time.
    """

    def __init__(self, fields: int, kind: type[np.generic], part: Callable[..., Part]) -> None:
        self._part = part
        self._kind = kind
        self._starts: NDArray[np.int64] = np.zeros(1024, np.int64)
        self._table: NDArray[Any] = np.zeros((fields, 1024), kind)
        self._count = 0
        self._log: list[int] = []
        self._waiting: dict[int, Sequence[float | int]] = {}
        self.version = 0

    def __len__(self) -> int:
        self._settle()
        return self._count

    @property
    def first(self) -> Ns | None:
        self._settle()
        return Ns(int(self._starts[0])) if self._count else None

    @property
    def last(self) -> Ns | None:
        self._settle()
        return Ns(int(self._starts[self._count - 1])) if self._count else None

    def put_row(self, start: int, row: Sequence[float | int]) -> None:
        self.version += 1
        self._log.append(start)
        self._waiting[start] = row
        if len(self._waiting) >= _MOST_WAITING:
            self._settle()

    def changed_since(self, version: int) -> int | None:
        """Start of the earliest row that changed after `version`; None when none did."""
        self._settle()
        missed = self.version - version
        if missed <= 0:
            return None
        return min(self._log[-missed:]) if missed <= len(self._log) else _BEGINNING

    def between(self, first: int, last: int) -> Part:
        """Rows that start in [first, last)."""
        low, high = self._at(first), self._at(last)
        return self._part(self._starts[low:high], *self._table[:, low:high])

    def around(self, first: int, last: int) -> Part:
        """The same with the newest row before `first`."""
        low, high = max(0, self._at(first) - 1), self._at(last)
        return self._part(self._starts[low:high], *self._table[:, low:high])

    def all(self) -> Part:
        self._settle()
        return self._part(self._starts[: self._count], *self._table[:, : self._count])

    def _at(self, start: int) -> int:
        """Numpy would let go of the interpreter while it searches, and another thread might keep it."""
        self._settle()
        return bisect_left(self._starts, start, 0, self._count)

    def _settle(self) -> None:
        """Puts what waits into its places."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        newest = int(self._starts[self._count - 1]) if self._count else _BEGINNING
        starts = sorted(waiting)
        known = bisect_right(starts, newest)
        for start in starts[:known]:  # most often that of the newest row
            at = self._count - 1 if start == newest else self._place(start)
            self._starts[at], self._table[:, at] = start, waiting[start]
        self._append(starts[known:], [waiting[start] for start in starts[known:]])
        if len(self._log) > 2 * _LOG:
            del self._log[:-_LOG]

    def _append(self, starts: list[int], rows: list[Sequence[float | int]]) -> None:
        if starts:
            self._grow(len(starts))
            end = self._count + len(starts)
            self._starts[self._count : end] = starts
            self._table[:, self._count : end] = np.array(rows, self._kind).T
            self._count = end

    def _place(self, start: int) -> int:
        """Of a row: its own, or a new one between the others."""
        at = int(self._starts[: self._count].searchsorted(start))
        if at < self._count and self._starts[at] == start:
            return at
        self._grow(1)
        at = int(self._starts[: self._count].searchsorted(start))
        self._starts[at + 1 : self._count + 1] = self._starts[at : self._count]
        self._table[:, at + 1 : self._count + 1] = self._table[:, at : self._count]
        self._count += 1
        return at

    def _grow(self, rows: int) -> None:
        """Makes room for so many, and gives up the oldest where there are too many."""
        if self._count + rows > MOST_ROWS:
            cut = min(self._count, max(MOST_ROWS // 10, self._count + rows - MOST_ROWS))
            self._starts[: self._count - cut] = self._starts[cut : self._count]
            self._table[:, : self._count - cut] = self._table[:, cut : self._count]
            self._count -= cut
            self.version += 1
            self._log.append(_BEGINNING)
        while self._count + rows > len(self._starts):
            self._starts = np.concatenate((self._starts, np.zeros_like(self._starts)))
            self._table = np.concatenate((self._table, np.zeros_like(self._table)), axis=1)
