"""What a month's figures tell of spending: said with their number, never with an invented saving."""

from datetime import date

from app.domain.cost import DaySpend, MonthCost, SpendStatus
from app.domain.habits import habits
from app.domain.units import DOLLAR, MicroUsd


def _dollars(amount: float) -> MicroUsd:
    return MicroUsd(round(amount * DOLLAR))


def _month(*days: float, forecast: float | None = None, reserved: float = 0) -> MonthCost:
    """Of a $200 budget with $179 of fees; what each trading day so far cost."""
    spent = sum(days)
    lines = tuple(
        DaySpend(date(2026, 11, 2 + n), _dollars(day), _dollars(0), _dollars(sum(days[: n + 1])))
        for n, day in enumerate(days)
    )
    return MonthCost(
        "2026-11", _dollars(200), _dollars(150), _dollars(179), _dollars(spent), _dollars(reserved),
        None if forecast is None else _dollars(forecast), None, None, None, SpendStatus.UNDER, (), days=lines,
    )  # fmt: skip


def _sentences(month: MonthCost) -> list[tuple[str, str]]:
    assert all(one.saving is None for one in habits(month))
    return [(one.rule, one.sentence) for one in habits(month)]


def test_a_nearly_used_pot_says_what_is_left() -> None:
    ((rule, sentence),) = _sentences(_month(8, 8, reserved=2.9))
    assert rule == "utilisation"
    assert "90%" in sentence
    assert "$2.10 is left" in sentence
    assert _sentences(_month(8, 8)) == []


def test_a_pot_that_will_stay_full_is_told_by_the_forecast_only() -> None:
    even = (0.5,) * 5
    ((_, sentence),) = _sentences(_month(*even, forecast=184.25))
    assert "25% of the $21.00" in sentence
    assert "$15.75 lower" in sentence
    assert _sentences(_month(*even, forecast=195)) == []
    assert _sentences(_month(*even)) == []
    assert _sentences(_month(0.5, forecast=180)) == []


def test_uneven_days_are_told_with_their_ratio_and_the_dearest() -> None:
    ((rule, sentence),) = _sentences(_month(0, 0, 10, 0, 0, forecast=195))
    assert rule == "uneven days"
    assert "2.0 times its mean of $2.00" in sentence
    assert "04 Nov with $10.00" in sentence
    assert _sentences(_month(1, 2, 1, 2, 1, forecast=195)) == []


def test_a_month_without_metered_money_tells_nothing() -> None:
    assert habits(_month(0, 0, 0, 0, 0, forecast=179)) == ()
