"""Which two futures a roll is about, and when it is time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contract import Future
from app.domain.expiry import front_future, third_friday
from app.domain.roll import SessionVolume, has_crossed, is_due, pair, usual_choice, watched

M5, U5, Z5 = Future(2025, 6), Future(2025, 9), Future(2025, 12)


@pytest.mark.parametrize(
    ("day", "both", "seen"),
    [
        ("2025-06-13", (M5, U5), (M5, U5)),
        ("2025-06-16", (M5, U5), (M5, U5, Z5)),
        ("2025-06-20", (M5, U5), (M5, U5, Z5)),
        ("2025-06-23", (U5, Z5), (U5, Z5)),
    ],
)
def test_the_front_month_stays_until_it_expires(
    day: str, both: tuple[Future, ...], seen: tuple[Future, ...]
) -> None:
    assert pair(date.fromisoformat(day)).both == both
    assert watched(date.fromisoformat(day)) == seen


@given(st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_the_front_month_has_never_expired_and_what_is_usually_charted_is_one_of_the_two(day: date) -> None:
    two = pair(day)
    assert third_friday(two.front.year, two.front.month) >= day
    assert usual_choice(day) in two.both
    assert (front_future(day) == two.following) == (day >= two.hint)


def _sessions(*volumes: tuple[int, int]) -> list[SessionVolume]:
    first = date(2025, 6, 9)
    return [SessionVolume(first + timedelta(days=n), *both) for n, both in enumerate(volumes)]


def test_volume_crosses_when_the_following_month_led_on_two_whole_sessions() -> None:
    assert not has_crossed(_sessions((9, 1)), date(2025, 6, 12))
    assert not has_crossed(_sessions((9, 1), (4, 6)), date(2025, 6, 12))
    assert has_crossed(_sessions((9, 1), (4, 6), (3, 7)), date(2025, 6, 12))
    # the running session is not whole
    assert not has_crossed(_sessions((9, 1), (4, 6), (3, 7)), date(2025, 6, 11))
    assert not has_crossed(_sessions((4, 6), (3, 7), (6, 4)), date(2025, 6, 12))


def test_it_is_due_by_volume_or_by_the_calendar_whichever_comes_first() -> None:
    day = date(2025, 6, 12)
    assert not is_due(pair(day), _sessions((9, 1)), day)
    assert is_due(pair(day), _sessions((4, 6), (3, 7)), day)
    assert is_due(pair(date(2025, 6, 16)), [], date(2025, 6, 16))
