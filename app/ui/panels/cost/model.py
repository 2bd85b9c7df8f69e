"""The month's data cost as shares and words: spent, reserved, forecast, against the budget. No Qt."""

from app.domain.cost import MonthCost, SourceSpend, SpendStatus
from app.domain.units import MicroUsd
from app.ui import format as text
from app.ui.widgets.keyed_line import KeyedLine

STATUS_COLOURS = {
    SpendStatus.UNDER: "up",
    SpendStatus.ON_TRACK: "up",
    SpendStatus.CAUTION: "warn",
    SpendStatus.WARNING: "down",
    SpendStatus.STOPPED: "down",
}


def spent(cost: MonthCost) -> int:
    """Fixed and metered; what is only reserved is not spent."""
    return cost.fixed + cost.metered


def shares(cost: MonthCost) -> tuple[float | None, float | None]:
    """Spent of the budget, and metered + reserved of what the budget leaves free; None without such a pot."""
    total = spent(cost) / cost.budget if cost.budget > 0 else None
    free = (cost.metered + cost.reserved) / cost.discretionary if cost.discretionary > 0 else None
    return total, free


def forecast_words(cost: MonthCost) -> str:
    if cost.forecast is None:
        return "the forecast appears after the first trading day of metered use"
    words = f"forecast {text.money(cost.forecast, 0)}"
    if cost.forecast_low is not None and cost.forecast_high is not None:
        words += f" ({text.money(cost.forecast_low, 0)} – {text.money(cost.forecast_high, 0)})"
    if cost.exhaust_date is not None:
        words += f" · budget used up on {cost.exhaust_date:%d %b}"
    return words


def pot_words(cost: MonthCost) -> str:
    """What is left for metered use, in words when nothing is."""
    if cost.discretionary <= 0:
        return "no discretionary money: the fixed fees use up the budget"
    left = max(0, cost.discretionary - cost.metered - cost.reserved)
    words = f"{text.money(MicroUsd(left))} of {text.money(cost.discretionary)} left for metered use"
    if cost.fixed >= cost.notice > 0:
        words += f"; fixed fees alone exceed the {text.money(cost.notice, 0)} notice"
    return words


def lines(cost: MonthCost) -> tuple[KeyedLine, ...]:
    """A line for each source that costs anything, dearest first."""
    parts = sorted(cost.by_source, key=lambda part: -(part.fixed + part.metered + part.reserved))
    return tuple(_line(part) for part in parts if part.fixed or part.metered or part.reserved)


def _line(part: SourceSpend) -> KeyedLine:
    split = ((part.fixed, "fixed"), (part.metered, "metered"), (part.reserved, "reserved"))
    words = " + ".join(f"{text.money(amount)} {kind}" for amount, kind in split if amount)
    return KeyedLine(str(part.source), text.money(MicroUsd(part.fixed + part.metered)), words)
