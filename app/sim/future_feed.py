"""Records of the futures and the calendar spread: trades, best prices, depth, and every order."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Final

import numpy as np

from app.domain.units import Ns
from app.sim import matching
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
from app.sim.flow import Flow, Lane
from app.sim.market import Market
from app.sim.noise import Ints
from app.sim.orders import BookBlock
from app.sim.spot import BLOCK

CHANNEL: Final = 8
_SIDES: Final = np.array([ord("B"), ord("A"), ord("N")])
_AGGRESSOR: Final = {1: ord("B"), -1: ord("A"), 0: ord("N")}
_CLEAR: Final = ord("R")


class FutureFeed:
    """`batches` of a schema in a window; orders and depth are exact, trades alone cost no order book."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._schemas: dict[str, Callable[[Lane, date, int, int], Iterator[Batch]]] = {
            "trades": self._trades,
            "tbbo": partial(self._levels, depth=1, only_trades=True),
            "mbp-1": partial(self._levels, depth=1),
            "mbp-10": partial(self._levels, depth=matching.DEPTH),
            "mbo": self._orders,
        }

    def batches(self, schema: str, ids: frozenset[int], start: int, end: int) -> Iterator[Batch]:
        """Records with `start <= ts_event < end`."""
        make = self._schemas[schema]
        for day in self._market.days(start, end):
            path = self._market.spot.path(day)
            for lane in self._market.lanes(day):
                if lane.instrument_id in ids:
                    for batch in make(lane, day, max(start, path.open), min(end, path.close)):
                        yield batch.where((batch.event >= start) & (batch.event < end))

    def snapshot(self, ids: frozenset[int], at: Ns) -> list[Records]:
        """The orders at rest: a clear, then each order, the last one marked as such."""
        day = self._market.day(at)
        is_open = self._market.calendar.at(at).state.is_open
        found = []
        for lane in self._market.lanes(day):
            if lane.instrument_id in ids:
                book = self._market.books.at(lane, day, at) if is_open else np.zeros((0, 4), np.int64)
                found.append(_snapshot(lane, book, at))
        return found

    def _trades(self, lane: Lane, day: date, start: int, end: int) -> Iterator[Batch]:
        for _, flow, rows in self._market.flow_parts(start, end, lane.instrument_id):
            if len(rows):
                yield _trade_batch(lane, flow, rows)

    def _levels(
        self, lane: Lane, day: date, start: int, end: int, *, depth: int, only_trades: bool = False
    ) -> Iterator[Batch]:
        for first in range(start - start % BLOCK, end, BLOCK):
            block = self._market.books.block(lane, day, Ns(first), depth)
            quotes = block.quotes
            if only_trades:
                quotes = quotes[block.messages[quotes[:, 0], 4] == matching.TRADED]
            yield _level_batch(lane, block, quotes)

    def _orders(self, lane: Lane, day: date, start: int, end: int) -> Iterator[Batch]:
        for first in range(start - start % BLOCK, end, BLOCK):
            block = self._market.books.block(lane, day, Ns(first), 1)
            if block.opens:
                yield _clear_batch(lane, np.array([first]))
            yield _order_batch(lane, block)


def _trade_batch(lane: Lane, flow: Flow, rows: Ints) -> Batch:
    at, side = flow.at[rows], flow.side[rows]
    made = records(
        TRADE, len(rows), lane.instrument_id, at,
        price=flow.price[rows] * lane.tick, size=flow.size[rows], action=b"T",
        side=letters(np.select([side == s for s in _AGGRESSOR], list(_AGGRESSOR.values()))),
        flags=np.where(side == 0, LAST, 0), **_arrived(at),
    )  # fmt: skip
    return Batch.of(made, received(at))


def _level_batch(lane: Lane, block: BookBlock, quotes: Ints) -> Batch:
    cause = block.messages[quotes[:, 0]]
    at, action = cause[:, 0], cause[:, 4]
    made = records(
        MBP_1 if block.depth == 1 else MBP_10, len(quotes), lane.instrument_id, at,
        price=cause[:, 2] * lane.tick, size=cause[:, 3], action=letters(action),
        side=letters(_SIDES[cause[:, 5]]), flags=np.where(block.ends[quotes[:, 0]], LAST, 0),
        depth=_depth(block, quotes, cause), **_arrived(at),
    )  # fmt: skip
    levels = made["levels"]
    for place in range(block.depth):
        for column, (side, step) in enumerate((("bid", -1), ("ask", 1))):
            price = (quotes[:, 1 + column] + step * place) * lane.tick
            size = quotes[:, 3 + block.depth * column + place]
            orders = quotes[:, 3 + block.depth * (2 + column) + place]
            levels[f"{side}_px"][:, place] = np.where(orders > 0, price, UNDEF_PRICE)
            levels[f"{side}_sz"][:, place] = size
            levels[f"{side}_ct"][:, place] = orders
    return Batch.of(made, received(at))


def _depth(block: BookBlock, quotes: Ints, cause: Ints) -> Ints:
    """How many levels from the best one the message was; of a level gone since, the nearest that is left."""
    away = np.where(cause[:, 5] == matching.BID, quotes[:, 1] - cause[:, 2], cause[:, 2] - quotes[:, 2])
    return np.clip(np.where(cause[:, 4] == matching.TRADED, 0, away), 0, block.depth - 1)


def _order_batch(lane: Lane, block: BookBlock) -> Batch:
    at, order, price, size, action, side = block.messages.T
    made = records(
        MBO, len(at), lane.instrument_id, at,
        order_id=order, price=price * lane.tick, size=size, flags=np.where(block.ends, LAST, 0),
        channel_id=CHANNEL, action=letters(action), side=letters(_SIDES[side]), **_arrived(at),
    )  # fmt: skip
    return Batch.of(made, received(at))


def _clear_batch(lane: Lane, at: Ints) -> Batch:
    made = records(
        MBO, len(at), lane.instrument_id, at, price=UNDEF_PRICE, flags=LAST, channel_id=CHANNEL,
        action=bytes([_CLEAR]), side=b"N", **_arrived(at),
    )  # fmt: skip
    return Batch.of(made, received(at))


def _snapshot(lane: Lane, book: Ints, at: Ns) -> Records:
    made = records(
        MBO, len(book) + 1, lane.instrument_id, at - at % BLOCK, flags=SNAPSHOT, channel_id=CHANNEL,
        action=b"A", price=UNDEF_PRICE, ts_recv=at, sequence=sequence(np.array([at]))[0],
    )  # fmt: skip
    made["action"][0], made["side"][0] = b"R", b"N"
    made["order_id"][1:], made["side"][1:] = book[:, 0], letters(_SIDES[book[:, 1]])
    made["price"][1:], made["size"][1:] = book[:, 2] * lane.tick, book[:, 3]
    made["flags"][-1] |= 128
    return made


def _arrived(at: Ints) -> dict[str, Ints | int]:
    return {"ts_recv": received(at), "ts_in_delta": IN_DELTA, "sequence": sequence(at)}
