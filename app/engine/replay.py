"""Plays recorded tapes through the pipeline of live ticks: same intake, same sums, at the tape's time.

Nothing is shown before its moment. Long silences, such as a night, are skipped.
"""

import asyncio
import logging
from dataclasses import replace
from typing import Final

from app.domain.errors import ConfigError, Unavailable
from app.domain.health import Link
from app.domain.replay import ReplayChanged, Wish
from app.domain.ticks import SideQuality, TickBatch
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import Notice
from app.engine.connection import Session
from app.engine.desk import Desk
from app.engine.feeds import TickFeed
from app.engine.lines import TradeLine
from app.engine.quote_lines import QuoteLine
from app.engine.streamer import Streamer
from app.engine.tapes import REPLAY, Deck, TapeClock

_log = logging.getLogger(__name__)
_STEP_S: Final = 0.02
_READ_LIMIT_S: Final = 30.0
_SILENCE: Final = 5 * MINUTE
_RUN_UP: Final = 2 * SECOND
_CUT: Final = "the recording was interrupted"


class TapeLine(TradeLine):
    """`reached`: up to when everything has been read. `level`: that is the clock's time."""

    reached: Ns | None = None
    level = False
    joins = False
    _is_cut = False

    async def take(self, session: Session, batch: TickBatch) -> None:
        if len(batch.trades):
            self._is_cut = False
        await super().take(session, batch)

    def horizon(self) -> Ns | None:
        return self.reached if self.caught_up else super().horizon()

    def cut(self, since: Ns) -> None:
        """Recorded connections begin with what was missed; what they tell again, the deck leaves out."""
        newest = self.day.overlap.newest
        self._is_cut, self._since = newest is None or since > newest, since
        self.lost(_CUT)

    def begin(self, since: Ns) -> None:
        self.day.began = self._since = since
        self.day.intake.flow.seen_from(since)
        self.day.overlap.replaying(None)

    def _catch_up(self, session: Session) -> None:
        """A later connection may reach back to the first trade, as after a new start of the program."""
        if not self.joins:
            super()._catch_up(session)
            return
        self.caught_up = True
        self.day.intake.charting.complete()
        for channel in self.channels:
            self.day.gaps.replayed(channel, self._since, session.live_from)

    def _is_over(self, session: Session) -> bool:
        return self.level and not self._is_cut


class Player(Streamer):
    def __init__(self, desk: Desk, deck: Deck, clock: TapeClock) -> None:
        super().__init__(desk, REPLAY, _no_feed, SideQuality.EXCHANGE, lambda: None)
        self._deck = deck
        self._clock = clock
        self._tape = TapeLine(desk, self.source, self.day, self.trades.channels)
        self._tape.joins = deck.joins
        self._quotes = QuoteLine(desk, self.source, self.day)
        self.trades = self._tape
        self._lines = [self._tape, self._quotes]
        self._session = self._seek()
        self._following: Ns | None = None
        self._renews = False
        self._told: ReplayChanged | None = None

    def start(self) -> None:
        self._desk.health.link(self.source, [offer.channel for offer in REPLAY.offers], Link.UP)
        self._desk.supervisor.spawn("replay", self._play)
        self._desk.supervisor.spawn(f"{self.source}-beat", self._keep_time)

    def new_day(self) -> None:
        """Between two reads, so that no batch is counted half in one day and half in the other."""
        self._renews = True

    async def asked(self, wish: Wish, value: float) -> None:
        clock = self._clock
        match wish:
            case Wish.PLAY:
                clock.play()
            case Wish.PAUSE:
                clock.pause()
            case Wish.SPEED:
                clock.set_speed(value)
            case Wish.STEP:
                clock.pause()
                clock.jump(max(clock.now(), self._following or clock.now()))
            case Wish.JUMP if value < clock.now():
                raise ConfigError("Back in time needs a new start: what is on screen happened later.")
            case Wish.JUMP:
                clock.jump(Ns(int(value)))
                self._session = self._seek()
        self._tell()

    async def advance(self) -> None:
        """Plays what came until now."""
        if self._renews:
            await self._renew()
        now, line = self._clock.now(), self._tape
        while True:
            played = await self._desk.workers.run("play", lambda: self._deck.play(now), _READ_LIMIT_S)
            if played.cut is not None:
                line.cut(played.cut)
            for batch in played.batches:
                await self._take(batch)
            self._following = played.following
            if played.following is None or played.following > now:
                break
        line.reached, line.level = now, True
        if self._clock.playing and played.following is not None and played.following - now > _SILENCE:
            self._clock.jump(Ns(played.following - _RUN_UP))
        self._tell()

    async def _play(self) -> None:
        await self._open_day()
        self._clock.play()
        try:
            while True:
                await self.advance()
                await asyncio.sleep(_STEP_S)
        except ConfigError as e:
            self._clock.pause()
            _log.warning("the replay ended: %s %s", e, e.detail)
            self._desk.outbox.put_state(Notice(self._desk.clock.now(), "ERROR", str(e), "replay"))
            self._desk.health.link(self.source, [o.channel for o in REPLAY.offers], Link.DOWN, str(e))

    async def _take(self, batch: TickBatch) -> None:
        await self._tape.take(self._session, batch)
        if len(batch.tops):
            await self._quotes.take(self._session, replace(batch, rare=(), records=0))

    async def _renew(self) -> None:
        """The next day; or the same from its beginning, when its sums are to be made in another way."""
        self._renews = False
        before = self.day.intake.day
        super().new_day()
        self._tape.level = False
        if self.day.intake.day == before:
            await self._desk.workers.run("rewind", self._deck.rewind, _READ_LIMIT_S)
            self._session = self._seek()
        await self._open_day()

    async def _open_day(self) -> None:
        self._tape.begin(Ns(min(self._deck.begin, self._deck.first_trade)))
        names = self._deck.names(self.day.intake.day)
        await self.day.intake.rare(names, self._session.live_from, self._session.name)

    def _seek(self) -> Session:
        """What came before the clock's time is the past."""
        self._tape.level = False
        return Session(f"{self.source}/tape", None, self._clock.now(), caught_up=False)

    def _tell(self) -> None:
        deck, clock = self._deck, self._clock
        now = ReplayChanged(deck.title, deck.begin, deck.end, clock.playing, clock.speed, deck.simulated)
        if now != self._told:
            self._told = now
            self._desk.outbox.put_state(now)


def _no_feed() -> TickFeed:
    raise Unavailable("A tape has no live feed.")
