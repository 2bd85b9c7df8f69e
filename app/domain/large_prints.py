"""Large prints: trades of one side within 20 ms taken as one order, and from which size on one is large."""

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import TradeColumns
from app.domain.units import SECOND, Ns, Px

Longs = NDArray[np.int64]

MERGED_WITHIN: Final = SECOND // 50
# contracts: no smaller order is ever large
LEAST: Final = 10
_PERCENT: Final = 99
# among fewer orders one in a hundred means nothing
_ENOUGH: Final = 1_000
_LARGEST_COUNTED: Final = 4_096


class Basis(Enum):
    """What a threshold was taken from."""

    FIXED = "too few orders seen for more than the fixed least"
    PRIOR_SESSION = "99 % of the prior session's orders were smaller"
    THIS_SESSION = "99 % of this session's orders so far were smaller"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Large from `size` contracts on: at least 10, else the 99th percentile of `orders`."""

    size: int
    basis: Basis
    orders: int


@dataclass(frozen=True, slots=True)
class LargePrint:
    """`at` is the first of its `prints`, all within 20 ms; `price` their mean by contracts."""

    instrument: int
    at: Ns
    side: int
    price: Px
    size: int
    prints: int


@dataclass(slots=True)
class _Order:
    """`newest` is the latest time of any trade of this side, which later ones cannot undercut."""

    at: int
    newest: int
    size: int = 0
    value: int = 0
    prints: int = 0


@dataclass(slots=True)
class _Sizes:
    """How many orders there were of each size, before the session and in it."""

    before: Longs = field(default_factory=lambda: np.zeros(_LARGEST_COUNTED + 1, np.int64))
    within: Longs = field(default_factory=lambda: np.zeros(_LARGEST_COUNTED + 1, np.int64))


class LargePrints:
    """Tells everything from 10 contracts on; what is large among that, its reader decides by `threshold`,
    so that no print depends on when a threshold was known. What happened before `opens` is the prior
    session's. For one thread.
    """

    def __init__(self, opens: Ns) -> None:
        self._opens = opens
        self._growing: dict[tuple[int, int], _Order] = {}
        self._sizes: dict[int, _Sizes] = {}
        self._changed: dict[tuple[int, int, int], LargePrint] = {}

    def add(self, trades: TradeColumns) -> None:
        """In order of arrival."""
        for instrument in np.unique(trades.instrument_id).tolist():
            mine = trades.instrument_id == instrument
            for side in np.unique(trades.side[mine]).tolist():
                self._side(instrument, side, trades, np.flatnonzero(mine & (trades.side == side)))

    def changed(self) -> tuple[LargePrint, ...]:
        """Those that are new or grew since the last call, each once, as they are now."""
        found, self._changed = self._changed, {}
        return tuple(found.values())

    def threshold(self, instrument: int) -> Threshold:
        """From the prior session as far as it was seen, else from this one."""
        return self.prior(instrument) or self.session(instrument) or Threshold(LEAST, Basis.FIXED, 0)

    def prior(self, instrument: int) -> Threshold | None:
        sizes = self._sizes.get(instrument)
        return None if sizes is None else _threshold(sizes.before, Basis.PRIOR_SESSION)

    def session(self, instrument: int) -> Threshold | None:
        """None as long as too few orders were seen."""
        sizes = self._sizes.get(instrument)
        return None if sizes is None else _threshold(sizes.within, Basis.THIS_SESSION)

    def _side(self, instrument: int, side: int, trades: TradeColumns, rows: NDArray[np.intp]) -> None:
        key = instrument, side
        order = self._growing.get(key)
        at = trades.ts_event[rows]
        at = np.maximum.accumulate(at if order is None else np.maximum(at, order.newest))
        heads = _heads(at.tolist(), order)
        size = trades.size[rows].astype(np.int64)
        # away from the first price, or the products would leave 64 bits
        base = int(trades.price[rows[0]])
        contracts = np.add.reduceat(size, heads).tolist()
        beyond = np.add.reduceat(size * (trades.price[rows] - base), heads).tolist()
        prints = np.diff([*heads, len(rows)]).tolist()
        for head, count, more, number in zip(heads, contracts, beyond, prints, strict=True):
            first = int(at[head])
            if order is None or first > order.at + MERGED_WITHIN:
                order = _Order(first, first)
            else:
                self._count(instrument, order, -1)
            order.size += count
            order.value += base * count + more
            order.prints += number
            self._count(instrument, order, 1)
            if order.size >= LEAST:
                price = Px(round(order.value / order.size))
                found = LargePrint(instrument, Ns(order.at), side, price, order.size, order.prints)
                self._changed[instrument, side, order.at] = found
        if order is not None:
            order.newest = int(at[-1])
            self._growing[key] = order

    def _count(self, instrument: int, order: _Order, by: int) -> None:
        sizes = self._sizes.get(instrument)
        if sizes is None:
            sizes = self._sizes[instrument] = _Sizes()
        counts = sizes.before if order.at < self._opens else sizes.within
        counts[min(order.size, _LARGEST_COUNTED)] += by


def _heads(at: list[int], order: _Order | None) -> list[int]:
    """Where each order begins in a column of times; the first may go on with the one before."""
    heads = [0]
    begin = at[0] if order is None or at[0] > order.at + MERGED_WITHIN else order.at
    while (head := bisect_right(at, begin + MERGED_WITHIN, heads[-1])) < len(at):
        heads.append(head)
        begin = at[head]
    return heads


def _threshold(counts: Longs, basis: Basis) -> Threshold | None:
    orders = int(counts.sum())
    if orders < _ENOUGH:
        return None
    return Threshold(max(LEAST, _percentile(counts, orders)), basis, orders)


def _percentile(counts: Longs, orders: int) -> int:
    """The least size that 99 % of the orders do not exceed."""
    return int(np.searchsorted(np.cumsum(counts), -(-orders * _PERCENT // 100)))
