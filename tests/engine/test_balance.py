"""Requests are shared by weight, within each limit, and none is lost."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.routing import SourceId
from app.engine.balance import Balance, Bucket, Dispatch, Member, slow_start

A, B, C = SourceId("a"), SourceId("b"), SourceId("c")


def balance(wait: float = 30.0, **limits: float) -> Balance:
    made = Balance(wait)
    for name, limit in limits.items():
        made.limit(SourceId(name), limit, 0.0)
    return made


def test_the_turns_follow_the_weights_smoothly() -> None:
    shared = balance(a=1_000, b=1_000)
    members = Member(A, score=90.0), Member(B, score=30.0)
    turns = [shared.ask(members, 0.0).source for _ in range(8)]
    assert Counter(turns) == {A: 6, B: 2}
    assert B in turns[:4]
    assert B in turns[4:]


def test_what_has_no_score_weighs_half_and_what_just_came_back_a_tenth() -> None:
    assert Member(A).weight == 0.5
    assert Member(A, base=2.0, score=80.0).weight == pytest.approx(1.6)
    assert [slow_start(t) for t in (0, 3, 30, 60, 1e9)] == [0.1, 0.1, 0.5, 1.0, 1.0]


def test_a_limit_is_never_exceeded_and_its_load_goes_to_the_others() -> None:
    shared = balance(a=2, b=1_000)
    members = Member(A, score=100.0), Member(B, score=1.0)
    turns = Counter(shared.ask(members, 0.0).source for _ in range(50))
    assert turns == {A: 2, B: 48}


def test_who_finds_no_room_waits_and_is_served_in_order() -> None:
    shared = balance(a=2)
    members = (Member(A),)
    assert [shared.ask(members, 0.0).source for _ in range(4)] == [A, A, None, None]
    assert shared.queued == 2
    assert shared.advance(members, 29.0) == ()
    assert shared.advance(members, 30.0) == (Dispatch(3, A),)
    assert shared.ask(members, 31.0) == Dispatch(5)
    later = shared.advance(members, 61.0)
    assert later[0] == Dispatch(4, A)


def test_who_waits_too_long_or_in_vain_is_shed_with_the_reason() -> None:
    shared = balance(a=0)
    for _ in range(1):
        shared.ask((Member(A),), 0.0)
    shared.ask((Member(A),), 0.0)
    assert [d.reason for d in shared.advance((Member(A),), 31.0)] == ["no limit had room for 30 s"]
    assert shared.ask((), 32.0).reason == "no source can be asked"
    full = Balance(1e9, longest_queue=0)
    assert full.ask((Member(A),), 0.0).reason == "0 requests wait already"


def test_a_bucket_fills_evenly_up_to_one_minute() -> None:
    bucket = Bucket(6.0, 0.0)
    assert [bucket.take(0.0) for _ in range(7)] == [True] * 6 + [False]
    assert bucket.wait_s(0.0) == pytest.approx(10.0)
    assert bucket.left(25.0) == 2
    assert bucket.left(1e6) == 6


_STEP = st.tuples(st.floats(0, 20), st.lists(st.sampled_from((A, B, C)), unique=True), st.integers(0, 5))


@given(st.lists(_STEP, max_size=60), st.integers(0, 30), st.integers(0, 30), st.integers(0, 10))
def test_no_request_is_lost(
    steps: list[tuple[float, list[SourceId], int]], limit_a: int, limit_b: int, queue: int
) -> None:
    shared, now = Balance(40.0, queue), 0.0
    taken: Counter[SourceId] = Counter()
    for source, limit in ((A, limit_a), (B, limit_b), (C, 5)):
        shared.limit(source, limit, now)
    told: set[int] = set()
    for passed, sources, requests in steps:
        now += passed
        members = tuple(Member(source, score=60.0) for source in sources)
        found = [*shared.advance(members, now), *(shared.ask(members, now) for _ in range(requests))]
        ended = [d for d in found if d.source is not None or d.reason]
        assert not told & {d.number for d in ended}
        told |= {d.number for d in ended}
        taken.update(d.source for d in ended if d.source is not None)
        assert shared.dispatched + shared.queued + shared.shed == shared.requested
    assert len(told) + shared.queued == shared.requested
    for source, limit in ((A, limit_a), (B, limit_b), (C, 5)):
        assert taken[source] <= max(1, limit) + limit * now / 60 + 1e-6
