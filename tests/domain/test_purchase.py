"""Nothing is bought without a price, above a cap, or without money left."""

from dataclasses import replace

import pytest

from app.domain.cost import Approval
from app.domain.errors import AskFirst, OverBudget
from app.domain.purchase import Purchase, Purse, approve
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd

NOTHING = MicroUsd(0)
PURSE = Purse(MicroUsd(21 * DOLLAR), NOTHING, NOTHING, NOTHING)


def _purchase(estimate: int | None, schema: str = "trades", **changes: object) -> Purchase:
    base = Purchase(SourceId("ticks"), "", schema, None if estimate is None else MicroUsd(estimate))
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [None, -1])
@pytest.mark.parametrize("approval", [None, *Approval])
def test_without_a_price_it_is_refused_whoever_approves(price: int | None, approval: Approval | None) -> None:
    with pytest.raises(OverBudget, match="price of this request could not be found out"):
        approve(_purchase(price, approval=approval, override="really"), PURSE)


def test_nothing_is_a_price_even_when_nothing_is_left() -> None:
    assert approve(_purchase(0), PURSE) is Approval.AUTOMATIC
    assert approve(_purchase(0), replace(PURSE, discretionary=NOTHING)) is Approval.AUTOMATIC


@pytest.mark.parametrize(("schema", "cap"), [("definition", 1), ("trades", 5), ("mbo", 5)])
def test_above_the_cap_the_amount_must_be_typed(schema: str, cap: int) -> None:
    at, above = _purchase(cap * DOLLAR, schema), _purchase(cap * DOLLAR + 1, schema)
    assert approve(replace(at, approval=Approval.USER), PURSE) is Approval.USER
    with pytest.raises(OverBudget, match=rf"above the cap of \${cap}.00 a request"):
        approve(replace(above, approval=Approval.USER), PURSE)
    assert approve(replace(above, approval=Approval.TYPED), PURSE) is Approval.TYPED


def test_a_typed_amount_does_not_make_it_fit() -> None:
    with pytest.raises(OverBudget, match="does not fit"):
        approve(_purchase(20 * DOLLAR, approval=Approval.TYPED), PURSE)


def test_the_tenth_of_doubt_must_fit_too() -> None:
    tight = replace(PURSE, discretionary=MicroUsd(1_100_000))
    assert approve(_purchase(DOLLAR, approval=Approval.USER), tight) is Approval.USER
    with pytest.raises(OverBudget, match=r"\$1.10 does not fit: \$1.10 is left"):
        approve(_purchase(DOLLAR + 1, approval=Approval.USER), tight)


def test_more_than_half_of_what_is_left_is_asked_for() -> None:
    poor = replace(PURSE, discretionary=MicroUsd(90_000))
    assert approve(_purchase(45_000), poor) is Approval.AUTOMATIC
    with pytest.raises(AskFirst):
        approve(_purchase(45_001), poor)


def test_an_amount_below_a_cent_does_not_read_as_nothing() -> None:
    with pytest.raises(AskFirst, match=r"\$0\.0012 for"):
        approve(_purchase(1_200), replace(PURSE, automatic_today=MicroUsd(499_000)))
