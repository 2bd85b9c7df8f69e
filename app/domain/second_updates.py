"""What request sources beside the chain change on the screen: prices, bars and proxy chains.

`served` says whether the source said it now, or the cache did because it still holds or nothing newer came.
"""

from dataclasses import dataclass

from app.domain.chain_updates import Served
from app.domain.cross_check import CrossCheck
from app.domain.routing import Provenance
from app.domain.second_opinion import FuturePrice, PriceBars, ProxyChain


@dataclass(frozen=True, slots=True)
class FuturePriced:
    price: FuturePrice
    provenance: Provenance
    served: Served = Served.LIVE

    @property
    def key(self) -> str:
        return f"price/{self.price.source}/{self.price.future.raw}"


@dataclass(frozen=True, slots=True)
class PriceBarsArrived:
    bars: PriceBars
    provenance: Provenance
    served: Served = Served.LIVE

    @property
    def key(self) -> str:
        return f"price-bars/{self.bars.source}/{self.bars.future.raw}"


@dataclass(frozen=True, slots=True)
class ProxyChainArrived:
    """`capture_id` names its evidence. It is a proxy: sentiment, never a price of NQ."""

    chain: ProxyChain
    capture_id: str
    provenance: Provenance
    served: Served = Served.LIVE

    @property
    def key(self) -> str:
        return f"proxy/{self.chain.source}/{self.chain.underlying}"


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """All pairs of sources at one moment."""

    check: CrossCheck

    @property
    def key(self) -> str:
        return "cross-check"
