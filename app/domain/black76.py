"""Black-76 on a future: price, implied volatility and greeks, for whole columns of options at once.

Units of the greeks are the trader's: delta and gamma per point of the future, theta in points a calendar
day, vega in points a percentage point of volatility. What cannot be solved is NaN, never a guess.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

LOWEST_VOL: Final = 1e-4
HIGHEST_VOL: Final = 5.0
DAYS_A_YEAR: Final = 365.0
_ROOT_TWO_PI: Final = 2.506628274631000502
# A bracket of 5 halves below the last step in 36 rounds; a listed chain settles in 7 to 14,
# most of its rows before that.
_MOST_ROUNDS: Final = 40
# a step so small has an error of its square
_SETTLED: Final = 1e-8
_NARROW: Final = 1e-12
_FLAT: Final = 1e-12
_FIRST_LEAST, _FIRST_MOST = 0.1, 2.0

# Hart's rational approximation of the normal distribution, highest power first: exact to 1e-15.
_HART_ABOVE: Final = (
    3.52624965998911e-02, 0.700383064443688, 6.37396220353165, 33.912866078383,
    112.079291497871, 221.213596169931, 220.206867912376,
)  # fmt: skip
_HART_BELOW: Final = (
    8.83883476483184e-02, 1.75566716318264, 16.064177579207, 86.7807322029461,
    296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Greeks:
    delta: Column
    gamma: Column
    theta: Column
    vega: Column


def normal_cdf(x: Column) -> Column:
    size = np.minimum(np.abs(x), 37.0)
    density = np.exp(-size * size / 2)
    near = density * np.polyval(_HART_ABOVE, size) / np.polyval(_HART_BELOW, size)
    far = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))))
    tail = np.where(size < 7.07106781186547, near, density / (far * _ROOT_TWO_PI))
    return np.where(x > 0, 1.0 - tail, tail)


def normal_pdf(x: Column) -> Column:
    return np.exp(-x * x / 2) / _ROOT_TWO_PI


def price(
    future: float, strike: Column, years: float, rate: float, vol: Column, call: NDArray[np.bool_]
) -> Column:
    up, down = _d(future, strike, years, vol)
    sign = np.where(call, 1.0, -1.0)
    value = sign * (future * normal_cdf(sign * up) - strike * normal_cdf(sign * down))
    return np.asarray(np.exp(-rate * years) * value)


def implied_vol(
    future: float, strike: Column, years: float, rate: float, premium: Column, call: NDArray[np.bool_]
) -> Column:
    """NaN where the premium is missing, at or below discounted intrinsic value, or beyond any volatility."""
    answer = np.full(strike.shape, np.nan)
    if not (years > 0 and future > 0):
        return answer
    discount = np.exp(-rate * years)
    intrinsic = discount * np.maximum(np.where(call, future - strike, strike - future), 0.0)
    most = discount * np.where(call, future, strike)
    solvable = np.isfinite(premium) & (strike > 0) & (premium > intrinsic) & (premium < most)
    if not solvable.any():
        return answer
    answer[solvable] = _solved(future, strike[solvable], years, rate, premium[solvable], call[solvable])
    return answer


def _solved(
    future: float, strike: Column, years: float, rate: float, wanted: Column, call: NDArray[np.bool_]
) -> Column:
    """Newton's step on the logarithm of the time value where it stays inside the bracket, else its middle;
    what has settled drops out. In the money the same time value is that of the other right.
    """
    low, high = np.full(strike.shape, LOWEST_VOL), np.full(strike.shape, HIGHEST_VOL)
    reachable = (price(future, strike, years, rate, low, call) <= wanted) & (
        price(future, strike, years, rate, high, call) >= wanted
    )
    answer, outside = np.full(strike.shape, np.nan), strike >= future
    discount, root = np.exp(-rate * years), np.sqrt(years)
    value = wanted - discount * np.maximum(np.where(call, future - strike, strike - future), 0.0)
    # where the price bends least: from there the steps do not overshoot
    vol = np.clip(np.sqrt(2 * np.abs(np.log(future / strike))) / root, _FIRST_LEAST, _FIRST_MOST)
    rows = np.flatnonzero(reachable)
    for _ in range(_MOST_ROUNDS):
        if not rows.size:
            break
        k, now, aim = strike[rows], vol[rows], value[rows]
        made = price(future, k, years, rate, now, outside[rows])
        low[rows] = np.where(made < aim, now, low[rows])
        high[rows] = np.where(made < aim, high[rows], now)
        slope = discount * root * future * normal_pdf(_d(future, k, years, now)[0])
        good = (slope > _FLAT) & (made > 0)
        rise = np.where(good, made * np.log(np.where(good, made, 1.0) / aim), np.inf)
        step = now - np.divide(rise, slope, out=np.full(k.shape, np.inf), where=good)
        inside = (step > low[rows]) & (step < high[rows])
        settled = np.abs(step - now) <= _SETTLED
        after = np.where(inside | settled, step, (low[rows] + high[rows]) / 2)
        answer[rows] = vol[rows] = after
        rows = rows[~settled & (high[rows] - low[rows] > _NARROW)]
    return answer


def greeks(
    future: float, strike: Column, years: float, rate: float, vol: Column, call: NDArray[np.bool_]
) -> Greeks:
    """NaN wherever the volatility is NaN."""
    nothing = np.full(strike.shape, np.nan)
    if not (years > 0 and future > 0):
        return Greeks(nothing, nothing, nothing, nothing)
    up, _ = _d(future, strike, years, vol)
    discount = np.exp(-rate * years)
    density, root = normal_pdf(up), np.sqrt(years)
    delta = discount * np.where(call, normal_cdf(up), normal_cdf(up) - 1.0)
    gamma = discount * density / (future * vol * root)
    value = price(future, strike, years, rate, vol, call)
    theta = (rate * value - discount * future * density * vol / (2 * root)) / DAYS_A_YEAR
    vega = discount * future * density * root / 100.0
    return Greeks(delta, gamma, theta, vega)


def _d(future: float, strike: Column, years: float, vol: Column) -> tuple[Column, Column]:
    spread = vol * np.sqrt(years)
    up = np.log(future / strike) / spread + spread / 2
    return up, up - spread
