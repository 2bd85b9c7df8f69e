"""Bars of so many trades instead of so many seconds. Kept by 100 trades, and joined to longer ones.

Trades count in the order in which they arrived. Behind a hole that was not filled the count is not that of
the market any more, so such bars are no truth of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import NO_SIDE, TradeColumns
from app.domain.units import Ns

Longs = NDArray[np.int64]

# trades: the shortest bar offered, and what all others are multiples of
UNIT: Final = 100
LONGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class TickBar:
    """`number` counts from 0 at the first trade known. `start` and `end` are the times of its first and last
    trade. `low_delta` and `high_delta`: extremes of bought less sold inside the bar, from 0 at its start.
    """

    instrument: int
    number: int
    start: Ns
    end: Ns
    trades: int
    open: int
    high: int
    low: int
    close: int
    bought: int
    sold: int
    unknown: int
    low_delta: int
    high_delta: int

    @property
    def delta(self) -> int:
        return self.bought - self.sold


class TickBars:
    """For one thread. Only the newest bar of an instrument ever changes; whole ones are told once."""

    def __init__(self, unit: int = UNIT) -> None:
        self.unit = unit
        self._open: dict[int, TickBar] = {}
        self._changed: dict[tuple[int, int], TickBar] = {}

    def add(self, trades: TradeColumns) -> None:
        for instrument in np.unique(trades.instrument_id).tolist():
            self._add(instrument, trades, np.flatnonzero(trades.instrument_id == instrument))

    def changed(self) -> tuple[TickBar, ...]:
        """The bars that changed since the last call, each once, as they are now."""
        found, self._changed = self._changed, {}
        return tuple(found.values())

    def _add(self, instrument: int, trades: TradeColumns, rows: NDArray[np.intp]) -> None:
        older = self._open.get(instrument)
        taken = 0 if older is None else older.trades % self.unit
        number = 0 if older is None else older.number + (taken == 0)
        for bar in _bars(instrument, number, trades, rows, taken, self.unit):
            newest = bar if older is None or not taken or bar.number > number else joined((older, bar))
            self._open[instrument] = self._changed[instrument, bar.number] = newest


def joined(bars: Sequence[TickBar]) -> TickBar:
    """One bar of several that follow each other, with the number of the first."""
    run, low, high = 0, 0, 0
    for bar in bars:
        low, high = min(low, run + bar.low_delta), max(high, run + bar.high_delta)
        run += bar.delta
    first, last = bars[0], bars[-1]
    return TickBar(
        first.instrument,
        first.number,
        first.start,
        last.end,
        sum(bar.trades for bar in bars),
        first.open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        last.close,
        sum(bar.bought for bar in bars),
        sum(bar.sold for bar in bars),
        sum(bar.unknown for bar in bars),
        low,
        high,
    )


def longer(bars: Sequence[TickBar], trades: int, unit: int = UNIT) -> tuple[TickBar, ...]:
    """Bars of more trades, out of those of one instrument in order; the last may not be full.

    Bars begin at multiples of their length, whatever the first one kept is. ValueError where the longer ones
    are no multiple.
    """
    if trades < unit or trades % unit:
        raise ValueError(f"bars of {trades} trades cannot be made of bars of {unit}")
    each = trades // unit
    groups: dict[int, list[TickBar]] = {}
    for bar in bars:
        groups.setdefault(bar.number // each, []).append(bar)
    return tuple(joined(group) for group in groups.values())


def invalid(bars: Iterable[TickBar], holes: Sequence[tuple[int, int]]) -> tuple[bool, ...]:
    """Which bars end behind a hole that was not filled: (last record before it, first one after it)."""
    first = min((start for start, _ in holes), default=None)
    return tuple(first is not None and bar.end > first for bar in bars)


def _bars(
    instrument: int, number: int, trades: TradeColumns, rows: NDArray[np.intp], taken: int, unit: int
) -> Iterable[TickBar]:
    """Of these rows alone; the first bar already has `taken` trades."""
    heads = np.concatenate((np.zeros(1, np.int64), np.arange(unit - taken, len(rows), unit)))
    heads = heads[heads < len(rows)]
    lasts = np.append(heads[1:], len(rows)) - 1
    at, price = trades.ts_event[rows], trades.price[rows]
    size, side = trades.size[rows].astype(np.int64), trades.side[rows]
    signed = size * side
    run = np.cumsum(signed)
    before = run[heads] - signed[heads]
    columns = (
        at[heads], at[lasts], lasts - heads + 1,
        price[heads], np.maximum.reduceat(price, heads), np.minimum.reduceat(price, heads), price[lasts],
        np.add.reduceat(np.where(side > 0, size, 0), heads),
        np.add.reduceat(np.where(side < 0, size, 0), heads),
        np.add.reduceat(np.where(side == NO_SIDE, size, 0), heads),
        np.minimum(np.minimum.reduceat(run, heads) - before, 0),
        np.maximum(np.maximum.reduceat(run, heads) - before, 0),
    )  # fmt: skip
    for n, row in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        yield TickBar(instrument, number + n, *row)
