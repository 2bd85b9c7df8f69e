"""The steps of a connection test, by the kind of source: each answers with what it found, or raises."""

import asyncio
import time
from typing import Final

from app.domain.errors import NotEntitled, Unavailable
from app.domain.health import Link
from app.domain.symbols import front_future
from app.domain.ticks import TickBatch
from app.domain.verification import Verdict
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import TickFeed, TickWant
from app.engine.keys import Keys
from app.engine.opinions import Opinions
from app.engine.plugging import Plugged
from app.engine.poller import ChainPoller

Said = tuple[Verdict, str]
_LOGIN_LIMIT_S: Final = 20.0
_LIST_LIMIT_S: Final = 20.0
_RECORD_LIMIT_S: Final = 30.0
# a vendor refuses a subscription within this, if it does
_REFUSAL_S: Final = 3.0
_LOOK_S: Final = 0.05
_NO_RECORD: Final = Verdict.SKIPPED, "No record came, so there is nothing to time."


class TickTrial:
    """On a connection of its own; what runs is left alone."""

    def __init__(self, desk: Desk, one: Plugged) -> None:
        self._desk = desk
        self._one = one
        self._feed: TickFeed | None = None
        self._refused: NotEntitled | None = None
        self._first: TickBatch | None = None
        self._waited_s = 0.0

    async def login(self) -> Said:
        make, began = self._one.make_ticks, time.perf_counter()
        if make is None:
            return Verdict.SKIPPED, "It cannot be reached in this run."
        self._feed = feed = make()
        want = TickWant(futures=(front_future(self._desk.market.day).raw,), quotes=False)
        try:
            await self._desk.workers.run("test login", lambda: feed.open(want), _LOGIN_LIMIT_S)
        except NotEntitled as e:
            self._refused = e
            return Verdict.PASS, "Accepted, but not for what was asked."
        return Verdict.PASS, f"Accepted within {_ms(began)}."

    async def listed(self) -> Said:
        datasets = self._one.list_datasets
        if datasets is None:
            return Verdict.SKIPPED, f"{self._one.spec.title} has no list of datasets."
        listing = await self._desk.workers.run("list datasets", datasets, _LIST_LIMIT_S)
        if listing.wanted in listing.found:
            return Verdict.PASS, f"{listing.wanted} is one of {len(listing.found)} that are listed."
        raise NotEntitled(f"{listing.wanted} is not among the {len(listing.found)} datasets that are listed.")

    async def entitled(self) -> Said:
        if self._refused is not None:
            raise self._refused
        is_open = self._desk.market.state.is_open
        await self._wait(_RECORD_LIMIT_S if is_open else _REFUSAL_S)
        if self._first is not None:
            return Verdict.PASS, "Proved by a record that came."
        return Verdict.SKIPPED, "Not refused; only a record proves it."

    async def record(self) -> Said:
        if self._first is not None:
            return Verdict.PASS, f"Came {self._waited_s:.1f} s after it was asked for."
        if not self._desk.market.state.is_open:
            return Verdict.SKIPPED, "The market is closed."
        return Verdict.SKIPPED, f"No trade within {_RECORD_LIMIT_S:.0f} s; thin hours can be as quiet."

    async def latency(self) -> Said:
        batch = self._first
        if batch is None or batch.last_ts_recv is None:
            return _NO_RECORD
        ms = (batch.received - batch.last_ts_recv) / 1_000_000
        if ms < 0:
            return Verdict.PASS, f"Clock skew: this machine's clock is at least {-ms:.0f} ms behind."
        return Verdict.PASS, f"{ms:.0f} ms from the vendor's receipt to here, by this machine's clock."

    def close(self) -> None:
        if self._feed is not None:
            self._desk.workers.post("close test", self._feed.close)

    async def _wait(self, seconds: float) -> None:
        feed, began = self._feed, time.perf_counter()
        while feed is not None and time.perf_counter() - began < seconds:
            batch = feed.drain()
            if len(batch.trades.instrument_id):
                self._first, self._waited_s = batch, time.perf_counter() - began
                return
            if (ended := feed.closed_by()) is not None:
                raise ended
            await asyncio.sleep(_LOOK_S)


