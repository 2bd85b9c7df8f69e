"""What the cache tells the screen: how often it answered, why it could not, what it holds, how long."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.routing import Channel, SourceId
from app.domain.units import MicroUsd, Ns

# what never expires
NEVER: Final = Ns(2**63 - 1)


class Window(Enum):
    """The spans over which answers are counted; the text is what the screen says."""

    RECENT = "5 min"
    SESSION = "session"
    LONG = "30 d"


@dataclass(frozen=True, slots=True)
class CacheWindow:
    """Requests of one span: `misses` by reason, `bytes_hit` of `bytes_asked` came from here."""

    window: Window
    hits: int
    misses: tuple[tuple[str, int], ...]
    bytes_hit: int = 0
    bytes_asked: int = 0

    @property
    def requests(self) -> int:
        return self.hits + sum(count for _, count in self.misses)

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.requests if self.requests else None


@dataclass(frozen=True, slots=True)
class CacheCounted:
    """Counters of one source and channel since they were first kept; hit rate None below one request.

    `windows` are the same by span, `recent` the last requests (when, whether a hit). `saved` is the estimated
    cost of what was answered here. `behind` were read anew while the kept answer was still usable and shown:
    neither hits nor misses. `shelf`: of bought history, which is no part of the disk space of the
    cache. Lookup and origin are the 95th percentile of how long an answer took from
    here and from the source, None before any.
    """

    source: SourceId
    channel: Channel
    hits: int
    misses: tuple[tuple[str, int], ...]
    joins: int
    stale_served: int
    entries: int
    bytes_used: int
    bytes_allowed: int
    recent: tuple[tuple[Ns, bool], ...] = ()
    windows: tuple[CacheWindow, ...] = ()
    saved: MicroUsd = MicroUsd(0)
    evictions: int = 0
    lookup_p95_ms: float | None = None
    origin_p95_ms: float | None = None
    shelf: bool = False
    behind: int = 0

    @property
    def key(self) -> str:
        return f"cache/{self.source}/{self.channel.value}/{self.shelf}"

    @property
    def requests(self) -> int:
        return self.hits + sum(count for _, count in self.misses)

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.requests if self.requests else None


@dataclass(frozen=True, slots=True)
class CacheRow:
    """One entry: fresh until the first moment, usable with its age shown until the second. `why` says in
    words how these times came about; `sha256` is of the answer as it is stored, `hits` how often it answered.
    """

    name: str
    source: SourceId
    channel: Channel
    capture_id: str
    stored: Ns
    fresh_until: Ns
    keep_until: Ns
    used: Ns
    hits: int
    size: int
    sha256: str
    pinned: bool
    why: str


@dataclass(frozen=True, slots=True)
class CacheListed:
    """The entries of one source and channel, the newest first; told when one comes, goes or is pinned."""

    source: SourceId
    channel: Channel
    rows: tuple[CacheRow, ...]
    shelf: bool = False

    @property
    def key(self) -> str:
        return f"cache-entries/{self.source}/{self.channel.value}/{self.shelf}"
