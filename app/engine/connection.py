"""Keeps one connection of a tick source alive: opens, drains, notices that it died, tries again.

Each session is a fresh feed. Whatever was not asked for counts as a loss, a clean close and silence too;
only what a user must mend (key, entitlement) ends the trying.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from app.domain.errors import (
    AuthFailed,
    MissingKey,
    NotEntitled,
    PastGone,
    RateLimited,
    Remedy,
    SourceError,
    Unavailable,
)
from app.domain.health import Breaker, Link
from app.domain.market_state import MarketState
from app.domain.routing import Channel, SourceId
from app.domain.ticks import TickBatch
from app.domain.units import SECOND, Ns
from app.engine.backoff import Backoff
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import TickFeed, TickWant
from app.engine.pause import pause, until_woken

_log = logging.getLogger(__name__)
_OPEN_LIMIT_S: Final = 12.0
_CLOSE_LIMIT_S: Final = 1.0
_DRAIN_EVERY_S: Final = 0.02
# What silence may last beyond the heartbeat; with a heartbeat of 5 s it is noticed within 15 s.
_SILENCE_S: Final = 9.5
_CLOSED_MARKET_S: Final = 300.0
_ASKING: Final = {MissingKey: Link.NO_KEY, AuthFailed: Link.AUTH_FAILED, NotEntitled: Link.NOT_ENTITLED}


class Restarted(Unavailable):
    """The connection was ended on purpose, to begin again at once."""


@dataclass(slots=True)
class Session:
    """One life of a connection. Records stamped before `live_from` are a replay."""

    name: str
    since: Ns | None
    live_from: Ns
    caught_up: bool
    replay_said_over: bool = False
    last_trade: Ns = Ns(0)


class Owner(Protocol):
    """What a connection needs of its streamer."""

    def obstacle(self) -> tuple[Link, str] | None:
        """Why there is nothing to connect to for now."""
        ...

    async def want(self) -> TickWant: ...
    async def take(self, session: Session, batch: TickBatch) -> None: ...
    def lost(self, reason: str) -> None: ...
    async def refused(self, error: NotEntitled) -> bool:
        """True when something less will be asked for instead."""
        ...

    def past_gone(self) -> None:
        """The next session must not ask for as much of the past."""
        ...

    @property
    def note(self) -> str:
        """What a working connection lacks."""
        ...


@dataclass(frozen=True, slots=True)
class _End:
    error: SourceError
    lived_s: float


class Connection:
    def __init__(
        self,
        desk: Desk,
        source: SourceId,
        name: str,
        channels: Iterable[Channel],
        make: Callable[[], TickFeed],
        owner: Owner,
        heartbeat_s: Callable[[], float],
    ) -> None:
        self.name: Final = f"{source}-{name}"
        self.channels: Final = tuple(channels)
        self.session: Session | None = None
        self._desk = desk
        self._source = source
        self._make = make
        self._owner = owner
        self._heartbeat_s = heartbeat_s
        self._backoff = Backoff()
        self._wake = asyncio.Event()
        self._restart = ""
        self._sessions = 0
        self._waits = False
        self._stepped_down = False

    @property
    def is_refused(self) -> bool:
        """It waits for the user, because the vendor does not give what was asked for."""
        return any(watch.link is Link.NOT_ENTITLED for watch in self._watches())

    def restart(self, reason: str) -> None:
        """Ends the session, if there is one, and begins another at once."""
        self._restart = reason
        self._wake.set()

    def retry(self) -> None:
        """Something changed that may help: try now instead of later. A living session goes on."""
        self._wake.set()

    def retry_lost(self) -> None:
        """Somebody answers at the address again."""
        if self._waits:
            for watch in self._watches():
                watch.half_open()
            self._wake.set()

    async def run(self) -> None:
        while True:
            obstacle = self._owner.obstacle()
            if obstacle is not None:
                self._link(*obstacle)
                await until_woken(self._wake)
                continue
            end = await self._live()
            await self._after(end)

    async def _live(self) -> _End:
        self._restart = ""
        self._wake.clear()
        if all(w.link is not Link.RECONNECTING for w in self._watches()):
            self._link(Link.CONNECTING)
        want = await self._owner.want()
        feed = self._make()
        self._sessions += 1
        began = self._desk.clock.monotonic()
        try:
            await self._desk.workers.run(f"open {self.name}", lambda: feed.open(want), _OPEN_LIMIT_S)
        except TimeoutError:
            return await self._ended(feed, Unavailable(f"No answer within {_OPEN_LIMIT_S:.0f} s."), None)
        except SourceError as e:
            return await self._ended(feed, e, None)
        except BaseException:
            await self._close(feed)
            raise
        if self._sessions > 1 and not self._stepped_down:
            self._count_reconnect()
        self._stepped_down = False
        # only from here on: a login takes its time, and what happened meanwhile is part of the replay
        session = self.session = Session(
            f"{self.name}/{self._sessions}", want.since, self._desk.clock.now(), want.since is None
        )
        self._link(Link.UP, self._owner.note)
        try:
            error = await self._drain(feed, session)
        except BaseException:
            await self._close(feed)
            raise
        finally:
            self.session = None
        return await self._ended(feed, error, began)

    async def _drain(self, feed: TickFeed, session: Session) -> SourceError:
        """Until the connection is over; why."""
        opened = self._desk.clock.monotonic()
        while True:
            closed = feed.closed_by()
            try:
                await self._owner.take(session, feed.drain())
            except SourceError as e:
                return e
            if closed is not None:
                return closed if isinstance(closed, SourceError) else Unavailable(str(closed) or "closed")
            if self._restart:
                return Restarted(self._restart)
            silent_s = (self._desk.clock.monotonic() - (feed.last_sign() or opened)) / SECOND
            if silent_s > self._heartbeat_s() + _SILENCE_S:
                return Unavailable(f"Silent for {silent_s:.0f} s, without a heartbeat.")
            await asyncio.sleep(_DRAIN_EVERY_S)

    async def _ended(self, feed: TickFeed, error: SourceError, began: Ns | None) -> _End:
        if began is not None:
            self._owner.lost(str(error))
        await self._close(feed)
        if began is None and error.remedy is Remedy.RETRY and not isinstance(error, RateLimited):
            for watch in self._watches():
                watch.refused()
        now = self._desk.clock.monotonic()
        return _End(error, 0.0 if began is None else max(1e-3, (now - began) / SECOND))

    async def _close(self, feed: TickFeed) -> None:
        try:
            await self._desk.workers.run(f"close {self.name}", feed.close, _CLOSE_LIMIT_S)
        except TimeoutError:
            _log.info("%s hangs in its close and was left behind", self.name)

    async def _after(self, end: _End) -> None:
        if isinstance(end.error, NotEntitled) and await self._owner.refused(end.error):
            self._stepped_down = True
            return
        if isinstance(end.error, PastGone):
            self._owner.past_gone()
        if not self._restart:
            self._wake.clear()
        link = _ASKING.get(type(end.error))
        if link is not None or end.error.remedy is Remedy.ASK_USER:
            self._link(link or Link.DOWN, str(end.error))
            await until_woken(self._wake)
            self._backoff.forget()
            return
        if isinstance(end.error, Restarted):
            return
        if end.error.detail:
            _log.info("%s: %s", self.name, end.error.detail)
        delay = self._delay(end.lived_s)
        asked = end.error.retry_after if isinstance(end.error, RateLimited) else None
        if asked is not None:
            delay = max(delay, asked)
            self._desk.health.exclude(self._source, self.channels, str(end.error), delay)
        self._link(Link.DOWN if self._is_open() else Link.RECONNECTING, str(end.error), delay)
        # whoever asked for a pause answers, and means it all the same
        self._waits = asked is None
        await pause(self._desk.clock, delay, self._wake)
        self._waits = False

    def _delay(self, lived_s: float) -> float:
        delay = max(self._backoff.delay(lived_s), *(w.reopen_in() for w in self._watches()))
        moment = self._desk.market.moment()
        if delay > 0 and moment.state in (MarketState.CLOSED, MarketState.HALTED):
            delay = max(delay, min(_CLOSED_MARKET_S, (moment.next_change - moment.at) / SECOND))
        return delay

    def _is_open(self) -> bool:
        return any(w.breaker_state() is Breaker.OPEN for w in self._watches())

    def _watches(self) -> list[ChannelWatch]:
        return [self._desk.health.of(self._source, channel) for channel in self.channels]

    def _count_reconnect(self) -> None:
        for watch in self._watches():
            watch.reconnects += 1

    def _link(self, link: Link, note: str = "", retry_in_s: float | None = None) -> None:
        self._desk.health.link(self._source, self.channels, link, note, retry_in_s)
