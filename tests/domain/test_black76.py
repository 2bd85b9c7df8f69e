"""Black-76 against the closed form written with the standard library's erf, and against itself."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.domain import black76


def plain_price(future: float, strike: float, years: float, rate: float, vol: float, call: bool) -> float:
    def cdf(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2))

    up = (math.log(future / strike) + vol * vol * years / 2) / (vol * math.sqrt(years))
    down = up - vol * math.sqrt(years)
    value = future * cdf(up) - strike * cdf(down) if call else strike * cdf(-down) - future * cdf(-up)
    return math.exp(-rate * years) * value


def test_the_normal_distribution_agrees_with_the_standard_library() -> None:
    x = np.linspace(-12, 12, 4801)
    plain = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])
    assert np.abs(black76.normal_cdf(x) - plain).max() < 1e-14


@given(
    moneyness=st.floats(0.7, 1.4),
    years=st.floats(1 / 3650, 2),
    rate=st.floats(-0.02, 0.1),
    vol=st.floats(0.03, 2.0),
    call=st.booleans(),
)
def test_prices_agree_with_the_closed_form(
    moneyness: float, years: float, rate: float, vol: float, call: bool
) -> None:
    future, strike = 20_000.0, 20_000.0 * moneyness
    ours = black76.price(future, np.array([strike]), years, rate, np.array([vol]), np.array([call]))[0]
    assert ours == pytest.approx(plain_price(future, strike, years, rate, vol, call), abs=1e-7)


@given(
    moneyness=st.floats(0.85, 1.15), years=st.floats(1 / 365, 1), vol=st.floats(0.05, 1.5), call=st.booleans()
)
def test_a_price_gives_back_its_volatility(moneyness: float, years: float, vol: float, call: bool) -> None:
    future, rate = 20_000.0, 0.04
    strike, right = np.array([future * moneyness]), np.array([call])
    premium = black76.price(future, strike, years, rate, np.array([vol]), right)
    found = black76.implied_vol(future, strike, years, rate, premium, right)
    if np.isnan(found[0]):
        # All that is left of the premium is intrinsic value: there is no volatility to be found in it.
        intrinsic = math.exp(-rate * years) * max((1 if call else -1) * (future - strike[0]), 0)
        assert premium[0] - intrinsic < 1e-6
    else:
        again = black76.price(future, strike, years, rate, found, right)
        assert again[0] == pytest.approx(premium[0], abs=1e-6)


def bisected(future: float, strike: float, years: float, rate: float, premium: float, call: bool) -> float:
    low, high = black76.LOWEST_VOL, black76.HIGHEST_VOL
    for _ in range(80):
        middle = (low + high) / 2
        if plain_price(future, strike, years, rate, middle, call) < premium:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@pytest.mark.parametrize("years", [0.1 / 365, 1 / 365, 12 / 365, 0.5])
def test_quotes_on_the_tick_grid_have_the_volatility_that_bisection_finds(years: float) -> None:
    future, rate = 20_013.25, 0.04
    strike = np.arange(17_000.0, 23_000.0, 50.0)
    call = strike > future
    fair = black76.price(future, strike, years, rate, np.full(strike.shape, 0.21), call)
    premium = np.maximum(np.round(fair * 4) / 4, 0.05)
    found = black76.implied_vol(future, strike, years, rate, premium, call)
    rows = zip(strike, premium, call, strict=True)
    plain = np.array([bisected(future, k, years, rate, p, c) for k, p, c in rows])
    known = np.isfinite(found)
    assert known.sum() > 90
    assert found[known] == pytest.approx(plain[known], abs=1e-7)


def test_a_premium_without_time_value_has_no_volatility() -> None:
    strike, call = np.array([19_000.0, 19_000.0, 21_000.0, 20_000.0]), np.array([True, True, False, True])
    premium = np.array([999.0, math.nan, 25_000.0, 0.0])
    assert np.isnan(black76.implied_vol(20_000.0, strike, 0.01, 0.04, premium, call)).all()


def test_nothing_is_said_after_expiry() -> None:
    column, call = np.array([20_000.0]), np.array([True])
    assert np.isnan(black76.implied_vol(20_000.0, column, 0.0, 0.04, np.array([10.0]), call)).all()
    assert np.isnan(black76.greeks(20_000.0, column, 0.0, 0.04, np.array([0.2]), call).delta).all()


def test_greeks_are_the_slopes_of_the_price() -> None:
    future, years, rate = 20_000.0, 0.05, 0.04
    strike, vol = np.array([19_800.0, 20_250.0]), np.array([0.21, 0.24])
    for is_call in (True, False):
        call = np.full(2, is_call)
        g = black76.greeks(future, strike, years, rate, vol, call)

        def at(
            f: float = future, t: float = years, v: float = 0.0, call: NDArray[np.bool_] = call
        ) -> black76.Column:
            return black76.price(f, strike, t, rate, vol + v, call)

        assert g.delta == pytest.approx((at(future + 1) - at(future - 1)) / 2, abs=1e-6)
        assert g.gamma == pytest.approx(at(future + 1) - 2 * at() + at(future - 1), abs=1e-6)
        assert g.vega == pytest.approx((at(v=1e-4) - at(v=-1e-4)) / 2e-4 / 100, rel=1e-5)
        step = 1e-5
        assert g.theta == pytest.approx(
            (at(t=years - step) - at(t=years + step)) / (2 * step * 365), rel=1e-4
        )


def test_seven_hundred_contracts_solve_together() -> None:
    strike = np.arange(17_000.0, 24_000.0, 10.0)
    call = strike > 20_500
    vol = 0.2 + (strike - 20_500) ** 2 / 1e8
    premium = black76.price(20_500.0, strike, 2 / 365, 0.04, vol, call)
    found = black76.implied_vol(20_500.0, strike, 2 / 365, 0.04, premium, call)
    near = np.abs(strike - 20_500) < 800
    assert found[near] == pytest.approx(vol[near], abs=1e-6)
