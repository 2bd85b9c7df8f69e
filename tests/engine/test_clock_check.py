"""The offset of the clock is said by servers, proven by stamps, or unknown."""

from collections.abc import Callable

import pytest

from app.domain.machine_updates import ClockChecked, Trust
from app.engine.clock_check import ClockCheck, trust_of
from app.engine.outbox import Outbox
from app.engine.workers import Workers
from tests.engine.clocks import ManualClock
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
