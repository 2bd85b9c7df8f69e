"""Answers that need not be asked for again: asked before any fetch, counted for good, told to the screen.

An entry is a reference to a capture that was accepted; the capture is the value. Counters survive restarts.
"""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from app.domain.capture import Capture
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.domain.updates import CacheCounted
from app.engine.outbox import Outbox
from app.engine.ports import CacheEntry, Clock, Store
from app.engine.ttl import Lifetime
from app.engine.workers import DB, Workers

_T = TypeVar("_T")
_LIMIT_S: Final = 10.0
_RECENT: Final = 120
_MEGABYTE: Final = 1_000_000
HIT, JOIN, STALE = "hits", "joins", "stale_served"
COLD, EXPIRED, BYPASS, ERROR = "cold", "expired", "bypass", "error"
_MISSES: Final = (COLD, EXPIRED, BYPASS, "invalidated", ERROR)


class Cache:
    """Of one source and channel. `parser` is part of every key: a new parser starts with nothing."""

    def __init__(
        self,
        source: SourceId,
        channel: Channel,
        parser: str,
        clock: Clock,
        store: Store,
        workers: Workers,
        outbox: Outbox,
    ) -> None:
        self._source = source
        self._channel = channel
        self._prefix = f"{source}/{channel.value}/{parser}"
        self._counter = f"cache/{source}/{channel.value}/"
        self._clock = clock
        self._store = store
        self._workers = workers
        self._outbox = outbox
        self._counts: dict[str, int] = {}
        self._recent: deque[tuple[Ns, bool]] = deque(maxlen=_RECENT)
        self._usage = (0, 0)
        self.bytes_allowed = 0

    async def load(self) -> None:
        """The counters of earlier runs."""
        kept = await self._db("counters", lambda: dict(self._store.counters(self._counter)))
        self._counts = {name.removeprefix(self._counter): n for name, n in kept.items()}
        await self._measure()

    async def entry(self, key: str) -> CacheEntry | None:
        """Whatever is kept, however old: the caller looks at its times."""
        return await self._db("cache", lambda: self._store.cached(f"{self._prefix}/{key}"))

    async def capture(self, entry: CacheEntry) -> Capture | None:
        return await self._db("cache", lambda: self._store.load_capture(entry.capture_id))

    async def fresh(self, key: str) -> tuple[Capture, CacheEntry] | None:
        """A hit, or None; both are counted."""
        entry = await self.entry(key)
        if entry is None:
            self.miss(COLD)
            return None
        if self._clock.now() >= entry.fresh_until:
            self.miss(EXPIRED)
            return None
        capture = await self.capture(entry)
        if capture is None:
            self.miss("invalidated")
            return None
        self._count(HIT)
        self._recent.append((self._clock.now(), True))
        self._tell()
        return capture, entry

    def miss(self, reason: str) -> None:
        self._recent.append((self._clock.now(), False))
        self._count(f"miss/{reason}")
        self._tell()

    def joined(self) -> None:
        """A request that found its answer under way already."""
        self._count(JOIN)
        self._tell()

    def served_stale(self) -> None:
        self._count(STALE)
        self._tell()

    async def put(self, key: str, capture: Capture, life: Lifetime) -> None:
        await self._db(
            "cache",
            lambda: self._store.put_cached(
                f"{self._prefix}/{key}", capture.id, capture.fetched, life.fresh_until, life.keep_until
            ),
        )
        await self._measure()
        self._tell()

    def counted(self) -> CacheCounted:
        entries, used = self._usage
        return CacheCounted(
            source=self._source,
            channel=self._channel,
            hits=self._counts.get(HIT, 0),
            misses=_misses(self._counts),
            joins=self._counts.get(JOIN, 0),
            stale_served=self._counts.get(STALE, 0),
            entries=entries,
            bytes_used=used,
            bytes_allowed=self.bytes_allowed * _MEGABYTE,
            recent=tuple(self._recent),
        )

    async def _measure(self) -> None:
        self._usage = await self._db("cache usage", self._store.cache_usage)

    def _count(self, name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
        self._workers.post("count", lambda: self._store.count(self._counter + name, 1), DB)

    def _tell(self) -> None:
        self._outbox.put_state(self.counted())

    async def _db(self, name: str, fn: Callable[[], _T]) -> _T:
        return await self._workers.run(name, fn, _LIMIT_S, DB)


def _misses(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, n) for reason in _MISSES if (n := counts.get(f"miss/{reason}", 0)))
