"""Open interest by settlement date, and how it changed from one date to the next.

A vendor says today's number only; the one before it must have been kept. A contract that one of the two
dates does not name has no change: it may be new, or its row may have been without a number.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.domain.chain import Chain


@dataclass(frozen=True, slots=True)
class InterestDay:
    """Open interest of a series as of a settlement, by the contract's CME symbol."""

    settled: date
    contracts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class InterestChange:
    """From the settlement of `before` to that of `settled`, by the contract's CME symbol; without an earlier
    day nothing is known of a change."""

    settled: date
    before: date | None
    changes: Mapping[str, int]


def interest_date(chain: Chain, day: date) -> date | None:
    """The settlement that the open interest belongs to: the newest one that rows of the chain name, as long
    as it lies before the running trading `day`. None when no row names one.
    """
    named = {q.settlement_date for q in chain.quotes if q.settlement_date is not None}
    return max((one for one in named if one < day), default=None)


def interest_day(chain: Chain, settled: date) -> InterestDay:
    said = {q.contract.raw: q.open_interest for q in chain.quotes if q.open_interest is not None}
    return InterestDay(settled, MappingProxyType(said))


def change(before: InterestDay | None, after: InterestDay) -> InterestChange:
    if before is None or before.settled >= after.settled:
        return InterestChange(after.settled, None, MappingProxyType({}))
    both = {raw: now - before.contracts[raw] for raw, now in after.contracts.items()
            if raw in before.contracts}  # fmt: skip
    return InterestChange(after.settled, before.settled, MappingProxyType(both))


def kept(days: tuple[InterestDay, ...]) -> str:
    """As text for the store."""
    return json.dumps({one.settled.isoformat(): dict(one.contracts) for one in days}, separators=(",", ":"))


def read_kept(text: str) -> tuple[InterestDay, ...]:
    """The reverse of `kept`, the oldest first; what is no such text counts as nothing kept."""
    try:
        days = [
            InterestDay(date.fromisoformat(day), MappingProxyType({str(k): int(v) for k, v in said.items()}))
            for day, said in json.loads(text).items()
        ]
    except (ValueError, TypeError, AttributeError):
        return ()
    return tuple(sorted(days, key=lambda one: one.settled))
