"""What is counted of a cache, by the names it is kept under for good, and its sums over spans of time."""

from collections.abc import Mapping
from typing import Final

from app.domain.cache_updates import CacheWindow, Window
from app.engine.cache_store import CacheStore

HIT, JOIN, STALE, EVICTED, SAVED = "hits", "joins", "stale_served", "evictions", "saved"
BYTES_HIT, BYTES_ASKED = "bytes/hit", "bytes/asked"
COLD, EXPIRED, BYPASS, INVALIDATED, ERROR = "cold", "expired", "bypass", "invalidated", "error"
_MISSES: Final = (COLD, EXPIRED, BYPASS, INVALIDATED, ERROR)


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
