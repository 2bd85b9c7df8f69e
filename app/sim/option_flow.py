"""Option trades of a quarter of an hour, and what each contract has done in a session so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import MINUTE, SECOND, Ns
from app.sim.noise import Floats, Ints, generator
from app.sim.options import Options, OptionTable
from app.sim.spot import BLOCK, Spot

QUARTER: Final = Ns(15 * MINUTE)

_PER_FUTURE_TRADE: Final = 0.12
_UNKNOWN: Final = 0.02
_LARGEST: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class OptionTrades:
    """In order; `row` is the contract's in the table of the day, `side` the aggressor's: 1, -1 or 0."""

    at: Ints
    row: Ints
    side: NDArray[np.int8]
    price: Ints
    size: Ints

    def __len__(self) -> int:
        return len(self.at)

    def between(self, start: int, end: int) -> "OptionTrades":
        part = slice(*np.searchsorted(self.at, (start, end)))
        return OptionTrades(self.at[part], self.row[part], self.side[part], self.price[part], self.size[part])

    @staticmethod
    def joined(parts: Sequence["OptionTrades"]) -> "OptionTrades":
        """Of parts that follow each other, or of none."""
        none = np.zeros(0, np.int64)
        if not parts:
            return OptionTrades(none, none, none.astype(np.int8), none, none)
        at, row, price, size = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("at", "row", "price", "size")
        )
        return OptionTrades(at, row, np.concatenate([part.side for part in parts]), price, size)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Per row of the table; `last_at` 0 where nothing traded."""

    volume: Ints
    open: Ints
    high: Ints
    low: Ints
    last: Ints
    last_at: Ints


class OptionFlow:
    def __init__(self, seed: int, spot: Spot, options: Options, activity: float) -> None:
        self._seed = seed
        self._spot = spot
        self._options = options
        self._activity = activity
        self._of_quarter = lru_cache(maxsize=300)(self._drawn)
        self._of_day = lru_cache(maxsize=6)(self._session_tally)
        self._running: tuple[date, int, Tally] | None = None

    def trades(self, day: date, start: int, end: int) -> OptionTrades:
        """Of the session of `day`, `start <= at < end`."""
        path = self._spot.path(day)
        start, end = max(start, path.open), min(end, path.close)
        quarters = range(start - start % QUARTER, end, QUARTER)
        return OptionTrades.joined([self._of_quarter(day, q).between(start, end) for q in quarters])

    def tally(self, day: date, until: int) -> Tally:
        """Of the session of `day` before a moment."""
        path = self._spot.path(day)
        if until >= path.close:
            return self._of_day(day)
        whole = max(until - until % QUARTER, path.open)
        done = self._whole_quarters(day, path.open, whole)
        return _counted(done, self.trades(day, whole, until))

    def _whole_quarters(self, day: date, opened: int, until: int) -> Tally:
        """Counted on from the last answer, because the next question is mostly about a little later."""
        known = self._running
        start, tally = opened, _empty(len(self._options.table(day)))
        if known is not None and known[0] == day and known[1] <= until:
            start, tally = known[1], known[2]
        tally = _counted(tally, self.trades(day, start, until))
        self._running = (day, until, tally)
        return tally

    def _session_tally(self, day: date) -> Tally:
        path = self._spot.path(day)
        return _counted(_empty(len(self._options.table(day))), self.trades(day, path.open, path.close))

    def _drawn(self, day: date, start: int) -> OptionTrades:
        path, table = self._spot.path(day), self._options.table(day)
        first = path.block(start)
        rate = path.trades[first : first + QUARTER // BLOCK] * _PER_FUTURE_TRADE * self._activity
        chance = generator(self._seed, "options", start // QUARTER)
        count = chance.poisson(rate * BLOCK / SECOND)
        n = int(count.sum())
        if not n:
            return OptionTrades.joined([])
        at = (
            start
            + np.repeat(np.arange(len(count)), count) * BLOCK
            + chance.integers(0, BLOCK - SECOND // 20, n)
        )
        at.sort()
        popular = np.cumsum(self._popularity(table, start))
        row = np.searchsorted(popular, chance.random(n) * popular[-1])
        alive = at < table.expires[row]
        return self._priced(table, at[alive], row[alive], chance)

    def _priced(self, table: OptionTable, at: Ints, row: Ints, chance: np.random.Generator) -> OptionTrades:
        """At the quote that stands: buyers pay the ask, sellers get the bid, the rest is within."""
        quotes = self._options.quotes(table, row, at)
        side = np.where(chance.random(len(at)) < 0.5 + 0.1 * np.sin(at / (40 * MINUTE)), 1, -1)
        side = np.where(quotes.bid == 0, 1, np.where(quotes.ask == 0, -1, side))
        price = np.where(side > 0, quotes.ask, quotes.bid)
        side[chance.random(len(at)) < _UNKNOWN] = 0
        size = 1 + np.minimum(chance.pareto(1.6, len(at)) * 0.8, _LARGEST).astype(np.int64)
        good = price > 0
        return OptionTrades(at[good], row[good], side[good].astype(np.int8), price[good], size[good])

    def _popularity(self, table: OptionTable, start: int) -> Floats:
        """Near in money and time, round strikes, rather out of the money than in."""
        rows = np.arange(len(table))
        future = self._options.underlying(table, rows, np.full(len(table), start))
        days = np.maximum(table.expires - start, 0) / (24 * 60 * MINUTE)
        deviation = 0.18 * np.sqrt(np.maximum(days, 0.25) / 365)
        money = np.log(table.points / future) / deviation
        out = np.where(table.is_call, money > 0, money < 0)
        round_strike = 1.0 + (table.points % 50 == 0) + 1.5 * (table.points % 100 == 0)
        near = np.exp(-0.5 * (money / 1.1) ** 2) + 0.002 * np.exp(-np.abs(money) / 3)
        return np.asarray(
            near * np.where(out, 1.6, 0.7) * round_strike * np.exp(-days) * (days > 0) + 1e-5 * (days > 0)
        )


def _empty(rows: int) -> Tally:
    volume, first, high, low, last, last_at = (np.zeros(rows, np.int64) for _ in range(6))
    return Tally(volume, first, high, low, last, last_at)


def _counted(before: Tally, trades: OptionTrades) -> Tally:
    """A new tally that counts the trades too."""
    fresh = before.last_at == 0
    volume, high = before.volume.copy(), before.high.copy()
    low = np.where(fresh, np.iinfo(np.int64).max, before.low)
    first, last, last_at = before.open.copy(), before.last.copy(), before.last_at.copy()
    np.add.at(volume, trades.row, trades.size)
    np.maximum.at(high, trades.row, trades.price)
    np.minimum.at(low, trades.row, trades.price)
    last[trades.row], last_at[trades.row] = trades.price, trades.at  # of equal rows the last one stays
    opening = fresh[trades.row]
    backwards = slice(None, None, -1)
    first[trades.row[opening][backwards]] = trades.price[opening][backwards]
    return Tally(volume, first, high, np.where(last_at == 0, 0, low), last, last_at)
