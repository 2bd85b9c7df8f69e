"""The expiries a trader asks for by habit, chosen among the series that a source lists.

Which series there are comes from the source; which of them is today's, comes from the trading day of the
moment. An expiry that a page or a definition has said beats the rule; what no rule knows is never picked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

from app.domain.chain import ListedSeries
from app.domain.contract import Family, Series
from app.domain.ending import trading_ends
from app.domain.session import Calendar
from app.domain.symbols import family, parse_barchart_series, rule_expiry
from app.domain.units import Ns

_NOTHING_SAID: Final[Mapping[str, date]] = MappingProxyType({})
_WEEKDAYS: Final = (Family.MONDAY, Family.TUESDAY, Family.WEDNESDAY, Family.THURSDAY, Family.FRIDAY)


class Pick(Enum):
    """The text is what the button says."""

    TODAY = "0DTE"
    NEXT_DAILY = "Next daily"
    WEEKLY = "Weekly"
    FRIDAY = "Friday"
    MONTH_END = "Month end"
    QUARTERLY = "Quarterly"


@dataclass(frozen=True, slots=True)
class QuickPick:
    """`days` are calendar days from the trading day; two picks may name the same series."""

    pick: Pick
    key: str
    expiry: date
    days: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """A listed series with its day. `said` is False when only the rule knows it."""

    listed: ListedSeries
    series: Series
    expiry: date
    said: bool


def quick_picks(
    listed: Sequence[ListedSeries],
    now: Ns,
    calendar: Calendar,
    said: Mapping[str, date] = _NOTHING_SAID,
) -> tuple[QuickPick, ...]:
    """In the order of `Pick`; what is not listed is left out.

    0DTE is what ends in the session that is running, or in the next one while the market is closed; once
    its last minute is over there is none. Next daily is the nearest expiry after it, whatever its family.
    Weekly is the nearest weekday series that is left at the end of the following seven days.
    """
    today = calendar.trading_day(now)
    alive = expiring(listed, now, calendar, said)
    later = [one for one in alive if one.expiry > today]
    chosen = {
        Pick.TODAY: next((one for one in alive if one.expiry == today), None),
        Pick.NEXT_DAILY: next(iter(later), None),
        Pick.WEEKLY: _a_week_out(later, today),
        Pick.FRIDAY: _first(alive, Family.FRIDAY),
        Pick.MONTH_END: _first(alive, Family.END_OF_MONTH),
        Pick.QUARTERLY: _first(alive, Family.QUARTERLY),
    }
    return tuple(
        QuickPick(pick, one.listed.key, one.expiry, (one.expiry - today).days)
        for pick, one in chosen.items()
        if one is not None
    )


def expiring(
    listed: Iterable[ListedSeries],
    now: Ns,
    calendar: Calendar,
    said: Mapping[str, date] = _NOTHING_SAID,
) -> tuple[Expiring, ...]:
    """The series that still trade, by their end; of two that end together the quarterly comes last."""
    today = calendar.trading_day(now)
    found = [one for entry in listed if (one := _expiring(entry, today, said)) is not None]
    ends = {one.listed.key: trading_ends(one.expiry, one.series) for one in found}
    alive = [one for one in found if ends[one.listed.key] > now]
    alive.sort(key=lambda one: (one.expiry, ends[one.listed.key], one.listed.key))
    return tuple({one.listed.key: one for one in alive}.values())


def _expiring(entry: ListedSeries, near: date, said: Mapping[str, date]) -> Expiring | None:
    try:
        series = entry.series or parse_barchart_series(entry.key, near)
    except ValueError:
        return None
    by_source = said.get(entry.key)
    expiry = by_source or rule_expiry(series)
    return None if expiry is None else Expiring(entry, series, expiry, by_source is not None)


def _first(alive: Iterable[Expiring], kind: Family) -> Expiring | None:
    return next((one for one in alive if family(one.series.root) is kind), None)


def _a_week_out(later: Sequence[Expiring], today: date) -> Expiring | None:
    """The last weekday series within seven days; without one, the first that comes after them."""
    weeklies = [one for one in later if family(one.series.root) in _WEEKDAYS]
    within = [one for one in weeklies if (one.expiry - today).days <= 7]
    return within[-1] if within else next(iter(weeklies), None)
