"""What quote services show of the NQ future and its index, asked of the market."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.contract import Future
from app.domain.ticks import TradeColumns
from app.domain.units import Ns, Px
from app.sim.chain_truth import FutureQuote


@dataclass(frozen=True, slots=True)
class Level:
    price: Px
    size: int


@dataclass(frozen=True, slots=True)
class Depth:
    """Best first."""

    bids: Sequence[Level]
    asks: Sequence[Level]


class FutureTruth(Protocol):
    def futures(self, as_of: Ns) -> Sequence[Future]:
        """The contract months that trade, nearest first."""
        ...

    def future(self, future: Future, as_of: Ns) -> FutureQuote: ...

    def prints(self, future: Future, start: Ns, until: Ns) -> TradeColumns:
        """Trades with `start <= ts_event < until`, in order."""
        ...

    def depth(self, future: Future, as_of: Ns) -> Depth: ...

    def index(self, as_of: Ns) -> float:
        """The Nasdaq 100 itself."""
        ...
