from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contract import Future, Series
from app.domain.expiry import front_future, next_future, rule_expiry, rule_underlying, third_friday
from app.domain.holidays import is_business_day
from app.domain.roots import ROOTS
from app.domain.symbols import parse_barchart_series

EVERY_ROOT = [root for roots in ROOTS.values() for root in roots]
every_series = st.builds(Series, st.sampled_from(EVERY_ROOT), st.integers(2023, 2035), st.integers(1, 12))


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("MC6M25", date(2025, 6, 2)),
        ("MC7M25", date(2025, 6, 9)),
        ("MC2M25", date(2025, 6, 11)),
        ("MC4M25", date(2025, 6, 25)),
        ("MQ4M25", date(2025, 6, 27)),
        ("MM1N25", date(2025, 7, 1)),
        ("MM6N25", date(2025, 7, 3)),
        ("MC6N25", date(2025, 7, 7)),
        ("MQ2N25", date(2025, 7, 11)),
    ],
)
def test_the_rule_agrees_with_dates_that_were_seen(key: str, seen: date) -> None:
    assert rule_expiry(parse_barchart_series(key, date(2025, 6, 9))) == seen


def test_a_quarterly_expires_on_the_third_friday_of_its_quarter_only() -> None:
    assert rule_expiry(Series("NQ", 2025, 6)) == third_friday(2025, 6) == date(2025, 6, 20)
    assert rule_expiry(Series("NQ", 2025, 7)) is None


def test_the_third_friday_is_a_weekly_only_between_quarters() -> None:
    assert rule_expiry(Series("QN3", 2025, 6)) is None
    assert rule_expiry(Series("QN3", 2025, 7)) == date(2025, 7, 18)


def test_no_weekly_is_listed_for_the_day_of_the_end_of_month() -> None:
    assert rule_expiry(Series("QNE", 2025, 6)) == date(2025, 6, 30)
    assert rule_expiry(Series("Q5A", 2025, 6)) is None
    assert rule_expiry(Series("QNE", 2025, 2)) == date(2025, 2, 28)
    assert rule_expiry(Series("QN4", 2025, 2)) is None


def test_a_week_the_month_does_not_have_is_no_series() -> None:
    assert rule_expiry(Series("Q5B", 2025, 6)) is None


def test_an_expiry_on_a_holiday_moves_to_the_business_day_before() -> None:
    assert rule_expiry(Series("NQ", 2026, 6)) == date(2026, 6, 18)
    assert rule_expiry(Series("Q3A", 2026, 1)) == date(2026, 1, 16)
    assert rule_expiry(Series("QNE", 2027, 5)) == date(2027, 5, 28)


def test_series_from_the_roll_monday_on_stand_under_the_next_future() -> None:
    assert rule_underlying(Series("QN2", 2025, 6)) == Future(2025, 6)
    assert rule_underlying(Series("Q3A", 2025, 6)) == Future(2025, 9)
    assert rule_underlying(Series("QNE", 2025, 6)) == Future(2025, 9)
    assert rule_underlying(Series("NQ", 2025, 6)) == Future(2025, 6)
    assert rule_underlying(Series("QNE", 2025, 12)) == Future(2026, 3)
    assert rule_underlying(Series("Q5B", 2025, 6)) == Future(2025, 9)


def test_the_front_future_rolls_on_the_monday_of_the_third_friday_week() -> None:
    assert front_future(date(2025, 6, 15)) == Future(2025, 6)
    assert front_future(date(2025, 6, 16)) == Future(2025, 9)
    assert front_future(date(2025, 12, 31)) == Future(2026, 3)
    assert next_future(Future(2026, 9)) == Future(2026, 12)
    assert next_future(Future(2026, 12)) == Future(2027, 3)


@given(every_series)
def test_expiries_are_business_days_close_to_their_month(series: Series) -> None:
    expiry = rule_expiry(series)
    if expiry is None:
        return
    assert is_business_day(expiry)
    assert date(series.year, series.month, 1) - timedelta(days=4) <= expiry
    assert expiry < date(series.year, series.month, 28) + timedelta(days=4)


@given(every_series)
def test_an_option_never_outlives_its_future(series: Series) -> None:
    expiry, future = rule_expiry(series), rule_underlying(series)
    if expiry is not None:
        assert expiry <= third_friday(future.year, future.month)
