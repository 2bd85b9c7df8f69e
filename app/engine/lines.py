"""What a connection of a tick source is for; and the one for trades, which asks again for what was missed.

A missed trade is a wrong sum: a new connection begins with a replay from before the loss.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final

from app.domain.contract import Future
from app.domain.errors import NotEntitled
from app.domain.health import Link
from app.domain.routing import Channel, SourceId
from app.domain.symbols import ROOTS
from app.domain.ticks import TickBatch, TradeColumns, VendorNotice
from app.domain.units import HOUR, MINUTE, SECOND, Ns
from app.domain.updates import Notice
from app.engine.columns import pieces
from app.engine.connection import Restarted, Session
from app.engine.desk import Desk
from app.engine.entitlement import Entitlement
from app.engine.feeds import TickWant
from app.engine.gapwatch import GapWatch
from app.engine.intake import Intake
from app.engine.overlap import Overlap

_log = logging.getLogger(__name__)

TRADES: Final = (Channel.NQ_TRADES, Channel.OPT_TRADES)
_ROOTS: Final = tuple(root for roots in ROOTS.values() for root in roots)
_REPLAYABLE: Final = 24 * HOUR - MINUTE
# A replay comes as fast as the line carries it: this many trades take about 7 ms with their chart.
_AT_ONCE: Final = 2_000
# So long after the trades are live, what is said once a day has come too, in whatever words that was told.
_ALL_SAID: Final = 2 * MINUTE
_LEAST_PAST: Final = 2 * MINUTE
_COUNT_LIMIT_S: Final = 30.0
# A replay that was said to be over and then brings nothing for this long has brought everything.
_QUIET: Final = SECOND
_HEARTBEAT, _SLOW, _REPLAYED = 0, 2, 3
_UNRESOLVED = 4
_DEFINITIONS: Final = "definition"


@dataclass(slots=True)
class Day:
    """One trading day of one source. `began` is when its first trades were asked from; `is_defined`: all that
    is said once a day, definitions above all, has been received."""

    intake: Intake
    gaps: GapWatch
    futures: tuple[Future, ...]
    overlap: Overlap = field(default_factory=Overlap)
    began: Ns | None = None
    records: int = 0
    bytes: int = 0
    is_defined: bool = False


class Line(ABC):
    """What all lines share. `gate` says why there should be no connection, if there should not."""

    channels: tuple[Channel, ...] = ()

    def __init__(
        self, desk: Desk, source: SourceId, day: Day, entitlement: Entitlement | None = None
    ) -> None:
        self.day = day
        self.entitlement = entitlement or Entitlement(desk, source, source, Channel.NQ_QUOTES)
        self.gate: tuple[Link, str] | None = None
        self._desk = desk
        self._source = source
        self._begin_again = ""

    @abstractmethod
    async def want(self) -> TickWant: ...
    @abstractmethod
    async def take(self, session: Session, batch: TickBatch) -> None: ...

    @property
    def note(self) -> str:
        return self.entitlement.note

    def obstacle(self) -> tuple[Link, str] | None:
        return self.gate

    async def refused(self, error: NotEntitled) -> bool:
        return await self.entitlement.refused(error)

    def past_gone(self) -> None:
        """Only who asks for the past has to do with it."""
        return

    def lost(self, reason: str) -> None:
        for channel in self.channels:
            self.day.gaps.lost(channel, reason)

    def _notices(self, session: Session, batch: TickBatch) -> None:
        """Before anything else of the batch: they say what its trades are worth."""
        self.day.records += batch.records
        self.day.bytes += batch.bytes_seen
        for one in batch.rare:
            if isinstance(one, VendorNotice):
                self._notice(session, one)

    async def _names(self, session: Session, batch: TickBatch) -> None:
        """And all else that comes seldom."""
        await self.day.intake.rare(batch.rare, session.live_from, session.name)

    def _notice(self, session: Session, said: VendorNotice) -> None:
        if said.is_error and said.code == _UNRESOLVED:
            self._unresolved(session, said.text)
            return
        if said.skipped:
            self._skipped(said.text)
        elif not said.is_error and said.code == _REPLAYED:
            session.replay_said_over = True
            # which of the replays it was is said in words only; one not understood is asked for again
            self.day.is_defined = self.day.is_defined or _DEFINITIONS in said.text.lower()
        if said.fatal:
            _log.info("%s: %s", session.name, said.text)  # the end that follows is told with its reason
        elif said.is_error or said.code == _SLOW:
            _log.warning("%s: %s", session.name, said.text)
            self._tell(said)

    def _tell(self, said: VendorNotice) -> None:
        """What the vendor finds wrong, with what it means here."""
        means = "The hole is marked, and filled if that is possible."
        if not said.is_error:
            means = "Pitwall reads too slowly: what is on screen may be late."
        elif not said.skipped:
            means = ""
        sentence = f"{self.entitlement.title} says: “{' '.join(said.text.split())}”. {means}".rstrip()
        topic = f"vendor/{self._source}/{said.is_error}/{said.code}"
        self._desk.outbox.put_state(Notice(self._desk.clock.now(), "WARNING", sentence, topic))

    def _skipped(self, text: str) -> None:
        self.lost(f"the vendor skipped records: {text}")

    def _unresolved(self, session: Session, text: str) -> None:
        """Said again for each kind of record; ordinary for a fifth week that this month does not have."""
        unresolved = self.day.intake.instruments.unresolved
        if text not in unresolved:
            _log.info("%s: %s", session.name, text)
            unresolved.add(text)


class TradeLine(Line):
    def __init__(
        self,
        desk: Desk,
        source: SourceId,
        day: Day,
        channels: tuple[Channel, ...],
        entitlement: Entitlement | None = None,
    ) -> None:
        super().__init__(desk, source, day, entitlement)
        self.channels = channels
        self.replays = True
        self._since: Ns | None = None
        self._reach = _REPLAYABLE
        self._caught_up_at = Ns(0)
        self.caught_up = False

    async def want(self) -> TickWant:
        await self.entitlement.load()
        self.caught_up, self._begin_again = False, ""
        if self.day.began is None:
            self._reach = _REPLAYABLE
        day, since = self.day, self._start()
        await self._desk.workers.run("overlap", lambda: day.overlap.replaying(since), _COUNT_LIMIT_S)
        await day.intake.charting.load()
        if day.began is None:
            day.began = self._desk.clock.now() if since is None else since
            day.intake.flow.seen_from(day.began)
        self._since = since
        return TickWant(
            futures=tuple(f.raw for f in day.futures),
            option_roots=_ROOTS if Channel.OPT_TRADES in self.channels else (),
            trades=True,
            quotes=False,
            since=since,
            schema=self.entitlement.schema,
            without=self.entitlement.without,
            known_from=since if day.is_defined else None,
            named=day.intake.instruments.names(),
        )

    async def take(self, session: Session, batch: TickBatch) -> None:
        if not self.caught_up:
            self._refilling(batch)
        self._notices(session, batch)
        # trades of instruments known already need not wait until thousands of others are named
        if self.day.intake.instruments.knows(batch.trades.instrument_id):
            live = await self._trades(session, batch.trades)
            await self._names(session, batch)
        else:
            await self._names(session, batch)
            live = await self._trades(session, batch.trades)
        if len(batch.trades):
            session.last_trade = self._desk.clock.monotonic()
            self.day.intake.tell_bars()
        if self._begin_again:
            raise Restarted(self._begin_again)
        if not self.caught_up and (live or self._is_over(session)):
            self._catch_up(session)
        self._see_all_said(session)

    def past_gone(self) -> None:
        """Half as much of it, and in the end none; what is then missing stays marked."""
        asked = _REPLAYABLE if self._since is None else self._desk.clock.now() - self._since
        self._reach = asked // 2 if asked > _LEAST_PAST else 0

    def horizon(self) -> Ns | None:
        """Until when no trade can be missing: now, or the newest one while something is still to come."""
        return self._desk.clock.now() if self.caught_up else self.day.overlap.newest

    def lost(self, reason: str) -> None:
        self.caught_up = False
        self.day.intake.charting.missing()
        super().lost(reason)

    def _skipped(self, text: str) -> None:
        """A living session says nothing twice: the missing trades come with the replay of a new one."""
        self.day.overlap.hold()
        super()._skipped(text)
        self._begin_again = f"the vendor skipped records: {text}"

    async def _trades(self, session: Session, trades: TradeColumns) -> bool:
        """True when some of them are live."""
        live = False
        for piece in pieces(trades, _AT_ONCE):
            live = self._count(session, piece) or live
            if len(trades) > _AT_ONCE:
                await asyncio.sleep(0)
        return live

    def _count(self, session: Session, trades: TradeColumns) -> bool:
        """True when some of them are live."""
        live, fresh = False, self.day.overlap.fresh(trades)
        for channel, those in self.day.intake.trades(fresh, session.live_from, session.name).items():
            if channel in self.channels:
                live = self._mark(channel, those, session.live_from) or live
        return live

    def _refilling(self, batch: TickBatch) -> None:
        for channel in self.channels:
            self.day.gaps.refilling(channel)
            if batch.records:
                self._desk.health.of(self._source, channel).replaying()

    def _start(self) -> Ns | None:
        day, now = self.day, self._desk.clock.now()
        if not self.replays:
            return None
        if day.began is not None:
            since = day.overlap.since() or day.began
            return Ns(max(since, now - self._reach)) if self._reach else None
        settings = self._desk.settings()
        if not settings.chart_backfill or not self._reach:
            return None
        start = now - min(settings.chart_backfill * MINUTE, self._reach)
        # from a window's beginning, or the first one would be a part that looks like a whole
        return Ns(start - start % (settings.flow_window * SECOND))

    def _mark(self, channel: Channel, trades: TradeColumns, live_from: Ns) -> bool:
        """True when some of them are live."""
        newest = Ns(int(trades.ts_event.max()))
        rows = trades.ts_recv >= live_from
        if not rows.any():
            self.day.gaps.position(channel, newest)
            return False
        first = Ns(int(trades.ts_event[rows].min()))
        self.day.gaps.record(channel, first)
        self.day.gaps.position(channel, newest)
        received = Ns(int(trades.ts_recv[rows].max()))
        self._desk.health.data(self._source, channel, int(rows.sum()), newest, received)
        return True

    def _see_all_said(self, session: Session) -> None:
        if not self.day.is_defined and self.caught_up and session.replay_said_over:
            self.day.is_defined = self._desk.clock.monotonic() - self._caught_up_at > _ALL_SAID

    def _is_over(self, session: Session) -> bool:
        if session.since is None:
            return True
        quiet = self._desk.clock.monotonic() - session.last_trade
        return session.replay_said_over and quiet > _QUIET

    def _catch_up(self, session: Session) -> None:
        self.caught_up, self._caught_up_at = True, self._desk.clock.monotonic()
        self.day.intake.charting.complete()
        self.day.overlap.caught_up()
        for channel in self.channels:
            self.day.gaps.replayed(channel, self._since, session.live_from)
