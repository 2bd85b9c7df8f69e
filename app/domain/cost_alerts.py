"""What a month's cost should draw attention to. Each rule is told once a month, or once a day if so named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import fmean, pstdev
from typing import Final

from app.domain.cost import MonthCost
from app.domain.units import MicroUsd, usd

_SHARES: Final = (50, 75, 90, 100)
_EARLY_DAYS: Final = 3
_ENOUGH_REQUESTS: Final = 5
_DAYS_COMPARED: Final = 20
_FEWEST_DAYS: Final = 5
_SIGMAS: Final = 3


@dataclass(frozen=True, slots=True)
class CostAlert:
    """`topic` is the line it takes on screen: a later alert of the topic replaces an earlier one."""

    rule: str
    topic: str
    severity: str
    sentence: str


def due_alerts(
    cost: MonthCost, today: date, settled: int, days: tuple[MicroUsd, ...], waiting: int = 0
) -> tuple[CostAlert, ...]:
    """`settled` counts this month's requests, `waiting` those unsettled for a day; `days` is metered money
    a trading day, today's last."""
    return (
        *_shares(cost),
        *_totals(cost),
        *_forecast(cost, today, settled),
        *_jump(cost, today, days),
        *_waiting(cost, waiting),
    )


def _shares(cost: MonthCost) -> Iterator[CostAlert]:
    free = cost.discretionary
    if free <= 0:
        return
    for share in _SHARES:
        if cost.metered * 100 < share * free:
            return
        sentence = f"{share} % of the {_money(free)} for metered data is spent: {_money(cost.metered)}."
        severity = "WARNING"
        if share == _SHARES[0]:
            severity = "INFO"
        elif share == _SHARES[-1]:
            severity = "ERROR"
            sentence = (
                f"The {_money(free)} for metered data is used up ({_money(cost.metered)} spent): paid "
                "requests are refused. Free sources, the cache and the flat live stream go on."
            )
        yield _alert(cost, f"share-{share}", "share", severity, sentence)


def _totals(cost: MonthCost) -> Iterator[CostAlert]:
    total = MicroUsd(cost.fixed + cost.metered)
    if cost.fixed and cost.fixed >= cost.budget:
        sentence = (
            f"The fixed fees of {_money(cost.fixed)} use up the budget of {_money(cost.budget)}: there is no "
            "discretionary money, and paid requests are refused."
        )
        yield _alert(cost, "fees", "total", "ERROR", sentence)
    elif cost.fixed < cost.notice <= total:
        sentence = f"This month's data costs {_money(total)}: the notice line is {_money(cost.notice)}."
        yield _alert(cost, "notice", "total", "WARNING", sentence)


def _forecast(cost: MonthCost, today: date, settled: int) -> Iterator[CostAlert]:
    early = today.day <= _EARLY_DAYS and settled < _ENOUGH_REQUESTS
    forecast = cost.forecast
    if early or forecast is None or forecast <= cost.budget or cost.fixed >= cost.budget:
        return
    between = ""
    if cost.forecast_low is not None and cost.forecast_high is not None:
        between = f", {_money(cost.forecast_low)} to {_money(cost.forecast_high)}"
    sentence = f"This month heads for {_money(forecast)} (estimate{between}), above {_money(cost.budget)}"
    if cost.exhaust_date is not None:
        sentence += f"; the budget is used up on {cost.exhaust_date:%d %b}"
    yield _alert(cost, f"forecast-{today}", "forecast", "WARNING", f"{sentence}.")


def _jump(cost: MonthCost, today: date, days: tuple[MicroUsd, ...]) -> Iterator[CostAlert]:
    usual, spent = days[-_DAYS_COMPARED - 1 : -1], days[-1] if days else 0
    if len(usual) < _FEWEST_DAYS or not any(usual):
        return
    bound = fmean(usual) + _SIGMAS * pstdev(usual)
    if spent > bound:
        sentence = (
            f"Today's metered data costs {_money(MicroUsd(spent))}; the last {len(usual)} trading days cost "
            f"{_money(MicroUsd(round(fmean(usual))))} each."
        )
        yield _alert(cost, f"day-{today}", "day", "WARNING", sentence)


def _waiting(cost: MonthCost, waiting: int) -> Iterator[CostAlert]:
    """A crash between paying and settling leaves such a request behind."""
    if waiting:
        sentence = (
            f"{waiting} paid requests of earlier days were never settled. {_money(cost.reserved)} stay "
            "reserved until they are compared with the vendor's bill."
        )
        yield _alert(cost, f"waiting-{waiting}", "waiting", "WARNING", sentence)


def _alert(cost: MonthCost, rule: str, topic: str, severity: str, sentence: str) -> CostAlert:
    told = f"{sentence} (simulated)" if cost.simulated else sentence
    return CostAlert(rule, f"cost-{topic}", severity, told)


def _money(amount: MicroUsd) -> str:
    return f"${usd(amount):,.2f}"
