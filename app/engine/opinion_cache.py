"""What a request source beside the chain answered, in the cache: looked up before any request or login, and
shown again, with its age, when nothing newer can be had.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.domain.capture import Capture
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.engine.cache import Cache
from app.engine.cache_store import CacheEntry
from app.engine.desk import Desk
from app.engine.poll_feed import Wanted
from app.engine.ttl import Lifetime, bars_lifetime, chain_lifetime, price_lifetime

_BAR_S: Final = 60.0


class OpinionCache:
    """One cache for each channel. `every_s` says how often something is asked for now."""

    def __init__(
        self, desk: Desk, caches: Mapping[Channel, Cache], every_s: Callable[[Wanted], float]
    ) -> None:
        self._desk = desk
        self._caches = caches
        self._every_s = every_s

    @property
    def all(self) -> tuple[Cache, ...]:
        return tuple(self._caches.values())

    def of(self, wanted: Wanted) -> Cache:
        return self._caches[wanted.channel]

    async def load(self) -> None:
        for cache in self._caches.values():
            cache.bytes_allowed = self._desk.settings().cache_size
            await cache.load()

    async def look(self, wanted: Wanted, failed: bool, shown: bool) -> tuple[Capture, CacheEntry] | None:
        """What holds, else what may be shown with its age while it is read anew; None where there is neither,
        or where something is `shown` already."""
        if shown and wanted.channel.is_stream and not failed:
            return None  # a price is kept once a minute only: between two reads there is nothing to look for
        found = await self.of(wanted).fresh(wanted.name, failed=failed)
        return found if found is not None or shown else await self._usable(wanted)

    async def _usable(self, wanted: Wanted) -> tuple[Capture, CacheEntry] | None:
        """Answered here, so a hit."""
        cache, began = self.of(wanted), time.perf_counter()
        entry = await cache.usable(wanted.name)
        capture = None if entry is None else await cache.capture(entry)
        if entry is None or capture is None:
            return None
        cache.hit(entry, (time.perf_counter() - began) * 1_000)
        return capture, entry

    async def newest(self, wanted: Wanted) -> Capture | None:
        """However old: whoever shows it says its age."""
        cache = self.of(wanted)
        entry = await cache.entry(wanted.name)
        if entry is None or cache.is_ahead(entry):
            return None
        return await cache.capture(entry)

    async def keep(self, wanted: Wanted, capture: Capture, ms: float) -> None:
        """Of a capture that is stored already, and was found good."""
        await self.of(wanted).put(wanted.name, capture, self._lifetime(wanted, capture.fetched), ms)

    def _lifetime(self, wanted: Wanted, received: Ns) -> Lifetime:
        market, jitter = self._desk.market, random.random()
        moment = replace(market.moment(), at=received)
        match wanted.channel:
            case Channel.BARS:
                return bars_lifetime(moment, _BAR_S, self._closed_at(received), jitter)
            case Channel.PROXY_CHAIN:
                mode = self._desk.settings().cache_mode
                return chain_lifetime(moment, wanted.every_s, mode, jitter)
            case _:
                return price_lifetime(moment, wanted.every_s, jitter)

    def _closed_at(self, at: Ns) -> Ns | None:
        calendar = self._desk.market.calendar
        if calendar.at(at).state.is_open:
            return None
        return calendar.session(calendar.last_session_day(at))[1]

    def due_in(self, entry: CacheEntry) -> int:
        """Nanoseconds until it is asked for again."""
        return max(0, entry.fresh_until - self._desk.clock.now())

    def next_in(self, wanted: Wanted) -> int:
        """The same of an answer that has just come; bars of a closed session are not asked for again."""
        every = int(self._every_s(wanted) * SECOND)
        if wanted.channel is not Channel.BARS:
            return every
        now = self._desk.clock.now()
        closed = self._closed_at(now)
        return every if closed is None else max(every, self._lifetime(wanted, now).fresh_until - now)
