"""The month of a ledger as the gauge shows it. Pure; UTC months; only metered use is projected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from app.domain.advice import FreeOffer, recommendations
from app.domain.cost import (
    Charge,
    ChargeState,
    CostKind,
    DaySpend,
    ForecastBasis,
    MonthCost,
    Reconciliation,
    SourceSpend,
    SpendPart,
    SpendStatus,
)
from app.domain.forecast import FORMULA, Forecast, SpendFacts, fan, forecast
from app.domain.habits import habits
from app.domain.market_state import MarketState
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.spending import by_day, counted, days_before, days_of_month, standing, total
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
    licences: Mapping[SourceId, MicroUsd] = MappingProxyType({}),
    credits: Mapping[SourceId, MicroUsd] = MappingProxyType({}),
    billed: tuple[Reconciliation, ...] = (),
    free: tuple[FreeOffer, ...] = (),
) -> MonthCost:
    """`charges` are the month's ledger lines up to now, `before` those of the three months before it, oldest
    first; `fixed` are the fees of the plans in use, `licences` and `credits` stand beside them; `free` is
    what need not be bought at all."""
    lines, today = standing(charges, until=now), moment(now).date()
    spends = _by_source(fixed, licences, credits, lines)
    facts = _facts(now, budget, spends, lines, standing(before), calendar)
    made = forecast(facts)
    month = MonthCost(
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
        recommendations=recommendations(lines, tuple(fixed), _in_regular_hours(calendar), free),
        parts=_parts(spends, lines),
        days=_days(lines, calendar, today),
        fan=fan(facts),
        billed=billed,
    )
    return replace(month, recommendations=(*month.recommendations, *habits(month)))


def _in_regular_hours(calendar: Calendar) -> Callable[[Ns], bool]:
    return lambda at: calendar.at(at).state is MarketState.RTH


def _parts(spends: tuple[SourceSpend, ...], lines: tuple[Charge, ...]) -> tuple[SpendPart, ...]:
    """Dearest first. Fees have neither dataset nor schema."""
    sums: dict[tuple[SourceId, str, str, CostKind], int] = {}
    for spend in spends:
        for kind, fee in ((CostKind.FIXED, spend.fixed - spend.licence), (CostKind.LICENCE, spend.licence)):
            if fee:
                sums[spend.source, "", "", kind] = fee
    for line in lines:
        if line.kind is CostKind.METERED and line.state is ChargeState.SETTLED:
            key = line.source, line.dataset, line.schema, line.kind
            sums[key] = sums.get(key, 0) + counted(line)
    parts = (SpendPart(*key, MicroUsd(amount)) for key, amount in sums.items() if amount)
    return tuple(sorted(parts, key=lambda part: -part.amount))


def _days(lines: tuple[Charge, ...], calendar: Calendar, today: date) -> tuple[DaySpend, ...]:
    gone = days_of_month(calendar, today)[0]
    every, routine = by_day(lines, gone, routine=False), by_day(lines, gone, routine=True)
    sums = accumulate(every)
    return tuple(
        DaySpend(day, metered, MicroUsd(metered - usual), MicroUsd(so_far))
        for day, metered, usual, so_far in zip(gone, every, routine, sums, strict=True)
    )


def _by_source(
    fixed: Mapping[SourceId, MicroUsd],
    licences: Mapping[SourceId, MicroUsd],
    credits: Mapping[SourceId, MicroUsd],
    lines: tuple[Charge, ...],
) -> tuple[SourceSpend, ...]:
    spends = []
    for source in sorted({*fixed, *licences, *credits, *(line.source for line in lines)}):
        own = tuple(line for line in lines if line.source == source)
        settled = {kind: total(own, kind, ChargeState.SETTLED) for kind in CostKind}
        licence = settled[CostKind.LICENCE] + licences.get(source, _NOTHING)
        spends.append(
            SourceSpend(
                source,
                fixed=MicroUsd(fixed.get(source, _NOTHING) + settled[CostKind.FIXED] + licence),
                metered=settled[CostKind.METERED],
                reserved=total(own, CostKind.METERED, ChargeState.RESERVED),
                licence=MicroUsd(licence),
                credit=MicroUsd(settled[CostKind.CREDIT] + credits.get(source, _NOTHING)),
            )
        )
    return tuple(spends)


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
