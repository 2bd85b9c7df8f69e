"""The order of sources changed by hand: nobody is lost, nobody is named twice, and the others stay put."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.routing import SourceId
from app.domain.source_profile import Tiers
from app.domain.tier_order import before, in_place_of, offered, share, step

A, B, C, D = (SourceId(name) for name in "abcd")
ALL = (A, B, C, D)


@st.composite
def orders(draw: st.DrawFn) -> Tiers:
    names = draw(st.permutations(ALL))
    cuts = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    tiers: list[tuple[SourceId, ...]] = [(names[0],)]
    for name, cut in zip(names[1:], cuts, strict=True):
        if cut:
            tiers.append((name,))
        else:
            tiers[-1] = (*tiers[-1], name)
    return tuple(tiers)


def flat(tiers: Tiers) -> list[SourceId]:
    return [one for tier in tiers for one in tier]


@given(orders(), st.sampled_from(ALL), st.sampled_from((*ALL, None)), st.booleans())
def test_nobody_is_lost_and_nobody_is_named_twice(
    tiers: Tiers, source: SourceId, other: SourceId | None, up: bool
) -> None:
    made = [before(tiers, source, other), step(tiers, source, up=up), share(tiers, source)]
    if other is not None:
        made.append(in_place_of(tiers, source, other))
    for order in made:
        assert sorted(flat(order)) == sorted(ALL)
        assert all(order)
        rest = [one for one in flat(order) if one != source]
        assert rest == [one for one in flat(tiers) if one != source]


def test_one_goes_before_another_or_after_all() -> None:
    tiers = ((A,), (B,), (C,))
    assert before(tiers, C, A) == ((C,), (A,), (B,))
    assert before(tiers, A, None) == ((B,), (C,), (A,))
    assert before(((A,), (B, C)), A, C) == ((A,), (B, C))


def test_one_takes_the_place_of_another_whichever_way_it_came() -> None:
    tiers = ((A,), (B,), (C,))
    assert in_place_of(tiers, A, C) == ((B,), (C,), (A,))
    assert in_place_of(tiers, C, A) == ((C,), (A,), (B,))


def test_a_step_out_of_a_shared_tier_ends_in_one_of_its_own() -> None:
    tiers = ((A, B), (C,))
    assert step(tiers, A, up=True) == ((A,), (B,), (C,))
    assert step(tiers, A, up=False) == ((B,), (A,), (C,))
    assert step(((A,), (B,)), A, up=True) == ((A,), (B,))
    assert step(((A,), (B,)), B, up=False) == ((A,), (B,))


def test_sharing_a_tier_is_undone_by_asking_again() -> None:
    tiers = ((A,), (B,), (C,))
    shared = share(tiers, B)
    assert shared == ((A, B), (C,))
    assert share(shared, B) == tiers
    assert share(tiers, A) == tiers


def test_only_who_offers_it_is_in_the_order_and_the_unnamed_come_last() -> None:
    assert offered(((A, B), (C,)), (B, D, A)) == ((A, B), (D,))
    assert offered((), (B, A)) == ((B, A),)
