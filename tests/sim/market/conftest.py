"""One market for the tests of a file: its clock stands still, so none of them can disturb another."""

import pytest

from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.market.wednesday import market_of


@pytest.fixture(scope="module")
def market() -> Market:
    return market_of()


@pytest.fixture(scope="module")
def feed(market: Market) -> Feed:
    return Feed(market)
