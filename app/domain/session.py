"""When NQ trades: state of the market, trade date and next change at any moment.

Rules first corrected by overrides; the exchange's own status, which beats both, is applied by the engine.
Every day that trades does so in one stretch, from 18:00 New York time of the evening before until its close;
evenings before closed days and reopenings on holidays follow from that alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.holidays import ORDINARY_CLOSE, DayHours, hours_by_rule
from app.domain.market_state import MarketState, SaidBy, SessionMoment
from app.domain.overrides import Override, overridden, parse_overrides
from app.domain.units import DAY, Ns, moment, ns

__all__ = ["NEW_YORK", "Calendar", "Override", "parse_overrides"]

NEW_YORK: Final = ZoneInfo("America/New_York")
_OPEN: Final = time(18)
_RTH_OPEN: Final = time(9, 30)
_RTH_CLOSE: Final = time(16)
_ONE_DAY: Final = timedelta(days=1)
_REMEMBERED_DAYS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Span:
    """A time of one state, `until` exclusive."""

    start: Ns
    until: Ns
    state: MarketState
    trading_day: date
    said_by: SaidBy
    label: str


class Calendar:
    """Answers are remembered by UTC day: a repeated `at` costs about a microsecond."""

    def __init__(self, overrides: Mapping[date, Override] = MappingProxyType({})) -> None:
        self._overrides = overrides
        self._by_utc_day: dict[int, tuple[SessionMoment, ...]] = {}

    def at(self, at: Ns) -> SessionMoment:
        number = at // DAY
        moments = self._by_utc_day.get(number)
        if moments is None:
            if len(self._by_utc_day) >= _REMEMBERED_DAYS:
                self._by_utc_day.clear()
            moments = self._by_utc_day[number] = tuple(self._moments(number))
        found = next(m for m in moments if at < m.next_change)
        return SessionMoment(
            at,
            found.state,
            found.trading_day,
            found.next_change,
            found.next_state,
            found.said_by,
            found.holiday,
        )

    def trading_day(self, at: Ns) -> date:
        """The trade date whose session contains the moment; while closed, the next one."""
        return self.at(at).trading_day

    def last_session_day(self, at: Ns) -> date:
        """The trade date whose session contains the moment; while closed, the one before."""
        now = self.at(at)
        if now.state.is_open:
            return now.trading_day
        day = _wall(at).date()
        while not self._trades(day) or self._stretch(day)[1] > at:
            day -= _ONE_DAY
        return self._trade_date(day)

    def hours(self, day: date) -> DayHours:
        """Until when a calendar day trades, and what is unusual about it."""
        override = self._overrides.get(day)
        return hours_by_rule(day) if override is None else overridden(day, override)

    def is_trading_day(self, day: date) -> bool:
        return self._trades(day) and self.hours(day).own_trade_date

    def session(self, day: date) -> tuple[Ns, Ns]:
        """Open and close of a trade date, with the holiday sessions that belong to it."""
        if not self.is_trading_day(day):
            raise ValueError(f"{day} is no trade date")
        first = earlier = day
        while not self.is_trading_day(earlier := earlier - _ONE_DAY):
            if self._trades(earlier):
                first = earlier
        return self._stretch(first)[0], self._stretch(day)[1]

    def rth(self, day: date) -> tuple[Ns, Ns] | None:
        """Regular hours of a calendar day as far as it trades then, trade date of its own or not."""
        close = self.hours(day).close
        if close is None or close <= _RTH_OPEN:
            return None
        return _ns_at(day, _RTH_OPEN), _ns_at(day, min(close, _RTH_CLOSE))

    def next_day(self, day: date) -> date:
        while not self.is_trading_day(day := day + _ONE_DAY):
            continue
        return day

    def previous_day(self, day: date) -> date:
        while not self.is_trading_day(day := day - _ONE_DAY):
            continue
        return day

    def days(self, first: date, last: date) -> tuple[date, ...]:
        """The trade dates from first to last, both included."""
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in every if self.is_trading_day(day))

    def _trades(self, day: date) -> bool:
        return self.hours(day).close is not None

    def _stretch(self, day: date) -> tuple[Ns, Ns]:
        close = self.hours(day).close
        return _ns_at(day - _ONE_DAY, _OPEN), _ns_at(day, close or ORDINARY_CLOSE)

    def _trade_date(self, day: date) -> date:
        return day if self.is_trading_day(day) else self.next_day(day)

    def _said_by(self, *days: date) -> SaidBy:
        return SaidBy.OVERRIDE if any(day in self._overrides for day in days) else SaidBy.RULES

    def _moments(self, utc_day: int) -> Iterator[SessionMoment]:
        """The states of one UTC day in order, each with what follows it."""
        start = Ns(utc_day * DAY)
        spans = self._spans(self._day_before(start))
        this = next(span for span in spans if start < span.until)
        while this.start < start + DAY:
            following = next(spans)
            yield SessionMoment(
                this.start,
                this.state,
                this.trading_day,
                this.until,
                following.state,
                this.said_by,
                this.label,
            )
            this = following

    def _day_before(self, at: Ns) -> date:
        """The last day whose stretch began before the moment: no span that matters starts earlier."""
        day = _wall(at).date() + _ONE_DAY
        while not self._trades(day) or self._stretch(day)[0] > at:
            day -= _ONE_DAY
        return day

    def _spans(self, day: date) -> Iterator[_Span]:
        while True:
            following = day + _ONE_DAY
            while not self._trades(following):
                following += _ONE_DAY
            yield from self._open_spans(day)
            yield self._pause(day, following)
            day = following

    def _open_spans(self, day: date) -> Iterator[_Span]:
        start, close = self._stretch(day)
        said_by, label, trading_day = self._said_by(day), self.hours(day).label, self._trade_date(day)
        regular = self.rth(day)
        if regular is None:
            yield _Span(start, close, MarketState.ETH, trading_day, said_by, label)
            return
        yield _Span(start, regular[0], MarketState.ETH, trading_day, said_by, label)
        yield _Span(*regular, MarketState.RTH, trading_day, said_by, label)
        if regular[1] < close:
            yield _Span(regular[1], close, MarketState.ETH, trading_day, said_by, label)

    def _pause(self, day: date, following: date) -> _Span:
        between = [day + timedelta(days=n) for n in range((following - day).days)]
        labels = [label for d in reversed(between) if (label := self.hours(d).label)]
        hourly = self.hours(day).close == ORDINARY_CLOSE and following == day + _ONE_DAY
        state = MarketState.MAINTENANCE if hourly else MarketState.CLOSED
        return _Span(
            self._stretch(day)[1],
            self._stretch(following)[0],
            state,
            self._trade_date(following),
            self._said_by(*between),
            labels[0] if labels else "",
        )


def _wall(at: Ns) -> datetime:
    return moment(at).astimezone(NEW_YORK)


def _ns_at(day: date, wall: time) -> Ns:
    return ns(datetime.combine(day, wall, NEW_YORK))
