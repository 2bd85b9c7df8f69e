"""A live gateway on a market whose clock only moves when told."""

import logging
import time
from collections.abc import Iterator

import pytest

from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.market import Market
from tests.sim.databento_live.streams import NOW


@pytest.fixture(autouse=True)
def _the_clients_own_words() -> Iterator[None]:
    """The official client as it comes: our source silences its loggers for the whole process."""
    loggers = [log for name, log in logging.root.manager.loggerDict.items() if name.startswith("databento")]
    silenced = {log: log.filters for log in loggers if isinstance(log, logging.Logger)}
    for log in silenced:
        log.filters = []
    yield
    for log, filters in silenced.items():
        log.filters = filters


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
    assert time.monotonic() - started < 5.0
