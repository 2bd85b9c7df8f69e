"""The state of the market at any moment: what holds of every one, and the ordinary week."""

import math
import os
import subprocess
import sys
import timeit
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.market_state import MarketState
from app.domain.session import NEW_YORK, Calendar
from app.domain.units import SECOND, Ns, moment, ns_from_iso
from tests.domain.new_york import CALENDAR, SHIPPED, at, state

RTH, ETH, CLOSED, MAINTENANCE = MarketState.RTH, MarketState.ETH, MarketState.CLOSED, MarketState.MAINTENANCE
moments = st.integers(ns_from_iso("2023-01-01T00:00Z"), ns_from_iso("2032-01-01T00:00Z")).map(Ns)


@given(moments)
def test_the_state_holds_until_the_next_change(now: Ns) -> None:
    here = CALENDAR.at(now)
    assert here.next_change > now
    before, after = CALENDAR.at(Ns(here.next_change - 1)), CALENDAR.at(here.next_change)
    assert (before.state, before.trading_day, before.next_change) == (
        here.state,
        here.trading_day,
        here.next_change,
    )
    assert after.state is here.next_state
    assert after.state is not here.state


@given(moments, st.floats(0, 1))
def test_nothing_changes_between_now_and_the_next_change(now: Ns, share: float) -> None:
    here = CALENDAR.at(now)
    between = CALENDAR.at(Ns(now + math.floor((here.next_change - 1 - now) * share)))
    assert (between.state, between.trading_day, between.said_by) == (
        here.state,
        here.trading_day,
        here.said_by,
    )


@given(moments)
def test_the_session_of_a_trade_date_holds_all_its_open_moments(now: Ns) -> None:
    here = CALENDAR.at(now)
    start, close = CALENDAR.session(here.trading_day)
    assert CALENDAR.is_trading_day(here.trading_day)
    if here.state.is_open:
        assert start <= now < close
        assert CALENDAR.last_session_day(now) == here.trading_day
    else:
        last = CALENDAR.last_session_day(now)
        assert now < close
        assert last in (here.trading_day, CALENDAR.previous_day(here.trading_day))


@given(moments)
def test_regular_hours_are_those_of_the_calendar_day(now: Ns) -> None:
    regular = CALENDAR.rth(moment(now).astimezone(NEW_YORK).date())
    within = regular is not None and regular[0] <= now < regular[1]
    assert (CALENDAR.at(now).state is RTH) == within


@given(moments)
def test_trade_dates_follow_one_another(now: Ns) -> None:
    day = CALENDAR.trading_day(now)
    following = CALENDAR.next_day(day)
    assert CALENDAR.previous_day(following) == day
    assert CALENDAR.days(day, following) == (day, following)
    assert CALENDAR.session(day)[1] < CALENDAR.session(following)[0]


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-02-08T17:59:59", CLOSED),
        ("2026-02-08T18:00:00", ETH),
        ("2026-02-09T09:29:59", ETH),
        ("2026-02-09T09:30:00", RTH),
        ("2026-02-09T15:59:59", RTH),
        ("2026-02-09T16:00:00", ETH),
        ("2026-02-09T16:59:59", ETH),
        ("2026-02-09T17:00:00", MAINTENANCE),
        ("2026-02-09T17:30:00", MAINTENANCE),
        ("2026-02-09T18:00:00", ETH),
        ("2026-02-13T16:59:59", ETH),
        ("2026-02-13T17:00:00", CLOSED),
        ("2026-02-14T12:00:00", CLOSED),
        # a third Friday is a day like any other for the future
        ("2026-02-20T09:30:00", RTH),
    ],
)
def test_an_ordinary_week(wall: str, expected: MarketState) -> None:
    assert state(wall) is expected


def test_evenings_belong_to_the_next_trade_date() -> None:
    assert CALENDAR.trading_day(at("2026-02-09T16:59:59")) == date(2026, 2, 9)
    assert CALENDAR.trading_day(at("2026-02-09T17:30:00")) == date(2026, 2, 10)
    assert CALENDAR.trading_day(at("2026-02-09T18:00:00")) == date(2026, 2, 10)
    assert CALENDAR.trading_day(at("2026-02-08T18:00:00")) == date(2026, 2, 9)
    assert CALENDAR.trading_day(at("2026-02-13T18:00:00")) == date(2026, 2, 16 + 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2025-03-09T17:59:59-04:00", "2025-03-09T18:00-04:00"),
        ("2025-11-02T17:59:59-05:00", "2025-11-02T18:00-05:00"),
        ("2026-03-08T21:59:59Z", "2026-03-08T22:00Z"),
        ("2026-11-01T22:59:59Z", "2026-11-01T23:00Z"),
        ("2027-03-14T21:59:59Z", "2027-03-14T22:00Z"),
        ("2027-11-07T22:59:59Z", "2027-11-07T23:00Z"),
    ],
)
def test_on_clock_change_sundays_the_week_opens_by_the_new_clock(before: str, after: str) -> None:
    assert CALENDAR.at(ns_from_iso(before)).state is CLOSED
    assert CALENDAR.at(ns_from_iso(after)).state is ETH


def test_a_session_lasts_23_hours_whatever_the_clocks_do() -> None:
    monday = CALENDAR.session(date(2026, 3, 9))
    assert monday[1] - monday[0] == 23 * 3600 * SECOND


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "Europe/London"])
def test_the_machines_own_zone_does_not_matter(zone: str) -> None:
    ask = (
        "from app.domain.session import Calendar; from app.domain.units import ns_from_iso\n"
        "now = Calendar().at(ns_from_iso('2026-01-19T13:00-05:00'))\n"
        "print(now.state.value, now.trading_day, now.next_change)"
    )
    run = subprocess.run(
        [sys.executable, "-c", ask],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert run.stdout.split() == ["CLOSED", "2026-01-20", str(at("2026-01-19T18:00:00"))]


def test_a_moment_is_answered_within_fifty_microseconds() -> None:
    calendar, now = Calendar(SHIPPED), at("2026-01-19T13:00:00")
    calendar.at(now)
    assert min(timeit.repeat(lambda: calendar.at(now), number=100, repeat=5)) / 100 < 50e-6


def test_a_day_without_a_trade_date_has_no_session() -> None:
    with pytest.raises(ValueError, match="2026-01-19 is no trade date"):
        CALENDAR.session(date(2026, 1, 19))


def test_what_is_remembered_is_bounded() -> None:
    calendar = Calendar()
    now = at("2026-01-19T13:00:00")
    changes = [now]
    for _ in range(6_000):
        changes.append(now := calendar.at(now).next_change)
    assert all(before < after for before, after in pairwise(changes))
    assert len(calendar._by_utc_day) <= 2_000
