"""Money spent on data: ledger lines, and the month as the gauge shows it. UTC months."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns


class CostKind(Enum):
    FIXED = "fixed"
    METERED = "metered"
    LICENCE = "licence"
    CREDIT = "credit"


class ChargeState(Enum):
    RESERVED = "reserved"
    SETTLED = "settled"
    RELEASED = "released"


class SpendStatus(Enum):
    UNDER = "UNDER"
    ON_TRACK = "ON TRACK"
    CAUTION = "CAUTION"
    WARNING = "WARNING"
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Charge:
    """One append-only line; a change of state is a new line with the same `reservation_id`."""

    reservation_id: str
    at: Ns
    source: SourceId
    dataset: str
    schema: str
    kind: CostKind
    estimate: MicroUsd
    actual: MicroUsd | None
    state: ChargeState
    bytes: int | None = None
    request_hash: str = ""


@dataclass(frozen=True, slots=True)
class SourceSpend:
    source: SourceId
    fixed: MicroUsd
    metered: MicroUsd
    reserved: MicroUsd


@dataclass(frozen=True, slots=True)
class MonthCost:
    """`forecast` and its bounds are None until there is enough to say it."""

    month: str
    budget: MicroUsd
    notice: MicroUsd
    fixed: MicroUsd
    metered: MicroUsd
    reserved: MicroUsd
    forecast: MicroUsd | None
    forecast_low: MicroUsd | None
    forecast_high: MicroUsd | None
    exhaust_date: date | None
    status: SpendStatus
    by_source: tuple[SourceSpend, ...]
    simulated: bool = False

    @property
    def discretionary(self) -> MicroUsd:
        return MicroUsd(max(0, self.budget - self.fixed))
