"""Who feeds a channel, as a function of what is known."""

from dataclasses import replace

from app.domain.health import Breaker, Freshness, Link
from app.domain.routing import SNAPSHOT, TICK, SourceId, delayed
from app.engine.choice import Candidate, Holding, choose

A, B = SourceId("a"), SourceId("b")
FIRST = Candidate(A, 10, TICK, Link.UP, Freshness.LIVE, Breaker.CLOSED)
SECOND = replace(FIRST, source=B, tier=20)


def test_the_first_tier_is_taken() -> None:
    assert choose((SECOND, FIRST), Holding(), None).source == A


def test_fails_down_at_once() -> None:
    choice = choose((replace(FIRST, freshness=Freshness.STALE), SECOND), Holding(A), None)
    assert (choice.source, choice.ejected, choice.reason) == (B, A, "a stale")


def test_comes_back_after_a_minute_of_health_and_a_minute_since_the_switch() -> None:
    def back(healthy: float, since: float, ejections: int = 1) -> SourceId | None:
        holding = Holding(B, since_switch_s=since, ejections={A: ejections})
        return choose((replace(FIRST, healthy_s=healthy), SECOND), holding, None).source

    assert back(59, 600) == B
    assert back(600, 59) == B
    assert back(61, 61) == A
    assert back(61, 600, ejections=2) == B
    assert back(121, 600, ejections=2) == A
    assert back(601, 700, ejections=9) == A


def test_the_holder_stays_among_equals() -> None:
    equal = replace(FIRST, source=B, healthy_s=1e6)
    assert choose((equal, FIRST), Holding(A), None).source == A


def test_a_pin_never_fails_over() -> None:
    dead = replace(FIRST, link=Link.DOWN, freshness=Freshness.STALE)
    assert choose((dead, SECOND), Holding(A, pinned=True), None).source == A


def test_below_the_minimum_nobody_is_better_than_somebody() -> None:
    late = replace(FIRST, fidelity=delayed(10))
    choice = choose((late,), Holding(), SNAPSHOT)
    assert choice.source is None
    assert choice.reason == "a: DELAYED(10) is below SNAPSHOT"
    assert choose((late,), Holding(), delayed(30)).source == A


def test_what_never_spoke_is_taken_only_when_nobody_else_is_there() -> None:
    silent = replace(FIRST, freshness=Freshness.UNKNOWN)
    assert choose((silent, SECOND), Holding(), None).source == B
    assert choose((silent,), Holding(), None).source == A
    assert choose((replace(silent, link=Link.RECONNECTING),), Holding(), None).source is None


def test_half_open_only_when_nobody_else_is_eligible() -> None:
    tried = replace(FIRST, breaker=Breaker.HALF_OPEN)
    assert choose((tried, SECOND), Holding(), None).source == B
    assert choose((tried,), Holding(), None).source == A


def test_every_hard_reason_excludes() -> None:
    for broken in (
        replace(FIRST, link=Link.NO_KEY),
        replace(FIRST, link=Link.AUTH_FAILED),
        replace(FIRST, link=Link.NOT_ENTITLED),
        replace(FIRST, link=Link.DISABLED),
        replace(FIRST, breaker=Breaker.OPEN),
        replace(FIRST, excluded="rate limited"),
    ):
        choice = choose((broken,), Holding(A), None)
        assert choice.source is None
        assert choice.reason
