"""Bought less sold by size of the trade: what small, middling and large orders did, ten seconds at a time.

Kept by the exact size, so that where small ends and large begins may be chosen afterwards.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import NO_SIDE, TradeColumns
from app.domain.units import SECOND, Ns

Longs = NDArray[np.int64]

WINDOW_S: Final = 10
LARGEST: Final = 64
"""Contracts: larger trades are counted with those of this size."""
_UNKNOWN: Final = 0


@dataclass(frozen=True, slots=True)
class SizedFlow:
    """One window: bought less sold of the trades of each size there was, the smallest first, and the
    contracts without a side.
    """

    instrument: int
    start: Ns
    seconds: int
    sizes: tuple[int, ...]
    deltas: tuple[int, ...]
    unknown: int

    def between(self, low: int, high: int) -> int:
        """Of trades from `low` to `high` contracts, both included."""
        both = zip(self.sizes, self.deltas, strict=True)
        return sum(delta for size, delta in both if low <= size <= high)


class SizedFlowBook:
    """For one thread."""

    def __init__(self, seconds: int = WINDOW_S) -> None:
        self.seconds = seconds
        self._width = seconds * SECOND
        self._sums: dict[tuple[int, int], dict[int, int]] = {}
        self._changed: dict[tuple[int, int], None] = {}

    def add(self, trades: TradeColumns) -> None:
        if not len(trades):
            return
        size = trades.size.astype(np.int64)
        sided = trades.side != NO_SIDE
        kind = np.where(sided, np.minimum(size, LARGEST), _UNKNOWN)
        contracts = np.where(sided, size * trades.side, size)
        window = trades.ts_event // self._width
        first = int(window.min())
        instruments, which = np.unique(trades.instrument_id, return_inverse=True)
        windows = int(window.max()) - first + 1
        place = (which.reshape(-1) * windows + (window - first)) * (LARGEST + 1) + kind
        places, rows = np.unique(place, return_inverse=True)
        sums = np.bincount(rows.reshape(-1), weights=contracts).astype(np.int64)
        for at, sum_ in zip(places.tolist(), sums.tolist(), strict=True):
            cell, column = divmod(at, LARGEST + 1)
            number, offset = divmod(cell, windows)
            self._add(int(instruments[number]), first + offset, column, sum_)

    def changed(self) -> tuple[SizedFlow, ...]:
        """The windows that changed since the last call, each once, as they are now."""
        keys, self._changed = self._changed, {}
        return tuple(self._value(*key) for key in keys)

    def of(self, instrument: int) -> tuple[SizedFlow, ...]:
        return tuple(self._value(*key) for key in sorted(self._sums) if key[0] == instrument)

    def drop_before(self, ns: Ns) -> None:
        """Forget the windows that ended before."""
        for key in [key for key in self._sums if (key[1] + 1) * self._width <= ns]:
            del self._sums[key]
            self._changed.pop(key, None)

    def _add(self, instrument: int, window: int, column: int, contracts: int) -> None:
        key = instrument, window
        sums = self._sums.setdefault(key, {})
        sums[column] = sums.get(column, 0) + contracts
        self._changed[key] = None

    def _value(self, instrument: int, window: int) -> SizedFlow:
        sums = self._sums[instrument, window]
        sizes = tuple(sorted(sums.keys() - {_UNKNOWN}))
        deltas, unknown = tuple(sums[size] for size in sizes), sums.get(_UNKNOWN, 0)
        return SizedFlow(instrument, Ns(window * self._width), self.seconds, sizes, deltas, unknown)