class ChainTrial:
    """By the source's own feed, at the pace that its site is read at."""

    def __init__(self, desk: Desk, one: Plugged, poller: ChainPoller, keys: Keys) -> None:
        self._one = one
        self._keys = keys
        self._poller = poller
        self._watch = watch_of(desk, one)
        self._read_ms = 0.0

    async def login(self) -> Said:
        if not all(self._keys.is_set(key.name) for key in self._one.spec.secrets):
            return Verdict.SKIPPED, "No account is saved; it is read without one."
        return Verdict.PASS, await self._poller.log_in()

    async def listed(self) -> Said:
        return Verdict.SKIPPED, f"{self._one.spec.title} has no list of datasets."

    async def entitled(self) -> Said:
        if self._watch.link in (Link.DISABLED, Link.NO_KEY):
            raise Unavailable(self._watch.note or f"It is {self._watch.link.value}.")
        before, began = self._watch.receipt, time.perf_counter()
        said = await asyncio.wait_for(self._poller.refresh(None), _RECORD_LIMIT_S)
        if self._watch.receipt is None or self._watch.receipt == before:
            return Verdict.SKIPPED, said
        self._read_ms = (time.perf_counter() - began) * 1_000
        return Verdict.PASS, said

    async def record(self) -> Said:
        shown = self._poller.chosen_chain()
        if shown is None or not shown.chain.quotes:
            return Verdict.SKIPPED, "No chain was read yet."
        return Verdict.PASS, f"{len(shown.chain.quotes):,} contracts of {shown.chain.vendor_series}."

    async def latency(self) -> Said:
        if not self._read_ms:
            return _NO_RECORD
        return Verdict.PASS, f"{self._read_ms / 1_000:.1f} s for the read, the site's own pace included."

    def close(self) -> None:
        """The feed is the one that goes on."""


class OpinionTrial:
    """A source that is asked for single answers."""

    def __init__(self, desk: Desk, one: Plugged, opinions: Opinions) -> None:
        self._desk = desk
        self._one = one
        self._opinions = opinions
        self._watches = tuple(desk.health.of(one.spec.id, channel) for channel in opinions.channels)
        self._waited_s: float | None = None

    async def login(self) -> Said:
        return Verdict.PASS, await self._opinions.accepted()

    async def listed(self) -> Said:
        return Verdict.SKIPPED, f"{self._one.spec.title} has no list of datasets."

    async def entitled(self) -> Said:
        before, began = [watch.receipt for watch in self._watches], time.perf_counter()
        while time.perf_counter() - began < _RECORD_LIMIT_S:
            if [watch.receipt for watch in self._watches] != before:
                self._waited_s = time.perf_counter() - began
                break
            if all(watch.link is Link.NOT_ENTITLED for watch in self._watches):
                raise NotEntitled(self._watches[0].note)
            await asyncio.sleep(_LOOK_S)
        refused = [w.channel.value for w in self._watches if w.link is Link.NOT_ENTITLED]
        also = f" Refused: {', '.join(refused)}." if refused else ""
        if self._waited_s is None:
            return Verdict.SKIPPED, f"Not refused within {_RECORD_LIMIT_S:.0f} s.{also}"
        return Verdict.PASS, f"Proved by an answer that came.{also}"

    async def record(self) -> Said:
        if self._waited_s is None:
            return Verdict.SKIPPED, f"No new answer within {_RECORD_LIMIT_S:.0f} s, at the plan's own pace."
        return Verdict.PASS, f"Came {self._waited_s:.1f} s after it was asked for."

    async def latency(self) -> Said:
        timed = [watch.latencies.percentiles(self._desk.clock.monotonic()) for watch in self._watches]
        known = [found[0] for found in timed if found is not None and found[0] is not None]
        if not known:
            return _NO_RECORD
        return Verdict.PASS, f"{max(known):.0f} ms for an answer (median of the last minutes)."

    def close(self) -> None:
        """The feed is the one that goes on."""


Trial = TickTrial | ChainTrial | OpinionTrial


def trial_of(desk: Desk, one: Plugged, keys: Keys) -> Trial | None:
    if one.streamer is not None:
        return TickTrial(desk, one)
    if one.poller is not None:
        return ChainTrial(desk, one, one.poller, keys)
    return None if one.opinions is None else OpinionTrial(desk, one, one.opinions)


def watch_of(desk: Desk, one: Plugged) -> ChannelWatch:
    channel = next(offer.channel for offer in one.spec.offers if not offer.channel.is_stream)
    return desk.health.of(one.spec.id, channel)


def _ms(began: float) -> str:
    return f"{(time.perf_counter() - began) * 1_000:,.0f} ms"
