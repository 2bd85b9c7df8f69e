"""The month's data cost as shares and words: spent, reserved, forecast, against the budget. No Qt."""

from typing import Final

from app.domain.cost import CostKind, MonthCost, SourceSpend, SpendStatus
from app.domain.cost_updates import CostAlerted
from app.domain.units import MicroUsd
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.keyed_line import KeyedLine

DRIFT_SHARE: Final = 0.05
MOST_ADVICE: Final = 3
_GRAVEST: Final = ("ERROR", "WARNING", "INFO")
_SIGNS: Final = {"ERROR": "✖", "WARNING": "▲", "INFO": "•"}
_FEES: Final = {
    CostKind.FIXED: "plan",
    CostKind.LICENCE: "licence",
    CostKind.CREDIT: "credit",
    CostKind.METERED: "metered",
}
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
    if not (cost.forecast or spent(cost) or cost.reserved):
        return "nothing to forecast: no fee and no purchase is known"
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
    """What the ledger says could be saved, the largest first, then what is only worth knowing, and what cost
    more than was set aside."""
    words = [advice.sentence for advice in cost.recommendations[:MOST_ADVICE]]
    if (more := len(cost.recommendations) - MOST_ADVICE) > 0:
        words.append(f"{more} more: point here.")
    if cost.overran:
        words.append(f"{cost.overran} of the requests cost more than was reserved.")
    return "\n".join(words)


def advice_tip(cost: MonthCost) -> str:
    """All of it, each with what it would have saved."""
    return "\n".join(
        f"{one.rule}{'' if one.saving is None else f' ({text.money(one.saving)})'}: {one.sentence}"
        for one in cost.recommendations
    )


def alert_words(told: CostAlerted | None, zone: Zone) -> str:
    """A refusal first, then what is due, the gravest before the rest."""
    if told is None:
        return ""
    words = []
    if told.refused is not None:
        at, why = told.refused
        words.append(f"✖ Refused at {text.clock(at, zone)}: {why}")
    newest = {alert.topic: alert for alert in told.alerts}.values()
    for alert in sorted(newest, key=lambda alert: _GRAVEST.index(alert.severity)):
        words.append(f"{_SIGNS[alert.severity]} {alert.sentence}")
    return "\n".join(words)


def alert_colour(told: CostAlerted | None) -> str:
    if told is None:
        return "dim"
    grave = told.refused is not None or any(alert.severity == "ERROR" for alert in told.alerts)
    return "down" if grave else "warn" if any(a.severity == "WARNING" for a in told.alerts) else "dim"


def billed_words(cost: MonthCost) -> str:
    """Ours beside the vendor's own bill, where one was read; beyond 5 % it asks for attention."""
    words = []
    for one in cost.billed:
        drift = text.DASH if one.drift is None else text.percent(one.drift, 1, sign=True)
        when = text.day_clock(one.at)
        words.append(f"{one.source} billed {text.money(one.billed)}, settled here {text.money(one.settled)} "
                     f"({drift}), read {when}")  # fmt: skip
    return "\n".join(words)


def drifts(cost: MonthCost) -> bool:
    return any(one.drift is None or abs(one.drift) > DRIFT_SHARE for one in cost.billed)


def parts(cost: MonthCost) -> tuple[KeyedLine, ...]:
    """Source, dataset, schema: what made the month, dearest first; credits stand apart and lower nothing."""
    made = []
    for part in cost.parts:
        names = (str(part.source), part.dataset, part.schema or _FEES[part.kind])
        words = " · ".join(name for name in names if name)
        swatch = "info" if part.kind is not CostKind.METERED else "accent"
        made.append(KeyedLine(words, text.money(part.amount), "", swatch))
    made += [
        KeyedLine(f"{one.source} · credit", text.money(one.credit), "stands apart", "idle")
        for one in cost.by_source
        if one.credit
    ]
    return tuple(made)


def stack(cost: MonthCost) -> tuple[tuple[float, str, int], ...]:
    """The same as shares of a bar; metered parts fade so that neighbours can be told apart."""
    shares: list[tuple[float, str, int]] = []
    faded = 0
    for part in cost.parts:
        if part.kind is CostKind.METERED:
            shares.append((part.amount, "accent", max(90, 255 - 45 * faded)))
            faded += 1
        else:
            shares.append((part.amount, "info", 255 if part.kind is CostKind.FIXED else 150))
    return tuple(shares)


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
