"""May this be bought? Caps, small amounts that need no question, and the stop at the end of the money.

Whatever cannot be priced is not bought; an answer of $0 is a price.
"""

from dataclasses import dataclass
from typing import Final

from app.domain.cost import Approval, reserve_for
from app.domain.errors import AskFirst, OverBudget
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd, Ns, usd

DEFINITIONS: Final = "definition"
_DEFINITIONS_CAP: Final = MicroUsd(1 * DOLLAR)
_OTHER_CAP: Final = MicroUsd(5 * DOLLAR)
_SMALL: Final = MicroUsd(50_000)
_SMALL_A_DAY: Final = MicroUsd(500_000)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A call that costs money, as priced by the vendor beforehand; `estimate` None is a price that could
    not be asked. `approval` is the user's word, TYPED if the amount was typed. `override` is the typed
    reason to go over the budget with this one request. `start` and `end` are the range that is bought."""

    source: SourceId
    dataset: str
    schema: str
    estimate: MicroUsd | None
    request: str = ""
    one_off: bool = False
    approval: Approval | None = None
    override: str = ""
    start: Ns | None = None
    end: Ns | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """What is left of a month's money, and what went today without a question."""

    discretionary: MicroUsd
    metered: MicroUsd
    reserved: MicroUsd
    automatic_today: MicroUsd

    @property
    def left(self) -> int:
        return self.discretionary - self.metered - self.reserved


def priced(purchase: Purchase) -> MicroUsd:
    if purchase.estimate is None or purchase.estimate < 0:
        raise OverBudget("The price of this request could not be found out, so it was not sent.")
    return purchase.estimate


def cap_of(schema: str) -> MicroUsd:
    return _DEFINITIONS_CAP if schema == DEFINITIONS else _OTHER_CAP


def approve(purchase: Purchase, purse: Purse, *, may_exceed: bool = False) -> Approval:
    """By whom it is approved. Raises OverBudget with the sum, AskFirst if only the user can say.
    `may_exceed`: over the limit the user is asked each time, instead of being refused."""
    estimate = priced(purchase)
    cap = cap_of(purchase.schema)
    if estimate > cap and purchase.approval is not Approval.TYPED:
        raise OverBudget(f"{_money(estimate)} is above the cap of {_money(cap)} a request.")
    wanted, left = reserve_for(estimate), purse.left
    if wanted > left and not purchase.override.strip() and not (may_exceed and purchase.approval):
        if may_exceed:
            raise AskFirst(f"{_money(wanted)} is more than the {_money(max(0, left))} left this month.")
        raise OverBudget(f"{_money(wanted)} does not fit: {_money(max(0, left))} is left this month.")
    if purchase.approval is not None:
        return purchase.approval
    if needs_no_question(estimate, purse) and wanted <= left:
        return Approval.AUTOMATIC
    raise AskFirst(
        f"{_money(estimate)} for {purchase.schema or 'data'} of {purchase.source} needs your word."
    )


def needs_no_question(estimate: MicroUsd, purse: Purse) -> bool:
    small = estimate <= _SMALL and purse.automatic_today + estimate <= _SMALL_A_DAY
    return small and estimate * 2 <= purse.left


def _money(amount: int) -> str:
    """Cents, rounded; a fraction of one in full, so that it does not read as nothing."""
    value = usd(MicroUsd(amount))
    return f"${value:.2f}" if not 0 < value < 0.01 else f"${value:.6f}".rstrip("0")
