"""User-defined strategies: call spreads that traders had listed, with trades and no quotes of their own.

They fill the option parents with instruments that are no options; who prices one as an option is wrong.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from app.domain.contract import Series
from app.domain.units import DAY, POINT
from app.sim.listing import strategy_id
from app.sim.noise import Ints, generator
from app.sim.option_flow import QUARTER, OptionTrades
from app.sim.options import Options, OptionTable
from app.sim.spot import BLOCK, Spot, carry

_SERIES: Final = 12
_WIDTHS: Final = (100, 200)
_PER_FUTURE_TRADE: Final = 0.004
_TICK: Final = POINT // 20


@dataclass(frozen=True, slots=True)
class Strategy:
    """Long the call of row `near`, short that of row `far`, of the day's table."""

    symbol: str
    instrument_id: int
    series: Series
    near: int
    far: int


class Strategies:
    def __init__(self, seed: int, spot: Spot, options: Options, activity: float) -> None:
        self._seed = seed
        self._spot = spot
        self._options = options
        self._activity = activity
        self.listed = lru_cache(maxsize=12)(self._listed)
        self._of_quarter = lru_cache(maxsize=300)(self._drawn)

    def trades(self, day: date, start: int, end: int) -> OptionTrades:
        """Of the session of `day`, `start <= at < end`; rows are places in `listed(day)`."""
        path = self._spot.path(day)
        start, end = max(start, path.open), min(end, path.close)
        quarters = range(start - start % QUARTER, end, QUARTER)
        parts = [self._of_quarter(day, quarter).between(start, end) for quarter in quarters]
        return OptionTrades.joined(parts)

    def _listed(self, day: date) -> tuple[Strategy, ...]:
        table = self._options.table(day)
        found = []
        for listed in table.series[:_SERIES]:
            level = self._spot.close(listed.expiry - timedelta(days=10)) + carry(listed.underlying, day)
            near = round(level / 100) * 100
            for number, width in enumerate(_WIDTHS):
                rows = [_call(table, listed.series, strike) for strike in (near, near + width)]
                if None not in rows:
                    identity = strategy_id(listed.series, number)
                    first, second = (int(row) for row in rows if row is not None)
                    found.append(Strategy(f"UD:1N: VT {identity}", identity, listed.series, first, second))
        return tuple(found)

    def _drawn(self, day: date, start: int) -> OptionTrades:
        path, listed = self._spot.path(day), self.listed(day)
        first = path.block(start)
        rate = path.trades[first : first + QUARTER // BLOCK].mean() * _PER_FUTURE_TRADE * self._activity
        chance = generator(self._seed, "strategies", start // QUARTER)
        n = int(chance.poisson(rate * QUARTER / 1e9)) if listed else 0
        at = np.sort(start + chance.integers(0, QUARTER, n))
        open_now = path.is_open[np.minimum((at - path.open) // BLOCK, len(path.is_open) - 1)]
        row = chance.integers(0, max(len(listed), 1), n)
        price = self._price(day, row, at) if n else at
        side = np.where(chance.random(n) < 0.5, 1, -1).astype(np.int8)
        size = 1 + chance.integers(0, 20, n)
        good = open_now & (price > 0)
        return OptionTrades(at[good], row[good], side[good], price[good], size[good])

    def _price(self, day: date, row: Ints, at: Ints) -> Ints:
        table, listed = self._options.table(day), self.listed(day)
        legs = []
        for rows in ([s.near for s in listed], [s.far for s in listed]):
            quotes = self._options.quotes(table, np.array(rows)[row], at)
            legs.append(np.where(quotes.bid > 0, (quotes.bid + quotes.ask) // 2, 0))
        alive = at < table.expires[np.array([s.near for s in listed])[row]] - DAY // 1_440
        return np.where(alive, (legs[0] - legs[1]) // _TICK * _TICK, 0)


def _call(table: OptionTable, series: Series, strike: int) -> int | None:
    rows = table.rows_of(series)
    found = rows[(table.points[rows] == strike) & table.is_call[rows]]
    return int(found[0]) if len(found) else None
