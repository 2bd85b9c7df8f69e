"""A live gateway on a market whose clock only moves when told."""

import time
from collections.abc import Iterator

import pytest

from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.market import Market
from tests.sim.databento_live.streams import NOW


@pytest.fixture
def clock() -> SimClock:
    return SimClock(NOW, speed=0)


@pytest.fixture
def market(clock: SimClock) -> Market:
    return Market(7, clock)


@pytest.fixture
def gateway(market: Market, faults: Faults) -> Iterator[LiveGateway]:
    gateway = LiveGateway(market, faults)
    gateway.start()
    yield gateway
    started = time.monotonic()
    gateway.stop()
    assert time.monotonic() - started < 1.0
