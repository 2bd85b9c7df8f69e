"""What the cache needs of the store: entries that point at captures, and counts by the minute. Blocking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.units import Ns


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """`size` and `sha256` are of the answer as stored; `why` says how its times came about."""

    key: str
    capture_id: str
    stored: Ns
    fresh_until: Ns
    keep_until: Ns
    why: str = ""
    used: Ns = Ns(0)
    hits: int = 0
    size: int = 0
    sha256: str = ""
    pinned: bool = False


class CacheStore(Protocol):
    def put_cached(
        self, key: str, capture_id: str, stored: Ns, fresh_until: Ns, keep_until: Ns, why: str = ""
    ) -> None: ...
    def cached(self, key: str) -> CacheEntry | None: ...
    def cache_rows(self, prefix: str, limit: int) -> Sequence[CacheEntry]:
        """Those whose key begins so, the newest first."""
        ...

    def cache_usage(self, prefix: str = "") -> tuple[int, int]:
        """(entries, bytes) of those whose key begins so."""
        ...

    def use_cached(self, key: str, at: Ns) -> None:
        """It answered."""
        ...

    def pin_cached(self, key: str, pinned: bool) -> None: ...
    def drop_cached(self, prefix: str) -> int:
        """Those whose key begins so, pinned ones too; how many went."""
        ...

    def evict_cached(self, most_bytes: int) -> int:
        """The least recently used go until the rest fits, never a pinned one; how many went."""
        ...

    def tally(self, name: str, minute: int, by: int) -> None: ...
    def tallies(self, prefix: str, since_minute: int) -> Mapping[str, int]:
        """Sums by name over the minutes from then on."""
        ...

    def thin_tallies(self, before_minute: int) -> None: ...
