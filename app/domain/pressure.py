"""Aggressor trades into bars of bought and sold, one book for each width of bar.

Windows are keyed by event time and closed by the clock, two seconds after their end, all that are due at
once. No trade is lost: the bars of an instrument always add up to its trades, however they were batched.
Open and close are the first and last trade by event time; the extremes of the running delta follow the order
of arrival.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from app.domain.bars import PressureBar
from app.domain.pressure_rows import (
    BOUGHT,
    CLOSED,
    FLAGS,
    INSTRUMENT,
    SOLD,
    START,
    UNKNOWN,
    BarRows,
    bar,
)
from app.domain.pressure_sums import sums
from app.domain.ticks import TradeColumns
from app.domain.units import SECOND, Ns

Merge = Callable[[TradeColumns, int, int, int, BarRows], int]


def _plainly(trades: TradeColumns, first: int, width: int, over: int, rows: BarRows) -> int:
    """By sums over the whole batch, without compiled code. `first` is always 0: room is made on the way."""
    found, places = sums(trades, width), []
    for instrument, window in zip(found.instrument.tolist(), found.window.tolist(), strict=True):
        row = rows.find(instrument, window)
        places.append(rows.begin(instrument, window, over) if row < 0 else row)
    rows.merge(np.array(places, np.int64), found)
    return first + len(trades)


PLAIN: Final[Merge] = _plainly
_merge: Merge = PLAIN

# how long a window waits for records on their way
GRACE: Final = Ns(2 * SECOND)


def warm_up() -> None:
    """Load the compiled way, or compile it first; all books then take it. Blocks."""
    global _merge
    from app.domain import pressure_kernel

    _merge = pressure_kernel.merge


class PressureBook:
    """For one thread. Memory is that of the bars kept: `drop_before` lets go of the old ones."""

    def __init__(self, seconds: int) -> None:
        if seconds < 1:
            raise ValueError("a bar is at least a second wide")
        self.seconds = seconds
        self._width = seconds * SECOND
        self._rows = BarRows(self._width)
        self._merge_by: Merge | None = None
        # bars up to this one are found below
        self._filed = 0
        self._index: dict[int, dict[int, int]] = {}
        self._open: dict[int, list[int]] = {}
        # of bars that were dropped
        self._cvd: defaultdict[int, int] = defaultdict(int)
        self._now = Ns(-1)

    def add(self, trades: TradeColumns) -> None:
        if not len(trades):
            return
        merge, done = self._merge_by or _merge, 0
        while (done := merge(trades, done, self._width, self._now - GRACE, self._rows)) < len(trades):
            self._rows.grow()

    def close_until(self, now: Ns) -> None:
        """Close every window whose end is two seconds gone. A trade that comes later still counts, in a
        bar marked as revised.
        """
        self._file()
        self._now = max(self._now, now)
        for window in [w for w in self._open if self._is_over(w)]:
            rows = np.array(self._open.pop(window), np.int64)
            self._rows.table[rows, FLAGS] |= CLOSED
            self._rows.touch(rows)

    def changed(self) -> tuple[PressureBar, ...]:
        """The bars that changed since the last call, each once, as they are now."""
        return tuple(self._bars(self._rows.take_changed().tolist()))

    def bars(self, instrument: int) -> tuple[PressureBar, ...]:
        self._file()
        windows = self._index.get(instrument, {})
        return tuple(self._bars([windows[window] for window in sorted(windows)]))

    def instruments(self) -> tuple[int, ...]:
        self._file()
        return tuple(self._index)

    def pressure(self, instrument: int, window_s: int, now: Ns) -> tuple[float | None, int, float | None]:
        """P over the bars that begin within the last `window_s` seconds, with bought + sold behind it and
        the share of volume without a side. None where there was nothing to divide by.
        """
        self._file()
        first = -(-(now - window_s * SECOND) // self._width)
        # a clock behind the exchange's must not hide the newest second
        last = now // self._width + 1
        windows = self._index.get(instrument, {})
        rows = [windows[window] for window in range(first, last + 1) if window in windows]
        bought, sold, unknown = (
            int(self._rows.table[rows, column].sum()) for column in (BOUGHT, SOLD, UNKNOWN)
        )
        both = bought + sold
        volume = both + unknown
        return (bought - sold) / both if both else None, both, unknown / volume if volume else None

    def cvd(self, instrument: int, since: Ns | None = None) -> int:
        """Bought less sold since the first trade, or over the kept bars that begin at `since` or later."""
        self._file()
        rows = [
            row
            for window, row in self._index.get(instrument, {}).items()
            if since is None or window * self._width >= since
        ]
        table, before = self._rows.table, self._cvd.get(instrument, 0) if since is None else 0
        return before + int(table[rows, BOUGHT].sum() - table[rows, SOLD].sum())

    def drop_before(self, ns: Ns) -> None:
        """Forget the bars that ended before `ns`; `cvd` without a start keeps counting them."""
        self._file()
        used = self._rows.used()
        old = used[:, START] + self._width <= ns
        if not old.any():
            return
        for instrument, bought, sold in used[old][:, [INSTRUMENT, BOUGHT, SOLD]].tolist():
            self._cvd[instrument] += bought - sold
        places = self._rows.keep(~old)
        self._filed = self._rows.count
        self._index = {
            instrument: kept
            for instrument, windows in self._index.items()
            if (kept := {w: places[row] for w, row in windows.items() if places[row] >= 0})
        }
        self._open = {
            window: kept_rows
            for window, rows in self._open.items()
            if (kept_rows := [places[row] for row in rows if places[row] >= 0])
        }

    def _file(self) -> None:
        """Files the bars that have begun since the last time."""
        new, self._filed = self._filed, self._rows.count
        columns = self._rows.table[new : self._filed, [INSTRUMENT, START, FLAGS]].tolist()
        for row, (instrument, start, flags) in enumerate(columns, new):
            window = start // self._width
            self._index.setdefault(instrument, {})[window] = row
            if not flags & CLOSED:
                self._open.setdefault(window, []).append(row)

    def _is_over(self, window: int) -> bool:
        return (window + 1) * self._width + GRACE <= self._now

    def _bars(self, rows: list[int]) -> Iterator[PressureBar]:
        for row in self._rows.table[rows].tolist():
            yield bar(row, self.seconds)
