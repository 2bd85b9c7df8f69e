"""What the exchange is doing now: hours by rule and override, corrected by what the exchange itself says."""

import math
from dataclasses import replace
from datetime import date
from typing import Final

from app.domain.market_state import MarketState, SaidBy, SessionMoment
from app.domain.session import Calendar
from app.domain.ticks import TradingStatus
from app.domain.units import SECOND, Ns
from app.domain.updates import MarketChanged, SessionRolled
from app.engine.outbox import Outbox
from app.engine.ports import Clock

_HALTS: Final = frozenset({8, 9, 10})
_TRADING: Final = 7
_REPEAT: Final = 30 * SECOND


class Market:
    def __init__(self, clock: Clock, calendar: Calendar, outbox: Outbox) -> None:
        self.calendar = calendar
        self._clock = clock
        self._outbox = outbox
        self._halted_on: date | None = None
        self._told: SessionMoment | None = None
        self._known: SessionMoment | None = None
        self._closed_at: Ns | None = None
        self._opened_at: Ns | None = None

    def moment(self) -> SessionMoment:
        """Asked many times at one moment: only the first works it out."""
        now = self._clock.now()
        if self._known is not None and self._known.at == now:
            return self._known
        moment = self.calendar.at(now)
        if moment.state.is_open and self._halted_on == moment.trading_day:
            moment = replace(moment, state=MarketState.HALTED, said_by=SaidBy.EXCHANGE)
        self._known = moment
        return moment

    @property
    def state(self) -> MarketState:
        return self.moment().state

    @property
    def day(self) -> date:
        """The day of the running session; while closed, of the last one: that is whose numbers are shown."""
        return self.calendar.last_session_day(self._clock.now())

    @property
    def closed_for_s(self) -> float:
        """How long it has been closed or halted, as far as it was watched."""
        return 0.0 if self._closed_at is None else (self._clock.monotonic() - self._closed_at) / SECOND

    @property
    def open_for_s(self) -> float:
        """How long it has been open; without limit if it already was when watching began."""
        if self._opened_at is None:
            return math.inf
        return (self._clock.monotonic() - self._opened_at) / SECOND

    @property
    def told_state(self) -> MarketState | None:
        """As it was when the screen was last told."""
        return None if self._told is None else self._told.state

    def said(self, status: TradingStatus) -> None:
        """A live status record of a future."""
        self._known = None
        if status.action in _HALTS:
            self._halted_on = self.calendar.trading_day(self._clock.now())
        elif status.action == _TRADING or status.is_trading:
            self._halted_on = None

    def tick(self) -> bool:
        """Tells the screen what changed, everything at least each half minute; True when a day began."""
        moment, told = self.moment(), self._told
        self._time(moment.state.is_open)
        if told is not None and _same(told, moment) and abs(moment.at - told.at) < _REPEAT:
            return False
        self._told = moment
        self._outbox.put_state(MarketChanged(moment))
        rolled = told is not None and moment.state.is_open and self._day_of(told) != moment.trading_day
        if rolled:
            self._outbox.put_state(SessionRolled(moment.trading_day))
        return rolled

    def _time(self, is_open: bool) -> None:
        if is_open and self._closed_at is not None:
            self._closed_at, self._opened_at = None, self._clock.monotonic()
        elif not is_open and self._closed_at is None:
            self._closed_at = self._clock.monotonic()

    def _day_of(self, moment: SessionMoment) -> date:
        return self.calendar.last_session_day(moment.at)


def _same(a: SessionMoment, b: SessionMoment) -> bool:
    return (a.state, a.trading_day, a.next_change, a.said_by) == (
        b.state,
        b.trading_day,
        b.next_change,
        b.said_by,
    )
