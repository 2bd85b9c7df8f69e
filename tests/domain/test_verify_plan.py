"""What a verification may cost is known before it asks anybody."""

from app.domain.plans import GIB
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd
from app.domain.verify_plan import (
    MOST_LIVE_BYTES,
    WITHOUT_QUESTION,
    PlannedSource,
    VerifyPlan,
    live_cost,
    money_words,
    source_words,
)

TICKS, CHAINS = SourceId("ticks"), SourceId("chains")


def test_live_data_costs_by_its_price_for_the_gib_and_nothing_by_a_flat_plan() -> None:
    assert live_cost(None) == 0
    assert live_cost(MicroUsd(16 * DOLLAR)) == 16 * DOLLAR * MOST_LIVE_BYTES // GIB
    assert live_cost(MicroUsd(1)) == 1  # rounded up: never less than what may be asked


def test_what_is_left_out_costs_nothing_and_says_why() -> None:
    ticks = PlannedSource(TICKS, "Ticks", "a login", MicroUsd(2 * DOLLAR))
    poor = PlannedSource(TICKS, "Ticks", "a login", MicroUsd(2 * DOLLAR), "The money does not suffice.")
    chains = PlannedSource(CHAINS, "Chains", "one page")
    dear, cheap = VerifyPlan((ticks, chains), MicroUsd(9 * DOLLAR)), VerifyPlan((poor, chains))
    assert (dear.cost, dear.needs_approval) == (2 * DOLLAR, True)
    assert (cheap.cost, cheap.needs_approval) == (0, False)
    assert money_words(dear) == "It costs at most $2.00 of the $9.00 left for metered data."
    assert money_words(cheap) == "Nothing metered is asked for: it costs $0.00 beyond the plans in use."
    assert [source_words(one) for one in (ticks, poor, chains)] == [
        "Ticks: a login, at most $2.00",
        "Ticks: not tried. The money does not suffice.",
        "Chains: one page",
    ]


def test_a_few_cents_need_no_question() -> None:
    few = VerifyPlan((PlannedSource(TICKS, "Ticks", "a login", WITHOUT_QUESTION),))
    assert not few.needs_approval
