"""Everything the engine tells the screen: one union of immutable values.

State updates carry a `key`: of several with the same key only the newest reaches the screen. Stream
updates (`LogLine`, `TapePrint`, `AuditLine`) keep their order in a bounded queue that counts its drops.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.bars import PressureBar
from app.domain.capture import CaptureLine
from app.domain.chain import Chain, ChainPage, ListedSeries, Verdict
from app.domain.chain_metrics import Board, Strip
from app.domain.contract import Contract, Future
from app.domain.cost import MonthCost
from app.domain.health import Freshness, SourceHealth
from app.domain.market_state import SessionMoment
from app.domain.routing import Channel, Provenance, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import Ns, Px


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
class InstrumentKnown:
    """What an instrument id stands for: exactly one of `future` and `option` is set."""

    instrument: int
    raw_symbol: str
    future: Future | None
    option: Contract | None
    expiration: Ns | None
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"instrument/{self.instrument}"


@dataclass(frozen=True, slots=True)
class BarChanged:
    """The newest state of one bar. The feed of the chart: conflated by bar, so nothing is ever lost."""

    bar: PressureBar
    side_quality: SideQuality
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"bar/{self.provenance.source}/{self.bar.instrument}/{self.bar.seconds}/{self.bar.start}"


@dataclass(frozen=True, slots=True)
class FlowChanged:
    """The header strip of one future: last trade, change to the previous settlement, pressure, CVD.

    `pressure` is P over `pressure_window_s`, `contracts` its B+S. `cvd` runs since `cvd_since`, which is
    the session open when the whole session was seen and the start of the data otherwise (`cvd_partial`).
    """

    instrument: int
    last: Px | None
    last_side: int
    change: Px | None
    change_from: str
    pressure: float | None
    pressure_window_s: int
    contracts: int
    unknown_share: float | None
    cvd: int
    cvd_since: Ns | None
    cvd_partial: bool
    ticks_per_s: float | None
    freshness: Freshness
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"flow/{self.instrument}"


@dataclass(frozen=True, slots=True)
class TopChanged:
    instrument: int
    bid: Px | None
    ask: Px | None
    bid_size: int | None
    ask_size: int | None
    freshness: Freshness
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"top/{self.instrument}"


@dataclass(frozen=True, slots=True)
class TapePrint:
    """One trade for time and sales."""

    instrument: int
    raw_symbol: str
    at: Ns
    price: Px
    size: int
    side: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class GapChanged:
    """A hole in a channel: `end` None while it is open; `filled` once its records were fetched again."""

    source: SourceId
    channel: Channel
    start: Ns
    end: Ns | None
    filled: bool
    reason: str

    @property
    def key(self) -> str:
        return f"gap/{self.source}/{self.channel.value}/{self.start}"


@dataclass(frozen=True, slots=True)
class CoverageChanged:
    """How much of the complex a tick feed covers, counted from its own definitions."""

    source: SourceId
    roots_covered: int
    roots_listed: int
    contracts: int
    excluded: int
    unresolved: int

    @property
    def key(self) -> str:
        return f"coverage/{self.source}"


@dataclass(frozen=True, slots=True)
class ChainArrived:
    """A chain that may be shown, with its verdict, the age state of its channel and its evidence.

    `board` and `strip` are worked out where the chain was parsed, so that the screen only paints.
    """

    chain: Chain
    verdict: Verdict
    freshness: Freshness
    level: str
    capture_id: str
    provenance: Provenance
    board: Board | None = None
    strip: Strip | None = None
    expiration: Ns | None = None

    @property
    def key(self) -> str:
        return f"chain/{self.chain.vendor_series}"


@dataclass(frozen=True, slots=True)
class ChainMissing:
    """NO DATA for a series, and why; a last good chain stays on screen in STALE dress."""

    source: SourceId
    series: str
    reason: str
    next_try: Ns | None

    @property
    def key(self) -> str:
        return f"chain-missing/{self.series}"


@dataclass(frozen=True, slots=True)
class SeriesOffered:
    """The series a chain source lists, for the picker; `chosen` is the one on screen."""

    source: SourceId
    families: tuple[ListedSeries, ...]
    series: tuple[ListedSeries, ...]
    chosen: str | None
    page: ChainPage | None

    @property
    def key(self) -> str:
        return f"series/{self.source}"


@dataclass(frozen=True, slots=True)
class CaptureStored:
    line: CaptureLine

    @property
    def key(self) -> str:
        return f"capture/{self.line.id}"


@dataclass(frozen=True, slots=True)
class HealthChanged:
    health: SourceHealth

    @property
    def key(self) -> str:
        return f"health/{self.health.source}"


@dataclass(frozen=True, slots=True)
class RouteChanged:
    """Who feeds a channel now; `source` None means NO DATA, `reason` says why in words."""

    channel: Channel
    source: SourceId | None
    previous: SourceId | None
    pinned: bool
    reason: str
    at: Ns

    @property
    def key(self) -> str:
        return f"route/{self.channel.value}"


@dataclass(frozen=True, slots=True)
class MarketChanged:
    moment: SessionMoment

    @property
    def key(self) -> str:
        return "market"


@dataclass(frozen=True, slots=True)
class CacheCounted:
    """Counters of one source and channel since they were first kept; hit rate None below one request."""

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

    @property
    def key(self) -> str:
        return f"cache/{self.source}/{self.channel.value}"

    @property
    def requests(self) -> int:
        return self.hits + sum(count for _, count in self.misses)

    @property
    def hit_rate(self) -> float | None:
        return self.hits / self.requests if self.requests else None


@dataclass(frozen=True, slots=True)
class CostChanged:
    cost: MonthCost

    @property
    def key(self) -> str:
        return "cost"


@dataclass(frozen=True, slots=True)
class KeyringState:
    """`state` is ready, locked, none or waiting; `keys` says of each named key where it is, never what."""

    state: str
    sentence: str
    keys: tuple[tuple[str, str], ...]

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
    """A decision: who (auto, user, system) changed what, from what to what, by which rule."""

    at: Ns
    actor: str
    subject: str
    before: str
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read now, in one sentence, with what to do about it."""

    at: Ns
    severity: str
    sentence: str
    topic: str

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


State = (
    Started
    | InstrumentKnown
    | BarChanged
    | FlowChanged
    | TopChanged
    | GapChanged
    | CoverageChanged
    | ChainArrived
    | ChainMissing
    | SeriesOffered
    | CaptureStored
    | HealthChanged
    | RouteChanged
    | MarketChanged
    | CacheCounted
    | CostChanged
    | KeyringState
    | EnginePulse
    | Notice
    | SessionRolled
)
Streamed = TapePrint | LogLine | AuditLine
Update = State | Streamed
