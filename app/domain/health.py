"""The four independent axes of a source's health on one channel, and what the screen shows of them."""

from dataclasses import dataclass
from enum import Enum

from app.domain.routing import Channel, Fidelity, Pin, SourceId
from app.domain.units import MicroUsd, Ns


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


class Beat(Enum):
    """One minute of the strip. UNSEEN: Pitwall did not run, or nothing was wanted of the channel."""

    UNSEEN = "not watched"
    CLOSED = "market closed"
    GOOD = "delivering"
    PARTLY = "delivering part of the minute"
    BAD = "not delivering"


@dataclass(frozen=True, slots=True)
class Score:
    """H of 0 to 100, for display, weights and tie-breaks. `value` is None below five samples.

    The four parts are shares of 0 to 1, None where nothing was measured. `gate` is the reason why H is 0
    whatever was measured; it is empty while no hard gate has failed.
    """

    value: float | None
    success: float | None
    freshness: float | None
    latency: float | None
    valid: float | None
    samples: int
    gate: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What a channel, or the worst of a source's channels, did lately: everything oldest first.

    The columns of `p50`, `p95` (ms) and `rates` (records or answers a second) are `column_s` wide and end
    now; `beats` are the last 60 minutes. Uptime is the share of open-market time spent LIVE or QUIET, None
    where the market was not open or not watched. The same object is sent until something in it changes.
    """

    column_s: int
    p50: tuple[float | None, ...]
    p95: tuple[float | None, ...]
    rates: tuple[float | None, ...]
    beats: tuple[Beat, ...]
    uptime_day: float | None = None
    uptime_month: float | None = None


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One (source, channel). Ages are in seconds and None before the first record; rates are measured.

    `stale_after_s` is T_stale, `expected_s` the usual time between two records. `error_share` is of the
    `error_calls` of the last five minutes and None below five. `reopen_in_s` runs while the breaker is
    OPEN, `half_open_good` counts to 2 while it is HALF_OPEN. `degraded` is the badge of a breaker that is
    closed but half way to its limits. `schema` is what the vendor was seen to deliver, "" before that or
    where there are no several. The latency of a stream is from the vendor's receipt to here, that of the
    venue from the exchange's stamp to that receipt; a negative one is the skew of somebody's clock.
    `barred` says why it may not be ACTIVE, empty if it may.
    """

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
    venue_p50_ms: float | None = None
    venue_p95_ms: float | None = None
    calls: int = 0
    errors: int = 0
    retry_in_s: float | None = None
    reconnects_today: int = 0
    gaps_today: int = 0
    schema: str = ""
    score: Score | None = None
    stale_after_s: float | None = None
    expected_s: float | None = None
    error_share: float | None = None
    error_calls: int = 0
    reopen_in_s: float | None = None
    half_open_good: int = 0
    openings: int = 0
    degraded: bool = False
    role_reason: str = ""
    barred: str = ""
    excluded_for_s: float | None = None
    excluded_until: Ns | None = None
    preferred: bool = False
    draining: bool = False
    pin: Pin | None = None
    history: History | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source as one row: its worst channel decides; `broken` is set when its module failed to load.

    `quota` and `credits` are words, empty where the source has none. `cost_month` is what was settled and
    reserved this month, None where no money is asked for. `disabled` is the user's own doing.
    """

    source: SourceId
    title: str
    channels: tuple[ChannelHealth, ...]
    broken: str | None = None
    simulated: bool = False
    tier: int | None = None
    enabled: bool = True
    disabled: str = ""
    quota: str = ""
    credits: str = ""
    cost_month: MicroUsd | None = None
    history: History | None = None
