"""The month of a ledger as the gauge shows it. Pure; UTC months; only metered use is projected."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from app.domain.cost import Charge, ChargeState, CostKind, MonthCost, SourceSpend, SpendStatus
from app.domain.routing import SourceId
from app.domain.session import Calendar
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
    simulated: bool = False,
) -> MonthCost:
    """`charges` is the newest line of each reservation."""
    lines = tuple(charges)
    today = moment(now).date()
    spends = _by_source(fixed, lines)
    total_fixed = MicroUsd(sum(s.fixed for s in spends))
    metered = MicroUsd(sum(s.metered for s in spends))
    reserved = MicroUsd(sum(s.reserved for s in spends))
    a_day = _routine_a_day(metered, today, calendar)
    spent = MicroUsd(total_fixed + metered + reserved)
    ahead = _days_left(today, calendar)
    forecast = spent if a_day is None else MicroUsd(spent + round(a_day * len(ahead)))
    return MonthCost(
        month=f"{today:%Y-%m}",
        budget=budget,
        notice=notice,
        fixed=total_fixed,
        metered=metered,
        reserved=reserved,
        forecast=forecast,
        forecast_low=None,
        forecast_high=None,
        exhaust_date=_exhausted(spent, a_day, budget, ahead),
        status=_status(budget, total_fixed, MicroUsd(metered + reserved), forecast),
        by_source=spends,
        simulated=simulated,
    )


def _by_source(fixed: Mapping[SourceId, MicroUsd], lines: tuple[Charge, ...]) -> tuple[SourceSpend, ...]:
    sources = sorted({*fixed, *(line.source for line in lines)})
    return tuple(
        SourceSpend(
            source,
            fixed.get(source, _NOTHING),
            _sum(line.actual or 0 for line in lines if _is(line, source, ChargeState.SETTLED)),
            _sum(line.estimate for line in lines if _is(line, source, ChargeState.RESERVED)),
        )
        for source in sources
    )


def _is(line: Charge, source: SourceId, state: ChargeState) -> bool:
    return line.source == source and line.state is state and line.kind is CostKind.METERED


def _sum(amounts: Iterable[int]) -> MicroUsd:
    return MicroUsd(sum(amounts))


def _routine_a_day(metered: MicroUsd, today: date, calendar: Calendar) -> float | None:
    """Metered money a trading day so far; None before the first one."""
    gone = len(calendar.days(today.replace(day=1), today))
    return metered / gone if gone else None


def _days_left(today: date, calendar: Calendar) -> tuple[date, ...]:
    following = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return calendar.days(today + timedelta(days=1), following - timedelta(days=1))


def _exhausted(
    spent: MicroUsd, a_day: float | None, budget: MicroUsd, ahead: tuple[date, ...]
) -> date | None:
    if not a_day:
        return None
    return next((day for n, day in enumerate(ahead, 1) if spent + a_day * n >= budget), None)


def _status(budget: MicroUsd, fixed: MicroUsd, used: MicroUsd, forecast: MicroUsd) -> SpendStatus:
    """By the share of what the fixed fees leave over."""
    discretionary = budget - fixed
    share = used / discretionary if discretionary > 0 else (_STOPPED if fixed or used else 0.0)
    if share >= _STOPPED:
        return SpendStatus.STOPPED
    if share >= _WARNING:
        return SpendStatus.WARNING
    if share >= _CAUTION or forecast > budget:
        return SpendStatus.CAUTION
    return SpendStatus.ON_TRACK if share >= _ON_TRACK else SpendStatus.UNDER
