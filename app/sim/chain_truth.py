"""What a website shows of an option chain, asked of the market: one moment of one series, leg by leg.

Simulators of pages and snapshots know the market only through these values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.contract import Contract, Future, Series
from app.domain.units import Ns, Px


@dataclass(frozen=True, slots=True)
class Traded:
    """What one contract did in one session up to the moment."""

    open: Px
    high: Px
    low: Px
    last: Px
    volume: int
    last_at: Ns


@dataclass(frozen=True, slots=True)
class Leg:
    """`settled` is the newest settlement, `settled_before` the one before it; None where there is none."""

    contract: Contract
    bid: Px | None
    ask: Px | None
    session: Traded | None
    previous: Traded | None
    settled: Px
    settled_before: Px | None
    open_interest: int
    bid_size: int = 0
    ask_size: int = 0


@dataclass(frozen=True, slots=True)
class FutureQuote:
    future: Future
    bid: Px
    ask: Px
    bid_size: int
    ask_size: int
    session: Traded
    settled: Px


@dataclass(frozen=True, slots=True)
class ListedExpiry:
    """A series that trades; `expires` is the moment it stops."""

    series: Series
    expiry: date
    expires: Ns
    underlying: Future


class ChainTruth(Protocol):
    """`as_of` may lie in the past, as far back as a delayed vendor shows."""

    def listed(self, as_of: Ns) -> Sequence[ListedExpiry]:
        """In order of expiry, those that expired in the running session included."""
        ...

    def legs(self, series: Series, as_of: Ns) -> Sequence[Leg]:
        """By strike, the call before the put; empty for a series that is not listed."""
        ...

    def futures(self, as_of: Ns) -> Sequence[Future]:
        """The contract months that trade, nearest first."""
        ...

    def future(self, future: Future, as_of: Ns) -> FutureQuote:
        """Of a month that trades."""
        ...
