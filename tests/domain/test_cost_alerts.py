"""Alerts say what happened with the money, in the words of the limits."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.advice import recommendations
from app.domain.cost import Charge, ChargeState, CostKind, MonthCost, SpendStatus
from app.domain.cost_alerts import due_alerts
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd, Ns

TODAY = date(2025, 6, 10)


def _dollars(amount: float) -> MicroUsd:
    return MicroUsd(round(amount * DOLLAR))


def _cost(metered: float = 0, fixed: float = 179, forecast: float = 0, **changes: object) -> MonthCost:
    cost = MonthCost(
        "2025-06", _dollars(200), _dollars(150), _dollars(fixed), _dollars(metered), _dollars(0),
        _dollars(forecast), None, None, None, SpendStatus.UNDER, (),
    )  # fmt: skip
    return replace(cost, **changes)  # type: ignore[arg-type]


def _rules(
    cost: MonthCost, settled: int = 0, days: tuple[MicroUsd, ...] = (), today: date = TODAY
) -> list[str]:
    return [alert.rule for alert in due_alerts(cost, today, settled, days)]


@pytest.mark.parametrize(
    ("metered", "rules"),
    [
        (10.49, []),
        (10.5, ["share-50"]),
        (16, ["share-50", "share-75"]),
        (19, ["share-50", "share-75", "share-90"]),
        (21, ["share-50", "share-75", "share-90", "share-100"]),
    ],
)
def test_shares_of_the_free_money(metered: float, rules: list[str]) -> None:
    assert _rules(_cost(metered)) == rules


def test_the_notice_line_is_for_those_whose_fees_are_below_it() -> None:
    assert "notice" in _rules(_cost(10, fixed=140))
    assert "notice" not in _rules(_cost(9.99, fixed=140))
    assert "notice" not in _rules(_cost(10, fixed=150))


def test_fees_that_use_up_the_budget_are_said_in_words() -> None:
    (alert,) = due_alerts(_cost(fixed=200, forecast=300), TODAY, 9, ())
    assert alert.rule == "fees"
    assert "no discretionary money" in alert.sentence
    assert _rules(_cost(fixed=0, budget=_dollars(0), notice=_dollars(0))) == []


def test_a_forecast_speaks_after_three_days_or_five_requests() -> None:
    cost = _cost(forecast=212, exhaust_date=date(2025, 6, 24))
    assert _rules(cost, today=date(2025, 6, 3)) == []
    assert _rules(cost, settled=5, today=date(2025, 6, 3)) == ["forecast-2025-06-03"]
    bounds = replace(cost, forecast_low=_dollars(205), forecast_high=_dollars(220))
    (alert,) = due_alerts(bounds, TODAY, 0, ())
    assert alert.sentence == (
        "This month heads for $212.00 (estimate, $205.00 to $220.00), above $200.00; the budget is used up "
        "on 24 Jun."
    )


def test_a_day_unlike_the_days_before() -> None:
    usual = tuple(_dollars(d) for d in (1, 1.2, 0.8, 1, 1.1))
    assert _rules(_cost(), days=(*usual, _dollars(1.4))) == []
    assert _rules(_cost(), days=(*usual, _dollars(3))) == ["day-2025-06-10"]
    assert _rules(_cost(), days=(*usual[:4], _dollars(3))) == []
    assert _rules(_cost(), days=(_dollars(0),) * 6 + (_dollars(3),)) == []


def test_what_a_crash_left_reserved_is_not_forgotten() -> None:
    (alert,) = due_alerts(_cost(reserved=_dollars(1.1)), TODAY, 0, (), waiting=1)
    assert alert.rule == "waiting-1"
    assert "$1.10 stay reserved" in alert.sentence


def test_simulated_money_says_so() -> None:
    (alert,) = due_alerts(_cost(11, simulated=True), TODAY, 0, ())
    assert alert.sentence.endswith("(simulated)")


def _bought(number: int, actual: float, request: str = "a") -> Charge:
    paid = _dollars(actual)
    return Charge(
        str(number), Ns(number), SourceId("ticks"), "", "trades", CostKind.METERED, paid, paid,
        ChargeState.SETTLED, request_hash=request,
    )  # fmt: skip


def test_advice_comes_from_what_was_bought_twice() -> None:
    lines = [_bought(3, 2), _bought(1, 1), _bought(2, 5, "b"), _bought(4, 5, ""), _bought(5, 5, "")]
    (advice,) = recommendations(lines)
    assert advice.saving == _dollars(2)
    assert "bought 2 times" in advice.sentence
    assert "$2.00" in advice.sentence


def test_without_a_fact_there_is_no_advice() -> None:
    assert recommendations([]) == ()
    assert recommendations([_bought(1, 1), _bought(2, 1, "b")]) == ()
    assert recommendations([_bought(1, 0), _bought(2, 0)]) == ()
