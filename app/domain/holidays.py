"""CME's exceptions from the ordinary week, by rule for any year: until when a date trades, and as what.

All times are wall times in New York. A day that halts at 13:00 belongs to the trade date after it; a day
that closes early at 13:15 or 09:15 is a trade date of its own (for 09:15 that is unverified).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final

MONDAY: Final = 0
THURSDAY: Final = 3
FRIDAY: Final = 4
SATURDAY: Final = 5
SUNDAY: Final = 6

ORDINARY_CLOSE: Final = time(17)
HOLIDAY_HALT: Final = time(13)
EARLY_CLOSE: Final = time(13, 15)
GOOD_FRIDAY_CLOSE: Final = time(9, 15)


@dataclass(frozen=True, slots=True)
class DayHours:
    """Until when a calendar day trades, New York time; `close` None: not at all.

    `label` says what is unusual, empty on an ordinary day. Without `own_trade_date` what trades on the day
    belongs to the next trade date. `business_day`: the cash market opens too.
    """

    close: time | None
    own_trade_date: bool = True
    label: str = ""
    business_day: bool = True


ORDINARY: Final = DayHours(ORDINARY_CLOSE)
WEEKEND: Final = DayHours(None, own_trade_date=False, business_day=False)


def hours_by_rule(day: date) -> DayHours:
    if day.weekday() >= SATURDAY:
        return WEEKEND
    return _exceptions(day.year).get(day, ORDINARY)


def is_business_day(day: date) -> bool:
    return hours_by_rule(day).business_day


def easter(year: int) -> date:
    """Gregorian, by the anonymous algorithm; the letters are its own."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, before = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, before + 1)


@lru_cache(maxsize=64)
def _exceptions(year: int) -> Mapping[date, DayHours]:
    found = {day: _closed(name) for day, name in _closed_days(year)}
    found |= {day: _halt(name) for day, name in _halt_days(year)}
    found |= {day: _early(name) for day, name in _early_days(year) if day not in found}
    friday = easter(year) - timedelta(days=2)
    jobs_report = friday.month == 4 and friday.day <= 7
    found[friday] = _GOOD_FRIDAY if jobs_report else _closed("Good Friday")
    return MappingProxyType(found)


def _closed_days(year: int) -> Iterator[tuple[date, str]]:
    new_year = date(year, 1, 1)
    if new_year.weekday() != SATURDAY:
        yield _observed(new_year), "New Year's Day"
    yield _observed(date(year, 12, 25)), "Christmas Day"


def _halt_days(year: int) -> Iterator[tuple[date, str]]:
    yield _nth(year, 1, MONDAY, 3), "Martin Luther King Day"
    yield _nth(year, 2, MONDAY, 3), "Presidents' Day"
    yield _last_monday_of_may(year), "Memorial Day"
    yield _observed(date(year, 6, 19)), "Juneteenth"
    yield _observed(date(year, 7, 4)), "Independence Day"
    yield _nth(year, 9, MONDAY, 1), "Labor Day"
    yield _thanksgiving(year), "Thanksgiving"


def _early_days(year: int) -> Iterator[tuple[date, str]]:
    third_of_july = date(year, 7, 3)
    if third_of_july.weekday() <= THURSDAY:
        yield third_of_july, "eve of Independence Day"
    yield _thanksgiving(year) + timedelta(days=1), "day after Thanksgiving"
    christmas_eve = date(year, 12, 24)
    if christmas_eve.weekday() <= FRIDAY:
        yield christmas_eve, "Christmas Eve"


def _observed(day: date) -> date:
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())


def _thanksgiving(year: int) -> date:
    return _nth(year, 11, THURSDAY, 4)


def _closed(name: str) -> DayHours:
    return DayHours(None, own_trade_date=False, label=f"closed: {name}", business_day=False)


def _halt(name: str) -> DayHours:
    return DayHours(HOLIDAY_HALT, own_trade_date=False, label=f"holiday session: {name}", business_day=False)


def _early(name: str) -> DayHours:
    return DayHours(EARLY_CLOSE, label=f"early close: {name}")


_GOOD_FRIDAY: Final = DayHours(GOOD_FRIDAY_CLOSE, label="holiday session: Good Friday", business_day=False)
