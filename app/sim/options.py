"""All option contracts of one trade date as columns, with the quote of each at any moment.

A contract is requoted in a rhythm of its own, every other second near the money and every minute far away;
between two requotes its quote stands. So one answer serves a chain page, a feed of quotes and a trade.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from app.domain.contract import Contract, Right, Series
from app.domain.session import Calendar
from app.domain.units import POINT, SECOND, Px
from app.sim import premium
from app.sim.chain_truth import ListedExpiry
from app.sim.ladder import strikes
from app.sim.listing import series_id, series_listed
from app.sim.noise import Bools, Floats, Ints, unit, units
from app.sim.premium import Quotes
from app.sim.spot import Spot, carry

_FAST: Final = 2
_SLOW: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class OptionTable:
    """Rows by series and strike, the call before the put. `points` is the strike, `expires` the last moment,
    `carry` what the underlying stands above the index, `period` the seconds between requotes."""

    day: date
    series: tuple[ListedExpiry, ...]
    edges: Ints
    series_of: Ints
    points: Ints
    is_call: Bools
    expires: Ints
    carry: Floats
    id: Ints
    period: Ints
    mood: float

    def __len__(self) -> int:
        return len(self.points)

    def rows_of(self, series: Series) -> Ints:
        for place, listed in enumerate(self.series):
            if listed.series == series:
                first, end = int(self.edges[place]), int(self.edges[place + 1])
                return np.arange(first, end, dtype=np.int64)
        return np.zeros(0, np.int64)

    def contract(self, row: int) -> Contract:
        listed = self.series[int(self.series_of[row])]
        right = Right.CALL if self.is_call[row] else Right.PUT
        return Contract(listed.series, Px(int(self.points[row]) * POINT), right, listed.expiry)


class Options:
    """Tables by trade date, quotes by row and moment."""

    def __init__(self, seed: int, calendar: Calendar, spot: Spot) -> None:
        self._seed = seed
        self._calendar = calendar
        self._spot = spot
        self.table = lru_cache(maxsize=12)(self._table)

    def requoted(self, table: OptionTable, rows: Ints, at: Ints) -> Ints:
        """When the quote that stands at a moment was made."""
        period = table.period[rows] * SECOND
        phase = (units(table.id[rows], 21) * period).astype(np.int64)
        opened = self._spot.path(table.day).open
        return np.asarray(np.maximum((at - phase) // period * period + phase, opened))

    def quotes(self, table: OptionTable, rows: Ints, at: Ints) -> Quotes:
        """Those that stand at the moments `at`, one for each row."""
        made = self.requoted(table, rows, at)
        future = self._spot.index(made) + table.carry[rows]
        left = (table.expires[rows] - made).astype(np.float64)
        strike = table.points[rows].astype(np.float64)
        value = premium.worth(future, strike, left, table.is_call[rows], table.mood)
        key = table.id[rows] * 65_537 + made // SECOND
        quotes = premium.quotes(value, np.abs(strike - future), left, key)
        over = at >= table.expires[rows]
        if not over.any():
            return quotes
        sides = (quotes.bid, quotes.ask, quotes.bid_size, quotes.ask_size)
        return Quotes(*(np.where(over, 0, side) for side in sides))

    def settlements(self, table: OptionTable, rows: Ints, day: date) -> Ints:
        """At the end of the regular hours of a day, on the grid; the exact value at the end of an expiry."""
        regular = self._calendar.rth(day)
        at = regular[1] if regular else self._calendar.session(day)[1]
        moments = np.minimum(table.expires[rows], at)
        future = self._spot.index(moments) + table.carry[rows]
        left = (table.expires[rows] - moments).astype(np.float64)
        value = premium.worth(future, table.points[rows].astype(float), left, table.is_call[rows], table.mood)
        settled = np.maximum(premium.on_grid(value, up=False), POINT // 20)
        final = (np.round(value * 100) * (POINT // 100)).astype(np.int64)
        return np.asarray(np.where(left > 0, settled, final), dtype=np.int64)

    def underlying(self, table: OptionTable, rows: Ints, at: Ints) -> Floats:
        return self._spot.index(at) + table.carry[rows]

    def _table(self, day: date) -> OptionTable:
        series = series_listed(day, self._calendar)
        parts = [self._strikes(listed, day) for listed in series]
        counts = np.array([len(points) for points in parts])
        points = np.repeat(np.concatenate(parts), 2)
        series_of = np.repeat(np.arange(len(series)), counts * 2)
        is_call = np.arange(len(points)) % 2 == 0
        expires = np.array([listed.expires for listed in series], dtype=np.int64)[series_of]
        above = np.array([carry(listed.underlying, day) for listed in series])[series_of]
        bases = np.array([series_id(listed.series) for listed in series], dtype=np.int64)[series_of]
        opened, level = self._spot.path(day).open, self._spot.path(day).level[0]
        left = np.sqrt(np.maximum(expires - opened, 86_400 * SECOND) / (365 * 86_400 * SECOND))
        far = np.abs(np.log(points / (level + above))) / (0.18 * left)
        weeks = (expires - opened) / (7 * 86_400 * SECOND)
        period = np.clip(_FAST * (1 + 2 * far**2 + 8 * weeks), _FAST, _SLOW).astype(np.int64)
        mood = 0.85 + 0.4 * unit(self._seed, 31, day.toordinal())
        return OptionTable(
            day, series, np.concatenate(([0], np.cumsum(counts * 2))), series_of, points, is_call, expires,
            above, bases + points // 5 * 2 + ~is_call, period, mood,
        )  # fmt: skip

    def _strikes(self, listed: ListedExpiry, day: date) -> Ints:
        above = carry(listed.underlying, day)
        # the close of today is not known yet: strikes are listed by the days before
        return strikes(
            listed.series, listed.expiry, day, lambda d: self._spot.close(d - timedelta(days=1)) + above
        )
