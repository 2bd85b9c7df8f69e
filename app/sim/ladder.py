"""Which strikes a series lists on a day, fitted to the chains of June 2025.

The documented rule lists more than the exchange does. A ladder is a union of grids around the future, each
finer grid narrower and listed later; strikes are only ever added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from app.domain.contract import Family, Series
from app.domain.symbols import family
from app.sim.noise import Ints

_ALWAYS: Final = 99_999


@dataclass(frozen=True, slots=True)
class _Grid:
    """Every `step` points from `low` to `high`, shares of the future, from `days` before expiry on."""

    step: int
    low: float
    high: float
    days: int


_WEEKLY: Final = (
    _Grid(500, -0.31, 0.13, _ALWAYS),
    _Grid(250, -0.18, 0.10, _ALWAYS),
    _Grid(50, -0.11, 0.045, _ALWAYS),
    _Grid(50, -0.13, 0.045, 12),
    _Grid(25, -0.08, 0.02, 7),
    _Grid(10, -0.06, 0.025, 5),
)
_FRIDAY: Final = (
    *_WEEKLY,
    _Grid(500, -0.38, 0.13, _ALWAYS),
    _Grid(250, -0.25, 0.10, _ALWAYS),
    _Grid(100, -0.21, -0.13, _ALWAYS),
    _Grid(10, -0.08, 0.025, 5),
)
_QUARTERLY: Final = (
    _Grid(500, -0.86, 0.42, _ALWAYS),
    _Grid(250, -0.52, 0.21, 60),
    _Grid(100, -0.29, 0.07, 45),
    _Grid(50, -0.12, 0.05, 35),
    _Grid(25, -0.045, 0.032, 14),
)
_ODD_STRIKES: Final = (500, 1_000, 2_000, 2_150, 2_190)
_LISTED_DAYS: Final = 28
_SAMPLES: Final = 3  # days between the levels that are looked at


def strikes(series: Series, expiry: date, day: date, level: Callable[[date], float]) -> Ints:
    """In points, ascending. `level` is the future at the close of a day."""
    kind = family(series.root)
    ladder = {Family.QUARTERLY: _QUARTERLY, Family.FRIDAY: _FRIDAY}.get(kind, _WEEKLY)
    left = (expiry - day).days
    found: list[Ints] = []
    for grid in ladder:
        if left <= grid.days:
            since = expiry - timedelta(days=min(grid.days, max(_LISTED_DAYS, left)))
            found.append(_listed(grid, [level(d) for d in _days(since, day)]))
    if kind is Family.QUARTERLY and left <= _LISTED_DAYS:
        found.append(np.array(_ODD_STRIKES, dtype=np.int64))
    return np.unique(np.concatenate(found))


def _days(since: date, until: date) -> list[date]:
    return [until - timedelta(days=n) for n in range(0, max((until - since).days, 0) + 1, _SAMPLES)]


def _listed(grid: _Grid, levels: list[float]) -> Ints:
    """Around the level at listing; more is added once the future has used up half the range."""
    first = levels[-1]
    low = min(first * (1 + grid.low), min(levels) * (1 + grid.low / 2))
    high = max(first * (1 + grid.high), max(levels) * (1 + grid.high / 2))
    return np.arange(np.ceil(low / grid.step), np.floor(high / grid.step) + 1, dtype=np.int64) * grid.step
