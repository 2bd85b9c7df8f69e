"""What is listed on a trade date: series of options with their expiries, futures, spreads, strategies.

Instrument ids are made of what an instrument is, so that no table has to remember them over the years.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from app.domain.contract import Family, Future, Right, Series
from app.domain.session import NEW_YORK, Calendar
from app.domain.symbols import (
    ROOTS,
    family,
    front_future,
    next_future,
    rule_expiry,
    rule_underlying,
    third_friday,
)
from app.domain.units import Px, ns, px
from app.sim.chain_truth import ListedExpiry

FUTURES_PARENT: Final = "NQ.FUT"
SPREAD_TICK: Final = px("0.05")
_EVERY_ROOT: Final = tuple(root for roots in ROOTS.values() for root in roots)
_PLACES: Final = {root: place for place, root in enumerate(_EVERY_ROOT)}
_FUTURE_PLACE, _SPREAD_PLACE, _STRATEGY_PLACE = 29, 30, 31
_WEEKS_LISTED: Final = 4
_MONTHS_LISTED: Final = 4
_QUARTERLIES: Final = 4  # and then the Decembers
_DECEMBERS: Final = 4
_FUTURES: Final = 6
_QUARTERLY_EXPIRY: Final = time(9, 30)
_OTHER_EXPIRY: Final = time(16)
_STRIKE_STEP: Final = 5


def series_listed(day: date, calendar: Calendar) -> tuple[ListedExpiry, ...]:
    """Those that trade on a trade date, the next to expire first."""
    by_family: dict[Family, list[tuple[date, Series]]] = {kind: [] for kind in Family}
    for root in _EVERY_ROOT:
        for series in _coming(root, day):
            expiry = rule_expiry(series)
            if expiry is not None and expiry >= day and calendar.is_trading_day(expiry):
                by_family[family(root)].append((expiry, series))
    chosen = [entry for kind, entries in by_family.items() for entry in _nearest(kind, sorted(entries))]
    return tuple(_listed(series, expiry, calendar) for expiry, series in sorted(chosen))


def futures_listed(day: date) -> tuple[Future, ...]:
    """The next months to expire, then Decembers as far as options are listed on them."""
    front = front_future(day)
    expiring = _quarter_before(front)
    futures = [expiring if expires_on(expiring) >= day else front]
    while len(futures) < _FUTURES:
        futures.append(next_future(futures[-1]))
    last = futures[-1]
    decembers = range(last.year + (last.month == 12), last.year + _DECEMBERS + 1)
    return (*futures, *(Future(year, 12) for year in decembers))


def expires_on(future: Future) -> date:
    series = Series("NQ", future.year, future.month)
    return rule_expiry(series) or third_friday(future.year, future.month)


def _quarter_before(future: Future) -> Future:
    return Future(future.year - 1, 12) if future.month == 3 else Future(future.year, future.month - 3)


def future_id(future: Future) -> int:
    return _id(_FUTURE_PLACE, future.year, future.month, 0)


def spread_id(near: Future) -> int:
    """Of the calendar spread from a future to the next one."""
    return _id(_SPREAD_PLACE, near.year, near.month, 0)


def option_id(series: Series, strike: Px, right: Right) -> int:
    return series_id(series) + int(strike // px(_STRIKE_STEP)) * 2 + (right is Right.PUT)


def series_id(series: Series) -> int:
    """The id that an option with strike 0 would have."""
    return _id(_PLACES[series.root], series.year, series.month, 0)


def strategy_id(series: Series, number: int) -> int:
    return _id(_STRATEGY_PLACE, series.year, series.month, _PLACES[series.root] * 64 + number)


def _id(place: int, year: int, month: int, rest: int) -> int:
    """5 bits of family, 8 of year and month, 14 of strike and right."""
    return (((place + 1) << 8 | (year % 16) * 12 + month - 1) << 14) + rest


def _coming(root: str, day: date) -> list[Series]:
    years = range(_MONTHS_LISTED + 1) if root != "NQ" else range(12 * (_DECEMBERS + 2))
    months = [(day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1) for n in years]
    return [Series(root, year, month) for year, month in months]


def _nearest(kind: Family, entries: list[tuple[date, Series]]) -> list[tuple[date, Series]]:
    if kind is Family.QUARTERLY:
        near, far = entries[:_QUARTERLIES], entries[_QUARTERLIES:]
        return near + [entry for entry in far if entry[1].month == 12][:_DECEMBERS]
    if kind is Family.END_OF_MONTH:
        return entries[:_MONTHS_LISTED]
    return entries[:_WEEKS_LISTED]


def _listed(series: Series, expiry: date, calendar: Calendar) -> ListedExpiry:
    wall = _QUARTERLY_EXPIRY if family(series.root) is Family.QUARTERLY else _OTHER_EXPIRY
    at = ns(datetime.combine(expiry, wall, NEW_YORK))
    return ListedExpiry(series, expiry, min(at, calendar.session(expiry)[1]), rule_underlying(series))


def listed_since(listed: ListedExpiry) -> date:
    """The first trade date it could be traded on, as definitions state it."""
    kind = family(listed.series.root)
    if kind is Family.QUARTERLY:
        return listed.expiry - timedelta(days=365)
    return listed.expiry - timedelta(days=120 if kind is Family.END_OF_MONTH else 28)
