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


class Approval(Enum):
    """Who let money be spent: the small-amount rule, the user, or the user by typing the amount."""

    AUTOMATIC = "automatic"
    USER = "user"
    TYPED = "typed"


class SpendStatus(Enum):
    UNDER = "UNDER"
    ON_TRACK = "ON TRACK"
    CAUTION = "CAUTION"
    WARNING = "WARNING"
    STOPPED = "STOPPED"


def reserve_for(estimate: MicroUsd) -> MicroUsd:
    """An estimate is a promise with a tenth of doubt; rounded up."""
    return MicroUsd(-(-estimate * 11 // 10))


@dataclass(frozen=True, slots=True)
class Charge:
    """One append-only line; a change of state is a new line with the same `reservation_id`.

    `one_off` is a backfill that says nothing of other days: it is spent, but not projected. `start` and `end`
    are the range of history that was bought, where it was one.
    """

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
    one_off: bool = False
    approval: Approval | None = None
    start: Ns | None = None
    end: Ns | None = None

    @property
    def reserve(self) -> MicroUsd:
        """What is set aside for it."""
        return reserve_for(self.estimate)

    @property
    def overran(self) -> bool:
        """It cost more than was set aside for it."""
        return self.actual is not None and self.actual > self.reserve


@dataclass(frozen=True, slots=True)
class SourceSpend:
    """`licence` is a fixed fee too; `credit` stands apart and lowers nothing."""

    source: SourceId
    fixed: MicroUsd
    metered: MicroUsd
    reserved: MicroUsd
    licence: MicroUsd = MicroUsd(0)
    credit: MicroUsd = MicroUsd(0)


@dataclass(frozen=True, slots=True)
class ForecastBasis:
    """What a forecast was made from. `a_day` is routine metered money a trading day, None without any day."""

    formula: str
    as_of: Ns
    a_day: float | None
    days_gone: int
    days_left: int
    days_before: int
    burn_ratio: float | None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Advice that follows from ledger lines, with the saving computed from the same lines; None where they
    tell a number worth knowing, but no saving. `setting` is the change that follows it, where one does."""

    rule: str
    sentence: str
    saving: MicroUsd | None
    setting: tuple[str, int | str] | None = None


@dataclass(frozen=True, slots=True)
class SpendPart:
    """One layer of the month: what a schema of a dataset cost, fees under their kind."""

    source: SourceId
    dataset: str
    schema: str
    kind: CostKind
    amount: MicroUsd


@dataclass(frozen=True, slots=True)
class DaySpend:
    """Metered money settled on a trading day, the part of it that is no routine, and all of it so far."""

    day: date
    metered: MicroUsd
    one_off: MicroUsd
    so_far: MicroUsd


@dataclass(frozen=True, slots=True)
class FanPoint:
    """Where the month's total may stand after a coming trading day; no bounds until enough is known."""

    day: date
    low: MicroUsd | None
    middle: MicroUsd
    high: MicroUsd | None


@dataclass(frozen=True, slots=True)
class AlertTold:
    """An alert that was shown, with the limits of that moment: new limits arm all of them again."""

    at: Ns
    month: str
    rule: str
    budget: MicroUsd
    notice: MicroUsd


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was settled here beside what the vendor billed, for one month and source; `at` is when the bill
    was read. `drift` is None where nothing was billed.
    """

    source: SourceId
    month: str
    settled: MicroUsd
    billed: MicroUsd
    at: Ns

    @property
    def drift(self) -> float | None:
        return (self.settled - self.billed) / self.billed if self.billed else None


@dataclass(frozen=True, slots=True)
class MonthCost:
    """`forecast` and its bounds are None until there is enough to say it.

    `fixed` includes licences; `overran` counts the settled lines that cost more than was set aside.
    """

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
    licence: MicroUsd = MicroUsd(0)
    credit: MicroUsd = MicroUsd(0)
    overran: int = 0
    basis: ForecastBasis | None = None
    recommendations: tuple[Recommendation, ...] = ()
    parts: tuple[SpendPart, ...] = ()
    days: tuple[DaySpend, ...] = ()
    fan: tuple[FanPoint, ...] = ()
    billed: tuple[Reconciliation, ...] = ()

    @property
    def discretionary(self) -> MicroUsd:
        return MicroUsd(max(0, self.budget - self.fixed))
