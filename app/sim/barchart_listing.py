"""Which series the Barchart site lists, under which names and paths, and how it shows each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.domain.contract import Family, Future, Series
from app.domain.roots import family, week_of_month
from app.domain.session import Calendar
from app.domain.symbols import (
    barchart_root,
    barchart_series,
    parse_barchart_series,
)
from app.domain.units import Ns
from app.sim.barchart_api import MONTHS
from app.sim.barchart_parts import ChainFacts, Choice
from app.sim.barchart_rows import SessionDays, chain_rows
from app.sim.barchart_text import central_date
from app.sim.chain_truth import ChainTruth, FutureQuote, Leg, ListedExpiry

_TITLES: Final = {
    Family.QUARTERLY: "Monthly Options",
    Family.END_OF_MONTH: "EOM Options",
    Family.FRIDAY: "Friday Weekly Options",
    Family.MONDAY: "Monday Weekly Options",
    Family.TUESDAY: "Tuesday Weekly Options",
    Family.WEDNESDAY: "Wednesday Weekly Options",
    Family.THURSDAY: "Thursday Weekly Options",
}
_LISTED_PER_FAMILY: Final = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """The site's view of the market at one moment, as late as the site is."""

    truth: ChainTruth
    calendar: Calendar
    as_of: Ns

    @property
    def closed(self) -> bool:
        return not self.calendar.at(self.as_of).state.is_open

    def find(self, key: str) -> ListedExpiry | None:
        """A series by its name with one or two digits of the year; `NQM25` is the quarterly."""
        try:
            series = parse_barchart_series(key, central_date(self.as_of))
        except ValueError:
            return None
        return next((listed for listed in self._all() if listed.series == series), None)

    def future(self, code: str) -> FutureQuote | None:
        """By the site's name of the contract, or `NQ*0` for the front one."""
        known = self.futures()
        wanted = known[0] if code == "NQ*0" else next((f for f in known if f.code == code), None)
        return None if wanted is None else self.truth.future(wanted, self.as_of)

    def futures(self) -> Sequence[Future]:
        return self.truth.futures(self.as_of)

    def facts(self, listed: ListedExpiry) -> ChainFacts:
        kind = family(listed.series.root)
        return ChainFacts(
            key=barchart_series(listed.series),
            path=path_of(listed),
            family=_TITLES[kind],
            expiry=listed.expiry,
            today=central_date(self.as_of),
            families=self._family_choices(kind),
            months=self.months(kind, listed.series),
            rows=self.rows(listed),
        )

    def months(self, kind: Family, selected: Series | None = None) -> tuple[Choice, ...]:
        """The drop-down of one family: only its next few series."""
        of_kind = [listed for listed in self._all() if family(listed.series.root) is kind]
        return tuple(_choice(listed, listed.series == selected) for listed in of_kind[:_LISTED_PER_FAMILY])

    def offered(self) -> tuple[Choice, ...]:
        """All that the drop-downs lead to."""
        return tuple(choice for kind in _TITLES for choice in self.months(kind))

    def rows(self, listed: ListedExpiry) -> list[dict[str, Any]]:
        day = self.calendar.last_session_day(self.as_of)
        expired = listed.expires <= self.as_of
        legs: Sequence[Leg] = self.truth.legs(listed.series, self.as_of)
        if expired:
            legs = [replace(leg, bid=None, ask=None) for leg in legs]
        days = SessionDays(day, self.calendar.previous_day(day), not self.closed, expired)
        return chain_rows(legs, days, self.as_of)

    def _all(self) -> list[ListedExpiry]:
        """What this site has a name for, under a future that still has a page."""
        front = self.futures()[0]
        return [
            listed
            for listed in self.truth.listed(self.as_of)
            if barchart_root(listed.series.root) and listed.underlying >= front
        ]

    def _family_choices(self, selected: Family) -> tuple[Choice, ...]:
        choices = []
        for kind, title in _TITLES.items():
            if months := self.months(kind):
                choices.append(Choice(title, months[0].path, months[0].key, kind is selected))
        return tuple(choices)


def path_of(listed: ListedExpiry) -> str:
    base = f"/futures/quotes/{listed.underlying.code}/options"
    if family(listed.series.root) is Family.QUARTERLY:
        return base
    return f"{base}/{barchart_series(listed.series)}"


def _choice(listed: ListedExpiry, selected: bool) -> Choice:
    series = listed.series
    month = f"{MONTHS[series.month - 1]} {series.year}"
    week = week_of_month(series.root)
    title = month if week is None else f"Week {week}: {month}"
    return Choice(title, path_of(listed), barchart_series(series), selected)
