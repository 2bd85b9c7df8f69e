"""Who feeds a channel, as a function of what is known."""

from dataclasses import replace

from app.domain.health import Breaker, Freshness, Link
from app.domain.routing import SNAPSHOT, TICK, SourceId, delayed
from app.engine.choice import Candidate, Holding, choose, clearly_better, steadier

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


def test_a_better_one_goes_at_once_before_what_has_not_spoken_yet() -> None:
    silent = replace(SECOND, freshness=Freshness.UNKNOWN, link=Link.CONNECTING)
    coming = replace(FIRST, freshness=Freshness.UNKNOWN, link=Link.CONNECTING)
    assert choose((coming, silent), Holding(B), None).source == A
    assert choose((FIRST, silent), Holding(B), None).source == A
    assert choose((FIRST, silent), Holding(B, ejections={A: 1}), None).source == B
    assert choose((coming, SECOND), Holding(B), None).source == B


def test_a_poorer_backup_is_left_sooner() -> None:
    poor = replace(SECOND, fidelity=SNAPSHOT)

    def back(healthy: float, since: float, ejections: int = 1) -> SourceId | None:
        holding = Holding(B, since_switch_s=since, ejections={A: ejections})
        return choose((replace(FIRST, healthy_s=healthy), poor), holding, None).source

    assert back(19, 600) == B
    assert back(600, 19) == B
    assert back(20, 20) == A
    assert back(79, 600, ejections=3) == B
    assert back(120, 600, ejections=9) == A


def test_among_equals_only_a_clearly_better_score_of_half_a_minute_counts() -> None:
    rival = replace(FIRST, source=B, score=80.0)
    held = replace(FIRST, score=60.0)
    assert choose((held, replace(rival, better_s=29)), Holding(A), None).source == A
    assert choose((held, replace(rival, better_s=30)), Holding(A), None).source == B
    assert clearly_better(80.0, 65.0)
    assert not clearly_better(79.0, 65.0)
    assert clearly_better(65.0, None)


def test_the_preferred_one_goes_before_all_tiers_and_may_fail_over() -> None:
    holding = Holding(preferred=B)
    assert choose((FIRST, SECOND), holding, None).source == B
    stale = replace(SECOND, freshness=Freshness.STALE)
    assert choose((FIRST, stale), replace(holding, source=B), None).source == A
    well = replace(SECOND, healthy_s=60)
    assert choose((FIRST, well), replace(holding, source=A, since_switch_s=60), None).source == B


def test_a_lock_stops_all_moves_but_leaving_the_dead_for_half_a_minute() -> None:
    locked = Holding(B, locked=True, ejections={A: 3})
    well = replace(FIRST, healthy_s=9_999, better_s=9_999)
    assert choose((well, SECOND), locked, None).source == B
    dead = replace(SECOND, freshness=Freshness.STALE)
    assert choose((well, dead), replace(locked, dead_s=29), None).source == B
    assert choose((well, dead), replace(locked, dead_s=30), None).source == A


def test_the_steadier_one_has_fewer_ejections_and_then_the_better_score() -> None:
    both = replace(FIRST, score=70.0), replace(SECOND, score=40.0)
    assert steadier(both, {A: 3, B: 1}) == B
    assert steadier(both, {}) == A
    assert steadier((), {}) is None


def test_a_drained_one_hands_over_once_another_delivers() -> None:
    drained = replace(FIRST, draining=True)
    unheard = replace(SECOND, freshness=Freshness.UNKNOWN)
    assert choose((drained, unheard), Holding(A), None).source == A
    choice = choose((drained, SECOND), Holding(A), None)
    assert (choice.source, choice.ejected, choice.reason) == (B, None, "a is being drained")


def test_what_the_user_wished_is_no_ejection() -> None:
    for gone in (
        replace(FIRST, link=Link.DISABLED),
        replace(FIRST, breaker=Breaker.FORCED_OPEN),
        replace(FIRST, barred="not in the profile"),
    ):
        choice = choose((gone, SECOND), Holding(A), None)
        assert (choice.source, choice.ejected) == (B, None)
