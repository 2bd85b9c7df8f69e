"""Absorption: what one side traded at a price that held all the same, because resting orders took all of it.

A print is held when in the two seconds after it no trade was more than a tick away from its price. So it is
known two seconds later, with the next trade, and does not depend on when anybody looked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.large_prints import LEAST
from app.domain.ticks import NO_SIDE, TradeColumns
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px

Longs = NDArray[np.int64]
Key = tuple[int, int]

WITHIN: Final = 2 * SECOND
# trades; the tables of one such piece take 4 MB
_AT_ONCE: Final = 16_384


@dataclass(frozen=True, slots=True)
class Absorption:
    """Held prints of one side at one price, each within two seconds of the one before; `began`: the first.

    `size` is the most of them within two seconds, in `prints`, of which `at` is the last.
    """

    instrument: int
    side: int
    price: Px
    began: Ns
    at: Ns
    size: int
    prints: int


@dataclass(slots=True)
class _Stretch:
    """`recent` are times and sizes of the held prints of its last two seconds."""

    best: Absorption
    recent: Longs


@dataclass(slots=True)
class _Lane:
    """Time, price, size and side of the trades of one instrument on which nothing is decided yet."""

    open: Longs = field(default_factory=lambda: np.zeros((4, 0), np.int64))
    stretches: dict[Key, _Stretch] = field(default_factory=dict)


class Absorptions:
    """Tells all from 10 contracts on; which of them is large its reader decides. For one thread."""

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}
        self._changed: dict[tuple[int, int, int, int], Absorption] = {}

    def add(self, trades: TradeColumns) -> None:
        """In order of arrival."""
        for instrument in np.unique(trades.instrument_id).tolist():
            rows = np.flatnonzero(trades.instrument_id == instrument)
            lane = self._lanes.setdefault(instrument, _Lane())
            for start in range(0, len(rows), _AT_ONCE):
                self._more(instrument, lane, _table(trades, rows[start : start + _AT_ONCE]))

    def changed(self) -> tuple[Absorption, ...]:
        """Those that are new or grew since the last call, each once, as they are now."""
        found, self._changed = self._changed, {}
        return tuple(found.values())

    def _more(self, instrument: int, lane: _Lane, more: Longs) -> None:
        trades = np.concatenate((lane.open, more), axis=1)
        at = trades[0] = np.maximum.accumulate(trades[0])
        over = int(np.searchsorted(at, at[-1] - WITHIN))
        held = trades[:, :over][:, _held(trades, over)]
        lane.open = trades[:, over:].copy()
        for key, prints in _by_price(held):
            self._stretch(instrument, lane, key, prints)
        oldest = int(lane.open[0, 0]) - WITHIN
        for key in [k for k, one in lane.stretches.items() if one.recent[0, -1] < oldest]:
            del lane.stretches[key]

    def _stretch(self, instrument: int, lane: _Lane, key: Key, prints: Longs) -> None:
        """`prints` are times and sizes, held, of one side at one price."""
        known = lane.stretches.get(key)
        before = 0 if known is None else known.recent.shape[1]
        every = prints if known is None else np.concatenate((known.recent, prints), axis=1)
        at, size = every
        first = np.searchsorted(at, at - WITHIN)
        through = np.concatenate((np.zeros(1, np.int64), np.cumsum(size)))
        sums = through[1:] - through[first]
        heads = np.flatnonzero(np.diff(at, prepend=at[0]) > WITHIN)
        best = None if known is None else known.best
        for start, end in _parts(heads, len(at)):
            new = max(start, before)
            if new >= end:
                continue
            peak = new + int(sums[new:end].argmax())
            if start > 0 or best is None:
                best = Absorption(instrument, key[0], Px(key[1]), Ns(int(at[start])), Ns(0), 0, 0)
            if sums[peak] > best.size:
                count = peak + 1 - int(first[peak])
                best = Absorption(
                    instrument, key[0], Px(key[1]), best.began, Ns(int(at[peak])), int(sums[peak]), count
                )
                if best.size >= LEAST:
                    self._changed[instrument, *key, best.began] = best
        if best is not None:
            lane.stretches[key] = _Stretch(best, every[:, int(first[-1]) :].copy())


def _table(trades: TradeColumns, rows: NDArray[np.intp]) -> Longs:
    columns = (trades.ts_event, trades.price, trades.size, trades.side)
    return np.array([column[rows].astype(np.int64) for column in columns])


def _held(trades: Longs, count: int) -> NDArray[np.bool_]:
    """Which of the first `count` trades had a side, and a price from which no trade went away in time."""
    at, price, _, side = trades
    last = np.searchsorted(at, at[:count] + WITHIN, side="right") - 1
    high, low = _of_spans(price, last, np.maximum), _of_spans(price, last, np.minimum)
    own = price[:count]
    near = (high - own <= FUTURE_TICK) & (own - low <= FUTURE_TICK)
    held: NDArray[np.bool_] = near & (side[:count] != NO_SIDE)
    return held


def _of_spans(values: Longs, last: NDArray[np.intp], pick: Callable[[Longs, Longs], Longs]) -> Longs:
    """The extreme of `values[i]` to `values[last[i]]`, from two spans of a power of two that cover it."""
    first = np.arange(len(last))
    power = np.frexp(last - first + 1)[1] - 1
    found, table, width = np.empty(len(last), np.int64), values, 1
    for step in range(int(power.max(initial=0)) + 1):
        mine = np.flatnonzero(power == step)
        found[mine] = pick(table[mine], table[last[mine] - width + 1])
        table, width = pick(table[:-width], table[width:]), 2 * width
    return found


def _by_price(held: Longs) -> Iterator[tuple[Key, Longs]]:
    """Times and sizes of each side and price, in order of time."""
    if not held.shape[1]:
        return
    order = np.lexsort((held[1], held[3]))  # stable: in order of time within one price
    held = held[:, order]
    heads = np.flatnonzero((np.diff(held[1]) != 0) | (np.diff(held[3]) != 0)) + 1
    for start, end in _parts(heads, held.shape[1]):
        yield (int(held[3, start]), int(held[1, start])), held[:3:2, start:end]


def _parts(heads: NDArray[np.intp], count: int) -> Iterator[tuple[int, int]]:
    return pairwise([0, *heads.tolist(), count])
