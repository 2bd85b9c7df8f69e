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
        words += f" (estimate, {text.money(cost.forecast_low, 0)} – {text.money(cost.forecast_high, 0)})"
    if cost.exhaust_date is not None:
        words += f" · budget used up on {cost.exhaust_date:%d %b}"
    return words


def basis_words(cost: MonthCost) -> str:
    """What the forecast was made from: a number without that is a guess."""
    basis = cost.basis
    if basis is None:
        return ""
    a_day = text.DASH if basis.a_day is None else text.money(MicroUsd(round(basis.a_day)))
    rows = [
        f"metered money a trading day: {a_day}",
        f"trading days: {basis.days_gone} gone, {basis.days_left} left, {basis.days_before} known before",
        f"money goes at {text.number(basis.burn_ratio, 2)} × the pace of the days",
        f"P10 to P90 in brackets; formula {basis.formula}, as of {text.day_clock(basis.as_of)}",
    ]
    return "\n".join(rows)


def advice_words(cost: MonthCost) -> str:
    """The largest saving the ledger knows of, and what cost more than was set aside for it."""
    words = [advice.sentence for advice in cost.recommendations[:1]]
    if cost.overran:
        words.append(f"{cost.overran} of the requests cost more than was reserved.")
    return " ".join(words)


def pot_words(cost: MonthCost) -> str:
    """What is left for metered use, in words when nothing is."""
    if cost.discretionary <= 0:
        return "no discretionary money: the fixed fees use up the budget"
    left = max(0, cost.discretionary - cost.metered - cost.reserved)
    words = f"{text.money(MicroUsd(left))} of {text.money(cost.discretionary)} left for metered use"
    if cost.reserved:
        words += f" ({text.money(cost.reserved)} reserved)"
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
