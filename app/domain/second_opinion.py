"""What other sources say beside the main ones: a future's price, its minute bars, chains of a proxy.

A proxy chain (NDX, QQQ) is a type of its own, so that its strikes can never enter a chain of NQ.
"""

from dataclasses import dataclass
from datetime import date

from app.domain.chain import Reject
from app.domain.contract import Future, Right
from app.domain.routing import Fidelity, SourceId
from app.domain.units import Ns, Px


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Best prices and last trade of one instrument. `quoted` is when bid and ask were so, `traded` when the
    last trade was; None is what the source does not say."""

    bid: Px | None = None
    ask: Px | None = None
    bid_size: int | None = None
    ask_size: int | None = None
    quoted: Ns | None = None
    last: Px | None = None
    traded: Ns | None = None
    volume: int | None = None


@dataclass(frozen=True, slots=True)
class FuturePrice(Market):
    """One future as a source shows it."""

    source: SourceId
    future: Future
    received: Ns
    fidelity: Fidelity

    @property
    def mid(self) -> Px | None:
        if self.bid is None or self.ask is None or self.ask < self.bid:
            return None
        return Px((self.bid + self.ask) // 2)

    @property
    def as_of(self) -> Ns | None:
        """The newest moment that the source itself names."""
        return max((at for at in (self.quoted, self.traded) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class PriceBar:
    """Prices and volume of one span of time; `bought` and `sold` as the source counts them, None if not."""

    start: Ns
    seconds: int
    open: Px
    high: Px
    low: Px
    close: Px
    volume: int | None = None
    bought: int | None = None
    sold: int | None = None


@dataclass(frozen=True, slots=True)
class PriceBars:
    """Oldest first; only spans with a trade."""

    source: SourceId
    future: Future
    received: Ns
    fidelity: Fidelity
    bars: tuple[PriceBar, ...]

    @property
    def as_of(self) -> Ns | None:
        return self.bars[-1].start if self.bars else None


@dataclass(frozen=True, slots=True)
class ProxyQuote(Market):
    """One option on an index or a fund, with the greeks the source gives.

    `greeks` are its own, in its own units, and are never mixed with those Pitwall works out for NQ.
    """

    ticker: str
    expiry: date
    strike: Px
    right: Right
    open_interest: int | None = None
    implied_volatility: float | None = None
    delta: float | None = None
    gamma: float | None = None
    theta: float | None = None
    vega: float | None = None
    multiplier: int | None = None


@dataclass(frozen=True, slots=True)
class ProxyChain:
    """The options of one expiry on a proxy of NQ. `whole` is False where not all pages were read."""

    source: SourceId
    underlying: str
    expiry: date | None
    received: Ns
    fidelity: Fidelity
    quotes: tuple[ProxyQuote, ...]
    rejects: tuple[Reject, ...] = ()
    underlying_price: Px | None = None
    as_of: Ns | None = None
    whole: bool = True

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it may not be shown as a chain; empty if it may."""
        found = []
        if not self.quotes:
            found.append(f"No contracts: {self.underlying} has no options there, or none that can be read.")
        if not self.whole:
            found.append("Not all of its pages were read.")
        rows = len(self.quotes) + len(self.rejects)
        if self.quotes and len(self.rejects) > _MOST_REJECTED * rows:
            found.append(f"{len(self.rejects)} of {rows} rows cannot be used ({self.rejects[0].reason}).")
        return tuple(found)


_MOST_REJECTED = 0.05
Opinion = FuturePrice | PriceBars | ProxyChain


def rows_of(opinion: Opinion) -> int:
    """How much it says: contracts, bars, or one price."""
    match opinion:
        case ProxyChain():
            return len(opinion.quotes)
        case PriceBars():
            return len(opinion.bars)
        case FuturePrice():
            return 1
