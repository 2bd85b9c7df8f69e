"""Leaving takes five seconds at most, whatever hangs."""

import threading
import time

import pytest

from app.domain.health import Link
from app.domain.updates import HealthChanged, Started
from app.engine.engine import Engine
from app.engine.host import EngineHost
from tests.engine.bench import Bench
from tests.engine.gateway import Gateway
from tests.waiting import wait


def test_an_idle_engine_stops_at_once(bench: Bench) -> None:
    host = EngineHost(lambda: Engine(bench.parts()))
    host.start()
    wait(lambda: bench.screen.one(Started))
    report = host.stop()
    assert report.in_time
    assert report.ms < 1_500
    steps = ["tasks and feeds", "pages and pictures", "live data", "store", "workers"]
    assert [name for name, _ in report.steps] == steps
    assert not host.alive


@pytest.mark.parametrize("where", ["hang_open", "hang_close"])
def test_a_vendor_that_hangs_does_not_delay_the_exit(bench: Bench, gateway: Gateway, where: str) -> None:
    release = threading.Event()
    setattr(gateway, where, release)
    host = EngineHost(lambda: Engine(bench.parts()))
    host.start()
    wait(lambda: gateway.wants if where == "hang_open" else gateway.feeds)
    began = time.monotonic()
    report = host.stop()
    assert report.in_time
    assert time.monotonic() - began < 4.0
    assert not host.alive
    release.set()


@pytest.mark.expected_log("the engine did not stop")
def test_an_engine_that_does_not_stop_leaves_its_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()

    class Stuck:
        async def run(self) -> None:
            release.wait(20)  # what must never happen on the loop, happens

        async def stop(self) -> tuple[tuple[str, float], ...]:
            return ()

    host = EngineHost(Stuck)
    host.start()
    report = host.stop(0.5)
    assert not report.in_time
    assert report.ms < 1_500
    assert "release.wait(20)" in caplog.text
    release.set()


def test_what_is_asked_after_the_stop_is_refused(bench: Bench) -> None:
    host = EngineHost(lambda: Engine(bench.parts()))
    host.start()
    host.stop()
    assert host.submit(host.engine.refresh(None)).cancelled()


def test_commands_come_back_as_futures(bench: Bench) -> None:
    host = EngineHost(lambda: Engine(bench.parts()))
    host.start()
    changed = host.submit(host.engine.change_setting("flow_window", 60)).result(5)
    assert changed.flow_window == 60
    refused = host.submit(host.engine.change_setting("flow_window", 1)).exception(5)
    assert "flow_window" in str(refused)
    host.stop()


def test_health_is_told_from_the_first_moment(bench: Bench, gateway: Gateway) -> None:
    host = EngineHost(lambda: Engine(bench.parts()))
    host.start()
    wait(lambda: any(c.link is Link.UP for u in bench.screen.now(HealthChanged) for c in u.health.channels))
    host.stop()
