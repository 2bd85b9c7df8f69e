"""What is broken is left alone for a while, then tried carefully."""

from app.domain.health import Breaker as State
from app.engine.breaker import Breaker


def _breaker() -> Breaker:
    return Breaker(jitter=lambda: 0.5)


def test_three_refused_connections_within_two_minutes_open_it() -> None:
    breaker = _breaker()
    for at in (0, 100, 130):
        breaker.refused(at)
    assert breaker.state(130) is State.CLOSED
    breaker.refused(140)
    assert breaker.state(140) is State.OPEN
    assert breaker.reopen_in(140) == 30
    assert breaker.state(170) is State.HALF_OPEN


def test_each_opening_lasts_longer_up_to_five_minutes() -> None:
    breaker, at = _breaker(), 0.0
    for _ in range(3):
        breaker.refused(at)
    lengths = []
    for _ in range(12):
        lengths.append(breaker.reopen_in(at))
        at += breaker.reopen_in(at)
        breaker.refused(at)
    assert lengths == [30.0 * n for n in range(1, 11)] + [300.0, 300.0]


def test_two_successes_close_it_and_one_failure_opens_it_again() -> None:
    breaker = _breaker()
    for _ in range(3):
        breaker.refused(0)
    breaker.succeeded(31)
    assert breaker.state(31) is State.HALF_OPEN
    breaker.refused(32)
    assert breaker.state(33) is State.OPEN
    breaker.succeeded(100)
    breaker.succeeded(101)
    assert breaker.state(101) is State.CLOSED


def test_half_of_at_least_five_calls_failing_opens_it() -> None:
    breaker = _breaker()
    for n in range(4):
        breaker.called(n, ok=False, ms=10)
    assert breaker.state(4) is State.CLOSED
    breaker.called(4, ok=True, ms=10)
    assert breaker.state(4) is State.OPEN


def test_slow_calls_and_wrong_content_open_it() -> None:
    slow, wrong = _breaker(), _breaker()
    for n in range(5):
        slow.called(n, ok=True, ms=11_000)
    assert slow.state(5) is State.OPEN
    for n in range(2):
        wrong.called(n, ok=False, ms=10, content_ok=False)
    assert wrong.state(2) is State.OPEN


def test_a_slow_poller_is_judged_by_its_last_five_calls() -> None:
    breaker = _breaker()
    for n in range(5):
        breaker.called(n * 200.0, ok=n > 2, ms=10)
    assert breaker.state(800) is State.OPEN


def test_calm_forgives_openings_one_by_one() -> None:
    breaker = _breaker()
    for _ in range(3):
        breaker.refused(0)
    breaker.succeeded(31)
    breaker.succeeded(32)
    breaker.succeeded(400)
    for _ in range(3):
        breaker.refused(401)
    assert breaker.reopen_in(401) == 30


def test_forgiveness_goes_on_while_it_stays_closed() -> None:
    breaker = _opened_twice()
    assert [breaker.openings(at) for at in (400, 632, 932, 3_000)] == [2, 1, 0, 0]


def test_three_stale_episodes_within_ten_minutes_open_it() -> None:
    breaker = _breaker()
    for at in (0, 300, 601):
        breaker.staled(at)
    assert breaker.state(601) is State.CLOSED
    breaker.staled(650)
    assert breaker.state(650) is State.OPEN


def test_what_arrives_while_it_is_open_does_not_close_it() -> None:
    breaker = _breaker()
    for _ in range(3):
        breaker.refused(0)
    for at in (1, 2, 3):
        breaker.succeeded(at)
    assert breaker.state(4) is State.OPEN
    breaker.succeeded(30)
    assert (breaker.state(30), breaker.good) == (State.HALF_OPEN, 1)
    breaker.staled(31)
    assert (breaker.state(31), breaker.openings(31)) == (State.OPEN, 2)


def test_a_refused_key_is_not_tried_again_by_itself() -> None:
    breaker = _breaker()
    breaker.shut(0)
    breaker.shut(1)
    assert breaker.state(1e9) is State.OPEN
    assert breaker.openings(1) == 1
    breaker.half_open(2e9)
    assert breaker.state(2e9) is State.HALF_OPEN
    breaker.succeeded(2e9)
    breaker.succeeded(2e9)
    assert breaker.state(2e9) is State.CLOSED


def test_pinned_it_counts_and_never_opens() -> None:
    breaker = _breaker()
    breaker.counts_only = True
    for n in range(5):
        breaker.called(n, ok=False, ms=10)
        breaker.refused(n)
        breaker.staled(n)
    breaker.shut(5)
    assert breaker.state(5) is State.METRICS_ONLY
    breaker.counts_only = False
    assert breaker.state(5) is State.CLOSED
    breaker.called(6, ok=False, ms=10)
    assert breaker.state(6) is State.OPEN


def test_a_pin_gets_an_open_one_tried_at_once() -> None:
    breaker = _breaker()
    for _ in range(3):
        breaker.refused(0)
    breaker.counts_only = True
    assert breaker.reopen_in(1) == 0


def test_switched_off_it_stays_open_whatever_comes() -> None:
    breaker = _breaker()
    breaker.forced = True
    breaker.called(1, ok=True, ms=10)
    breaker.succeeded(2)
    assert breaker.state(1e9) is State.FORCED_OPEN
    breaker.forced = False
    assert breaker.state(1e9) is State.CLOSED


def test_half_way_to_opening_is_degraded() -> None:
    breaker = _breaker()
    for n in range(8):
        breaker.called(n, ok=n % 4 != 0, ms=10)
    assert breaker.degraded(8)
    for n in range(8, 28):
        breaker.called(n, ok=True, ms=11_000 if n % 5 < 1 else 10)
    assert not breaker.degraded(28)
    few = _breaker()
    few.called(0, ok=False, ms=10)
    assert not few.degraded(1)


def _opened_twice() -> Breaker:
    breaker = _breaker()
    for _ in range(3):
        breaker.refused(0)
    breaker.refused(31)
    for at in (331, 332):
        breaker.succeeded(at)
    return breaker


def test_openings_of_an_earlier_run_lengthen_the_next_one() -> None:
    breaker = Breaker(jitter=lambda: 0.5)
    breaker.remember(3, 301.0, 0.0)
    assert (breaker.openings(1.0), breaker.state(1.0)) == (2, State.CLOSED)
    for second in range(3):
        breaker.refused(float(second))
    assert breaker.reopen_in(2.0) == 90.0
    breaker.remember(9, 0.0, 3.0)
    assert breaker.openings(3.0) == 3
