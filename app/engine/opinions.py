"""Asks one request source for what stands beside the option chain, each channel for itself and in turn.

The cache is asked first. A plan that lacks one channel silences that channel only; a refused key or a dead
line silences them all. What fails leaves the last good answer on screen, named as such.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.domain.capture import Capture, Outcome
from app.domain.chain_updates import Served
from app.domain.errors import (
    AuthFailed,
    BadPayload,
    ConfigError,
    MissingKey,
    NotEntitled,
    RateLimited,
    Remedy,
    SourceError,
)
from app.domain.health import Breaker, Link
from app.domain.routing import Channel
from app.domain.second_opinion import Opinion, rows_of
from app.domain.units import MINUTE, SECOND, Ns
from app.engine.cache import Cache
from app.engine.cache_tallies import BYPASS
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import SourceSpec
from app.engine.opinion_cache import OpinionCache
from app.engine.opinion_errand import FETCH_LIMIT_S, OpinionErrand
from app.engine.opinion_screen import OpinionScreen
from app.engine.opinion_turn import Turn
from app.engine.pause import pause, until_woken
from app.engine.poll_feed import PollFeed, Wanted
from app.engine.share_part import SharePart
from app.engine.ttl import after_error, poll_every
from app.engine.turns import FROM_CACHE

_LOOK_EVERY_S: Final = 0.25
_HELD: Final = "It is drained, or switched off by you."
# Good prices come every few seconds and would crowd out all other evidence: one a minute is kept, and every
# answer that was not good.
_KEEP_EVERY: Final = Ns(MINUTE)
_STOPPED: Final = (Link.DISABLED, Link.NO_KEY, Link.AUTH_FAILED)
_ASKING: Final[dict[type[Exception], Link]] = {MissingKey: Link.NO_KEY, AuthFailed: Link.AUTH_FAILED}


class Opinions:
    """`heard` is told of each answer that holds, beside the screen."""

    def __init__(
        self,
        desk: Desk,
        spec: SourceSpec,
        make: Callable[[], PollFeed],
        gate: Callable[[], tuple[Link, str] | None],
        caches: Mapping[Channel, Cache],
        heard: Callable[[Opinion], None] = lambda _: None,
    ) -> None:
        self.source: Final = spec.id
        self.heard = heard
        self.channels: Final = tuple(caches)
        self._desk = desk
        self._errand = OpinionErrand(desk, spec.id, make)
        self._kept = OpinionCache(desk, caches, self._every_s)
        self._screen = OpinionScreen(desk, spec.id, self._errand, self._kept)
        self._gate = gate
        self._turns: dict[tuple[Channel, str], Turn] = {}
        self._busy: Turn | None = None
        self._stopped: tuple[Link, str] | None = None
        self._wake = asyncio.Event()
        self.part: Final = SharePart(desk, self, self._every_s)

    @property
    def feed(self) -> PollFeed:
        return self._errand.feed

    @property
    def caches(self) -> tuple[Cache, ...]:
        return self._kept.all

    @property
    def wait_s(self) -> float:
        """Until the vendor may be asked again."""
        return self.feed.wait_s()

    def asks_for(self, channel: Channel, name: str) -> bool:
        return (channel, name) in self._turns

    def shown(self, channel: Channel) -> Opinion | None:
        """The last good answer of a channel in this run."""
        found = (turn.shown for (of, _), turn in self._turns.items() if of is channel)
        return next((one for one in found if one is not None), None)

    def name_of(self, channel: Channel) -> str | None:
        return next((name for one, name in self._turns if one is channel), None)

    @property
    def waits(self) -> bool:
        lost = (Link.RECONNECTING, Link.DOWN)
        return self._stopped is None and any(self._watch(c).link in lost for c in self.channels)

    def reconsider(self) -> None:
        """Looks again whether anything is in the way; a key that was refused may be another one now."""
        if self._stopped is not None and self._stopped[0] is Link.AUTH_FAILED:
            self._stopped = None
        self._wake.set()

    def retry(self) -> None:
        """Something changed that may help, or the user wants everything asked for again."""
        stopped, self._stopped = self._stopped is not None, None
        now = self._desk.clock.monotonic()
        for turn in self._turns.values():
            if stopped or turn.failures or turn.refused:
                turn.due, turn.refused = now, ""
        for channel in self.channels:
            self._watch(channel).half_open()
        self._wake.set()

    async def test(self) -> str:
        try:
            return await self.accepted()
        except TimeoutError:
            return f"No answer within {FETCH_LIMIT_S:.0f} s."
        except SourceError as e:
            return str(e)

    async def accepted(self) -> str:
        """Raises SourceError where the vendor refuses. What only the cache has said is then asked for."""
        said = await self._errand.test()
        for turn in self._turns.values():
            if turn.shown is None:
                turn.due, turn.bypass = self._desk.clock.monotonic(), True
        self.retry()
        return said

    async def ask(self, channel: Channel, name: str, *, anew: bool) -> str:
        """Of what is asked for regularly; `anew`: of the source itself. Joins a request that is under way."""
        turn = self._turns.get((channel, name))
        if turn is None:
            raise ConfigError(f"{name} is not asked for now.")
        stopped = self._gate() or self._stopped
        why = turn.refused or self._watch(channel).excluded_now() or ("" if self._may(turn) else _HELD)
        if stopped is not None or why:
            return why if stopped is None else stopped[1]
        if self._busy is turn:
            self._kept.of(turn.wanted).joined()
        else:
            turn.due, turn.bypass, turn.looked_up = self._desk.clock.monotonic(), anew, False
        asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        turn.asked.append(asked)
        self._wake.set()
        return await asked

    async def close(self) -> None:
        await self._errand.close()

    async def run(self) -> None:
        await self._kept.load()
        while True:
            obstacle = self._gate() or self._stopped
            if obstacle is not None:
                self._link(self.channels, *obstacle)
                for waiting in self._turns.values():
                    waiting.answer(obstacle[1])
                if self._gate() is not None:
                    self._stopped = None
                await until_woken(self._wake)
                continue
            turn = self._next()
            if turn is None or not await self._turn(turn):
                await pause(self._desk.clock, _LOOK_EVERY_S, self._wake)

    async def _turn(self, turn: Turn) -> bool:
        """False where the source wants to be left alone; the cache is asked all the same."""
        if not turn.looked_up:
            turn.looked_up = True
            if turn.bypass:
                self._kept.of(turn.wanted).miss(BYPASS)
            elif await self._from_cache(turn):
                turn.looked_up = False
                return True
        if self.part.leaves(turn):
            return True
        if self.wait_s > _LOOK_EVERY_S:
            return False
        self._busy, turn.bypass = turn, False
        try:
            await self._take(turn)
        finally:
            self._busy, turn.looked_up = None, False
        return True

    async def _from_cache(self, turn: Turn) -> bool:
        found = await self._kept.look(turn.wanted, turn.failures > 0, turn.on_screen is not None)
        if found is None:
            return False
        capture, entry = found
        if (opinion := await self._errand.read_kept(capture)) is None:
            return False
        self._screen.show(turn, opinion, capture.id, Served.CACHE)
        self.heard(opinion)
        if (due_in := self._kept.due_in(entry)) > 0:
            turn.due = Ns(self._desk.clock.monotonic() + due_in)
            turn.answer(FROM_CACHE)
        return due_in > 0

    def _next(self) -> Turn | None:
        now, market = self._desk.clock.monotonic(), self._desk.market
        wanted = [one for one in self.feed.wanted(market.day) if one.channel in self.channels]
        known = {(one.channel, one.name): one for one in wanted}
        for key in self._turns.keys() - known.keys():
            self._turns.pop(key).answer("It is no longer asked for.")
        for key, one in known.items():
            turn = self._turns.setdefault(key, Turn(one, now))
            turn.wanted = one
            watch = self._watch(one.channel)
            watch.interval_s = self.part.expected_s(one, wanted)
            if turn.refused and watch.link is not Link.NOT_ENTITLED:
                self._link((one.channel,), Link.NOT_ENTITLED, turn.refused)
            elif watch.link in _STOPPED:
                self._link((one.channel,), Link.CONNECTING)
        due = [t for t in self._turns.values() if t.due <= now and not t.refused and self._may(t)]
        return min(due, key=lambda turn: turn.due, default=None)

    def _may(self, turn: Turn) -> bool:
        watch = self._watch(turn.wanted.channel)
        off = self._desk.overrides.off(self.source, (turn.wanted.channel,))
        return off is None and not watch.draining and not watch.excluded_now()

    def _every_s(self, one: Wanted) -> float:
        return poll_every(self._desk.market.state, one.every_s, "market")

    async def _take(self, turn: Turn) -> None:
        began = self._desk.clock.monotonic()
        answered = await self._errand.fetch(turn.wanted)
        ms = (self._desk.clock.monotonic() - began) / 1_000_000
        try:
            if answered.error is not None:
                raise answered.error
            opinion = await self._errand.read(answered.capture)
        except SourceError as e:
            await self._failed(turn, e, answered.capture, ms)
        else:
            await self._read_well(turn, opinion, answered.capture, ms)

    async def _read_well(self, turn: Turn, opinion: Opinion, capture: Capture, ms: float) -> None:
        channel, now = turn.wanted.channel, self._desk.clock.monotonic()
        self.part.over(turn, ok=True)
        turn.failures, turn.due, turn.shown = 0, Ns(now + self._kept.next_in(turn.wanted)), opinion
        self._watch(channel).called(True, ms)
        self._link((channel,), Link.UP)
        moved = opinion.as_of is None or turn.newest is None or opinion.as_of > turn.newest
        turn.newest = opinion.as_of or turn.newest
        if moved:
            self._desk.health.data(self.source, channel, 1, opinion.as_of, None)
        if turn.kept is None or now - turn.kept >= _KEEP_EVERY or channel is not Channel.NQ_QUOTES:
            turn.kept = now
            done = replace(capture, outcome=Outcome.ACCEPTED, verdict="accepted", rows=rows_of(opinion))
            await self._errand.keep(done)
            await self._kept.keep(turn.wanted, done, ms)
        self._screen.show(turn, opinion, capture.id, Served.LIVE)
        self.heard(opinion)
        turn.answer("Read.")

    async def _failed(self, turn: Turn, error: SourceError, capture: Capture, ms: float) -> None:
        await self._errand.keep(replace(capture, outcome=Outcome.FAILED, verdict=str(error)))
        turn.failures += 1
        channel, now = turn.wanted.channel, self._desk.clock.monotonic()
        wait = after_error(turn.failures)
        if isinstance(error, RateLimited):
            wait = error.retry_after if error.retry_after is not None else wait
            self._desk.health.exclude(self.source, self.channels, str(error), wait)
        elif isinstance(error, NotEntitled):
            turn.refused = str(error)
            self._link((channel,), Link.NOT_ENTITLED, str(error))
        elif type(error) in _ASKING or error.remedy is Remedy.ASK_USER:
            self._stopped = _ASKING.get(type(error), Link.DOWN), str(error)
        elif isinstance(error, BadPayload):
            self._watch(channel).called(False, ms, content_ok=False)
            self._link((channel,), Link.UP, str(error))
        else:
            self._watch(channel).called(False, ms)
            wait = max(wait, self._watch(channel).reopen_in())
            is_open = self._watch(channel).breaker_state() is Breaker.OPEN
            self._link((channel,), Link.DOWN if is_open else Link.RECONNECTING, str(error), wait)
        turn.due = Ns(now + int(wait * SECOND))
        self.part.over(turn, ok=False)
        await self._screen.show_kept(turn)
        turn.answer(str(error))

    def _watch(self, channel: Channel) -> ChannelWatch:
        return self._desk.health.of(self.source, channel)

    def _link(self, of: tuple[Channel, ...], link: Link, note: str = "", wait: float | None = None) -> None:
        self._desk.health.link(self.source, of, link, note, wait)
