"""The four independent axes of a source's health on one channel, and what the screen shows of them."""

from dataclasses import dataclass
from enum import Enum

from app.domain.routing import Channel, Fidelity, SourceId
from app.domain.units import Ns


class Link(Enum):
    DISABLED = "disabled"
    NO_KEY = "no key"
    CONNECTING = "connecting"
    UP = "up"
    RECONNECTING = "reconnecting"
    AUTH_FAILED = "auth failed"
    NOT_ENTITLED = "not entitled"
    DOWN = "down"


class Freshness(Enum):
    UNKNOWN = "unknown"
    LIVE = "live"
    QUIET = "quiet"
    STALE = "stale"
    GAP = "gap"
    HALTED = "halted"
    CLOSED = "closed"


class Breaker(Enum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half open"
    FORCED_OPEN = "forced open"
    METRICS_ONLY = "metrics only"


class Role(Enum):
    ACTIVE = "active"
    STANDBY = "standby"
    PINNED = "pinned"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One (source, channel). Ages are in seconds and None before the first record; rates are measured."""

    source: SourceId
    channel: Channel
    fidelity: Fidelity
    link: Link
    freshness: Freshness
    breaker: Breaker
    role: Role
    note: str = ""
    last_receipt: Ns | None = None
    last_event: Ns | None = None
    age_s: float | None = None
    event_age_s: float | None = None
    rate_per_s: float | None = None
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    calls: int = 0
    errors: int = 0
    retry_in_s: float | None = None
    reconnects_today: int = 0
    gaps_today: int = 0


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source as one row: its worst channel decides; `broken` is set when its module failed to load."""

    source: SourceId
    title: str
    channels: tuple[ChannelHealth, ...]
    broken: str | None = None
    simulated: bool = False
