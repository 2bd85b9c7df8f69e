"""Keeps a replay from counting trades twice: what was received already is taken out of what comes again.

Trades are the same when all of their fields are. One event can print equal trades, so equal ones are
counted, and of the copies received before and after the larger number remains.
"""

from collections import Counter, deque
from typing import Final

import numpy as np

from app.domain.ticks import TradeColumns
from app.domain.units import SECOND, Ns
from app.engine.columns import chosen

# Events of different instruments arrive out of order by milliseconds; a second leaves no doubt.
MARGIN: Final = SECOND
# of a trade: instrument, time, sequence, price, size, side
Identity = tuple[int, int, int, int, int, int]


class Overlap:
    """Remembers what a replay could bring again: the last second, or all of it while a replay still runs."""

    def __init__(self) -> None:
        self._kept: deque[TradeColumns] = deque()
        self._newest: Ns | None = None
        self._keep_from: Ns | None = None
        self._again: Counter[Identity] = Counter()
        self._again_until = 0

    @property
    def newest(self) -> Ns | None:
        """Time of the newest trade received so far."""
        return self._newest

    def since(self) -> Ns | None:
        """From when a replay must start so that nothing can be missing."""
        if self._keep_from is not None:
            return self._keep_from
        return None if self._newest is None else Ns(self._newest - MARGIN)

    def replaying(self, since: Ns | None) -> None:
        """A connection begins that brings everything from `since` on again."""
        self._again = _counted(self._kept, since) if since is not None else Counter()
        self._again_until = self._newest or 0
        self._keep_from = since

    def hold(self) -> None:
        """Something after the newest trade is missing: a replay has to start here, whatever comes next."""
        if self._keep_from is None:
            self._keep_from = self.since()

    def caught_up(self) -> None:
        self._keep_from = None
        self._forget()

    def fresh(self, trades: TradeColumns) -> TradeColumns:
        """Without those that were received before."""
        if not len(trades):
            return trades
        if self._again:
            trades = self._without_known(trades)
        self._remember(trades)
        return trades

    def _without_known(self, trades: TradeColumns) -> TradeColumns:
        rows = np.ones(len(trades), dtype=np.bool_)
        for row in np.flatnonzero(trades.ts_event <= self._again_until):
            one = identity(trades, int(row))
            if self._again[one] > 0:
                self._again[one] -= 1
                rows[row] = False
        if not (trades.ts_event <= self._again_until + MARGIN).any():
            self._again = Counter()
        return chosen(trades, rows)

    def _remember(self, trades: TradeColumns) -> None:
        if not len(trades):
            return
        self._kept.append(trades)
        self._newest = Ns(max(self._newest or 0, int(trades.ts_event.max())))
        if self._keep_from is None:
            self._forget()

    def _forget(self) -> None:
        if self._newest is None:
            return
        horizon = self._newest - 2 * MARGIN
        while self._kept and int(self._kept[0].ts_event.max()) < horizon:
            self._kept.popleft()


def identity(trades: TradeColumns, row: int) -> Identity:
    return (
        int(trades.instrument_id[row]),
        int(trades.ts_event[row]),
        int(trades.sequence[row]),
        int(trades.price[row]),
        int(trades.size[row]),
        int(trades.side[row]),
    )


def _counted(kept: deque[TradeColumns], since: Ns) -> Counter[Identity]:
    counted: Counter[Identity] = Counter()
    for trades in kept:
        counted.update(identity(trades, int(row)) for row in np.flatnonzero(trades.ts_event >= since))
    return counted
