"""Open interest of every contract, as it is published before a session: little at first, most at the end."""

from typing import Final

import numpy as np

from app.domain.contract import Family
from app.domain.symbols import family
from app.sim.noise import Floats, Ints, units
from app.sim.options import OptionTable

# contracts open in a whole series at its end, and the days in which that grows to e times as much
_WEEKLY: Final = (13_000, 3.2)
_BY_FAMILY: Final = {
    Family.FRIDAY: (19_000, 3.2),
    Family.END_OF_MONTH: (16_000, 12.0),
    Family.QUARTERLY: (45_000, 70.0),
}
_UNEVEN: Final = 1.3


def open_interest(table: OptionTable, level: float) -> Ints:
    """By row. `level` is the index at the close before the session."""
    days = np.array([(listed.expiry - table.day).days for listed in table.series], dtype=np.float64)
    sizes = [_BY_FAMILY.get(family(listed.series.root), _WEEKLY) for listed in table.series]
    whole = np.array([most * np.exp(-left / scale) for left, (most, scale) in zip(days, sizes, strict=True)])
    weight = _weights(table, level, days)
    sums = np.add.reduceat(weight, table.edges[:-1])
    expected = whole[table.series_of] * weight / sums[table.series_of]
    luck = np.exp(_UNEVEN * _bell(table.id) - _UNEVEN**2 / 2)
    return np.asarray(expected * luck).astype(np.int64)


def _weights(table: OptionTable, level: float, days: Floats) -> Floats:
    money = np.log(table.points / (level + table.carry))
    width = 0.18 * np.sqrt((days[table.series_of] + 1.5) / 365)
    out = np.where(table.is_call, money > 0, money < 0)
    round_strike = 1.0 + 2 * (table.points % 100 == 0) + 3 * (table.points % 500 == 0)
    return np.asarray(np.exp(-np.abs(money) / width / 1.3) * np.where(out, 1.5, 0.4) * round_strike + 1e-9)


def _bell(key: Ints) -> Floats:
    return np.asarray(sum(units(key, salt) for salt in range(41, 53)) - 6.0)
