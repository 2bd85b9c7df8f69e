"""Records about instruments: definitions, yesterday's settlement and open interest, trading status.

Definitions and statistics of a trade date are published a quarter of an hour before its session opens,
together with the status that says so.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from app.domain.units import MINUTE, Ns, ns_from_iso
from app.sim.arrival import IN_DELTA, received, sequence
from app.sim.batch import Batch
from app.sim.dbn_records import STATISTIC, STATUS, UNDEF_PRICE, Records, records
from app.sim.definitions import definitions
from app.sim.listing import future_id
from app.sim.market import Market
from app.sim.noise import Ints

BEFORE_OPENING: Final = Ns(15 * MINUTE)
SETTLEMENT: Final = 3
CLEARED_VOLUME: Final = 6
OPEN_INTEREST: Final = 9
_FINAL: Final = 1
_NEW: Final = 1
_NO_QUANTITY: Final = 2**63 - 1
# action, reason, whether trading: pre-open, trading, close; all scheduled
_PRE_OPEN, _TRADING, _CLOSE = (1, 1, b"N"), (7, 1, b"Y"), (12, 1, b"N")


class ReferenceFeed:
    def __init__(self, market: Market) -> None:
        self._market = market
        self._definitions = lru_cache(maxsize=3)(self._defined)
        self._statistics = lru_cache(maxsize=3)(self._said)

    def published(self, day: date) -> Ns:
        """When definitions and statistics of a trade date come out."""
        return Ns(self._market.calendar.session(day)[0] - BEFORE_OPENING)

    def newest(self, at: Ns) -> date:
        """The trade date whose definitions are the last that were published."""
        day = self._market.day(at)
        following = self._market.calendar.next_day(day)
        return following if self.published(following) <= at else day

    def batches(self, schema: str, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        """Records of the instruments with these ids, `start <= ts_event < end`."""
        if schema == "status":
            yield from self._statuses(ids, start, end)
            return
        for day in self._days(start, end):
            if start <= self.published(day) < end:
                yield self.of_day(schema, ids, day)

    def of_day(self, schema: str, ids: Ints, day: date) -> Batch:
        """All definitions or statistics that were published for a trade date."""
        made = self._definitions(day) if schema == "definition" else self._statistics(day)
        mine = made[np.isin(made["instrument_id"], ids)]
        return Batch.of(mine, mine["ts_recv"].astype(np.int64))

    def _days(self, start: int, end: int) -> tuple[date, ...]:
        first, last = self._market.day(Ns(start)), self._market.day(Ns(end))
        return self._market.calendar.days(first, self._market.calendar.next_day(last))

    def _defined(self, day: date) -> Records:
        return definitions(self._market.universes.of(day), self.published(day))

    def _said(self, day: date) -> Records:
        """Settlement, volume and open interest of every option, settlement of every future that trades."""
        market, before = self._market, self._market.calendar.previous_day(day)
        table = market.options.table(day)
        tally = market.option_flow.tally(before, market.spot.path(before).close)
        old = market.options.table(before)
        known = np.isin(table.id, old.id)
        volume = np.zeros(len(table), np.int64)
        order = np.argsort(old.id)
        volume[known] = tally.volume[order[np.searchsorted(old.id, table.id[known], sorter=order)]]
        prices = market.settlements(day, np.arange(len(table)), before)
        futures = [f for f in market.futures(market.calendar.session(day)[0]) if self._traded(f.raw, before)]
        settled = np.array([market.future_settlement(f, before) for f in futures], dtype=np.int64)
        at, ref = self.published(day), ns_from_iso(f"{before}T00:00:00Z")
        interest = market.open_interest(day)
        has_interest = interest > 0
        return np.concatenate((
            _statistic(np.array([future_id(f) for f in futures]), at, ref, SETTLEMENT, price=settled),
            _statistic(table.id[known], at, ref, SETTLEMENT, price=prices[known]),
            _statistic(table.id[volume > 0], at, ref, CLEARED_VOLUME, quantity=volume[volume > 0]),
            _statistic(table.id[has_interest], at, ref, OPEN_INTEREST, quantity=interest[has_interest]),
        ))  # fmt: skip

    def _traded(self, symbol: str, day: date) -> bool:
        return any(lane.symbol == symbol for lane in self._market.lanes(day))

    def _statuses(self, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        for day in self._days(start, end):
            universe = self._market.universes.of(day)
            every = np.array(list(universe.symbols), dtype=np.int64)
            mine = every[np.isin(every, ids)]
            for at, (action, reason, trading) in self._changes(day):
                if start <= at < end:
                    made = records(
                        STATUS, len(mine), mine, at, ts_recv=received(np.array([at])), action=action,
                        reason=reason, is_trading=trading, is_quoting=b"Y" if action != _CLOSE[0] else b"N",
                        is_short_sell_restricted=b"~",
                    )  # fmt: skip
                    yield Batch.of(made, made["ts_recv"].astype(np.int64))

    def _changes(self, day: date) -> Iterator[tuple[Ns, tuple[int, int, bytes]]]:
        opened, closed = self._market.calendar.session(day)
        yield Ns(opened - BEFORE_OPENING), _PRE_OPEN
        at, was_open = opened, False
        while at <= closed:
            here = self._market.calendar.at(at)
            if here.state.is_open != was_open:
                was_open = here.state.is_open
                yield at, _TRADING if was_open else _CLOSE
            at = here.next_change


def _statistic(
    ids: Ints,
    at: Ns,
    ref: Ns,
    kind: int,
    price: Ints | int = UNDEF_PRICE,
    quantity: Ints | int = _NO_QUANTITY,
) -> Records:
    moment = np.array([at])
    return records(
        STATISTIC, len(ids), ids, at, ts_recv=received(moment), ts_ref=ref, price=price, quantity=quantity,
        sequence=sequence(moment), ts_in_delta=IN_DELTA, stat_type=kind, channel_id=1, update_action=_NEW,
        stat_flags=_FINAL if kind == SETTLEMENT else 0,
    )  # fmt: skip
