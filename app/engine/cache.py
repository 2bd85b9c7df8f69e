"""Answers that need not be asked for again: asked before any fetch, counted for good, told to the screen.

An entry is a reference to a capture that was accepted; the capture is the value. Entries in use are known
here without asking the disk. Counters survive restarts, by the minute.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final, TypeVar

from app.domain.cache_updates import CacheCounted, CacheListed, CacheRow, CacheWindow
from app.domain.capture import Capture
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, MINUTE, SECOND, MicroUsd, Ns
from app.engine.cache_store import CacheEntry
from app.engine.cache_tallies import (
    BEHIND,
    BYTES_ASKED,
    BYTES_HIT,
    COLD,
    ERROR,
    EVICTED,
    EXPIRED,
    HIT,
    INVALIDATED,
    JOIN,
    SAVED,
    STALE,
    Tally,
)
from app.engine.measures import Latencies
from app.engine.outbox import Outbox
from app.engine.ports import Clock, Store
from app.engine.ttl import Lifetime
from app.engine.workers import DB, Workers

_T = TypeVar("_T")
_LIMIT_S: Final = 10.0
_RECENT: Final = 120
_MEGABYTE: Final = 1_000_000
_LISTED: Final = 300
_KNOWN: Final = 64
# as far as a corrected clock may go back without anything being wrong
_AHEAD: Final = 5 * SECOND
_MEASURE_AGAIN: Final = MINUTE
_LATENCY_S: Final = 3_600.0


class Cache:
    """Of one source and channel. `parser` is part of every key: a new parser starts with nothing.

    `session` says when the running session began, for the counts of it.
    """

    def __init__(
        self,
        source: SourceId,
        channel: Channel,
        parser: str,
        clock: Clock,
        store: Store,
        workers: Workers,
        outbox: Outbox,
        session: Callable[[], Ns] | None = None,
    ) -> None:
        self.source: Final = source
        self.channel: Final = channel
        self._prefix = f"{source}/{channel.value}/{parser}/"
        self._clock = clock
        self._store = store
        self._workers = workers
        self._outbox = outbox
        self._session = session or (lambda: Ns(clock.now() - DAY))
        self._tally = Tally(f"cache/{source}/{channel.value}/", clock, store, workers)
        self._windows: tuple[CacheWindow, ...] = ()
        self._recent: deque[tuple[Ns, bool]] = deque(maxlen=_RECENT)
        self._known: OrderedDict[str, CacheEntry] = OrderedDict()
        self._usage, self._all_bytes = (0, 0), 0
        self._measured: Ns | None = None
        self._lookups, self._origins = Latencies(_LATENCY_S), Latencies(_LATENCY_S)
        self.bytes_allowed = 0

    async def load(self) -> None:
        """The counters of earlier runs."""
        await self._tally.load()
        await self._measure()
        await self.tell_rows()

    async def entry(self, key: str) -> CacheEntry | None:
        """Whatever is kept, however old: the caller looks at its times."""
        name = self._prefix + key
        if name in self._known:
            self._known.move_to_end(name)
            return self._known[name]
        found = await self._db("cache", lambda: self._store.cached(name))
        if found is not None:
            self._know(found)
        return found

    async def capture(self, entry: CacheEntry) -> Capture | None:
        """None when it is gone or is no longer what was stored: then the entry is gone too."""
        found = await self._db("cache", lambda: self._store.load_capture(entry.capture_id))
        if found is None and self._known.pop(entry.key, None) is not None:
            await self._db("cache", lambda: self._store.drop_cached(entry.key))
        return found

    async def fresh(self, key: str, *, failed: bool = False) -> tuple[Capture, CacheEntry] | None:
        """A hit, or None; both are counted."""
        began = time.perf_counter()
        entry = await self.fresh_entry(key, failed=failed)
        if entry is None:
            return None
        capture = await self.capture(entry)
        if capture is None:
            self.miss(INVALIDATED)
            return None
        self.hit(entry, (time.perf_counter() - began) * 1_000)
        return capture, entry

    async def fresh_entry(self, key: str, *, failed: bool = False) -> CacheEntry | None:
        """Only whether it may be used, for whoever still has what was made of it. Counts misses only.
        `failed`: it is asked for again because the last request for it brought nothing. What is no longer
        fresh but still usable is no miss: it is read anew behind what is shown."""
        entry = await self.entry(key)
        if entry is not None and self._clock.now() < entry.fresh_until and not self.is_ahead(entry):
            return entry
        if entry is not None and not failed and self.is_usable(entry):
            self._tally.add({BEHIND: 1})
            self._tell()
            return None
        reason = COLD if entry is None else INVALIDATED if self.is_ahead(entry) else EXPIRED
        self.miss(ERROR if failed else reason)
        return None

    async def usable(self, key: str) -> CacheEntry | None:
        """What may be shown with its age while it is read anew. Counts nothing."""
        entry = await self.entry(key)
        return entry if entry is not None and self.is_usable(entry) else None

    def is_usable(self, entry: CacheEntry) -> bool:
        return self._clock.now() < entry.keep_until and not self.is_ahead(entry)

    def is_ahead(self, entry: CacheEntry) -> bool:
        """Stored later than now: the clock was set back, so its times mean nothing."""
        return entry.stored > self._clock.now() + _AHEAD

    def hit(self, entry: CacheEntry, ms: float, saved: MicroUsd = MicroUsd(0)) -> None:
        now = self._clock.now()
        self._recent.append((now, True))
        self._lookups.add(ms, self._clock.monotonic())
        self._tally.add({HIT: 1, BYTES_HIT: entry.size, BYTES_ASKED: entry.size, SAVED: saved})
        self._workers.post("cache use", lambda: self._store.use_cached(entry.key, now), DB)
        self._tell()

    def miss(self, reason: str) -> None:
        self._recent.append((self._clock.now(), False))
        self._tally.add({f"miss/{reason}": 1})
        self._tell()

    def joined(self) -> None:
        """A request that found its answer under way already."""
        self._tally.add({JOIN: 1})
        self._tell()

    def served_stale(self) -> None:
        self._tally.add({STALE: 1})
        self._tell()

    async def put(self, key: str, capture: Capture, life: Lifetime, ms: float | None = None) -> None:
        """`ms` is how long the source took for it."""
        name = self._prefix + key
        await self._db(
            "cache",
            lambda: self._store.put_cached(
                name, capture.id, capture.fetched, life.fresh_until, life.keep_until, life.why
            ),
        )
        self._known.pop(name, None)
        if ms is not None:
            self._origins.add(ms, self._clock.monotonic())
        kept = await self.entry(key)
        self._tally.add({BYTES_ASKED: 0 if kept is None else kept.size})
        await self._measure()
        await self._evict()
        await self.tell_rows()

    async def pin(self, name: str, pinned: bool) -> None:
        """A pinned entry is never evicted."""
        await self._db("pin", lambda: self._store.pin_cached(name, pinned))
        self._known.pop(name, None)
        await self.tell_rows()

    async def purge(self, name: str = "") -> int:
        """One entry, or all of this source and channel; how many went."""
        gone = await self._db("purge", lambda: self._store.drop_cached(name or self._prefix))
        self._known.clear()
        self._measured = None
        await self._measure()
        await self.tell_rows()
        return gone

    def owns(self, name: str) -> bool:
        return name.startswith(self._prefix)

    def key_of(self, name: str) -> str:
        return name.removeprefix(self._prefix)

    def counted(self) -> CacheCounted:
        entries, used = self._usage
        return CacheCounted(
            source=self.source,
            channel=self.channel,
            hits=self._tally.get(HIT, 0),
            misses=self._tally.misses(),
            joins=self._tally.get(JOIN, 0),
            stale_served=self._tally.get(STALE, 0),
            behind=self._tally.get(BEHIND, 0),
            entries=entries,
            bytes_used=used,
            bytes_allowed=self.bytes_allowed * _MEGABYTE,
            recent=tuple(self._recent),
            windows=self._windows,
            saved=MicroUsd(self._tally.get(SAVED, 0)),
            evictions=self._tally.get(EVICTED, 0),
            lookup_p95_ms=self._p95(self._lookups),
            origin_p95_ms=self._p95(self._origins),
        )

    async def tell_rows(self) -> None:
        kept = await self._db("cache", lambda: self._store.cache_rows(self._prefix, _LISTED))
        rows = tuple(self._row(entry) for entry in kept)
        self._outbox.put_state(CacheListed(self.source, self.channel, rows))
        self._tell()

    async def count_windows(self) -> None:
        """By the timer: the sums of the last five minutes, the session and thirty days."""
        windows = await self._tally.windows(self._session())
        if windows != self._windows:
            self._windows = windows
            self._tell()

    def _p95(self, of: Latencies) -> float | None:
        found = of.percentiles(self._clock.monotonic())
        return None if found is None else found[1]

    def _row(self, entry: CacheEntry) -> CacheRow:
        return CacheRow(
            entry.key, self.source, self.channel, entry.capture_id, entry.stored, entry.fresh_until,
            entry.keep_until, entry.used, entry.hits, entry.size, entry.sha256, entry.pinned, entry.why,
        )  # fmt: skip

    def _know(self, entry: CacheEntry) -> None:
        self._known[entry.key] = entry
        while len(self._known) > _KNOWN:
            self._known.popitem(last=False)

    async def _evict(self) -> None:
        most = self.bytes_allowed * _MEGABYTE
        if not most or self._all_bytes <= most:
            return
        gone = await self._db("evict", lambda: self._store.evict_cached(most))
        if gone:
            self._known.clear()
            self._tally.add({EVICTED: gone})
            self._measured = None
            await self._measure()

    async def _measure(self) -> None:
        """It looks at every entry, so not more than once a minute."""
        now = self._clock.monotonic()
        if self._measured is not None and now - self._measured < _MEASURE_AGAIN and self._usage[0] > _LISTED:
            return
        self._measured = now
        store, prefix = self._store, self._prefix
        found = await self._db("cache usage", lambda: (store.cache_usage(prefix), store.cache_usage()))
        self._usage, self._all_bytes = found[0], found[1][1]

    def _tell(self) -> None:
        self._outbox.put_state(self.counted())

    async def _db(self, name: str, fn: Callable[[], _T]) -> _T:
        return await self._workers.run(name, fn, _LIMIT_S, DB)
