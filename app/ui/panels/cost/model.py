"""The month's data cost as a gauge and its words: spent, reserved, forecast, against budget and notice. No Qt."""

from app.domain.cost import MonthCost, SourceSpend, SpendStatus
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
    words = f"{text.money(type(cost.budget)(left))} of {text.money(cost.discretionary)} left for metered use"
    if cost.fixed >= cost.notice > 0:
        words += f"; fixed fees alone exceed the {text.money(cost.notice, 0)} notice"
    return words


def lines(cost: MonthCost) -> tuple[KeyedLine, ...]:
    """A line for each source that costs anything, dearest first, and one for the sum."""
    parts = sorted(cost.by_source, key=lambda part: -(part.fixed + part.metered + part.reserved))
    found = [_line(part) for part in parts]
    found.append(KeyedLine("All sources", text.money(type(cost.budget)(spent(cost))), strong=True))
    return tuple(found)


def _line(part: SourceSpend) -> KeyedLine:
    split = []
    if part.fixed:
        split.append(f"{text.money(part.fixed)} fixed")
    if part.metered:
        split.append(f"{text.money(part.metered)} metered")
    if part.reserved:
        split.append(f"{text.money(part.reserved)} reserved")
    total = type(part.fixed)(part.fixed + part.metered)
    return KeyedLine(
        str(part.source), text.money(total), " + ".join(split) if len(split) > 1 else "".join(split)
    )
