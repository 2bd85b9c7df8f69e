"""What the engine says of itself and of its sources: mode, health, routes, cache, cost, log, audit."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.cost import MonthCost
from app.domain.health import SourceHealth
from app.domain.market_state import SessionMoment
from app.domain.routing import Channel, Fidelity, Pin, SourceId, Standing
from app.domain.units import Ns


class Mode(Enum):
    LIVE = "LIVE"
    DELAYED = "DELAYED"
    REPLAY = "REPLAY"
    DEMO = "DEMO"


@dataclass(frozen=True, slots=True)
class Started:
    """First word of the engine: mode, and the simulated start when the clock is not the real one."""

    mode: Mode
    profile: str
    at: Ns
    sources: tuple[SourceId, ...]

    @property
    def key(self) -> str:
        return "started"


@dataclass(frozen=True, slots=True)
class HealthChanged:
    health: SourceHealth

    @property
    def key(self) -> str:
        return f"health/{self.health.source}"


@dataclass(frozen=True, slots=True)
class RouteChanged:
    """Who feeds a channel now; `source` None means NO DATA, `reason` says why in words.

    `standings` are all sources that declare the channel, best first; `backup` is the hot standby. `flapping`
    while the flap lock holds (until `flapping_until`); `switches_lately` are those of the last ten minutes.
    """

    channel: Channel
    source: SourceId | None
    previous: SourceId | None
    pinned: bool
    reason: str
    at: Ns
    pin: Pin | None = None
    preferred: SourceId | None = None
    minimum: Fidelity | None = None
    standings: tuple[Standing, ...] = ()
    backup: SourceId | None = None
    flapping: bool = False
    flapping_until: Ns | None = None
    switches_lately: int = 0

    @property
    def key(self) -> str:
        return f"route/{self.channel.value}"


@dataclass(frozen=True, slots=True)
class RouteSwitched:
    """One switch of a channel, for the marker on the chart; never replaced by the next one.

    CVD and profile are segmented here. `actor` is auto, user or system.
    """

    channel: Channel
    before: SourceId | None
    after: SourceId | None
    actor: str
    reason: str
    at: Ns

    @property
    def key(self) -> str:
        return f"switch/{self.channel.value}/{self.at}"


@dataclass(frozen=True, slots=True)
class MarketChanged:
    moment: SessionMoment

    @property
    def key(self) -> str:
        return "market"


@dataclass(frozen=True, slots=True)
class CostChanged:
    cost: MonthCost

    @property
    def key(self) -> str:
        return "cost"


@dataclass(frozen=True, slots=True)
class KeyAbout:
    """A key in words: what it is called, whose it is, whether its source does without it."""

    name: str
    title: str
    source: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class KeyringState:
    """`state` is ready, locked, none or waiting; `keys` says of each named key where it is, never what."""

    state: str
    sentence: str
    keys: tuple[tuple[str, str], ...]
    about: tuple[KeyAbout, ...] = ()

    @property
    def key(self) -> str:
        return "keyring"


@dataclass(frozen=True, slots=True)
class EnginePulse:
    """Once a second: what the engine itself costs. Counted since start unless the name says otherwise."""

    at: Ns
    loop_lag_ms: float
    records: int
    records_per_s: float
    queue_lag_ms: float
    dropped: int
    tasks_died: int
    memory_mb: float

    @property
    def key(self) -> str:
        return "pulse"


@dataclass(frozen=True, slots=True)
class LogLine:
    at: Ns
    level: str
    source: str
    text: str
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A decision: who (auto, user, system) changed what, from what to what, by which rule.

    `evidence` is what it was decided on, as (name, value) in words: age, err%, p95, last_error.
    """

    at: Ns
    actor: str
    subject: str
    before: str
    after: str
    rule: str
    channel: str = ""
    source: str = ""
    profile: str = ""
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read now, in one sentence, with what to do about it.

    Repeats within ten minutes are one notice with a `count`, since `first`. `over` says that what it told
    of has ended, `seen` that the user has taken note of it.
    """

    at: Ns
    severity: str
    sentence: str
    topic: str
    count: int = 1
    first: Ns | None = None
    over: bool = False
    seen: bool = False

    @property
    def key(self) -> str:
        return f"notice/{self.topic}"


@dataclass(frozen=True, slots=True)
class SessionRolled:
    """A new trading day began: session sums start again."""

    trading_day: date

    @property
    def key(self) -> str:
        return "session-rolled"
