"""The days on which the exchange keeps other hours: which they are, and what becomes of their sessions."""

from datetime import date

import pandas_market_calendars
import pytest

from app.domain.market_state import MarketState, SaidBy
from app.domain.session import Calendar
from tests.domain.new_york import CALENDAR, at, close_text, state, weekdays

RULES = Calendar()
RTH, ETH, CLOSED = MarketState.RTH, MarketState.ETH, MarketState.CLOSED


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
