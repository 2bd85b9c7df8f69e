"""Ledger lines read as facts: what stands of each reservation, and what was spent on which trading day."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.domain.cost import Approval, Charge, ChargeState, CostKind
from app.domain.session import Calendar
from app.domain.units import MicroUsd, Ns, moment

_BEFORE = 3


def standing(lines: Iterable[Charge], until: Ns | None = None) -> tuple[Charge, ...]:
    """The newest line of each reservation, with the time of its first one: that is when it was bought."""
    first: dict[str, Ns] = {}
    newest: dict[str, Charge] = {}
    for line in lines:
        if until is None or line.at <= until:
            first.setdefault(line.reservation_id, line.at)
            newest[line.reservation_id] = line
    return tuple(replace(line, at=first[name]) for name, line in newest.items())


def counted(charge: Charge) -> MicroUsd:
    """What a reservation costs as far as it is known: each line is in one bucket only."""
    match charge.state:
        case ChargeState.RESERVED:
            return charge.reserve
        case ChargeState.SETTLED:
            return charge.reserve if charge.actual is None else charge.actual
        case ChargeState.RELEASED:
            return MicroUsd(0)


def unasked(charge: Charge) -> MicroUsd:
    """Its part of what may be spent a day without a question."""
    free = charge.approval is not Approval.AUTOMATIC or charge.state is ChargeState.RELEASED
    return MicroUsd(0) if free else charge.estimate


def total(charges: Iterable[Charge], kind: CostKind, state: ChargeState) -> MicroUsd:
    return MicroUsd(sum(counted(c) for c in charges if c.kind is kind and c.state is state))


def by_day(charges: Iterable[Charge], days: Sequence[date], *, routine: bool) -> tuple[MicroUsd, ...]:
    """Settled metered money of each trading day, one-offs left out if only the routine is wanted.

    What falls between two trading days counts to the one before; ahead of the first, to the first.
    """
    sums = [0] * len(days)
    for charge in charges:
        if _is_metered(charge) and not (routine and charge.one_off) and days:
            sums[max(0, bisect_right(days, moment(charge.at).date()) - 1)] += counted(charge)
    return tuple(MicroUsd(amount) for amount in sums)


def days_before(charges: Sequence[Charge], calendar: Calendar, today: date) -> tuple[date, ...]:
    """Trading days of the last three months, from the first one on which metered money was spent."""
    bought = [moment(charge.at).date() for charge in charges if _is_metered(charge)]
    if not bought:
        return ()
    return calendar.days(min(bought), today.replace(day=1) - timedelta(days=1))


def months_before(today: date) -> tuple[str, ...]:
    """The last three months as the ledger names them, oldest first."""
    names = []
    first = today.replace(day=1)
    for _ in range(_BEFORE):
        first = (first - timedelta(days=1)).replace(day=1)
        names.append(f"{first:%Y-%m}")
    return tuple(reversed(names))


def days_of_month(calendar: Calendar, today: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Trading days so far with today, and those to come."""
    following = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    gone = calendar.days(today.replace(day=1), today)
    return gone, calendar.days(today + timedelta(days=1), following - timedelta(days=1))


def _is_metered(charge: Charge) -> bool:
    return charge.kind is CostKind.METERED and charge.state is ChargeState.SETTLED
