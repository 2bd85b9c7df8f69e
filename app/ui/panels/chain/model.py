"""The chain board without a screen: whose chains are shown, which of them, and which of its strikes."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from app.domain.chain import ListedSeries
from app.domain.chain_metrics import Totals
from app.domain.contract import Series
from app.domain.health import Freshness
from app.domain.quick_picks import Expiring, QuickPick, expiring, quick_picks
from app.domain.routing import Channel, SourceId
from app.domain.session import Calendar
from app.domain.units import DAY, MINUTE, SECOND, Ns
from app.domain.updates import (
    AllowanceChanged,
    ChainArrived,
    ChainMissing,
    CoverageChanged,
    RouteChanged,
    SeriesOffered,
    Update,
)

_AT_REST: Final = (Freshness.LIVE, Freshness.QUIET, Freshness.CLOSED)
_Key = tuple[SourceId, str]


class Span(Enum):
    """Which strikes are shown; the text is what the button says."""

    TEN = "±10"
    TWENTY = "±20"
    FORTY = "±40"
    MONEYNESS = "±5%"
    ALL = "All"


_STRIKES: Final = {Span.TEN: 10, Span.TWENTY: 20, Span.FORTY: 40}
_MONEYNESS: Final = 0.05
_LONG_AGO: Final = 40 * DAY


@dataclass(frozen=True, slots=True)
class Expiries:
    """The listed series that still trade, by their end, then those whose day nobody knows."""

    dated: tuple[Expiring, ...]
    undated: tuple[ListedSeries, ...]
    picks: tuple[QuickPick, ...]
    today: date


class ChainModel:
    """Holds the newest chain of each series and what stands in its way; knows nothing of Qt."""

    def __init__(self) -> None:
        self.arrived: dict[_Key, ChainArrived] = {}
        self.missing: dict[_Key, ChainMissing] = {}
        self.offered: dict[SourceId, SeriesOffered] = {}
        self.coverage: CoverageChanged | None = None
        self.allowances: dict[SourceId, AllowanceChanged] = {}
        self.span = Span.TWENTY
        self._source: SourceId | None = None
        self._routed: SourceId | None = None
        self._chosen: dict[SourceId, str] = {}
        self._expiries: tuple[object, Expiries] | None = None

    def apply(self, update: Update) -> bool:
        """True when something that is shown has changed."""
        match update:
            case ChainArrived():
                self._arrive(update)
            case ChainMissing():
                self.missing[update.source, update.series] = update
                self._source = self._source or update.source
            case SeriesOffered():
                self._offer(update)
            case RouteChanged() if update.channel is Channel.OPT_CHAIN:
                self._route(update.source)
            case CoverageChanged():
                self.coverage = update
            case AllowanceChanged():
                self.allowances[update.source] = update
            case _:
                return False
        return True

    @property
    def source(self) -> SourceId | None:
        return self._source

    @property
    def chosen(self) -> str | None:
        return None if self._source is None else self._chosen.get(self._source)

    @property
    def _key(self) -> _Key | None:
        return (self._source, self.chosen) if self._source is not None and self.chosen is not None else None

    def choose(self, series: str) -> None:
        if self._source is not None:
            self._chosen[self._source] = series

    @property
    def current(self) -> ChainArrived | None:
        return self.arrived.get(self._key) if self._key else None

    @property
    def why_not(self) -> ChainMissing | None:
        return self.missing.get(self._key) if self._key else None

    @property
    def is_stale(self) -> bool:
        """Anything but a live or quiet channel is struck and grey; so is a chain whose renewal failed. A
        saved one says with a banner of its own that it is not of now."""
        shown = self.current
        return (
            shown is not None
            and not shown.recorded
            and (shown.freshness not in _AT_REST or self.why_not is not None)
        )

    @property
    def allowance(self) -> AllowanceChanged | None:
        """What the site behind the board may still be asked, if it is a site."""
        return None if self._source is None else self.allowances.get(self._source)

    def held(self) -> tuple[ChainArrived, ...]:
        """The chains of the source on screen, by expiry."""
        mine = [one for (source, _), one in self.arrived.items() if source == self._source]
        return tuple(sorted(mine, key=lambda one: (one.chain.expiry or date.max, one.chain.vendor_series)))

    def totals(self) -> Totals:
        """Volume and open interest of all chains held."""
        found = Totals()
        for one in self.held():
            if one.strip is not None:
                found += one.strip.totals
        return found

    def expiries(self, now: Ns, calendar: Calendar) -> Expiries:
        listed = self._listed()
        said = self._said()
        key = (tuple(listed), tuple(said.items()), now // MINUTE)
        if self._expiries is None or self._expiries[0] != key:
            dated = expiring(listed, now, calendar, said)
            with_day = {one.listed.key for one in dated}
            unread = tuple(
                one for one in listed if one.key not in with_day and not _is_over(one, now, calendar)
            )
            picks = quick_picks(listed, now, calendar, said)
            self._expiries = key, Expiries(dated, unread, picks, calendar.trading_day(now))
        return self._expiries[1]

    def roots(self, found: Expiries) -> tuple[int, int | None]:
        """How many roots of the source on screen are listed, of how many that the definitions name."""
        mine = {one.series.root for one in found.dated}
        if self.coverage is None or not self.coverage.roots_listed:
            return len(mine), None
        if self.coverage.source == self._source:
            return self.coverage.roots_covered, self.coverage.roots_listed
        names = set(self.coverage.listed)
        return len(mine & names if names else mine), self.coverage.roots_listed

    def rows(self) -> tuple[int, int]:
        """First and one past the last row of the board that is shown."""
        shown = self.current
        if shown is None or shown.board is None:
            return 0, 0
        board, count = shown.board, len(shown.board.strikes)
        if self.span is Span.MONEYNESS and shown.strip is not None and shown.strip.future is not None:
            future = shown.strip.future
            low, high = (future * (1 + side * _MONEYNESS) for side in (-1, 1))
            return int(board.strikes.searchsorted(low)), int(board.strikes.searchsorted(high, side="right"))
        each_side = _STRIKES.get(self.span)
        if each_side is None or board.at_the_money is None:
            return 0, count
        return max(0, board.at_the_money - each_side), min(count, board.at_the_money + each_side + 1)

    def age_s(self, now: Ns) -> float | None:
        shown = self.current
        return None if shown is None else (now - shown.chain.received) / SECOND

    def _arrive(self, update: ChainArrived) -> None:
        source, series = update.chain.source, update.chain.vendor_series
        before = self.arrived.get((source, series))
        self.arrived[source, series] = update
        self.missing.pop((source, series), None)
        if update.recorded:
            # the user asked for it: it is shown whoever feeds the board
            self._source, self._chosen[source] = source, series
        elif before is not None and before.recorded and self._routed is not None:
            self._route(self._routed)
        self._source = self._source or source
        self._chosen.setdefault(source, series)

    def _offer(self, update: SeriesOffered) -> None:
        self.offered[update.source] = update
        self._source = self._source or update.source
        if update.chosen is not None:
            self._chosen[update.source] = update.chosen

    def _route(self, source: SourceId | None) -> None:
        """Nobody feeding it leaves the last chain where it is, in its stale dress."""
        before, self._routed = self.current, source
        if source is None or source == self._source:
            return
        self._source = source
        wanted = None if before is None else before.chain.series
        same = [one.key for one in self._listed() if wanted is not None and one.series == wanted]
        if same:
            self._chosen[source] = same[0]

    def _listed(self) -> tuple[ListedSeries, ...]:
        offered = None if self._source is None else self.offered.get(self._source)
        known = () if offered is None else offered.series
        names = {one.key for one in known}
        held = [one.chain for one in self.held() if one.chain.vendor_series not in names]
        return (*known, *(ListedSeries(c.vendor_series, "", "", series=c.series) for c in held))

    def _said(self) -> dict[str, date]:
        return {
            one.chain.vendor_series: one.chain.expiry for one in self.held() if one.chain.expiry is not None
        }


def series_named(found: Expiries, key: str | None) -> Series | None:
    return next((one.series for one in found.dated if one.listed.key == key), None)


def _is_over(one: ListedSeries, now: Ns, calendar: Calendar) -> bool:
    """A series whose day is known and gone: `expiring` left it out for that."""
    return bool(expiring((one,), Ns(now - _LONG_AGO), calendar))
