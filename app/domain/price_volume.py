"""Volume at price by aggressor side, minute by minute: what profile, VWAP and footprint are sums of.

Windows are keyed by event time. No trade is lost and none depends on its batch: a row only ever adds up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import TradeColumns
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px

Longs = NDArray[np.int64]

WINDOW_S: Final = 60
# 10,000 points of a future. Such a price is a mistake of somebody's, and a row for each tick up to it would
# fill the memory.
_WIDEST: Final = 40_000
_SIDES: Final = 3


class PriceRows(Protocol):
    """Row i is the price `low + i * tick`; `low` is a multiple of `tick`. The update of this has it too."""

    @property
    def start(self) -> Ns: ...
    @property
    def low(self) -> Px: ...
    @property
    def tick(self) -> Px: ...
    @property
    def bought(self) -> Longs: ...
    @property
    def sold(self) -> Longs: ...
    @property
    def unknown(self) -> Longs: ...


@dataclass(frozen=True, slots=True, eq=False)
class PriceVolume:
    """One window of one instrument; read-only columns of equal length, the outer rows never empty."""

    instrument: int
    start: Ns
    seconds: int
    low: Px
    tick: Px
    bought: Longs
    sold: Longs
    unknown: Longs

    @property
    def volume(self) -> int:
        return int(self.bought.sum() + self.sold.sum() + self.unknown.sum())


class PriceVolumeBook:
    """For one thread. `stray` are contracts whose price was too far from all others of their minute."""

    def __init__(self, seconds: int = WINDOW_S, tick: Px = FUTURE_TICK) -> None:
        self.seconds = seconds
        self.tick = tick
        self.stray = 0
        self._width = seconds * SECOND
        self._rungs: dict[int, dict[int, _Rungs]] = {}
        self._changed: dict[tuple[int, int], None] = {}

    def add(self, trades: TradeColumns) -> None:
        """A price between two ticks counts in the row below it."""
        row = trades.price // self.tick
        window = trades.ts_event // self._width
        for instrument, start, rows in _groups(trades.instrument_id, window):
            rungs = self._rungs.setdefault(instrument, {}).setdefault(start, _Rungs())
            size = trades.size[rows].astype(np.int64)
            self.stray += rungs.put(row[rows], trades.side[rows], size)
            if len(rungs):
                self._changed[instrument, start] = None

    def changed(self) -> tuple[PriceVolume, ...]:
        """The minutes that changed since the last call, each once, as they are now."""
        keys, self._changed = self._changed, {}
        return tuple(self._value(instrument, window) for instrument, window in keys)

    def of(self, instrument: int) -> tuple[PriceVolume, ...]:
        """Every minute that had a trade, in order of time."""
        windows = self._rungs.get(instrument, {})
        return tuple(self._value(instrument, window) for window in sorted(windows) if len(windows[window]))

    def drop_before(self, ns: Ns) -> None:
        """Forget the minutes that ended before."""
        for instrument, windows in self._rungs.items():
            for window in [w for w in windows if (w + 1) * self._width <= ns]:
                del windows[window]
                self._changed.pop((instrument, window), None)

    def _value(self, instrument: int, window: int) -> PriceVolume:
        rungs = self._rungs[instrument][window]
        table = rungs.table.copy()
        table.flags.writeable = False
        sold, unknown, bought = table
        return PriceVolume(
            instrument, Ns(window * self._width), self.seconds, Px(rungs.low * self.tick), self.tick,
            bought, sold, unknown,
        )  # fmt: skip


class _Rungs:
    """Contracts by side (sold, without, bought) and row, from the lowest price traded to the highest."""

    __slots__ = ("low", "table")

    def __init__(self) -> None:
        self.low = 0
        self.table = np.zeros((_SIDES, 0), np.int64)

    def __len__(self) -> int:
        return self.table.shape[1]

    def put(self, row: Longs, side: NDArray[np.int8], size: Longs) -> int:
        """Returns the contracts left out."""
        anchor = self.low if len(self) else int(np.median(row))
        near = np.abs(row - anchor) <= _WIDEST
        left_out = 0
        if not near.all():
            left_out = int(size[~near].sum())
            row, side, size = row[near], side[near], size[near]
        if len(row):
            self._reach(int(row.min()), int(row.max()))
            place = (side.astype(np.int64) + 1) * len(self) + (row - self.low)
            # sums of contracts are far below 2**53, so that floats are exact
            sums = np.bincount(place, weights=size, minlength=_SIDES * len(self))
            self.table += sums.astype(np.int64).reshape(_SIDES, -1)
        return left_out

    def _reach(self, low: int, high: int) -> None:
        if not len(self):
            self.low, self.table = low, np.zeros((_SIDES, high - low + 1), np.int64)
            return
        below = max(0, self.low - low)
        above = max(0, high - (self.low + len(self) - 1))
        if below or above:
            self.table = np.pad(self.table, ((0, 0), (below, above)))
            self.low -= below


def _groups(instruments: NDArray[np.uint32], windows: Longs) -> Iterator[tuple[int, int, NDArray[np.intp]]]:
    """(instrument, window, its rows): there are few in one batch."""
    for instrument in np.unique(instruments).tolist():
        mine = np.flatnonzero(instruments == instrument)
        for window in np.unique(windows[mine]).tolist():
            yield instrument, window, mine[windows[mine] == window]
