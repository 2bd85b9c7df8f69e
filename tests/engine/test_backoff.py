"""When a lost connection is tried again."""

from app.engine.backoff import Backoff


def _no_jitter() -> Backoff:
    return Backoff(lambda: 0.5)


def test_the_first_try_after_a_cut_is_immediate_then_the_ladder() -> None:
    backoff = _no_jitter()
    assert [backoff.delay(30.0)] + [backoff.delay(0) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]


def test_a_first_connection_that_is_refused_starts_at_a_second() -> None:
    backoff = _no_jitter()
    assert [backoff.delay(0) for _ in range(3)] == [1, 2, 4]


def test_dying_soon_after_each_success_climbs_all_the_same() -> None:
    backoff = _no_jitter()
    assert [backoff.delay(5.0) for _ in range(4)] == [0, 1, 2, 4]


def test_a_minute_of_life_forgives() -> None:
    backoff = _no_jitter()
    for _ in range(6):
        backoff.delay(0)
    assert backoff.delay(61) == 0
    assert backoff.delay(0) == 1


def test_jitter_stays_within_its_share() -> None:
    low, high = Backoff(lambda: 0.0), Backoff(lambda: 1.0)
    assert low.delay(0) == 0.85
    assert high.delay(0) == 1.15
