"""When a series should expire and under which future, by rule: only a cross-check of what vendors say.

Unverified, and therefore never shown as fact: an expiry on a holiday moves to the business day before.
"""

from datetime import date, timedelta
from typing import Final

from app.domain.contract import Family, Future, Series
from app.domain.holidays import is_business_day
from app.domain.roots import family, week_of_month

_QUARTERS: Final = (3, 6, 9, 12)
_FRIDAY: Final = 4
_WEEKDAY: Final = {
    Family.MONDAY: 0,
    Family.TUESDAY: 1,
    Family.WEDNESDAY: 2,
    Family.THURSDAY: 3,
    Family.FRIDAY: _FRIDAY,
}


def third_friday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7 + 14)


def rule_expiry(series: Series) -> date | None:
    """None where the rules list no such series (a fifth Monday that month does not have, for example)."""
    kind = family(series.root)
    if kind is Family.END_OF_MONTH:
        return _end_of_month(series.year, series.month)
    if kind is Family.QUARTERLY:
        quarter = series.month in _QUARTERS
        return _business_day_until(third_friday(series.year, series.month)) if quarter else None
    return _weekly_expiry(series, _WEEKDAY[kind])


def rule_underlying(series: Series) -> Future:
    """The quarterly it delivers; from the Monday of the third-Friday week on, the next one."""
    if family(series.root) is Family.QUARTERLY:
        return _quarter(series.year, series.month)
    return front_future(rule_expiry(series) or _end_of_month(series.year, series.month))


def front_future(day: date) -> Future:
    this = _quarter(day.year, day.month)
    roll = third_friday(this.year, this.month) - timedelta(days=_FRIDAY)
    return this if day < roll else next_future(this)


def next_future(future: Future) -> Future:
    last = _QUARTERS[-1]
    return (
        Future(future.year + 1, _QUARTERS[0])
        if future.month == last
        else _quarter(future.year, future.month + 1)
    )


def _quarter(year: int, month: int) -> Future:
    """The quarterly of this month or the first one after it."""
    return Future(year, next(m for m in _QUARTERS if m >= month))


def _weekly_expiry(series: Series, weekday: int) -> date | None:
    week = week_of_month(series.root)
    first = date(series.year, series.month, 1)
    if week is None:
        return None
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
    if day.month != series.month or (day == third_friday(day.year, day.month) and day.month in _QUARTERS):
        return None
    day = _business_day_until(day)
    # no weekly is listed for the day of the end-of-month series
    return None if day == _end_of_month(day.year, day.month) else day


def _end_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return _business_day_until(following - timedelta(days=1))


def _business_day_until(day: date) -> date:
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day
