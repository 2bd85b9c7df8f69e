"""The month's cost on screen: nothing is shown that was not counted."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.domain.cost import (
    CostKind,
    DaySpend,
    FanPoint,
    ForecastBasis,
    MonthCost,
    Recommendation,
    Reconciliation,
    SpendPart,
    SpendStatus,
)
from app.domain.cost_alerts import due_alerts
from app.domain.units import MicroUsd, ns_from_iso
from app.domain.updates import CostAlerted, CostChanged
from app.ui.panels.cost.model import advice_words, basis_words, forecast_words, lines, pot_words, shares
from app.ui.panels.cost.view import CostPanel
from tests.ui.conftest import Room
from tests.ui.feed import DATABENTO
from tests.ui.spend import month

START = ns_from_iso("2026-11-18T15:00:00Z")


def test_a_month_without_forecast_says_when_there_will_be_one() -> None:
    assert "appears after" in forecast_words(month(forecast=None, forecast_low=None, forecast_high=None))


def test_a_forecast_carries_its_interval_and_the_day_the_budget_ends() -> None:
    words = forecast_words(month(exhaust_date=date(2026, 11, 27)))
    assert words == "forecast $184 (estimate, $182 – $190) · budget used up on 27 Nov"


def test_a_forecast_says_what_it_was_made_from() -> None:
    basis = ForecastBasis("1", ns_from_iso("2026-11-20T16:00:00Z"), 300_000.0, 15, 5, 60, 0.5)
    words = basis_words(month(basis=basis))
    assert "$0.30" in words
    assert "15 gone, 5 left, 60 known before" in words
    assert "formula 1, as of Fri 20 Nov 10:00 CT" in words
    assert basis_words(month()) == ""
    nothing = ForecastBasis("1", basis.as_of, None, 0, 20, 0, None)
    assert "a trading day: —" in basis_words(month(basis=nothing))


def test_advice_is_shown_with_what_it_follows_from() -> None:
    assert advice_words(month()) == ""
    advice = Recommendation("buy missing ranges only", "Bought 2 times; $2.00 saved.", MicroUsd(2_000_000))
    words = advice_words(month(recommendations=(advice, advice), overran=1))
    assert words.split("\n") == [
        "Bought 2 times; $2.00 saved.",
        "Bought 2 times; $2.00 saved.",
        "1 of the requests cost more than was reserved.",
    ]
    assert "($0.40 reserved)" in pot_words(month())


def test_shares_of_nothing_are_not_zero() -> None:
    assert shares(month(budget=MicroUsd(0))) == (None, None)
    total, free = shares(month())
    assert total == pytest.approx(0.90685)
    assert free == pytest.approx(2.77 / 21)


def test_fees_that_eat_the_budget_are_said_in_words() -> None:
    assert "no discretionary money" in pot_words(month(fixed=MicroUsd(250_000_000)))
    assert "exceed the $150 notice" in pot_words(month())


def test_a_line_names_fixed_metered_and_reserved_money() -> None:
    (line,) = lines(month())
    assert line.words == "databento"
    assert line.right == "$181.37"
    assert line.middle == "$179.00 fixed + $2.37 metered + $0.40 reserved"


def test_simulated_money_is_badged(room: Room, shots: Path) -> None:
    room.open_market()
    panel = room.window.panels["cost"]
    assert isinstance(panel, CostPanel)
    assert panel.figure.text() == "$181.37"
    assert panel.simulated.text == "simulated"
    advice = Recommendation("", "The same request was bought twice.", MicroUsd(2_000_000))
    warned = month(simulated=False, status=SpendStatus.WARNING, recommendations=(advice,))
    room.feed.put(CostChanged(warned))
    room.frames()
    assert panel.advice.text() == advice.sentence
    assert panel.simulated.text == ""
    assert panel.status.text() == "WARNING"
    panel.grab().save(str(shots / "cost.png"))


def _eventful(**changed: object) -> MonthCost:
    """A month with purchases, a fan, a bill and a credit."""
    dollar = 1_000_000
    spent = [
        0,
        400_000,
        1_200_000,
        0,
        300_000,
        2_500_000,
        0,
        600_000,
        900_000,
        0,
        400_000,
        1_100_000,
        700_000,
    ]
    days, so_far = [], 0
    for number, amount in enumerate(spent):
        so_far += amount
        one_off = MicroUsd(2_000_000 if amount == 2_500_000 else 0)
        day = date(2026, 11, 2 + number + 2 * (number // 5))
        days.append(DaySpend(day, MicroUsd(amount), one_off, MicroUsd(so_far)))
    total = 179 * dollar + so_far
    ahead = [date(2026, 11, day) for day in (19, 20, 23, 24, 25, 27, 30)]
    fan = tuple(
        FanPoint(
            day, MicroUsd(total + n * 200_000), MicroUsd(total + n * 600_000), MicroUsd(total + n * 1_300_000)
        )
        for n, day in enumerate(ahead, 1)
    )
    parts = (
        SpendPart(DATABENTO, "", "", CostKind.FIXED, MicroUsd(179 * dollar)),
        SpendPart(DATABENTO, "GLBX.MDP3", "trades", CostKind.METERED, MicroUsd(so_far - 1_500_000)),
        SpendPart(DATABENTO, "GLBX.MDP3", "mbp-1", CostKind.METERED, MicroUsd(1_500_000)),
    )
    billed = (
        Reconciliation(
            DATABENTO, "2026-11", MicroUsd(so_far), MicroUsd(round(so_far * 0.9)),
            ns_from_iso("2026-11-18T15:00:00Z"),
        ),
    )  # fmt: skip
    advice = Recommendation(
        "free replay instead of history",
        "3 purchases lay wholly within the last 24 hours, which the live plan replays free: $2.10 less.",
        MicroUsd(2_100_000), ("chart_backfill", 1_440),
    )  # fmt: skip
    facts: dict[str, object] = {
        "metered": MicroUsd(so_far), "days": tuple(days), "fan": fan, "parts": parts, "billed": billed,
        "recommendations": (advice,), "forecast": fan[-1].middle, "forecast_low": fan[-1].low,
        "forecast_high": fan[-1].high, "simulated": False,
    }  # fmt: skip
    return month(**(facts | changed))


def _alone(
    room: Room,
    cost: MonthCost,
    shots: Path,
    name: str,
    size: tuple[int, int] = (620, 720),
    alerted: CostAlerted | None = None,
) -> CostPanel:
    panel = CostPanel(room.window.desk)
    panel.dress()
    panel.resize(*size)
    panel.show()
    panel.receive(CostChanged(cost))
    if alerted is not None:
        panel.receive(alerted)
    for _ in range(2):
        panel.refresh_texts(room.clock.now())
        QApplication.processEvents()
    panel.grab().save(str(shots / f"{name}.png"))
    return panel


def test_an_eventful_month_shows_days_fan_parts_bill_and_advice(room: Room, shots: Path) -> None:
    room.open_market()
    panel = _alone(room, _eventful(), shots, "cost-eventful")
    assert panel.burn.isVisible()
    assert [line.words for line in panel.parts.lines] == [
        "databento · plan", "databento · GLBX.MDP3 · trades", "databento · GLBX.MDP3 · mbp-1",
    ]  # fmt: skip
    assert "+11.1%" in panel.billed.text()
    assert panel.use_advice.isVisible()
    panel.use_advice.click()
    assert ("change_setting", "chart_backfill", 1_440) in room.commands.asked
    panel.close()


def test_advice_without_a_change_leaves_the_button_to_the_next(room: Room, shots: Path) -> None:
    room.open_market()
    (replayed,) = _eventful().recommendations
    shelf = Recommendation(
        "cached data for back-tests", "$3.00 went for hours that were bought before.", MicroUsd(3_000_000)
    )
    uneven = Recommendation("uneven days", "Metered money is spent unevenly, by 1.9 times its mean.", None)
    used = Recommendation("utilisation", "82% of the $21.00 is spent or set aside.", None)
    panel = _alone(
        room, _eventful(recommendations=(shelf, replayed, uneven, used)), shots, "cost-advice", (620, 780)
    )
    assert panel.use_advice.text() == "Apply: free replay instead of history"
    assert panel.advice.text().endswith("1 more: point here.")
    assert "cached data for back-tests ($3.00)" in panel.advice.toolTip()
    assert "utilisation: 82%" in panel.advice.toolTip()
    panel.use_advice.click()
    assert ("change_setting", "chart_backfill", 1_440) in room.commands.asked
    panel.close()


def test_a_fresh_month_and_one_over_its_limit_look_like_it(room: Room, shots: Path) -> None:
    room.open_market()
    nothing = MicroUsd(0)
    fresh = month(
        fixed=nothing, metered=nothing, reserved=nothing, forecast=nothing, forecast_low=None,
        forecast_high=None, by_source=(), simulated=False,
    )  # fmt: skip
    panel = _alone(room, fresh, shots, "cost-fresh")
    assert "nothing to forecast" in panel.words.text()
    assert not panel.burn.isVisible()
    panel.close()
    over = _eventful(
        metered=MicroUsd(22_000_000), status=SpendStatus.STOPPED, exhaust_date=date(2026, 11, 18)
    )
    refused = ns_from_iso("2026-11-18T20:04:00Z"), "$6.60 does not fit: $0.00 is left this month."
    alerted = CostAlerted(due_alerts(over, date(2026, 11, 18), 7, ()), refused)
    panel = _alone(room, over, shots, "cost-over", alerted=alerted)
    assert panel.alerts.text().startswith("✖ Refused at 14:04:00 CT: $6.60 does not fit")
    assert "✖ The $21.00 for metered data is used up" in panel.alerts.text()
    assert "75 %" not in panel.alerts.text()
    assert panel.status.text() == "STOPPED"
    assert "budget used up on 18 Nov" in panel.words.text()
    panel.close()
    panel = _alone(room, _eventful(), shots, "cost-small", (420, 150))
    assert not panel.burn.isVisible()
    assert not panel.deeds.row.isVisible()
    panel.close()


def test_a_month_near_the_notice_line_and_one_far_from_its_bill_say_so(room: Room, shots: Path) -> None:
    room.open_market()
    dollar = 1_000_000
    near = _eventful(
        fixed=MicroUsd(142 * dollar), billed=(), parts=(), recommendations=(),
        forecast=MicroUsd(163 * dollar), fan=(), by_source=(),
    )  # fmt: skip
    today = date(2026, 11, 18)
    panel = _alone(room, near, shots, "cost-notice", alerted=CostAlerted(due_alerts(near, today, 7, ())))
    assert "▲ This month's data costs $150.10: the notice line is $150.00." in panel.alerts.text()
    panel.close()
    far = _eventful(
        billed=(
            Reconciliation(DATABENTO, "2026-11", MicroUsd(8_100_000), MicroUsd(11 * dollar), START),
        )
    )  # fmt: skip
    panel = _alone(room, replace(far, simulated=True), shots, "cost-drift", (346, 640))
    assert "billed $11.00, settled here $8.10" in panel.billed.text()
    panel.close()
