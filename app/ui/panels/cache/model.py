"""The cache in figures: what it answered, why it could not, and what it holds. No Qt."""

from dataclasses import dataclass

from app.domain.updates import CacheCounted

_FEWEST_REQUESTS = 20
"""A share of fewer requests is shown grey: it says little yet."""


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

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.requests if self.requests else None

    @property
    def few(self) -> bool:
        return self.requests < _FEWEST_REQUESTS


class CacheModel:
    def __init__(self) -> None:
        self._counted: dict[str, CacheCounted] = {}

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
            bytes_used=sum(c.bytes_used for c in all_of),
            bytes_allowed=max(c.bytes_allowed for c in all_of),
        )
