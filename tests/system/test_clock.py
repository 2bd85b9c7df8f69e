import pytest

from app.domain.units import HOUR, SECOND, Ns, ns_from_iso
from app.sim.clock import SimClock, wall_now
from app.system.clock import MarketClock, RealClock


def test_the_real_clock_is_the_machines() -> None:
    before = wall_now()
    assert before <= RealClock().now() <= wall_now()
    assert RealClock().monotonic() <= RealClock().monotonic()


def test_market_time_agrees_with_the_simulators_clock() -> None:
    start = ns_from_iso("2026-03-10T14:00:00Z")
    theirs = SimClock(start, speed=60.0)
    ours = MarketClock(start, theirs.origin_wall_ns, speed=60.0)
    assert abs(ours.now() - theirs.now()) < 2 * SECOND


def test_market_time_counts_what_passed_before_it_was_made() -> None:
    ours = MarketClock(Ns(0), Ns(wall_now() - HOUR), speed=2.0)
    assert 2 * HOUR <= ours.now() < 2 * HOUR + SECOND


def test_speed_does_not_touch_elapsed_time() -> None:
    assert abs(MarketClock(Ns(0), Ns(0), speed=1000.0).monotonic() - RealClock().monotonic()) < SECOND


def test_a_standing_clock_stands() -> None:
    clock = MarketClock(Ns(5), Ns(wall_now()), speed=0.0)
    assert clock.now() == clock.now() == 5


@pytest.mark.parametrize("speed", [-1.0, float("inf"), float("nan")])
def test_time_runs_forwards_at_a_finite_speed(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        MarketClock(Ns(0), Ns(0), speed)
