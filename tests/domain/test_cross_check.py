"""Two sources of one price: agreement is of the same moment, age counts, silence is no agreement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cross_check import Agreement, BarsApart, Said, bars_apart, compared
from app.domain.routing import TICK, SourceId, delayed
from app.domain.units import SECOND, Ns, Px, px

NOW = Ns(1_000_000 * SECOND)


def said(name: str, *told: tuple[float, float], minutes: int = 0) -> Said:
    one = Said(SourceId(name), delayed(minutes) if minutes else TICK)
    for ago, points in told:
        one.add(Ns(NOW - round(ago * SECOND)), px(points))
    return one


def test_they_agree_within_ten_points_and_five_seconds() -> None:
    pair = compared(said("a", (1, 23_400)), said("b", (1, 23_409.75)), NOW)
    assert (pair.agreement, pair.difference, pair.why) == (Agreement.AGREE, px(-9.75), "")


@pytest.mark.parametrize(
    ("ago", "points", "agreement", "why"),
    [
        (1, 23_410, Agreement.DIFFER, "10.00 points apart"),
        (6, 23_400, Agreement.DIFFER, "b is 6 s old"),
    ],
)
def test_they_differ_by_price_or_by_age(ago: float, points: float, agreement: Agreement, why: str) -> None:
    first = said("a", (6.5, 23_400), (1, 23_400))
    pair = compared(first, said("b", (ago, points)), NOW)
    assert (pair.agreement, pair.why) == (agreement, why)


def test_who_said_nothing_neither_agrees_nor_differs() -> None:
    pair = compared(said("a", (1, 5)), said("b"), NOW)
    assert (pair.agreement, pair.difference, pair.other.age_s) == (Agreement.NO_DATA, None, None)


def test_a_delayed_price_is_held_against_the_same_moment() -> None:
    """Ten minutes ago both said 23,300; now the live one says 23,400."""
    live = said("live", (600.5, 23_300), (300, 23_350), (0.1, 23_400))
    pair = compared(live, said("late", (600, 23_300), minutes=10), NOW)
    assert pair.difference == 0
    assert (pair.agreement, pair.why) == (Agreement.DIFFER, "late is 600 s old")


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 10**6)), max_size=20))
def test_what_is_out_of_order_never_moves_a_price_back(told: list[tuple[float, int]]) -> None:
    one = Said(SourceId("a"), TICK)
    newest = -1
    for ago, price in told:
        at = Ns(NOW - round(ago * SECOND))
        one.add(at, Px(price))
        newest = max(newest, at)
    assert one.heard(NOW).at == (newest if told else None)


def test_bars_are_compared_by_the_minutes_that_both_have() -> None:
    one = {Ns(n): px(23_400 + n) for n in range(5)}
    other = {Ns(n): px(23_400 + n) for n in range(2, 9)}
    assert bars_apart(one, other) == BarsApart(3, Px(0), Ns(4))
    assert bars_apart(one, {**other, Ns(3): px(23_405)}) == BarsApart(3, px(-2), Ns(3))
    assert bars_apart(one, {Ns(99): px(1)}) is None
