"""What options of the simulated market are worth and how they are quoted, for whole columns at once.

Written apart from the program's own Black-76: the market may not be priced by what is to be tested on it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.units import POINT
from app.sim.noise import Bools, Floats, Ints, units

_YEAR: Final = 365 * 86_400e9
_DAY: Final = 86_400e9
_HOUR: Final = 3_600e9
_CALM: Final = 0.165
_SMALL: Final = 5 * POINT
_SMALL_TICK: Final = POINT // 20
_TICK: Final = POINT // 4


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """Columns of quotes in 1e-9 points; 0 where a side has no order."""

    bid: Ints
    ask: Ints
    bid_size: Ints
    ask_size: Ints


def worth(future: Floats, strike: Floats, left: Floats, is_call: Bools, mood: float) -> Floats:
    """Premium in points with `left` nanoseconds to go; intrinsic value when there is no time left."""
    intrinsic = np.maximum(np.where(is_call, future - strike, strike - future), 0.0)
    years = np.maximum(left, _HOUR / 60) / _YEAR
    spread = volatility(future, strike, left, mood) * np.sqrt(years)
    up = np.log(future / strike) / spread + spread / 2
    call = future * _normal(up) - strike * _normal(up - spread)
    value = np.where(is_call, call, call - future + strike)
    return np.asarray(np.where(left > 0, np.maximum(value, intrinsic), intrinsic))


def volatility(future: Floats, strike: Floats, left: Floats, mood: float) -> Floats:
    """A smile: dear puts, cheap calls, and dear last hours."""
    x = np.log(strike / future) / np.sqrt(np.maximum(left, 2 * _DAY) / _YEAR)
    near = 1 + 0.25 * np.exp(-left / (2 * _DAY)) + 0.45 * np.exp(-np.maximum(left, 0) / (4 * _HOUR))
    smile = 1 - 0.9 * x / (1 + 0.3 * np.abs(x)) + 1.2 * x * x / (1 + 1.2 * np.abs(x))
    return np.asarray(np.clip(_CALM * mood * near * smile, 0.07, 1.3))


def on_grid(price: Floats, up: bool) -> Ints:
    """Points on the grid of premiums, 0.05 to 5.00 and 0.25 above, rounded up or down."""
    exact = price * POINT
    tick = np.where(exact <= _SMALL, _SMALL_TICK, _TICK)
    steps = np.ceil(exact / tick - 1e-9) if up else np.floor(exact / tick + 1e-9)
    return np.asarray((steps * tick).astype(np.int64))


def quotes(value: Floats, distance: Floats, left: Floats, key: Ints) -> Quotes:
    """Around the value: wider for the dear, the deep and the distant. `key` changes with every requote."""
    days = np.maximum(left, 0) / _DAY
    half = 0.04 + 0.006 * value + 0.0006 * distance + 0.02 * np.minimum(days, 90)
    middle = value + half * (units(key, 11) - 0.5) * 0.5
    bid = on_grid(np.maximum(middle - half, 0.0), up=False)
    ask = np.maximum(on_grid(middle + half, up=True), _SMALL_TICK)
    shy = (days > 5) & (distance > 1_200) & (units(key, 12) < 0.8)
    bid_size, ask_size = (1 + (units(key, salt) ** 2 * 40).astype(np.int64) for salt in (13, 14))
    gone = left <= 0
    ask = np.where(shy | gone, 0, np.maximum(ask, bid + _SMALL_TICK))
    ask = on_grid(ask / POINT, up=True)
    bid = np.where(gone, 0, bid)
    return Quotes(bid, ask, np.where(bid > 0, bid_size, 0), np.where(ask > 0, ask_size, 0))


def _normal(x: Floats) -> Floats:
    """The normal distribution to 1e-7 (Abramowitz and Stegun 26.2.17), far inside any tick."""
    size = np.abs(x)
    t = 1 / (1 + 0.2316419 * size)
    series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = np.exp(-(np.minimum(size, 38.0) ** 2) / 2) / 2.5066282746310002 * series
    return np.where(x > 0, 1 - tail, tail)
