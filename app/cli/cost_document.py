"""`pitwall cost` as one document: what the month costs, where it heads, and by which source."""

from collections.abc import Iterator

from app.domain.cost import ForecastBasis, MonthCost, SourceSpend
from app.domain.units import MicroUsd, iso, usd


def cost_document(cost: MonthCost) -> dict[str, object]:
    return {
        "month": cost.month,
        "budget_usd": usd(cost.budget),
        "notice_usd": usd(cost.notice),
        "fixed_usd": usd(cost.fixed),
        "metered_usd": usd(cost.metered),
        "reserved_usd": usd(cost.reserved),
        "discretionary_usd": usd(cost.discretionary),
        "forecast_usd": _or_none(cost.forecast),
        "forecast_low_usd": _or_none(cost.forecast_low),
        "forecast_high_usd": _or_none(cost.forecast_high),
        "exhaust_date": None if cost.exhaust_date is None else cost.exhaust_date.isoformat(),
        "status": cost.status.value,
        "by_source": [_source(spend) for spend in cost.by_source],
        "recommendations": [
            {"rule": one.rule, "sentence": one.sentence, "saving_usd": _or_none(one.saving)}
            for one in cost.recommendations
        ],
        "licence_usd": usd(cost.licence),
        "credit_usd": usd(cost.credit),
        "above_reserve": cost.overran,
        "reconciliation": [
            {
                "source": str(one.source),
                "month": one.month,
                "settled_usd": usd(one.settled),
                "billed_usd": usd(one.billed),
                "drift": None if one.drift is None else round(one.drift, 4),
                "read_at": iso(one.at),
            }
            for one in cost.billed
        ],
        "forecast_basis": None if cost.basis is None else _basis(cost.basis),
    }


def cost_lines(cost: MonthCost) -> Iterator[str]:
    """The same for people."""
    yield f"{cost.month}   {cost.status.value}"
    yield from (
        f"{name:<14} {_money(amount):>12}"
        for name, amount in (
            ("budget", cost.budget),
            ("notice", cost.notice),
            ("fixed", cost.fixed),
            ("metered", cost.metered),
            ("reserved", cost.reserved),
            ("discretionary", cost.discretionary),
            ("forecast", cost.forecast),
        )
    )
    if cost.forecast_low is not None and cost.forecast_high is not None:
        low, high = _money(cost.forecast_low), _money(cost.forecast_high)
        yield f"{'estimate ±':<14} {low:>12} to {high} (P10 to P90)"
    if cost.exhaust_date is not None:
        yield f"{'used up on':<14} {cost.exhaust_date.isoformat():>12}"
    for spend in cost.by_source:
        yield (
            f"  {spend.source:<12} {_money(spend.fixed):>12} fixed {_money(spend.metered):>12} metered "
            f"{_money(spend.reserved):>12} reserved"
        )
    for one in cost.billed:
        drift = "" if one.drift is None else f", {one.drift:+.1%} here"
        yield f"{one.source} billed {_money(one.billed)}, {_money(one.settled)} settled{drift}"
    for advice in cost.recommendations:
        yield advice.sentence


def _source(spend: SourceSpend) -> dict[str, object]:
    return {
        "source": str(spend.source),
        "fixed_usd": usd(spend.fixed),
        "metered_usd": usd(spend.metered),
        "reserved_usd": usd(spend.reserved),
        "licence_usd": usd(spend.licence),
        "credit_usd": usd(spend.credit),
    }


def _basis(basis: ForecastBasis) -> dict[str, object]:
    a_day = None if basis.a_day is None else round(usd(MicroUsd(round(basis.a_day))), 6)
    return {
        "formula": basis.formula,
        "as_of": iso(basis.as_of),
        "metered_a_trading_day_usd": a_day,
        "trading_days_gone": basis.days_gone,
        "trading_days_left": basis.days_left,
        "trading_days_before": basis.days_before,
        "burn_ratio": None if basis.burn_ratio is None else round(basis.burn_ratio, 4),
    }


def _or_none(amount: MicroUsd | None) -> float | None:
    return None if amount is None else usd(amount)


def _money(amount: MicroUsd | None) -> str:
    return "–" if amount is None else f"${usd(amount):,.2f}"
