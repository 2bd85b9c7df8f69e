"""What a verification is going to ask of whom, and what that may cost: looked at before anything is asked."""

from dataclasses import dataclass
from typing import Final

from app.domain.plans import GIB
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, usd

MOST_LIVE_BYTES: Final = 64 * 2**20
"""More live data than the two connections of three minutes bring, the busiest minutes included."""
WITHOUT_QUESTION: Final = MicroUsd(50_000)
"""As much as any other request may cost without being approved."""


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """`left_out` says why it is not tried, empty if it is. `cost` is at most, in money that is metered."""

    source: SourceId
    title: str
    asks: str
    cost: MicroUsd = MicroUsd(0)
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class VerifyPlan:
    """`left` of the month's money for what is metered; None where nothing real is asked."""

    sources: tuple[PlannedSource, ...]
    left: MicroUsd | None = None

    @property
    def cost(self) -> MicroUsd:
        return MicroUsd(sum(one.cost for one in self.sources if not one.left_out))

    @property
    def needs_approval(self) -> bool:
        return self.cost > WITHOUT_QUESTION


def live_cost(price: MicroUsd | None) -> MicroUsd:
    """Of the live data of a verification, at a price for the GiB; nothing where the live plan is flat."""
    return MicroUsd(0) if price is None else MicroUsd(-(-price * MOST_LIVE_BYTES // GIB))


def money_words(plan: VerifyPlan) -> str:
    if not plan.cost:
        return "Nothing metered is asked for: it costs $0.00 beyond the plans in use."
    most = f"It costs at most ${usd(plan.cost):,.2f}"
    return most if plan.left is None else f"{most} of the ${usd(plan.left):,.2f} left for metered data."


def source_words(one: PlannedSource) -> str:
    if one.left_out:
        return f"{one.title}: not tried. {one.left_out}"
    cost = f", at most ${usd(one.cost):,.2f}" if one.cost else ""
    return f"{one.title}: {one.asks}{cost}"
