"""Records of options and strategies: trades, best prices, depth of one level, and every order."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final

import numpy as np

from app.domain.units import Ns
from app.sim.arrival import IN_DELTA, received, sequence
from app.sim.batch import Batch
from app.sim.dbn_records import (
    LAST,
    MBO,
    MBP_1,
    MBP_10,
    SNAPSHOT,
    TRADE,
    UNDEF_PRICE,
    Records,
    letters,
    records,
)
from app.sim.market import Market
from app.sim.noise import Bools, Ints
from app.sim.option_book import TRADED, OptionBooks, OptionMessages
from app.sim.option_flow import OptionTrades
from app.sim.options import OptionTable
from app.sim.spot import BLOCK

CHANNEL: Final = 1
_SIDES: Final = np.array([ord("B"), ord("A"), ord("N")])


class OptionFeed:
    """`batches` of a schema in a window."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._books = OptionBooks(market.spot, market.options, market.option_flow)
        self._schemas: dict[str, Callable[[date, Ints, int, int], Iterator[Batch]]] = {
            "trades": self._trades,
            "tbbo": partial(self._levels, depth=1, only_trades=True),
            "mbp-1": partial(self._levels, depth=1),
            "mbp-10": partial(self._levels, depth=10),
            "mbo": self._orders,
        }

    def batches(self, schema: str, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        """Records of the instruments with these ids, `start <= ts_event < end`."""
        make = self._schemas[schema]
        for day in self._market.days(start, end):
            path, table = self._market.spot.path(day), self._market.options.table(day)
            first, last = max(start, path.open), min(end, path.close)
            rows = np.flatnonzero(np.isin(table.id, ids))
            if len(rows) and first < last:
                yield from make(day, rows, first, last)
            yield from self._strategies(schema, day, ids, first, last)

    def snapshot(self, ids: Ints, at: Ns) -> list[Records]:
        """The orders at rest, contract by contract: a clear, then the orders."""
        day = self._market.day(at)
        table = self._market.options.table(day)
        rows = np.flatnonzero(np.isin(table.id, ids))
        is_open = self._market.calendar.at(at).state.is_open
        by_row: dict[int, list[tuple[int, ...]]] = {int(row): [] for row in rows}
        for order in self._books.standing(day, rows, at) if is_open else ():
            by_row[order[0]].append(order)
        return [_snapshot(table, row, orders, at) for row, orders in by_row.items()]

    def _trades(self, day: date, rows: Ints, start: int, end: int) -> Iterator[Batch]:
        table, trades = self._market.options.table(day), self._market.option_flow.trades(day, start, end)
        wanted = np.zeros(len(table), dtype=bool)
        wanted[rows] = True
        yield _trade_batch(trades, table.id, wanted[trades.row], TRADE)

    def _strategies(self, schema: str, day: date, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        own = np.array([s.instrument_id for s in self._market.strategies.listed(day)], dtype=np.int64)
        if start < end and np.isin(own, ids).any():
            trades = self._market.strategies.trades(day, start, end)
            kind = {"trades": TRADE, "mbo": MBO, "mbp-10": MBP_10}.get(schema, MBP_1)
            yield _trade_batch(trades, own, np.isin(own[trades.row], ids), kind)

    def _levels(
        self, day: date, rows: Ints, start: int, end: int, *, depth: int, only_trades: bool = False
    ) -> Iterator[Batch]:
        table = self._market.options.table(day)
        for first in range(start - start % BLOCK, end, BLOCK):
            found = self._books.messages(day, rows, max(first, start), min(first + BLOCK, end))
            shown = np.arange(len(found.looks))
            if only_trades:
                shown = shown[found.columns[found.looks, 5] == TRADED]
            yield _level_batch(table, found, shown, depth)

    def _orders(self, day: date, rows: Ints, start: int, end: int) -> Iterator[Batch]:
        table = self._market.options.table(day)
        for first in range(start - start % BLOCK, end, BLOCK):
            found = self._books.messages(day, rows, max(first, start), min(first + BLOCK, end))
            at, row, order, price, size, action, side = found.columns.T
            made = records(
                MBO, len(at), table.id[row], at, order_id=order, price=price, size=size,
                flags=np.where(found.ends, LAST, 0), channel_id=CHANNEL, action=letters(action),
                side=letters(_SIDES[side]), **_arrived(at),
            )  # fmt: skip
            yield Batch.of(made, received(at))


def _trade_batch(trades: OptionTrades, ids: Ints, wanted: Bools, kind: np.dtype[np.void]) -> Batch:
    at, side = trades.at[wanted], trades.side[wanted]
    made = records(
        kind, len(at), ids[trades.row[wanted]], at, price=trades.price[wanted], size=trades.size[wanted],
        action=b"T", side=letters(_SIDES[np.where(side == 0, 2, (1 - side) // 2)]), **_arrived(at),
    )  # fmt: skip
    # in its own schema a trade of an option has the flag of a message inside its event
    made["flags"] = np.where(side == 0, LAST, 0) if kind is TRADE else LAST
    for name in ("bid_px", "ask_px") if kind in (MBP_1, MBP_10) else ():
        made["levels"][name] = UNDEF_PRICE
    return Batch.of(made, received(at))


def _level_batch(table: OptionTable, found: OptionMessages, shown: Ints, depth: int) -> Batch:
    cause = found.columns[found.looks[shown]]
    at, row, _, price, size, action, side = cause.T
    made = records(
        MBP_1 if depth == 1 else MBP_10, len(at), table.id[row], at, price=price, size=size,
        action=letters(action), side=letters(_SIDES[side]),
        flags=np.where(found.ends[found.looks[shown]], LAST, 0), **_arrived(at),
    )  # fmt: skip
    levels, tops = made["levels"], found.tops[shown]
    for column, name in enumerate(("bid", "ask")):
        levels[f"{name}_px"] = UNDEF_PRICE
        there = tops[:, column] > 0
        levels[f"{name}_px"][there, 0] = tops[there, column]
        levels[f"{name}_sz"][there, 0] = tops[there, 2 + column]
        levels[f"{name}_ct"][there, 0] = 1
    return Batch.of(made, received(at))


def _snapshot(table: OptionTable, row: int, orders: list[tuple[int, ...]], at: Ns) -> Records:
    made = records(
        MBO, len(orders) + 1, table.id[row], at - at % BLOCK, flags=SNAPSHOT, channel_id=CHANNEL, action=b"A",
        price=UNDEF_PRICE, ts_recv=at, sequence=sequence(np.array([at]))[0],
    )  # fmt: skip
    made["action"][0], made["side"][0] = b"R", b"N"
    for place, (_, order, price, size, side) in enumerate(orders, 1):
        made["order_id"][place], made["price"][place], made["size"][place] = order, price, size
        made["side"][place] = b"BA"[side : side + 1]
    made["flags"][-1] |= 128
    return made


def _arrived(at: Ints) -> dict[str, Ints | int]:
    return {"ts_recv": received(at), "ts_in_delta": IN_DELTA, "sequence": sequence(at)}
