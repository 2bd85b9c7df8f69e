"""What the engine's tests share."""

from pathlib import Path

import pytest

from tests.engine.bench import Bench, tick_source
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway
from tests.engine.site import Site


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def gateway(clock: ManualClock) -> Gateway:
    return Gateway(clock)


@pytest.fixture
def site(clock: ManualClock) -> Site:
    return Site(clock)


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> Bench:
    """With one tick source, connected to the scripted gateway."""
    return Bench(tmp_path, clock, sources=(tick_source(gateway.make),))
