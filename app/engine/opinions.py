"""Asks one request source for what stands beside the option chain, each channel for itself and in turn.

A plan that lacks one channel silences that channel only; a refused key or a dead line silences them all.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.capture import Capture, Outcome
from app.domain.errors import (
    AuthFailed,
    BadPayload,
    MissingKey,
    NotEntitled,
    RateLimited,
    Remedy,
    SourceError,
    Unavailable,
)
from app.domain.health import Breaker, Link
from app.domain.routing import Channel
from app.domain.second_opinion import Opinion, ProxyChain
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import CaptureStored
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import SourceSpec
from app.engine.opinion_turn import Turn, rows_of, told
from app.engine.pause import pause, until_woken
from app.engine.poll_feed import Answered, PollFeed, Wanted
from app.engine.ttl import after_error, poll_every
from app.engine.workers import DB

_FETCH_LIMIT_S: Final = 90.0
_READ_LIMIT_S: Final = 15.0
_STORE_LIMIT_S: Final = 10.0
_CLOSE_LIMIT_S: Final = 1.0
_LOOK_EVERY_S: Final = 0.25
# Good prices come every few seconds and would crowd out all other evidence: one a minute is kept, and every
# answer that was not good.
_KEEP_EVERY: Final = Ns(MINUTE)
_STOPPED: Final = (Link.DISABLED, Link.NO_KEY, Link.AUTH_FAILED)
_ASKING: Final[dict[type[Exception], Link]] = {MissingKey: Link.NO_KEY, AuthFailed: Link.AUTH_FAILED}


class Opinions:
    def __init__(
        self,
        desk: Desk,
        spec: SourceSpec,
        make: Callable[[], PollFeed],
        gate: Callable[[], tuple[Link, str] | None],
        heard: Callable[[Opinion], None] = lambda _: None,
    ) -> None:
        """`heard` is told of each answer that holds, beside the screen."""
        self.source: Final = spec.id
        self.heard = heard
        self._desk = desk
        self._make = make
        self._feed: PollFeed | None = None
        self._gate = gate
        self._offered = {offer.channel for offer in spec.offers}
        self._streamed = {c for c in self._offered if c.is_stream and spec.tick_feed is not None}
        self.channels: Final = tuple(c for c in self._offered if c not in self._streamed)
        self._turns: dict[tuple[Channel, str], Turn] = {}
        self._stopped: tuple[Link, str] | None = None
        self._wake = asyncio.Event()

    @property
    def feed(self) -> PollFeed:
        if self._feed is None:
            self._feed = self._make()
        return self._feed

    def shown(self, channel: Channel) -> Opinion | None:
        """The last good answer of a channel."""
        found = (turn.shown for turn in self._turns.values() if turn.wanted.channel is channel)
        return next((one for one in found if one is not None), None)

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
        self._stopped = None
        now = self._desk.clock.monotonic()
        for turn in self._turns.values():
            if turn.failures or turn.refused:
                turn.due, turn.refused = now, ""
        for channel in self.channels:
            self._watch(channel).half_open()
        self._wake.set()

    async def test(self) -> str:
        try:
            return await self.accepted()
        except TimeoutError:
            return f"No answer within {_FETCH_LIMIT_S:.0f} s."
        except SourceError as e:
            return str(e)

    async def accepted(self) -> str:
        """Raises SourceError where the vendor refuses. Everything is asked for again afterwards."""
        said = await self._desk.workers.run(
            f"test {self.source}", self.feed.test, _FETCH_LIMIT_S, lane=self.source
        )
        self.retry()
        return said

    async def close(self) -> None:
        feed, self._feed = self._feed, None
        if feed is None:
            return
        try:
            await self._desk.workers.run(f"close {self.source}", feed.close, _CLOSE_LIMIT_S)
        except TimeoutError:
            return

    async def run(self) -> None:
        while True:
            obstacle = self._gate() or self._stopped
            if obstacle is not None:
                self._link(self.channels, *obstacle)
                if self._gate() is not None:
                    self._stopped = None
                await until_woken(self._wake)
                continue
            turn = self._next()
            if turn is None or self.feed.wait_s() > _LOOK_EVERY_S:
                await pause(self._desk.clock, _LOOK_EVERY_S, self._wake)
            else:
                await self._take(turn)

    def _next(self) -> Turn | None:
        now, market = self._desk.clock.monotonic(), self._desk.market
        wanted = [one for one in self.feed.wanted(market.day) if one.channel in self.channels]
        known = {(one.channel, one.name): one for one in wanted}
        self._turns = {key: turn for key, turn in self._turns.items() if key in known}
        for key, one in known.items():
            turn = self._turns.setdefault(key, Turn(one, now))
            turn.wanted = one
            watch = self._watch(one.channel)
            watch.interval_s = self._every_s(one)
            if turn.refused and watch.link is not Link.NOT_ENTITLED:
                self._link((one.channel,), Link.NOT_ENTITLED, turn.refused)
            elif watch.link in _STOPPED:
                self._link((one.channel,), Link.CONNECTING)
        due = [t for t in self._turns.values() if t.due <= now and not t.refused and self._may(t)]
        return min(due, key=lambda turn: turn.due, default=None)

    def _may(self, turn: Turn) -> bool:
        watch = self._watch(turn.wanted.channel)
        if self._desk.overrides.off(self.source, (turn.wanted.channel,)) is not None:
            return False
        return not watch.draining and not watch.excluded_now()

    def _every_s(self, one: Wanted) -> float:
        """Seldom while the market is closed, as often as the pace of the plan allows otherwise."""
        return poll_every(self._desk.market.state, one.every_s, "market")

    async def _take(self, turn: Turn) -> None:
        began = self._desk.clock.monotonic()
        answered = await self._fetch(turn.wanted)
        ms = (self._desk.clock.monotonic() - began) / 1_000_000
        error, capture = answered.error, answered.capture
        opinion: Opinion | None = None
        if error is None:
            try:
                opinion = await self._read(capture)
            except BadPayload as e:
                error = e
        if error is not None:
            await self._failed(turn, error, capture, ms)
        elif opinion is not None:
            await self._read_well(turn, opinion, capture, ms)

    async def _fetch(self, wanted: Wanted) -> Answered:
        feed = self.feed
        try:
            return await self._desk.workers.run(
                f"ask {self.source} for {wanted.name}",
                lambda: feed.fetch(wanted.channel, wanted.name),
                _FETCH_LIMIT_S,
                lane=self.source,
            )
        except TimeoutError:
            self._feed = None
            error: SourceError = Unavailable(f"No answer within {_FETCH_LIMIT_S:.0f} s.")
        except SourceError as e:
            error = e
        return Answered(self._nothing(wanted, error), error)

    async def _read(self, capture: Capture) -> Opinion:
        feed = self.feed
        try:
            found = await self._desk.workers.run(
                f"read {self.source}", lambda: feed.parse(capture), _READ_LIMIT_S
            )
        except TimeoutError:
            raise BadPayload(f"Its answer could not be read within {_READ_LIMIT_S:.0f} s.") from None
        if isinstance(found, ProxyChain) and found.reasons:
            raise BadPayload(" ".join(found.reasons), capture_id=capture.id)
        return found

    async def _read_well(self, turn: Turn, opinion: Opinion, capture: Capture, ms: float) -> None:
        channel, now = turn.wanted.channel, self._desk.clock.monotonic()
        turn.failures, turn.due, turn.shown = 0, Ns(now + int(self._every_s(turn.wanted) * SECOND)), opinion
        watch = self._watch(channel)
        watch.fidelity = opinion.fidelity
        watch.called(True, ms)
        self._link((channel,), Link.UP)
        moved = opinion.as_of is None or turn.newest is None or opinion.as_of > turn.newest
        turn.newest = opinion.as_of or turn.newest
        if moved:
            self._desk.health.data(self.source, channel, 1, opinion.as_of, None)
        if turn.kept is None or now - turn.kept >= _KEEP_EVERY or channel is not Channel.NQ_QUOTES:
            turn.kept = now
            done = replace(capture, outcome=Outcome.ACCEPTED, verdict="accepted", rows=rows_of(opinion))
            await self._keep(done)
        self._desk.outbox.put_state(told(opinion, capture.id, self._desk.clock.now()))
        self.heard(opinion)

    async def _failed(self, turn: Turn, error: Exception, capture: Capture, ms: float) -> None:
        await self._keep(replace(capture, outcome=Outcome.FAILED, verdict=str(error)))
        turn.failures += 1
        channel, now = turn.wanted.channel, self._desk.clock.monotonic()
        wait = after_error(turn.failures)
        if isinstance(error, RateLimited):
            wait = error.retry_after if error.retry_after is not None else wait
            self._desk.health.exclude(self.source, self.channels, str(error), wait)
        elif isinstance(error, NotEntitled):
            turn.refused = str(error)
            self._link((channel,), Link.NOT_ENTITLED, str(error))
        elif type(error) in _ASKING or getattr(error, "remedy", None) is Remedy.ASK_USER:
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

    async def _keep(self, capture: Capture) -> None:
        store = self._desk.store
        line = await self._desk.workers.run(
            "keep capture", lambda: store.save_capture(capture), _STORE_LIMIT_S, DB
        )
        self._desk.outbox.put_state(CaptureStored(line))

    def _nothing(self, wanted: Wanted, error: SourceError) -> Capture:
        """Nothing came, which is evidence too."""
        now = self._desk.clock.now()
        return Capture(
            f"{now}-{self.source}-none", self.source, wanted.channel, wanted.name, "", now, None, "", {}, b"",
            outcome=Outcome.FAILED, verdict=str(error),
        )  # fmt: skip

    def _watch(self, channel: Channel) -> ChannelWatch:
        return self._desk.health.of(self.source, channel)

    def _link(
        self, channels: tuple[Channel, ...], link: Link, note: str = "", retry_in_s: float | None = None
    ) -> None:
        self._desk.health.link(self.source, channels, link, note, retry_in_s)
