"""An option chain as one atomic snapshot of one source and one series. Missing is None, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.contract import Contract, Series
from app.domain.routing import Fidelity, SourceId
from app.domain.units import Ns, Px


class ExpirySaidBy(Enum):
    PAGE = "page"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Quote:
    """One option row. With `is_settlement` the `last` is a settlement of `settlement_date`, not a trade.

    `quote_time` is when bid and ask were so; None where the source does not say it.
    """

    contract: Contract
    symbol: str
    bid: Px | None = None
    ask: Px | None = None
    last: Px | None = None
    is_settlement: bool = False
    open: Px | None = None
    high: Px | None = None
    low: Px | None = None
    change: Px | None = None
    volume: int | None = None
    volume_date: date | None = None
    volume_is_prior_session: bool = False
    open_interest: int | None = None
    trade_time: Ns | None = None
    settlement_date: date | None = None
    quote_time: Ns | None = None

    @property
    def crossed(self) -> bool:
        return self.bid is not None and self.ask is not None and self.bid > self.ask

    @property
    def mid(self) -> Px | None:
        if self.bid is None or self.ask is None or self.ask < self.bid:
            return None
        return Px((self.bid + self.ask) // 2)


@dataclass(frozen=True, slots=True)
class Underlying:
    """The chain's own future, as its source named it; `price` None when the source did not say one."""

    contract: str
    price: Px | None


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Chain:
    """`interest_date` is the settlement its open interest belongs to, where the source says it."""

    source: SourceId
    series: Series | None
    vendor_series: str
    received: Ns
    as_of: Ns
    fidelity: Fidelity
    quotes: tuple[Quote, ...]
    rejects: tuple[Reject, ...] = ()
    claimed_total: int | None = None
    expiry: date | None = None
    expiry_said_by: ExpirySaidBy | None = None
    underlying: Underlying | None = None
    interest_date: date | None = None

    @property
    def delayed(self) -> bool:
        return self.fidelity.minutes > 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain may be shown as what it claims to be, and why not. Shares are None without rows."""

    accepted: bool
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    with_volume: float | None = None
    with_prior_volume: float | None = None
    with_open_interest: float | None = None
    two_sided: float | None = None


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """A choice that a source offers: `key` is what to ask for (vendor's own name).

    `series` is set where the source itself says which it is, and need not be read out of its name.
    """

    key: str
    title: str
    path: str
    selected: bool = False
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class ChainPage:
    """What a source's options page says around the chain.

    `table` is the chain itself where the page shows its rows, as pages of an older make and saved ones do.
    """

    source: SourceId
    vendor_series: str | None
    expiry: date | None
    days_to_expiry: int | None
    point_value: float | None
    underlying: Underlying | None
    previous_settlement: Px | None
    families: tuple[ListedSeries, ...]
    series_listed: tuple[ListedSeries, ...]
    api: Mapping[str, str]
    call_open_interest: int | None
    put_open_interest: int | None
    table: Chain | None = None
