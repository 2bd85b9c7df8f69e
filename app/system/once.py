"""Each trade once, however many files tell it: recordings of one market overlap, and so do bought files.

Trades are the same when the whole record is. One event can print equal ones, so each file's copies are
counted, and of all files the largest number is played.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.domain.ticks import TradeColumns
from app.engine.columns import chosen
from app.engine.overlap import Identity, identity


class Once:
    """`spans` are the times of each file's first and last trade: only where they overlap is anything kept."""

    def __init__(self, spans: Mapping[Path, tuple[int, int]]) -> None:
        self._shared = {
            path: [
                both
                for other, theirs in spans.items()
                if other != path and (both := _common(mine, theirs)) is not None
            ]
            for path, mine in spans.items()
        }
        self._told: dict[Path, Counter[Identity]] = {path: Counter() for path in spans}
        self._played: Counter[Identity] = Counter()

    def fresh(self, path: Path, trades: TradeColumns) -> TradeColumns:
        """Without those that another file has told as often already."""
        doubtful = np.zeros(len(trades), np.bool_)
        for start, end in self._shared.get(path, ()):
            doubtful |= (trades.ts_event >= start) & (trades.ts_event <= end)
        if not doubtful.any():
            return trades
        rows, told = np.ones(len(trades), np.bool_), self._told[path]
        for row in np.flatnonzero(doubtful).tolist():
            one = identity(trades, row)
            told[one] += 1
            if told[one] > self._played[one]:
                self._played[one] = told[one]
            else:
                rows[row] = False
        return chosen(trades, rows)


def _common(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int] | None:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start <= end else None
