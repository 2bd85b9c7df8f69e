"""The newest top of book of every instrument of one channel, in columns, and which are yet to be told.

A busy complex moves thousands of quotes between two looks at the feed: only what is told becomes objects.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import NO_TOPS, TOP_FIELDS, TopColumns, TopOfBook

_FIRST: Final = 64


class Quotes:
    """Rows in the order in which instruments came."""

    def __init__(self) -> None:
        self._count = 0
        self._columns: dict[str, NDArray[Any]] = {}
        self._untold = np.zeros(0, np.bool_)
        self._next = 0
        # instruments in order, and the row of each
        self._ids = np.zeros(0, np.uint32)
        self._rows = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return self._count

    @property
    def untold(self) -> int:
        return int(self._untold[: self._count].sum())

    def add(self, tops: TopColumns) -> None:
        """Each instrument at most once."""
        rows = self._rows_of(tops)
        for name in TOP_FIELDS:
            self._columns[name][rows] = getattr(tops, name)
        self._untold[rows] = True

    def get(self, instrument: int) -> TopOfBook | None:
        place = int(np.searchsorted(self._ids, instrument))
        if place == len(self._ids) or self._ids[place] != instrument:
            return None
        return self._at(self._rows[place : place + 1]).row(0)

    def times(self, instruments: NDArray[np.uint32]) -> NDArray[np.int64]:
        """When each was quoted last; before all time where it never was."""
        found = np.full(len(instruments), np.iinfo(np.int64).min)
        places = np.searchsorted(self._ids, instruments)
        known = places < len(self._ids)
        known[known] = self._ids[places[known]] == instruments[known]
        found[known] = self._columns["ts_event"][self._rows[places[known]]] if known.any() else 0
        return found

    def all(self) -> TopColumns:
        return self._at(np.arange(self._count))

    def again(self) -> None:
        """All are to be told once more."""
        self._untold[: self._count] = True

    def tell(self, most: int) -> TopColumns:
        """So many of those that changed since they were told, going round, so that none waits for ever."""
        waiting = np.flatnonzero(self._untold[: self._count])
        if len(waiting) > most:
            first = int(np.searchsorted(waiting, self._next))
            waiting = np.roll(waiting, -first)[:most]
            self._next = int(waiting[-1]) + 1
        self._untold[waiting] = False
        return self._at(waiting)

    def _at(self, rows: NDArray[np.int64]) -> TopColumns:
        if not self._columns:
            return NO_TOPS
        return TopColumns(*(self._columns[name][rows] for name in TOP_FIELDS))

    def _rows_of(self, tops: TopColumns) -> NDArray[np.int64]:
        ids = tops.instrument_id
        places = np.searchsorted(self._ids, ids)
        known = places < len(self._ids)
        known[known] = self._ids[places[known]] == ids[known]
        if not known.all():
            self._join(ids[~known])
            places = np.searchsorted(self._ids, ids)
        return self._rows[places]

    def _join(self, ids: NDArray[np.uint32]) -> None:
        rows = np.arange(self._count, self._count + len(ids))
        self._count += len(ids)
        everyone = np.concatenate((self._ids, ids))
        order = np.argsort(everyone)
        self._ids, self._rows = everyone[order], np.concatenate((self._rows, rows))[order]
        if self._count > len(self._untold):
            self._widen(max(_FIRST, 1 << (self._count - 1).bit_length()))

    def _widen(self, length: int) -> None:
        more = length - len(self._untold)
        self._untold = np.concatenate((self._untold, np.zeros(more, np.bool_)))
        for name in TOP_FIELDS:
            held = self._columns.get(name, getattr(NO_TOPS, name))
            self._columns[name] = np.concatenate((held, np.zeros(more, held.dtype)))
