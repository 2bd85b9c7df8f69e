"""Fees that come whatever is used: subscriptions, licences, infrastructure, and credits, each with its dates.

A fee counts in full in every UTC month that it touches, because plans are billed by the month. Where a
source has no row of its own for a month, its setting (`cost_<source>`) holds, if its key is there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.cost import CostKind
from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd

KINDS: Final = (CostKind.FIXED, CostKind.LICENCE, CostKind.CREDIT, CostKind.METERED)
GIB: Final = 2**30
_MOST_ROWS: Final = 200
_MOST: Final = 1_000_000.0
_FIELDS: Final = frozenset({"source", "title", "kind", "monthly_usd", "since", "until"})


@dataclass(frozen=True, slots=True)
class Plan:
    """`monthly` is a fee a month, the whole of a credit, or what a GiB of live data costs by a metered
    plan.
    `since` None: always; `until` is its last day.
    """

    source: SourceId
    title: str
    kind: CostKind
    monthly: MicroUsd
    since: date | None = None
    until: date | None = None

    def touches(self, month: date) -> bool:
        """Whether it is valid on any day of the month that `month` lies in."""
        first = month.replace(day=1)
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return (self.since is None or self.since <= last) and (self.until is None or self.until >= first)


@dataclass(frozen=True, slots=True)
class Fees:
    """Of one month, by source. A credit stands apart and lowers nothing."""

    fixed: Mapping[SourceId, MicroUsd]
    licences: Mapping[SourceId, MicroUsd]
    credits: Mapping[SourceId, MicroUsd]

    @property
    def total(self) -> MicroUsd:
        return MicroUsd(sum(self.fixed.values()) + sum(self.licences.values()))


def fees_of(plans: Iterable[Plan], month: date, by_setting: Mapping[SourceId, MicroUsd]) -> Fees:
    """`by_setting` are the fees of the sources in use, as the settings say them."""
    rows = [plan for plan in plans if plan.touches(month)]
    dated = {plan.source for plan in rows if plan.kind is CostKind.FIXED}
    fixed = {source: fee for source, fee in by_setting.items() if source not in dated}
    for source, fee in _sums(rows, CostKind.FIXED).items():
        fixed[source] = fee
    return Fees(fixed, _sums(rows, CostKind.LICENCE), _sums(rows, CostKind.CREDIT))


def _sums(rows: Iterable[Plan], kind: CostKind) -> dict[SourceId, MicroUsd]:
    sums: dict[SourceId, MicroUsd] = {}
    for plan in rows:
        if plan.kind is kind:
            sums[plan.source] = MicroUsd(sums.get(plan.source, 0) + plan.monthly)
    return sums


def metered_price(plans: Iterable[Plan], source: SourceId, day: date) -> MicroUsd | None:
    """Of a GiB of live data on that day; None where the live plan is flat."""
    for plan in plans:
        begun, over = plan.since is None or plan.since <= day, plan.until is not None and plan.until < day
        if plan.kind is CostKind.METERED and plan.source == source and begun and not over:
            return plan.monthly
    return None


def plan_of(row: Mapping[str, object], where: str) -> Plan:
    """A row as text; `where` names it in the sentence that refuses it."""
    unknown = row.keys() - _FIELDS
    if unknown:
        raise ConfigError(f"{where}: {sorted(unknown)[0]!r} is not known.")
    source, title = (str(row.get(name) or "").strip() for name in ("source", "title"))
    if not source or not title:
        raise ConfigError(f"{where}: a plan needs a source and a title.")
    kind = next((k for k in KINDS if k.value == row.get("kind")), None)
    if kind is None:
        raise ConfigError(f"{where}: the kind is one of {', '.join(k.value for k in KINDS)}.")
    since, until = _day(row.get("since"), where), _day(row.get("until"), where)
    if since is not None and until is not None and until < since:
        raise ConfigError(f"{where}: it ends before it begins.")
    return Plan(SourceId(source), title, kind, _amount(row.get("monthly_usd"), where), since, until)


def plans_of(rows: Iterable[Mapping[str, object]], where: str = "plan") -> tuple[Plan, ...]:
    plans = tuple(plan_of(row, f"{where} {number}") for number, row in enumerate(rows, 1))
    if len(plans) > _MOST_ROWS:
        raise ConfigError(f"More than {_MOST_ROWS} plans are not kept.")
    return plans


def row_of(plan: Plan) -> dict[str, object]:
    return {
        "source": str(plan.source),
        "title": plan.title,
        "kind": plan.kind.value,
        "monthly_usd": plan.monthly / DOLLAR,
        "since": None if plan.since is None else plan.since.isoformat(),
        "until": None if plan.until is None else plan.until.isoformat(),
    }


def _day(value: object, where: str) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConfigError(f"{where}: {value!r} is no date such as 2026-11-01.") from None


def _amount(value: object, where: str) -> MicroUsd:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise ConfigError(f"{where}: {value!r} is no amount of dollars.")
    return MicroUsd(round(value * DOLLAR))
