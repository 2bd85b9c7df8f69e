"""What is counted of a cache, by the names it is kept under for good, and its sums over spans of time."""

from collections.abc import Mapping
from typing import Final

from app.domain.cache_updates import CacheWindow, Window
from app.domain.units import MINUTE, Ns
from app.engine.cache_store import CacheStore
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

HIT, JOIN, STALE, EVICTED, SAVED = "hits", "joins", "stale_served", "evictions", "saved"
BEHIND: Final = "read_behind"
_KEPT_DAYS: Final = 35
_LIMIT_S: Final = 10.0
BYTES_HIT, BYTES_ASKED = "bytes/hit", "bytes/asked"
COLD, EXPIRED, BYPASS, INVALIDATED, ERROR = "cold", "expired", "bypass", "invalidated", "error"
_MISSES: Final = (COLD, EXPIRED, BYPASS, INVALIDATED, ERROR)


class Tally:
    """Counts of one cache, for good and by the minute. Adding never waits."""

    def __init__(self, prefix: str, clock: Clock, store: Store, workers: Workers) -> None:
        self._prefix = prefix
        self._clock = clock
        self._store = store
        self._workers = workers
        self._counts: dict[str, int] = {}

    async def load(self) -> None:
        """The counters of earlier runs."""
        store, prefix = self._store, self._prefix
        before = self._minute() - _KEPT_DAYS * 1_440
        kept = await self._workers.run("counters", lambda: dict(store.counters(prefix)), _LIMIT_S, DB)
        self._counts = {name.removeprefix(prefix): n for name, n in kept.items()}
        await self._workers.run("counters", lambda: store.thin_tallies(before), _LIMIT_S, DB)

    def get(self, name: str, default: int) -> int:
        return self._counts.get(name, default)

    def misses(self) -> tuple[tuple[str, int], ...]:
        return misses_of(self._counts)

    def add(self, by: Mapping[str, int]) -> None:
        minute, store, prefix = self._minute(), self._store, self._prefix
        grown = {name: n for name, n in by.items() if n}
        for name, n in grown.items():
            self._counts[name] = self._counts.get(name, 0) + n

        def write() -> None:
            with store.transaction():
                for name, n in grown.items():
                    store.count(prefix + name, n)
                    store.tally(prefix + name, minute, n)

        if grown:
            self._workers.post("count", write, DB)

    async def windows(self, session: Ns) -> tuple[CacheWindow, ...]:
        """The last five minutes, the session that began then, and thirty days."""
        now, store, prefix = self._minute(), self._store, self._prefix
        since = int(session // MINUTE)
        spans = ((Window.RECENT, now - 4), (Window.SESSION, since), (Window.LONG, now - 30 * 1_440))
        return await self._workers.run(
            "cache windows", lambda: windows_of(store, prefix, spans), _LIMIT_S, DB
        )

    def _minute(self) -> int:
        return int(self._clock.now() // MINUTE)


def misses_of(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((reason, n) for reason in _MISSES if (n := counts.get(f"miss/{reason}", 0)))


def windows_of(
    store: CacheStore, prefix: str, spans: tuple[tuple[Window, int], ...]
) -> tuple[CacheWindow, ...]:
    """What was counted under a prefix, each span from its minute on. Blocking."""
    return tuple(_window(window, store.tallies(prefix, since), prefix) for window, since in spans)


def _window(window: Window, sums: Mapping[str, int], prefix: str) -> CacheWindow:
    said = {name.removeprefix(prefix): n for name, n in sums.items()}
    return CacheWindow(
        window, said.get(HIT, 0), misses_of(said), said.get(BYTES_HIT, 0), said.get(BYTES_ASKED, 0)
    )
