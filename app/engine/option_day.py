"""What one trading day has said of each option so far: its trades, and statistics of the days before."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from app.domain.ticks import StatisticSaid, TradeColumns
from app.domain.units import Ns, Px, moment

SETTLEMENT: Final = 3
CLEARED_VOLUME: Final = 6
OPEN_INTEREST: Final = 9


@dataclass(frozen=True, slots=True)
class Dated:
    """A statistic and the trade date it belongs to."""

    value: int
    day: date


@dataclass(slots=True)
class OptionSaid:
    last: Px | None = None
    last_at: Ns = Ns(0)
    volume: int = 0
    settlement: Dated | None = None
    cleared: Dated | None = None
    interest: Dated | None = None


class OptionDay:
    """By instrument number. Statistics of the running day itself are left for the next one."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._said: dict[int, OptionSaid] = {}
        self.version = 0

    def get(self, instrument: int) -> OptionSaid | None:
        return self._said.get(instrument)

    def trades(self, trades: TradeColumns) -> None:
        if not len(trades):
            return
        self.version += 1
        order = np.lexsort((trades.ts_event, trades.instrument_id))
        numbers, first = np.unique(trades.instrument_id[order], return_index=True)
        volumes = np.add.reduceat(trades.size[order].astype(np.int64), first).tolist()
        newest = order[np.append(first[1:], len(order)) - 1]
        times, prices = trades.ts_event[newest].tolist(), trades.price[newest].tolist()
        for number, volume, at, price in zip(numbers.tolist(), volumes, times, prices, strict=True):
            said = self._of(number)
            said.volume += volume
            if at >= said.last_at:
                said.last, said.last_at = Px(price), Ns(at)

    def statistic(self, one: StatisticSaid) -> None:
        if one.ts_ref is None:
            return
        day = moment(one.ts_ref).date()
        value = one.price if one.kind == SETTLEMENT else one.quantity
        name = _NAMES.get(one.kind)
        if name is None or value is None or day >= self._day:
            return
        said = self._of(one.instrument_id)
        known: Dated | None = getattr(said, name)
        if known is None or day >= known.day:
            setattr(said, name, Dated(value, day))
            self.version += 1

    def _of(self, instrument: int) -> OptionSaid:
        return self._said.setdefault(instrument, OptionSaid())


_NAMES: Final = {SETTLEMENT: "settlement", CLEARED_VOLUME: "cleared", OPEN_INTEREST: "interest"}
