"""Everything the engine tells the screen: one union of immutable values.

State updates carry a `key`: of several with the same key only the newest reaches the screen. Stream
updates (`LogLine`, `Prints`, `AuditLine`) keep their order in a bounded queue that counts its drops.
"""

from app.domain.cache_updates import CacheCounted, CacheListed
from app.domain.capture_updates import CaptureForgotten
from app.domain.chain_updates import (
    AllowanceChanged,
    CaptureStored,
    ChainArrived,
    ChainMissing,
    SeriesOffered,
    Served,
    Tried,
)
from app.domain.chart_updates import (
    AbsorptionChanged,
    BookChanged,
    DepthColumn,
    LargeFromChanged,
    LargePrintChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    RollChanged,
    SizedFlowChanged,
    SweepChanged,
    TickBarChanged,
)
from app.domain.connection_test import ConnectionTested
from app.domain.cost_updates import CostAlerted
from app.domain.desk_updates import (
    AuditLine,
    CostChanged,
    EnginePulse,
    HealthChanged,
    KeyAbout,
    KeyringState,
    LogLine,
    MarketChanged,
    Mode,
    Notice,
    RouteChanged,
    RouteSwitched,
    SessionRolled,
    Started,
)
from app.domain.drawings import DrawingsKept
from app.domain.drill import DrillChanged
from app.domain.history_updates import HistoryChanged
from app.domain.machine_updates import ClockChecked, NetworkChecked, Slept
from app.domain.replay import ReplayChanged
from app.domain.second_updates import CrossChecked, FuturePriced, PriceBarsArrived, ProxyChainArrived
from app.domain.source_profile import ProfileChanged
from app.domain.tick_updates import (
    BarChanged,
    CoverageChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    Prints,
    TopChanged,
)
from app.domain.verification import VerificationChanged

__all__ = [
    "AbsorptionChanged",
    "AllowanceChanged",
    "AuditLine",
    "BarChanged",
    "BookChanged",
    "CacheCounted",
    "CacheListed",
    "CaptureForgotten",
    "CaptureStored",
    "ChainArrived",
    "ChainMissing",
    "ClockChecked",
    "ConnectionTested",
    "CostAlerted",
    "CostChanged",
    "CoverageChanged",
    "CrossChecked",
    "DepthColumn",
    "DrawingsKept",
    "DrillChanged",
    "EnginePulse",
    "FlowChanged",
    "FuturePriced",
    "GapChanged",
    "HealthChanged",
    "HistoryChanged",
    "InstrumentKnown",
    "KeyAbout",
    "KeyringState",
    "LargeFromChanged",
    "LargePrintChanged",
    "LogLine",
    "MarketChanged",
    "Mode",
    "NetworkChecked",
    "Notice",
    "PriceBarsArrived",
    "PriceVolumeChanged",
    "Prints",
    "ProfileChanged",
    "ProxyChainArrived",
    "QuoteSecondChanged",
    "ReplayChanged",
    "RollChanged",
    "RouteChanged",
    "RouteSwitched",
    "SeriesOffered",
    "Served",
    "SessionRolled",
    "SizedFlowChanged",
    "Slept",
    "Started",
    "State",
    "Streamed",
    "SweepChanged",
    "TickBarChanged",
    "TopChanged",
    "Tried",
    "Update",
    "VerificationChanged",
]

State = (
    Started
    | InstrumentKnown
    | BarChanged
    | FlowChanged
    | TopChanged
    | GapChanged
    | PriceVolumeChanged
    | QuoteSecondChanged
    | LargePrintChanged
    | LargeFromChanged
    | TickBarChanged
    | SizedFlowChanged
    | SweepChanged
    | AbsorptionChanged
    | BookChanged
    | DepthColumn
    | RollChanged
    | DrawingsKept
    | CoverageChanged
    | FuturePriced
    | PriceBarsArrived
    | ProxyChainArrived
    | CrossChecked
    | ChainArrived
    | ChainMissing
    | SeriesOffered
    | AllowanceChanged
    | CaptureStored
    | CaptureForgotten
    | HealthChanged
    | RouteChanged
    | RouteSwitched
    | ProfileChanged
    | ClockChecked
    | NetworkChecked
    | Slept
    | MarketChanged
    | CacheCounted
    | CacheListed
    | CostChanged
    | CostAlerted
    | HistoryChanged
    | VerificationChanged
    | DrillChanged
    | ConnectionTested
    | KeyringState
    | EnginePulse
    | Notice
    | SessionRolled
    | ReplayChanged
)
Streamed = Prints | LogLine | AuditLine
Update = State | Streamed
