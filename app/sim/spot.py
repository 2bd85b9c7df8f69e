"""The index under all NQ prices: one path for every day there ever was or will be.

Closes of trading days are bounded noise around 23,000, so that no date is far away from any other. Between
two closes the path has the activity of the hour and bursts of its own, on a grid of ten-second blocks.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from app.domain.contract import Future
from app.domain.session import Calendar
from app.domain.symbols import third_friday
from app.domain.units import SECOND, Ns, moment
from app.sim.noise import Bools, Floats, Ints, generator, unit

BLOCK: Final = Ns(10 * SECOND)

_MIDDLE: Final = 22_900.0
# (trading days from one random level to the next, share of the price); in all below ±12 %
_OCTAVES: Final = ((1, 0.009), (3, 0.014), (11, 0.02), (41, 0.03), (160, 0.04))
_DAILY_RANGE: Final = 0.008
_CARRY_A_YEAR: Final = 0.039

# New York hour counted from the evening's opening, and future trades a second on a day like any other
_HOURS: Final = (0.0, 2.0, 9.0, 13.5, 15.4, 15.5, 15.7, 17.5, 19.0, 21.0, 21.5, 21.95, 22.0, 23.0)
_TRADES: Final = (3.0, 1.5, 2.0, 4.0, 6.0, 42.0, 36.0, 22.0, 16.0, 19.0, 24.0, 38.0, 6.0, 3.0)
_OPENING_HOUR: Final = 18
_CLUSTER_BLOCKS: Final = 120  # an agitated time lasts some twenty minutes


@dataclass(frozen=True, slots=True, eq=False)
class DayPath:
    """One trade date: `level` at the edges of its blocks; `trades` a second and `is_open` within them."""

    day: date
    open: Ns
    close: Ns
    level: Floats
    trades: Floats
    is_open: Bools

    def block(self, at: int) -> int:
        return int(at - self.open) // BLOCK


class Spot:
    """`path` of a trade date and `index` at any moments; while closed the last level stands."""

    def __init__(self, seed: int, calendar: Calendar) -> None:
        self._seed = seed
        self._calendar = calendar
        self.path = lru_cache(maxsize=40)(self._path)

    def day_of(self, at: int) -> date:
        """The trade date in session, or the last one that was."""
        return self._calendar.last_session_day(Ns(at))

    def index(self, at: Ints) -> Floats:
        if not at.size:
            return np.zeros(0)
        first, last = (self.day_of(int(edge)) for edge in (at.min(), at.max()))
        if first == last:
            return _along(self.path(first), at)
        answer = np.empty(at.shape)
        for day in self._calendar.days(first, last):
            path = self.path(day)
            here = at >= path.open if day != first else np.ones(at.shape, dtype=bool)
            answer[here] = _along(path, at[here])
        return answer

    def close(self, day: date) -> float:
        """The index at the end of a trade date."""
        number = self._ordinal(day)
        wave = sum(
            share * _between(self._seed, octave, number / period)
            for octave, (period, share) in enumerate(_OCTAVES)
        )
        return float(_MIDDLE * np.exp(wave))

    def _ordinal(self, day: date) -> int:
        week, weekday = divmod(day.toordinal() - 1, 7)  # day 1 was a Monday
        return week * 5 + min(weekday, 5)

    def _path(self, day: date) -> DayPath:
        opened, closed = self._calendar.session(day)
        edges = np.arange(opened, closed + 1, BLOCK, dtype=np.int64)
        is_open = self._open_blocks(opened, closed, len(edges) - 1)
        chance = generator(self._seed, "day", day.toordinal())
        mood = _mood(chance, len(is_open))
        trades = _activity(edges[:-1]) * np.exp(0.4 * mood - 0.1) * is_open
        swing = np.sqrt(_activity(edges[:-1])) * np.exp(0.45 * mood) * is_open
        steps = chance.standard_normal(len(is_open)) * swing
        steps[chance.random(len(steps)) < 0.002] *= 4.0
        level = self._bridge(day, np.cumsum(steps), np.cumsum(swing**2))
        return DayPath(day, opened, closed, level, trades, is_open)

    def _bridge(self, day: date, walk: Floats, variance: Floats) -> Floats:
        """From the close before, with a gap over the pause, to this day's close."""
        before, after = self.close(self._calendar.previous_day(day)), self.close(day)
        start = before * (1 + 0.001 * (unit(self._seed, 77, day.toordinal()) - 0.5))
        scale = _DAILY_RANGE * before / np.sqrt(variance[-1])
        share = variance / variance[-1]
        path = start + scale * (walk - share * walk[-1]) + share * (after - start)
        return np.concatenate(([start], path))

    def _open_blocks(self, opened: Ns, closed: Ns, blocks: int) -> Bools:
        """All, except the pause within a trade date that has a holiday session."""
        is_open = np.ones(blocks, dtype=bool)
        at = opened
        while at < closed:
            here = self._calendar.at(at)
            if not here.state.is_open:
                is_open[(at - opened) // BLOCK : (here.next_change - opened) // BLOCK] = False
            at = here.next_change
        return is_open


def carry(future: Future, day: date) -> float:
    """Points between the index and a future: interest until it expires."""
    days = (third_friday(future.year, future.month) - day).days
    return round(_MIDDLE * _CARRY_A_YEAR * days / 365, 1)


def _along(path: DayPath, at: Ints) -> Floats:
    place = np.clip((at - path.open) / BLOCK, 0.0, len(path.is_open))
    edge = np.minimum(place.astype(np.int64), len(path.is_open) - 1)
    left = path.level[edge]
    return np.asarray(left + (path.level[edge + 1] - left) * (place - edge))


def _between(seed: int, octave: int, place: float) -> float:
    """Smooth noise in [-1, 1] with a new random level at each whole place."""
    left = int(np.floor(place))
    share = place - left
    share = share * share * (3 - 2 * share)
    low, high = (2 * unit(seed, octave, left + n) - 1 for n in (0, 1))
    return low + (high - low) * share


def _activity(at: Ints) -> Floats:
    """Future trades a second by the hour in New York."""
    zone = moment(Ns(int(at[-1]))).astimezone(ZoneInfo("America/New_York"))
    offset = zone.utcoffset()
    seconds = at // SECOND + (int(offset.total_seconds()) if offset else 0)
    hours = (seconds / 3600 - _OPENING_HOUR) % 24
    return np.interp(hours, _HOURS, _TRADES)


def _mood(chance: np.random.Generator, blocks: int) -> Floats:
    """Calm and agitated times: noise that forgets slowly, with a standard deviation of 1."""
    kernel = np.exp(-np.arange(4 * _CLUSTER_BLOCKS) / _CLUSTER_BLOCKS)
    raw = chance.standard_normal(blocks + len(kernel) - 1)
    size = 1 << (len(raw) + len(kernel)).bit_length()
    smooth = np.fft.irfft(np.fft.rfft(raw, size) * np.fft.rfft(kernel, size), size)
    return np.asarray(smooth[len(kernel) - 1 : len(raw)] / np.sqrt((kernel**2).sum()))
