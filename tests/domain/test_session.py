import math
import os
import subprocess
import sys
import timeit
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas_market_calendars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.holidays import DayHours
from app.domain.market_state import MarketState, SaidBy
from app.domain.session import NEW_YORK, Calendar, parse_overrides
from app.domain.units import SECOND, Ns, moment, ns_from_iso

SHIPPED = parse_overrides((Path(__file__).parents[2] / "resources" / "cme_overrides.toml").read_text())
CALENDAR = Calendar(SHIPPED)
RULES = Calendar()
RTH, ETH, CLOSED, MAINTENANCE = MarketState.RTH, MarketState.ETH, MarketState.CLOSED, MarketState.MAINTENANCE

moments = st.integers(ns_from_iso("2023-01-01T00:00Z"), ns_from_iso("2032-01-01T00:00Z")).map(Ns)


def at(text: str) -> Ns:
    """New York wall time with its offset left out: winter is -05:00 where the month says so."""
    month = int(text[5:7])
    return ns_from_iso(text + ("-04:00" if 4 <= month <= 10 else "-05:00"))


def state(text: str) -> MarketState:
    return CALENDAR.at(at(text)).state


def weekdays(first: date, last: date) -> Iterator[date]:
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in every if day.weekday() < 5)


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


def test_a_holiday_session_joins_the_next_trade_date() -> None:
    assert state("2026-01-19T12:59:59") is RTH
    assert state("2026-01-19T13:00:00") is CLOSED
    assert state("2026-01-19T17:30:00") is CLOSED
    assert state("2026-01-19T18:00:00") is ETH
    assert CALENDAR.at(at("2026-01-19T11:00:00")).holiday == "holiday session: Martin Luther King Day"
    assert not CALENDAR.is_trading_day(date(2026, 1, 19))
    assert CALENDAR.session(date(2026, 1, 20)) == (at("2026-01-18T18:00:00"), at("2026-01-20T17:00:00"))
    for wall in ("2026-01-18T18:00:00", "2026-01-19T12:00:00", "2026-01-19T14:00:00", "2026-01-20T16:59:59"):
        assert CALENDAR.trading_day(at(wall)) == date(2026, 1, 20)
        assert CALENDAR.last_session_day(at(wall)) == date(2026, 1, 20)


def test_a_friday_holiday_session_joins_monday() -> None:
    stopped = CALENDAR.at(at("2026-07-03T13:00:00"))
    assert (stopped.state, stopped.trading_day) == (CLOSED, date(2026, 7, 6))
    assert stopped.next_change == at("2026-07-05T18:00:00")
    assert CALENDAR.session(date(2026, 7, 6)) == (at("2026-07-02T18:00:00"), at("2026-07-06T17:00:00"))


def test_christmas_has_no_evening_before_it_and_reopens_on_its_own() -> None:
    assert state("2025-12-24T13:14:59") is RTH
    assert state("2025-12-24T13:15:00") is CLOSED
    assert state("2025-12-24T18:00:00") is CLOSED
    assert state("2025-12-25T17:59:59") is CLOSED
    assert state("2025-12-25T18:00:00") is ETH
    assert CALENDAR.trading_day(at("2025-12-24T12:00:00")) == date(2025, 12, 24)
    assert CALENDAR.trading_day(at("2025-12-24T14:00:00")) == date(2025, 12, 26)
    assert CALENDAR.last_session_day(at("2025-12-25T12:00:00")) == date(2025, 12, 24)


def test_new_years_eve_closes_at_the_ordinary_hour_for_the_night() -> None:
    assert state("2025-12-31T16:59:59") is ETH
    night = CALENDAR.at(at("2025-12-31T17:00:00"))
    assert (night.state, night.next_change) == (CLOSED, at("2026-01-01T18:00:00"))
    # Saturday 1 January 2028 is not observed
    assert state("2027-12-31T16:59:59") is ETH
    assert CALENDAR.at(at("2027-12-31T17:00:00")).next_change == at("2028-01-02T18:00:00")


def test_christmas_observed_on_a_friday_ends_the_week_on_thursday() -> None:
    ended = CALENDAR.at(at("2027-12-23T17:00:00"))
    assert (ended.state, ended.next_change) == (CLOSED, at("2027-12-26T18:00:00"))


