"""The month of a ledger as the gauge shows it. Pure; UTC months; only metered use is projected."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.domain.advice import recommendations
from app.domain.cost import Charge, ChargeState, CostKind, ForecastBasis, MonthCost, SourceSpend, SpendStatus
from app.domain.forecast import FORMULA, Forecast, SpendFacts, forecast
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.spending import by_day, days_before, days_of_month, standing, total
from app.domain.units import MicroUsd, Ns, moment

_ON_TRACK, _CAUTION, _WARNING, _STOPPED = 0.5, 0.75, 0.9, 1.0
_NOTHING: Final = MicroUsd(0)


def month_cost(
    *,
    now: Ns,
    budget: MicroUsd,
    notice: MicroUsd,
    fixed: Mapping[SourceId, MicroUsd],
    charges: Iterable[Charge],
    calendar: Calendar,
    before: Iterable[Charge] = (),
    simulated: bool = False,
) -> MonthCost:
    """`charges` are the month's ledger lines up to now, `before` those of the three months before it, oldest
    first; `fixed` are the fees of the plans in use."""
    lines, today = standing(charges, until=now), moment(now).date()
    spends = _by_source(fixed, lines)
    facts = _facts(now, budget, spends, lines, standing(before), calendar)
    made = forecast(facts)
    return MonthCost(
        month=f"{today:%Y-%m}",
        budget=budget,
        notice=notice,
        fixed=facts.fixed,
        metered=facts.metered,
        reserved=facts.committed,
        forecast=made.total,
        forecast_low=made.low,
        forecast_high=made.high,
        exhaust_date=made.exhaust_date,
        status=_status(facts, made.total),
        by_source=spends,
        simulated=simulated,
        licence=_sum(spend.licence for spend in spends),
        credit=_sum(spend.credit for spend in spends),
        overran=sum(line.overran for line in lines if line.state is ChargeState.SETTLED),
        basis=_basis(now, facts, made),
        recommendations=recommendations(lines),
    )


def _by_source(fixed: Mapping[SourceId, MicroUsd], lines: tuple[Charge, ...]) -> tuple[SourceSpend, ...]:
    sources = sorted({*fixed, *(line.source for line in lines)})
    return tuple(
        _spend(source, fixed, tuple(line for line in lines if line.source == source)) for source in sources
    )


def _spend(source: SourceId, fees: Mapping[SourceId, MicroUsd], lines: tuple[Charge, ...]) -> SourceSpend:
    settled = {kind: total(lines, kind, ChargeState.SETTLED) for kind in CostKind}
    licence = settled[CostKind.LICENCE]
    return SourceSpend(
        source,
        fixed=MicroUsd(fees.get(source, _NOTHING) + settled[CostKind.FIXED] + licence),
        metered=settled[CostKind.METERED],
        reserved=total(lines, CostKind.METERED, ChargeState.RESERVED),
        licence=licence,
        credit=settled[CostKind.CREDIT],
    )


def _facts(
    now: Ns,
    budget: MicroUsd,
    spends: tuple[SourceSpend, ...],
    lines: tuple[Charge, ...],
    earlier: tuple[Charge, ...],
    calendar: Calendar,
) -> SpendFacts:
    today = moment(now).date()
    gone, ahead = days_of_month(calendar, today)
    return SpendFacts(
        today=today,
        budget=budget,
        fixed=_sum(spend.fixed for spend in spends),
        metered=_sum(spend.metered for spend in spends),
        committed=_sum(spend.reserved for spend in spends),
        routine=by_day(lines, gone, routine=True),
        before=by_day(earlier, days_before(earlier, calendar, today), routine=True),
        ahead=ahead,
    )


def _basis(now: Ns, facts: SpendFacts, made: Forecast) -> ForecastBasis:
    return ForecastBasis(
        formula=FORMULA,
        as_of=now,
        a_day=made.a_day,
        days_gone=len(facts.routine),
        days_left=len(facts.ahead),
        days_before=len(facts.before),
        burn_ratio=made.burn_ratio,
    )


def _sum(amounts: Iterable[int]) -> MicroUsd:
    return MicroUsd(sum(amounts))


def _status(facts: SpendFacts, forecast: MicroUsd) -> SpendStatus:
    """By the share of what the fixed fees leave over."""
    discretionary, used = facts.budget - facts.fixed, facts.metered + facts.committed
    share = used / discretionary if discretionary > 0 else (_STOPPED if facts.fixed or used else 0.0)
    if share >= _STOPPED:
        return SpendStatus.STOPPED
    if share >= _WARNING:
        return SpendStatus.WARNING
    if share >= _CAUTION or forecast > facts.budget:
        return SpendStatus.CAUTION
    return SpendStatus.ON_TRACK if share >= _ON_TRACK else SpendStatus.UNDER
