"""The bars of a book in one packed table, 128 bytes each; they become values when somebody asks for them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

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

_NEVER: Final = np.iinfo(np.int64).max
_FIRST_ROWS: Final = 1024


class BarRows:
    def __init__(self) -> None:
        self.table = _blank(_FIRST_ROWS)
        self._count = 0

    def used(self) -> NDArray[np.int64]:
        return self.table[: self._count]

    def begin(self) -> int:
        """The place of a new bar, which is nobody's until the first `merge`."""
        if self._count == len(self.table):
            self.table = np.concatenate((self.table, _blank(self._count)))
        self._count += 1
        return self._count - 1

    def merge(self, rows: NDArray[np.int64], found: Sums, width: int) -> None:
        """Add one batch's sums to their bars; each bar appears in `rows` once."""
        old = self.table[rows]
        new = old.copy()
        new[:, INSTRUMENT] = found.instrument
        new[:, START] = found.window * width
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

    def keep(self, wanted: NDArray[np.bool_]) -> list[int]:
        """Keep these rows only; the new place of each old row, -1 for those that are gone."""
        kept = self.used()[wanted]
        places = np.where(wanted, np.cumsum(wanted) - 1, -1)
        self.table = _blank(max(_FIRST_ROWS, 2 * len(kept)))
        self.table[: len(kept)] = kept
        self._count = len(kept)
        return [int(place) for place in places.tolist()]


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
