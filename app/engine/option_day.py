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
        numbers, places = np.unique(trades.instrument_id, return_inverse=True)
        sizes = np.bincount(places.reshape(-1), weights=trades.size, minlength=len(numbers))
        for place, number in enumerate(numbers.tolist()):
            said = self._of(number)
            said.volume += int(sizes[place])
            rows = np.flatnonzero(trades.instrument_id == number)
            newest = rows[np.argmax(trades.ts_event[rows])]
            at = Ns(int(trades.ts_event[newest]))
            if at >= said.last_at:
                said.last, said.last_at = Px(int(trades.price[newest])), at

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
