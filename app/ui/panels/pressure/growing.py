"""Growing columns in order of time; a row that comes again replaces the one before."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.domain.units import Ns

MOST_ROWS: Final = 100_000
"""A session of one-second bars is 82,800; beyond this the oldest tenth is given up."""

_LOG: Final = 20_000
_BEGINNING: Final = -(2**62)

Part = TypeVar("Part")


class Columns(Generic[Part]):
    """`version` grows with each row put; what changed since an earlier version can be asked."""

    def __init__(self, fields: int, kind: type[np.generic], part: Callable[..., Part]) -> None:
        self._part = part
        self._starts: NDArray[np.int64] = np.zeros(1024, np.int64)
        self._table: NDArray[Any] = np.zeros((fields, 1024), kind)
        self._count = 0
        self._log: list[int] = []
        self.version = 0

    def __len__(self) -> int:
        return self._count

    @property
    def first(self) -> Ns | None:
        return Ns(int(self._starts[0])) if self._count else None

    @property
    def last(self) -> Ns | None:
        return Ns(int(self._starts[self._count - 1])) if self._count else None

    def put_row(self, start: int, row: Sequence[float | int]) -> None:
        at = self._place(start)
        self._starts[at] = start
        self._table[:, at] = row
        self._note(start)

    def changed_since(self, version: int) -> int | None:
        """Start of the earliest row that changed after `version`; None when none did."""
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
        return self._part(self._starts[: self._count], *self._table[:, : self._count])

    def _at(self, start: int) -> int:
        """Numpy would let go of the interpreter while it searches, and another thread might keep it."""
        return bisect_left(self._starts, start, 0, self._count)

    def _note(self, start: int) -> None:
        self.version += 1
        self._log.append(start)
        if len(self._log) > 2 * _LOG:
            del self._log[:_LOG]

    def _place(self, start: int) -> int:
        count = self._count
        newest = int(self._starts[count - 1]) if count else _BEGINNING
        if start == newest:  # as hardly anything else is
            return count - 1
        if start < newest:
            at = int(self._starts[:count].searchsorted(start))
            if self._starts[at] == start:
                return at
            self._grow()
            at = int(self._starts[: self._count].searchsorted(start))
            self._starts[at + 1 : self._count + 1] = self._starts[at : self._count]
            self._table[:, at + 1 : self._count + 1] = self._table[:, at : self._count]
            self._count += 1
            return at
        self._grow()
        self._count += 1
        return self._count - 1

    def _grow(self) -> None:
        if self._count >= MOST_ROWS:
            cut = MOST_ROWS // 10
            self._starts[: self._count - cut] = self._starts[cut : self._count]
            self._table[:, : self._count - cut] = self._table[:, cut : self._count]
            self._count -= cut
            self._note(_BEGINNING)
        if self._count == len(self._starts):
            self._starts = np.concatenate((self._starts, np.zeros_like(self._starts)))
            self._table = np.concatenate((self._table, np.zeros_like(self._table)), axis=1)