def test_good_friday_is_closed_unless_the_jobs_report_falls_on_it() -> None:
    assert state("2025-04-17T16:59:59") is ETH
    assert CALENDAR.at(at("2025-04-17T17:00:00")).next_change == at("2025-04-20T18:00:00")
    assert state("2026-04-03T09:14:59") is ETH
    assert state("2026-04-03T09:15:00") is CLOSED
    assert CALENDAR.trading_day(at("2026-04-03T09:00:00")) == date(2026, 4, 3)
    assert CALENDAR.rth(date(2026, 4, 3)) is None


def test_the_day_of_mourning_comes_from_the_override_file() -> None:
    before, after = CALENDAR.at(at("2025-01-09T09:29:59")), CALENDAR.at(at("2025-01-09T09:30:00"))
    assert (before.state, before.said_by) == (ETH, SaidBy.OVERRIDE)
    assert (after.state, after.said_by, after.next_change) == (
        CLOSED,
        SaidBy.OVERRIDE,
        at("2025-01-09T18:00:00"),
    )
    assert CALENDAR.at(at("2025-01-09T18:00:00")).said_by is SaidBy.RULES
    assert RULES.at(at("2025-01-09T11:00:00")).state is RTH


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


# Every exception of 2025 to 2027; c closed, otherwise the close in New York.
TABLE = {
    2025: "01-01 c, 01-09 0930, 01-20 1300, 02-17 1300, 04-18 c, 05-26 1300, 06-19 1300, 07-03 1315, "
    "07-04 1300, 09-01 1300, 11-27 1300, 11-28 1315, 12-24 1315, 12-25 c",
    2026: "01-01 c, 01-19 1300, 02-16 1300, 04-03 0915, 05-25 1300, 06-19 1300, 07-03 1300, "
    "09-07 1300, 11-26 1300, 11-27 1315, 12-24 1315, 12-25 c",
    2027: "01-01 c, 01-18 1300, 02-15 1300, 03-26 c, 05-31 1300, 06-18 1300, 07-05 1300, "
    "09-06 1300, 11-25 1300, 11-26 1315, 12-24 c",
    2028: "01-17 1300, 02-21 1300, 04-14 c, 05-29 1300, 06-19 1300, 07-03 1315, 07-04 1300, "
    "09-04 1300, 11-23 1300, 11-24 1315, 12-25 c",
}


@pytest.mark.parametrize("year", TABLE)
def test_the_exceptions_of_a_year_are_these_and_no_others(year: int) -> None:
    found = {
        day: close_text(hours)
        for day in weekdays(date(year, 1, 1), date(year, 12, 31))
        if (hours := CALENDAR.hours(day)).label
    }
    expected = (entry.split() for entry in TABLE[year].split(", "))
    assert found == {date.fromisoformat(f"{year}-{day}"): close for day, close in expected}


def test_only_holiday_halts_and_closed_days_have_no_trade_date() -> None:
    for day in weekdays(date(2025, 1, 1), date(2027, 12, 31)):
        expected = close_text(CALENDAR.hours(day)) in ("1700", "1315", "0915")
        assert CALENDAR.is_trading_day(day) == expected, day


def close_text(hours: DayHours) -> str:
    return "c" if hours.close is None else f"{hours.close:%H%M}"


# What pandas_market_calendars 5.5 says of "CME Globex Equity" and the exchange did not do. A difference that
# disappears means that a release mended it: strike it from this list.
ORACLE_IS_WRONG = {
    date(2025, 1, 9): ("0930", "1700"),  # the day of mourning is unknown to it
    date(2025, 4, 18): ("c", "0915"),  # it takes every Good Friday since 2022 for a short day
    date(2027, 3, 26): ("c", "0915"),
}


def test_an_independent_calendar_agrees_but_for_three_known_days() -> None:
    oracle = pandas_market_calendars.get_calendar("CME Globex Equity")
    closes = oracle.schedule("2025-01-01", "2027-12-31")["market_close"].dt.tz_convert("America/New_York")
    theirs = {stamp.date(): f"{close:%H%M}" for stamp, close in closes.items()}
    differences = {
        day: (ours, said)
        for day in weekdays(date(2025, 1, 1), date(2027, 12, 31))
        if (ours := close_text(CALENDAR.hours(day))) != (said := theirs.get(day, "c"))
    }
    assert differences == ORACLE_IS_WRONG


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
