"""The cache in figures: what it answered, why it could not, and what it holds. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.cache_updates import CacheRow, CacheWindow, Window
from app.domain.units import MicroUsd, Ns
from app.domain.updates import CacheCounted, CacheListed

_FEWEST_REQUESTS = 20
"""A share of fewer requests is shown grey: it says little yet."""
_GOOD, _FAIR = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class CacheSums:
    """All sources together. `misses` by reason, most frequent first."""

    requests: int
    hits: int
    joins: int
    misses: tuple[tuple[str, int], ...]
    stale_served: int
    entries: int
    bytes_used: int
    bytes_allowed: int
    saved: MicroUsd
    evictions: int
    behind: int
    lookup_p95_ms: float | None
    origin_p95_ms: float | None

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.requests if self.requests else None

    @property
    def few(self) -> bool:
        return self.requests < _FEWEST_REQUESTS


class CacheModel:
    def __init__(self) -> None:
        self._counted: dict[str, CacheCounted] = {}
        self._listed: dict[str, tuple[CacheRow, ...]] = {}

    def list(self, listed: CacheListed) -> None:
        self._listed[listed.key] = listed.rows

    def entries(self) -> tuple[CacheRow, ...]:
        """All that is held, the newest first."""
        every = (row for rows in self._listed.values() for row in rows)
        return tuple(sorted(every, key=lambda row: -row.stored))

    def entry(self, name: str) -> CacheRow | None:
        return next((row for row in self.entries() if row.name == name), None)

    def windows(self) -> tuple[CacheWindow, ...]:
        """All sources together, span by span."""
        found = []
        for window in Window:
            parts = [w for c in self._counted.values() for w in c.windows if w.window is window]
            misses = sum(count for part in parts for _, count in part.misses)
            found.append(
                CacheWindow(
                    window,
                    sum(part.hits for part in parts),
                    (("", misses),) if misses else (),
                    sum(part.bytes_hit for part in parts),
                    sum(part.bytes_asked for part in parts),
                )
            )
        return tuple(found)

    def recent(self) -> tuple[bool, ...]:
        """The last requests of all sources in order: whether each was a hit."""
        every: list[tuple[Ns, bool]] = [one for c in self._counted.values() for one in c.recent]
        return tuple(hit for _, hit in sorted(every))

    def put(self, counted: CacheCounted) -> None:
        self._counted[counted.key] = counted

    def parts(self) -> tuple[CacheCounted, ...]:
        """One for each source and channel that was ever asked for or holds something."""
        return tuple(c for c in self._counted.values() if c.requests or c.entries)

    def sums(self) -> CacheSums | None:
        """None until the engine has counted anything."""
        if not self._counted:
            return None
        all_of = tuple(self._counted.values())
        misses: dict[str, int] = {}
        for counted in all_of:
            for reason, count in counted.misses:
                misses[reason] = misses.get(reason, 0) + count
        return CacheSums(
            requests=sum(c.requests for c in all_of),
            hits=sum(c.hits for c in all_of),
            joins=sum(c.joins for c in all_of),
            misses=tuple(sorted(misses.items(), key=lambda one: -one[1])),
            stale_served=sum(c.stale_served for c in all_of),
            entries=sum(c.entries for c in all_of),
            bytes_used=sum(c.bytes_used for c in all_of if not c.shelf),
            bytes_allowed=max(c.bytes_allowed for c in all_of),
            saved=MicroUsd(sum(c.saved for c in all_of)),
            evictions=sum(c.evictions for c in all_of),
            behind=sum(c.behind for c in all_of),
            lookup_p95_ms=_slowest(c.lookup_p95_ms for c in all_of),
            origin_p95_ms=_slowest(c.origin_p95_ms for c in all_of),
        )


def _slowest(times: Iterable[float | None]) -> float | None:
    return max((ms for ms in times if ms is not None), default=None)


def band(window: CacheWindow) -> str:
    """The colour of a hit rate: good from 80 %, fair from 50 %; grey while it says little."""
    rate = window.hit_rate
    if rate is None or window.requests < _FEWEST_REQUESTS:
        return "faint"
    return "up" if rate >= _GOOD else "warn" if rate >= _FAIR else "down"
