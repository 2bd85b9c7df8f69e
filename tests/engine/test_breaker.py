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
