"""Keeps the open interest of the last settlements, over restarts, so that its change can be shown.

An answer whose numbers are all those of the day before has not been renewed by the vendor yet, whatever
date its rows carry: it counts for the day before.
"""

from typing import Final

from app.domain.chain import Chain
from app.domain.interest import (
    InterestChange,
    InterestDay,
    change,
    interest_date,
    interest_day,
    kept,
    read_kept,
)
from app.engine.market import Market
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

_NAME: Final = "interest/"
_DAYS_KEPT: Final = 2
_LOAD_LIMIT_S: Final = 10.0


class InterestDays:
    """For the engine's thread; what is kept is read once and written when a settlement is new."""

    def __init__(self, clock: Clock, market: Market, store: Store, workers: Workers) -> None:
        self._clock = clock
        self._market = market
        self._store = store
        self._workers = workers
        self._days: dict[str, tuple[InterestDay, ...]] = {}

    async def load(self) -> None:
        found = await self._workers.run(
            "open interest", lambda: self._store.remembered(_NAME), _LOAD_LIMIT_S, DB
        )
        for name, text in found.items():
            self._days.setdefault(name.removeprefix(_NAME), read_kept(text))

    def change(self, chain: Chain) -> InterestChange | None:
        """None when the chain does not say of which settlement its open interest is."""
        day = self._market.calendar.trading_day(chain.as_of)
        settled = interest_date(chain, day) if chain.interest_date is None else chain.interest_date
        if chain.series is None or settled is None:
            return None
        days = self._taken(f"{chain.source}/{chain.series.raw}", interest_day(chain, settled))
        if not days:
            return None
        return change(days[-2] if len(days) > 1 else None, days[-1])

    def _taken(self, name: str, today: InterestDay) -> tuple[InterestDay, ...]:
        days = self._days.get(name, ())
        if not today.contracts:
            return days
        last = days[-1] if days else None
        if last is not None and (last.settled > today.settled or _unrenewed(last, today)):
            return days
        if last is not None and last.settled == today.settled:
            days = days[:-1]
        self._days[name] = taken = (*days, today)[-_DAYS_KEPT:]
        if last is None or last != today:
            text, at = kept(taken), self._clock.now()
            self._workers.post("keep open interest", lambda: self._store.remember(_NAME + name, text, at), DB)
        return taken


def _unrenewed(last: InterestDay, today: InterestDay) -> bool:
    return last.settled < today.settled and last.contracts == today.contracts
