"""Aggressor trades into bars of bought and sold, one book for each width of bar.

Windows are keyed by event time and closed by the clock, two seconds after their end, all that are due at
once. No trade is lost: the bars of an instrument always add up to its trades, however they were batched.
Open and close are the first and last trade by event time; the extremes of the running delta follow the order
of arrival.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import numpy as np

from app.domain.bars import PressureBar
from app.domain.pressure_rows import (
    BOUGHT,
    CLOSED,
    FLAGS,
    SOLD,
    START,
    UNKNOWN,
    BarRows,
    bar,
)
from app.domain.pressure_sums import sums
from app.domain.ticks import TradeColumns
from app.domain.units import SECOND, Ns

# how long a window waits for records on their way
GRACE: Final = Ns(2 * SECOND)
_MOST_RECENT: Final = 32_768


class PressureBook:
    """For one thread. Memory is that of the bars kept: `drop_before` lets go of the old ones."""

    def __init__(self, seconds: int) -> None:
        if seconds < 1:
            raise ValueError("a bar is at least a second wide")
        self.seconds = seconds
        self._width = seconds * SECOND
        self._rows = BarRows()
        self._index: dict[int, dict[int, int]] = {}
        self._open: dict[int, list[int]] = {}
        self._changed: dict[int, None] = {}
        self._cvd: defaultdict[int, int] = defaultdict(int)
        # of bars that trades came for of late, without a search
        self._recent: dict[tuple[int, int], int] = {}
        self._now = Ns(-1)

    def add(self, trades: TradeColumns) -> None:
        if not len(trades):
            return
        found = sums(trades, self._width)
        instruments = found.instrument.tolist()
        rows = self._places_of(tuple(zip(instruments, found.window.tolist(), strict=True)))
        self._rows.merge(np.array(rows, np.int64), found, self._width)
        self._changed.update(dict.fromkeys(rows))
        cvd = self._cvd
        for instrument, delta in zip(instruments, found.delta.tolist(), strict=True):
            cvd[instrument] += delta

    def close_until(self, now: Ns) -> None:
        """Close every window whose end is two seconds gone. A trade that comes later still counts, in a
        bar marked as revised.
        """
        self._now = max(self._now, now)
        for window in [w for w in self._open if self._is_over(w)]:
            rows = self._open.pop(window)
            self._rows.table[rows, FLAGS] |= CLOSED
            self._changed.update(dict.fromkeys(rows))

    def changed(self) -> tuple[PressureBar, ...]:
        """The bars that changed since the last call, each once, as they are now."""
        rows, self._changed = self._changed, {}
        return tuple(self._bars(list(rows)))

    def bars(self, instrument: int) -> tuple[PressureBar, ...]:
        windows = self._index.get(instrument, {})
        return tuple(self._bars([windows[window] for window in sorted(windows)]))

    def instruments(self) -> tuple[int, ...]:
        return tuple(self._index)

    def pressure(self, instrument: int, window_s: int, now: Ns) -> tuple[float | None, int, float | None]:
        """P over the bars that begin within the last `window_s` seconds, with bought + sold behind it and
        the share of volume without a side. None where there was nothing to divide by.
        """
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
        if since is None:
            return self._cvd.get(instrument, 0)
        rows = [
            row for window, row in self._index.get(instrument, {}).items() if window * self._width >= since
        ]
        table = self._rows.table
        return int(table[rows, BOUGHT].sum() - table[rows, SOLD].sum())

    def drop_before(self, ns: Ns) -> None:
        """Forget the bars that ended before `ns`; `cvd` without a start keeps counting them."""
        old = self._rows.used()[:, START] + self._width <= ns
        if not old.any():
            return
        places = self._rows.keep(~old)
        self._recent.clear()
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
        self._changed = {places[row]: None for row in self._changed if places[row] >= 0}

    def _places_of(self, pairs: tuple[tuple[int, int], ...]) -> list[int]:
        """The rows of the bars of (instrument, window); those that are not there yet begin."""
        found = list(map(self._recent.get, pairs))
        rows = [self._row(*pair) if row is None else row for pair, row in zip(pairs, found, strict=True)]
        if None in found:
            if len(self._recent) > _MOST_RECENT:
                self._recent.clear()
            self._recent.update(zip(pairs, rows, strict=True))
        return rows

    def _row(self, instrument: int, window: int) -> int:
        windows = self._index.get(instrument)
        if windows is None:
            windows = self._index[instrument] = {}
        row = windows.get(window)
        if row is None:
            row = windows[window] = self._rows.begin()
            begun = self._open.get(window)
            if begun is not None:
                begun.append(row)
            elif self._is_over(window):
                self._rows.table[row, FLAGS] = CLOSED
            else:
                self._open[window] = [row]
        return row

    def _is_over(self, window: int) -> bool:
        return (window + 1) * self._width + GRACE <= self._now

    def _bars(self, rows: list[int]) -> Iterator[PressureBar]:
        for row in self._rows.table[rows].tolist():
            yield bar(row, self.seconds)
