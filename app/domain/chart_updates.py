"""What the chart shows beyond bars: volume at price, quotes by the second, large prints, depth, the roll."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.absorption import Absorption
from app.domain.contract import Future
from app.domain.health import Freshness
from app.domain.large_prints import Threshold
from app.domain.routing import Provenance
from app.domain.sized_flow import SizedFlow
from app.domain.sweeps import Sweep
from app.domain.tick_bars import TickBar
from app.domain.ticks import SideQuality
from app.domain.units import Ns, Px


@dataclass(frozen=True, slots=True, eq=False)
class PriceVolumeChanged:
    """Volume at price of one minute of one future: row i is the price `low + i * tick`. Columns are
    read-only and of equal length. Profile, POC, value area, VWAP and footprint are all sums of these.
    """

    instrument: int
    start: Ns
    seconds: int
    low: Px
    tick: Px
    bought: NDArray[np.int64]
    sold: NDArray[np.int64]
    unknown: NDArray[np.int64]
    side_quality: SideQuality
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"price-volume/{self.provenance.source}/{self.instrument}/{self.start}"


@dataclass(frozen=True, slots=True)
class QuoteSecondChanged:
    """The quotes of one future in one second: the last bid and ask and their extremes, the imbalance of the
    sizes weighted by time, the microprice in points at the end. None where a side was missing all second.

    `flow` is the order flow imbalance in contracts. `quotes` counts those it is made of: every one of a feed
    that sends each, else the newest of each look, without what changed and changed back between two looks.
    """

    instrument: int
    start: Ns
    bid: Px | None
    ask: Px | None
    low_bid: Px | None
    high_ask: Px | None
    bid_size: int | None
    ask_size: int | None
    imbalance: float | None
    microprice: float | None
    quotes: int
    provenance: Provenance
    flow: int | None = None

    @property
    def key(self) -> str:
        return f"quote-second/{self.provenance.source}/{self.instrument}/{self.start}"


@dataclass(frozen=True, slots=True)
class LargePrintChanged:
    """Prints of one side within 20 ms, taken together because they are one order: their size in all, at
    their mean price. From 10 contracts on; which of them is large says `LargeFromChanged`.
    """

    instrument: int
    at: Ns
    price: Px
    size: int
    prints: int
    side: int
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"large-print/{self.provenance.source}/{self.instrument}/{self.at}/{self.side}"


@dataclass(frozen=True, slots=True)
class LargeFromChanged:
    """From how many contracts on a print of one future is large, and why."""

    instrument: int
    threshold: Threshold
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"large-from/{self.provenance.source}/{self.instrument}"


@dataclass(frozen=True, slots=True)
class TickBarChanged:
    """The newest state of one bar of 100 trades; `domain/tick_bars.longer` joins them to longer ones."""

    bar: TickBar
    side_quality: SideQuality
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"tick-bar/{self.provenance.source}/{self.bar.instrument}/{self.bar.number}"


@dataclass(frozen=True, slots=True)
class SizedFlowChanged:
    """Bought less sold by size of the trade in ten seconds of one future: what CVD by trade size sums."""

    flow: SizedFlow
    side_quality: SideQuality
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"sized-flow/{self.provenance.source}/{self.flow.instrument}/{self.flow.start}"


@dataclass(frozen=True, slots=True)
class SweepChanged:
    """One side went through three levels or more within 50 ms: a mark on the price."""

    sweep: Sweep
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"sweep/{self.provenance.source}/{self.sweep.instrument}/{self.sweep.at}/{self.sweep.side}"


@dataclass(frozen=True, slots=True)
class AbsorptionChanged:
    """One side traded much at a price that held: a mark on it. From 10 contracts on; which of them is large
    says `LargeFromChanged`.
    """

    absorption: Absorption
    provenance: Provenance

    @property
    def key(self) -> str:
        one = self.absorption
        place = f"{one.instrument}/{one.began}/{one.price}/{one.side}"
        return f"absorption/{self.provenance.source}/{place}"


@dataclass(frozen=True, slots=True)
class DepthLevel:
    """`orders` is None where the schema does not count them."""

    price: Px
    size: int
    orders: int | None


@dataclass(frozen=True, slots=True)
class BookChanged:
    """The best levels of a future's order book, from the best outwards. `synced`: known to be whole;
    `unknown_orders` counts changes of orders never seen. `schema` says what it was made from.
    """

    instrument: int
    at: Ns
    bids: tuple[DepthLevel, ...]
    asks: tuple[DepthLevel, ...]
    schema: str
    synced: bool
    unknown_orders: int
    freshness: Freshness
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"book/{self.instrument}"


@dataclass(frozen=True, slots=True, eq=False)
class DepthColumn:
    """One column of the liquidity heatmap: resting size by price at the end of an interval. Row i is the
    price `low + i * tick`; 0 is a price at which nothing rested, rows outside were not looked at.
    """

    instrument: int
    start: Ns
    milliseconds: int
    low: Px
    tick: Px
    bids: NDArray[np.int32]
    asks: NDArray[np.int32]
    schema: str
    provenance: Provenance

    @property
    def key(self) -> str:
        return f"depth/{self.provenance.source}/{self.instrument}/{self.start}"


@dataclass(frozen=True, slots=True)
class RollChanged:
    """The front and the next future and their shares of today's volume (None before any). `due`: the next
    one led on two sessions, or the calendar hint has come, to which there are `days_left` (below 0 after it).
    `charted` is the one the user follows; `announced` while the banner is to be shown.
    """

    front: Future
    following: Future
    front_share: float | None
    following_share: float | None
    days_left: int
    due: bool
    charted: Future
    announced: bool = False

    @property
    def key(self) -> str:
        return "roll"
