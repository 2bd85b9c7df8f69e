"""Sweeps: one side that went through three price levels or more without a step back, three within 50 ms."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import NO_SIDE, TradeColumns
from app.domain.units import SECOND, Ns, Px

Longs = NDArray[np.int64]

WITHIN: Final = SECOND // 20
LEAST_LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class Sweep:
    """`at` and `until`: its first and last print; `origin` and `reach`: the first price and the farthest.

    It begins at most 50 ms before its third level, and the prints at its last level count for 50 ms.
    """

    instrument: int
    side: int
    at: Ns
    until: Ns
    origin: Px
    reach: Px
    levels: int
    size: int
    prints: int


def _none() -> Longs:
    return np.zeros((3, 0), np.int64)


@dataclass(slots=True)
class _Lane:
    """One side of one instrument: times, prices and sizes of what a sweep could still begin or go on with."""

    tail: Longs = field(default_factory=_none)
    told: Sweep | None = None


class Sweeps:
    """For one thread. Trades without a side are in no sweep."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[int, int], _Lane] = {}
        self._changed: dict[tuple[int, int, int], Sweep] = {}

    def add(self, trades: TradeColumns) -> None:
        """In order of arrival."""
        for instrument in np.unique(trades.instrument_id).tolist():
            mine = trades.instrument_id == instrument
            for side in np.unique(trades.side[mine]).tolist():
                if side != NO_SIDE:
                    rows = np.flatnonzero(mine & (trades.side == side))
                    self._side(instrument, side, trades, rows)

    def changed(self) -> tuple[Sweep, ...]:
        """Those that are new or grew since the last call, each once, as they are now."""
        found, self._changed = self._changed, {}
        return tuple(found.values())

    def _side(self, instrument: int, side: int, trades: TradeColumns, rows: NDArray[np.intp]) -> None:
        lane = self._lanes.setdefault((instrument, side), _Lane())
        more = np.array([trades.ts_event[rows], trades.price[rows], trades.size[rows].astype(np.int64)])
        prints = np.concatenate((lane.tail, more), axis=1)
        at = prints[0] = np.maximum.accumulate(prints[0])
        levels, thirds = _levels(prints, side)
        keep = _from_previous_level(at, levels)
        for first, last in _runs(thirds):
            begin = _begin(at, levels, first)
            sweep = _sweep(instrument, side, prints, levels, begin, (first, last))
            if sweep != lane.told:
                lane.told = self._changed[instrument, side, sweep.at] = sweep
            if last == len(levels) - 1:
                keep = begin
        lane.tail = prints[:, keep:].copy()


def _levels(prints: Longs, side: int) -> tuple[Longs, list[int]]:
    """Where each level begins; and which levels are the third of three that were passed quickly enough."""
    at, price, _ = prints
    step = np.diff(price) * side
    levels = np.concatenate((np.zeros(1, np.int64), np.flatnonzero(step) + 1))
    forward = np.concatenate(([False], step[levels[1:] - 1] > 0))
    took = at[levels[2:]] - at[levels[1:-1] - 1]
    return levels, (np.flatnonzero(forward[2:] & forward[1:-1] & (took <= WITHIN)) + 2).tolist()


def _runs(thirds: list[int]) -> list[tuple[int, int]]:
    """(first, last) of those that follow each other without a gap."""
    runs: list[tuple[int, int]] = []
    for third in thirds:
        if runs and runs[-1][1] == third - 1:
            runs[-1] = runs[-1][0], third
        else:
            runs.append((third, third))
    return runs


def _begin(at: Longs, levels: Longs, third: int) -> int:
    return max(int(levels[third - 2]), int(np.searchsorted(at, at[levels[third]] - WITHIN)))


def _from_previous_level(at: Longs, levels: Longs) -> int:
    """What a sweep can still begin with."""
    previous = int(levels[-2]) if len(levels) > 1 else 0
    return max(previous, int(np.searchsorted(at, at[-1] - WITHIN)))


def _sweep(
    instrument: int, side: int, prints: Longs, levels: Longs, begin: int, thirds: tuple[int, int]
) -> Sweep:
    at, price, size = prints
    first, last = thirds
    arrived = int(levels[last])
    end = int(levels[last + 1]) if last + 1 < len(levels) else len(at)
    end = min(end, int(np.searchsorted(at, at[arrived] + WITHIN, side="right")))
    return Sweep(
        instrument,
        side,
        Ns(int(at[begin])),
        Ns(int(at[end - 1])),
        Px(int(price[begin])),
        Px(int(price[arrived])),
        last - first + LEAST_LEVELS,
        int(size[begin:end].sum()),
        end - begin,
    )
