"""Moving averages beside a plain count."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.averages import bollinger, exponential, simple

prices = st.lists(st.floats(10_000, 30_000), max_size=60)
lengths = st.integers(2, 25)


@given(prices, lengths)
def test_the_simple_average_and_its_band_are_those_of_the_last_bars(values: list[float], bars: int) -> None:
    middle = simple(np.array(values), bars)
    low, high = bollinger(np.array(values), bars)
    for place in range(len(values)):
        if place < bars - 1:
            assert math.isnan(middle[place])
            assert math.isnan(low[place])
            continue
        window = values[place - bars + 1 : place + 1]
        assert middle[place] == pytest.approx(statistics.fmean(window))
        sigma = statistics.pstdev(window)
        assert low[place] == pytest.approx(statistics.fmean(window) - 2 * sigma, abs=1e-4)
        assert high[place] == pytest.approx(statistics.fmean(window) + 2 * sigma, abs=1e-4)


@given(prices, lengths)
def test_the_exponential_average_stays_within_the_prices(values: list[float], bars: int) -> None:
    found = exponential(np.array(values), bars)
    assert np.isnan(found[: bars - 1]).all()
    if len(values) >= bars:
        assert found[bars - 1] == pytest.approx(statistics.fmean(values[:bars]))
        assert found[bars - 1 :].min() >= min(values) - 1e-6
        assert found[bars - 1 :].max() <= max(values) + 1e-6


def test_of_a_price_that_stands_still_all_averages_are_the_price() -> None:
    still = np.full(60, 21_400.25)
    low, high = bollinger(still)
    for found in (simple(still, 20), exponential(still, 50), low, high):
        assert np.nanmin(found) == np.nanmax(found) == 21_400.25
