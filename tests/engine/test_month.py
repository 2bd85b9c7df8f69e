"""The month as the gauge shows it: kinds of money apart, metered money projected, fees not."""

import pytest

from app.domain.advice import FreeOffer
from app.domain.cost import Charge, ChargeState, CostKind, MonthCost, SpendStatus
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.units import DAY, DOLLAR, HOUR, MicroUsd, Ns, ns_from_iso
from app.engine.month import month_cost
from tests.engine.clocks import RTH

VENDOR = SourceId("ticks")


def _dollars(amount: float) -> MicroUsd:
    return MicroUsd(round(amount * DOLLAR))


def _month(at: Ns = RTH, fixed: float = 179, budget: float = 200, metered: float = 0.0) -> MonthCost:
    paid = _dollars(metered)
    charge = Charge("1", at, VENDOR, "", "", CostKind.METERED, paid, paid, ChargeState.SETTLED)
    return month_cost(
        now=at,
        budget=_dollars(budget),
        notice=_dollars(150),
        fixed={VENDOR: _dollars(fixed)},
        charges=(charge,),
        calendar=Calendar(),
    )


def test_the_fixed_fee_is_not_projected() -> None:
    month = _month(metered=0)
    assert month.forecast == _dollars(179)
    assert month.exhaust_date is None
    assert month.status is SpendStatus.UNDER


def test_metered_money_is_projected_by_trading_days() -> None:
    # 10 June 2025 is the seventh trading day of the month, Juneteenth is none: 13 follow
    month = _month(metered=2.1)
    assert month.forecast == _dollars(179 + 2.1 + 0.3 * 13)
    assert month.exhaust_date is None
    assert _month(metered=8.4).exhaust_date is not None


@pytest.mark.parametrize(
    ("metered", "status"),
    [
        (2, SpendStatus.UNDER),
        (6.9, SpendStatus.UNDER),
        (16, SpendStatus.CAUTION),
        (19, SpendStatus.WARNING),
        (21, SpendStatus.STOPPED),
    ],
)
def test_status_is_by_the_share_of_what_the_fees_leave(metered: float, status: SpendStatus) -> None:
    assert _month(metered=metered).status is status


def test_fees_above_the_budget_leave_nothing() -> None:
    month = _month(fixed=250)
    assert month.discretionary == 0
    assert month.status is SpendStatus.STOPPED


def test_before_the_first_trading_day_nothing_is_projected() -> None:
    month = _month(at=ns_from_iso("2025-06-01T10:00:00Z"), metered=1)
    assert month.forecast == _dollars(180)


def test_kinds_of_money_stand_apart() -> None:
    kinds = {CostKind.METERED: 1, CostKind.FIXED: 10, CostKind.LICENCE: 100, CostKind.CREDIT: 125}
    lines = [
        Charge(kind.value, RTH, VENDOR, "", "", kind, _dollars(0), _dollars(paid), ChargeState.SETTLED)
        for kind, paid in kinds.items()
    ]
    month = month_cost(
        now=RTH,
        budget=_dollars(200),
        notice=_dollars(150),
        fixed={VENDOR: _dollars(20)},
        charges=lines,
        calendar=Calendar(),
    )
    assert (month.fixed, month.licence) == (_dollars(130), _dollars(100))
    assert (month.metered, month.credit) == (_dollars(1), _dollars(125))
    assert month.discretionary == _dollars(70)
    assert month.by_source[0].fixed == _dollars(130)


def test_savings_come_before_what_is_only_worth_knowing() -> None:
    paid = _dollars(19)
    bought = Charge(
        "1", RTH, VENDOR, "", "statistics", CostKind.METERED, paid, paid, ChargeState.SETTLED,
        start=Ns(RTH - 2 * HOUR), end=Ns(RTH - HOUR),
    )  # fmt: skip
    month = month_cost(
        now=RTH,
        budget=_dollars(200),
        notice=_dollars(150),
        fixed={VENDOR: _dollars(179)},
        charges=(bought,),
        calendar=Calendar(),
        free=(FreeOffer(SourceId("page"), ("statistics",), Ns(DAY)),),
    )
    told = [(one.rule, one.saving) for one in month.recommendations]
    assert sorted(told[:2]) == [("a free source", paid), ("free replay instead of history", paid)]
    assert told[2:] == [("utilisation", None), ("uneven days", None)]
