"""The offset of the clock is said by servers, proven by stamps, or unknown."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.machine_updates import ClockChecked, Trust
from app.domain.routing import Channel
from app.domain.units import Ns
from app.engine.clock_check import ClockCheck, trust_of
from app.engine.outbox import Outbox
from app.engine.workers import Workers
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway
from tests.engine.screen import Screen


def check(clock: ManualClock, ask: Callable[[], float | None] | None) -> tuple[ClockCheck, Screen, Workers]:
    outbox, workers = Outbox(), Workers(1)
    return ClockCheck(clock, outbox, workers, ask), Screen(outbox), workers


@pytest.mark.parametrize(
    ("offset", "trust"),
    [
        (None, Trust.UNKNOWN),
        (-250.0, Trust.GOOD),
        (251.0, Trust.AMBER),
        (-1_001.0, Trust.UNRELIABLE),
        (5_001.0, Trust.NO_COUNTDOWNS),
    ],
)
def test_what_an_offset_is_worth(offset: float | None, trust: Trust) -> None:
    assert trust_of(offset) is trust


async def test_servers_say_it_and_stamps_may_disagree(clock: ManualClock) -> None:
    checked, screen, workers = check(clock, lambda: 12.0)
    await checked.check()
    told = screen.one(ClockChecked)
    assert told is not None
    assert (told.offset_ms, told.trust, told.said_by) == (12.0, Trust.GOOD, "time servers")
    checked.seen(-900.0)
    checked.tell()
    told = screen.one(ClockChecked)
    assert told is not None
    assert told.said_by == "time servers; the vendors' stamps disagree"
    workers.close()


async def test_a_clock_that_was_set_right_is_trusted_again_within_half_a_minute(clock: ManualClock) -> None:
    checked, _, workers = check(clock, None)
    for delay in (-3_000.0, -2_950.0, -2_980.0):
        checked.seen(delay)
    assert checked.offset_ms == -3_000.0
    clock.advance(16)
    checked.seen(40.0)
    checked.seen(60.0)
    assert checked.offset_ms == -3_000.0  # two stamps may just have come late
    clock.advance(16)
    for delay in (45.0, 80.0, 50.0, 70.0):
        checked.seen(delay)
    clock.advance(16)
    checked.seen(90.0)
    offset, least = checked.offset_ms, checked.least_delay_ms()
    assert (str(offset), least) == ("None", 40.0)
    workers.close()


async def test_a_jump_of_the_clock_has_the_servers_asked_at_once(clock: ManualClock) -> None:
    answers = [900.0, 4.0]
    checked, _, workers = check(clock, lambda: answers.pop(0))
    task = asyncio.create_task(checked.run())  # noqa: TID251 - no supervisor is part of this
    await until(lambda: checked.offset_ms == 900.0)
    checked.seen(-1_200.0)
    checked.jumped()
    assert checked.least_delay_ms() is None
    await until(lambda: checked.offset_ms == 4.0)
    task.cancel()
    workers.close()


async def test_without_servers_only_a_negative_delay_proves_anything(clock: ManualClock) -> None:
    checked, screen, workers = check(clock, None)
    checked.seen(80.0)
    await checked.check()
    told = screen.one(ClockChecked)
    assert told is not None
    assert (told.offset_ms, told.trust) == (None, Trust.UNKNOWN)
    clock.advance(61)
    checked.seen(-1_500.0)
    checked.seen(40.0)
    checked.tell()
    told = screen.one(ClockChecked)
    assert told is not None
    assert (told.offset_ms, told.trust, told.said_by) == (-1_500.0, Trust.UNRELIABLE, "the vendors' stamps")
    clock.advance(3_700)
    assert checked.least_delay_ms() is None
    workers.close()


async def test_the_way_to_the_vendor_is_measured_where_there_are_two_stamps(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    bench = Bench(tmp_path, clock, sources=(tick_source(gateway.make),))
    async with bench.running() as engine:
        health, now = engine._desk.health, bench.clock.now()
        event, received = Ns(now - 30_000_000), Ns(now - 20_000_000)
        health.data(TICKS, Channel.NQ_TRADES, 1, event, received)
        health.data(TICKS, Channel.NQ_QUOTES, 1, received, received)
        shown = {one.channel: one for one in health.sources()[TICKS].channels}
        assert shown[Channel.NQ_TRADES].venue_p50_ms == pytest.approx(10.0)
        assert shown[Channel.NQ_TRADES].latency_p50_ms == pytest.approx(20.0)
        assert shown[Channel.NQ_QUOTES].venue_p50_ms is None
