"""What a tick feed changes on the screen: instruments, bars, flow, quotes, prints, gaps, coverage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.bars import PressureBar
from app.domain.contract import Contract, Future
from app.domain.health import Freshness
from app.domain.routing import Channel, Provenance, SourceId
from app.domain.ticks import SideQuality, TradeColumns
from app.domain.units import Ns, Px


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


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """Trades as they came, all of them: as columns, because thousands a second would be as many objects.

    `symbols` names each instrument among them; `provenance` is that of the newest; `side_quality` says how
    their sides are known.
    """

    trades: TradeColumns
    symbols: Mapping[int, str]
    provenance: Provenance
    side_quality: SideQuality = SideQuality.NONE

    def __len__(self) -> int:
        return len(self.trades)

    def __iter__(self) -> Iterator["TapePrint"]:
        return (self.one(number) for number in range(len(self)))

    def one(self, number: int) -> "TapePrint":
        trades = self.trades
        instrument, at = int(trades.instrument_id[number]), int(trades.ts_event[number])
        origin = replace(self.provenance, ts_event=at, ts_recv=int(trades.ts_recv[number]))
        price, size, side = (int(one[number]) for one in (trades.price, trades.size, trades.side))
        return TapePrint(instrument, self.symbols.get(instrument, ""), Ns(at), Px(price), size, side, origin)


@dataclass(frozen=True, slots=True)
class TapePrint:
    """One trade of time and sales."""

    instrument: int
    raw_symbol: str
    at: Ns
    price: Px
    size: int
    side: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class GapChanged:
    """A hole in a channel: `end` None while it is open; `filled` once its records were fetched again, `lost`
    once it is known that they never will be.
    """

    source: SourceId
    channel: Channel
    start: Ns
    end: Ns | None
    filled: bool
    reason: str
    lost: bool = False

    @property
    def key(self) -> str:
        return f"gap/{self.source}/{self.channel.value}/{self.start}"


@dataclass(frozen=True, slots=True)
class CoverageChanged:
    """How much of the complex a tick feed covers, counted from its own definitions; `listed` names the
    roots of the `roots_listed`.
    """

    source: SourceId
    roots_covered: int
    roots_listed: int
    contracts: int
    excluded: int
    unresolved: int
    listed: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"coverage/{self.source}"
