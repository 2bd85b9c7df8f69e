"""The order book of one future for one block, order by order.

It starts with known resting orders, plays the block's flow among orders that come and go, and ends with the
known orders of the next block, so that every block can be computed alone. Prices are levels: ticks above
some base. Plain Python at 3 µs a message; compiled by numba it took 0.1 µs after 18 s of compiling.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from app.sim.flow import HIT_BID, IMPROVE_ASK, IMPROVE_BID, LIFT_ASK, PULL_ASK, PULL_BID, TRADE
from app.sim.noise import Bools, Floats, Ints

DEPTH: Final = 10  # as many levels as the deepest feed shows
LEVELS: Final = 24  # kept filled on each side, which makes the best ten a slice
MIDDLE: Final = 1_024  # the level where a block's first bid lies
ADD, CANCEL, MODIFY, TRADED, FILLED = b"ACMTF"
BID: Final = 0
ASK: Final = 1
NOBODY: Final = 2
MESSAGE_COLUMNS: Final = 6  # at, order, level, size, action, side

_NOWHERE: Final = 32  # levels from either end: the best price of an empty side
_TAIL: Final = 5_000_000  # before the end of the block; what is left is cancelled from here on


@dataclass(slots=True)
class _Order:
    id: int
    side: int
    level: int
    size: int
    place: int  # in the list of those who may leave


class Book:
    """One block being played. `out` is flat, a message every six numbers; `ends` are rows that end an event.

    `quotes` is flat too: row of its message, best bid and ask, and their sizes and orders from the best
    level outwards, `depth` levels of each.
    """

    def __init__(self, depth: int, first_id: int, chance: int) -> None:
        self.out: list[int] = []
        self.ends: list[int] = []
        self.quotes: list[int] = []
        self._depth = depth
        self._next_id = first_id
        self._random = Random(chance).random
        self._queues: list[list[dict[int, _Order]]] = [[{} for _ in range(2 * MIDDLE)] for _ in (BID, ASK)]
        self._sizes = [[0] * (2 * MIDDLE) for _ in (BID, ASK)]
        self._counts = [[0] * (2 * MIDDLE) for _ in (BID, ASK)]
        self._best = [_NOWHERE, 2 * MIDDLE - _NOWHERE]
        self._loose: list[_Order] = []
        self._kept = 0
        self._seen: list[int] = []

    def rest(self, orders: Ints, at: int | None) -> None:
        """Orders that are there already; with `at` they come at that moment: the market opens."""
        for order, side, level, size in orders.tolist():
            self._insert(_Order(order, side, level, size, len(self._loose)))
            if at is not None:
                self._write(at, order, level, size, ADD, side)
                self._end()
        self._seen = self._look()

    def arrive(self, at: int, order: int, side: int, level: int, size: int) -> None:
        """An order of the next block, which nobody cancels any more."""
        self._insert(_Order(order, side, level, size, -1))
        self._kept += 1
        self._write(at, order, level, size, ADD, side)
        self._end()

    def event(self, at: int, kind: int, aggressor: int, level: int, size: int) -> None:
        if kind == TRADE and not aggressor:
            self._write(at, 0, level, size, TRADED, NOBODY)
            self.ends.append(len(self.out))
            self._quote(self._look())
        elif kind in (TRADE, LIFT_ASK, HIT_BID):
            self._trade(at, BID if aggressor > 0 else ASK, level, size, kind != TRADE)
        elif kind in (IMPROVE_BID, IMPROVE_ASK):
            self._add(at, BID if kind == IMPROVE_BID else ASK, level, self._dice(5) + 1)
            self._end()
        else:
            side = BID if kind == PULL_BID else ASK
            for order in list(self._queues[side][level].values()):
                self._cancel(at, order)
            self._end()
        self._refill(at)

    def come_or_go(self, at: int, crowd: int) -> None:
        """Somebody adds, cancels or changes an order; nobody empties one of the kept levels."""
        loose, dice = self._loose, self._random()
        leaves = dice < (0.7 if len(loose) > crowd - self._kept else 0.3)
        if not loose or not (leaves or dice >= 0.9):
            side, depth = self._dice(2), 0
            while depth < LEVELS - 1 and self._random() < 0.4:
                depth += 1
            level = self._best[BID] - depth if side == BID else self._best[ASK] + depth
            self._add(at, side, level, 1 + self._dice(4) + self._dice(4))
        else:
            order = loose[self._dice(len(loose))]
            if leaves and (self._counts[order.side][order.level] > 1 or self._is_far(order)):
                self._cancel(at, order)
            else:
                self._resize(at, order, order.size % 7 + 1 + self._dice(2))
        self._end()

    def leave(self, end: int) -> None:
        """The end of the block: everybody goes who does not belong to the next one."""
        at, apart = end - _TAIL, (_TAIL - 1_000_000) // (len(self._loose) + 1)
        while self._loose:
            at += apart
            self._cancel(at, self._loose[-1])
            self._end()

    def _dice(self, sides: int) -> int:
        return int(self._random() * sides)

    def _is_far(self, order: _Order) -> bool:
        if order.side == BID:
            return order.level <= self._best[BID] - LEVELS
        return order.level >= self._best[ASK] + LEVELS

    def _write(self, at: int, order: int, level: int, size: int, action: int, side: int) -> None:
        self.out.extend((at, order, level, size, action, side))

    def _look(self) -> list[int]:
        bid, ask = self._best
        depth = self._depth
        if depth == 1:
            return [
                bid, ask, self._sizes[BID][bid], self._sizes[ASK][ask],
                self._counts[BID][bid], self._counts[ASK][ask],
            ]  # fmt: skip
        low = bid - depth
        return [
            bid, ask, *self._sizes[BID][bid:low:-1], *self._sizes[ASK][ask : ask + depth],
            *self._counts[BID][bid:low:-1], *self._counts[ASK][ask : ask + depth],
        ]  # fmt: skip

    def _quote(self, look: list[int]) -> None:
        self.quotes.append(len(self.out) // MESSAGE_COLUMNS - 1)
        self.quotes.extend(look)

    def _end(self) -> None:
        self.ends.append(len(self.out))
        look = self._look()
        if look != self._seen:
            self._seen = look
            self._quote(look)

    def _insert(self, order: _Order) -> None:
        side, level = order.side, order.level
        self._queues[side][level][order.id] = order
        self._sizes[side][level] += order.size
        self._counts[side][level] += 1
        if order.place >= 0:
            self._loose.append(order)
        if (level > self._best[BID]) if side == BID else (level < self._best[ASK]):
            self._best[side] = level

    def _remove(self, order: _Order) -> None:
        side, level = order.side, order.level
        del self._queues[side][level][order.id]
        self._sizes[side][level] -= order.size
        self._counts[side][level] -= 1
        if order.place >= 0:
            moved = self._loose.pop()
            if moved is not order:
                self._loose[order.place] = moved
                moved.place = order.place
        if level == self._best[side]:
            step, counts = (-1 if side == BID else 1), self._counts[side]
            while not counts[level] and _NOWHERE < level < 2 * MIDDLE - _NOWHERE:
                level += step
            self._best[side] = level

    def _add(self, at: int, side: int, level: int, size: int) -> None:
        self._next_id += 1
        self._insert(_Order(self._next_id, side, level, size, len(self._loose)))
        self._write(at, self._next_id, level, size, ADD, side)

    def _cancel(self, at: int, order: _Order) -> None:
        self._write(at, order.id, order.level, order.size, CANCEL, order.side)
        self._remove(order)

    def _resize(self, at: int, order: _Order, size: int) -> None:
        """A larger order goes to the end of its queue, any other keeps its place."""
        self._sizes[order.side][order.level] += size - order.size
        if size > order.size:
            queue = self._queues[order.side][order.level]
            del queue[order.id]
            queue[order.id] = order
        order.size = size
        self._write(at, order.id, order.level, size, MODIFY, order.side)

    def _trade(self, at: int, side: int, level: int, size: int, clears: bool) -> None:
        """A buyer (`side` BID) meets the asks of one level, a seller the bids; the level is made to fit."""
        book = 1 - side
        resting = self._sizes[book]
        while clears and resting[level] > size:
            queue = self._queues[book][level]
            last, surplus = queue[next(reversed(queue))], resting[level] - size
            if last.size <= surplus:
                self._cancel(at, last)
            else:
                self._resize(at, last, last.size - surplus)
            self._end()
        if resting[level] < size + (not clears):
            self._add(at, book, level, size + (0 if clears else 1 + self._dice(3)) - resting[level])
            self._end()
        self._next_id += 1
        self._write(at, self._next_id, level, size, TRADED, side)
        self._quote(self._look())
        self._fill(at, book, level, size)
        self._end()

    def _fill(self, at: int, book: int, level: int, size: int) -> None:
        """All fills first, then what they did to the book: the order in which the exchange sends them."""
        done = []
        for order in self._queues[book][level].values():
            taken = min(size, order.size)
            self._write(at, order.id, level, taken, FILLED, book)
            done.append((order, taken))
            size -= taken
            if not size:
                break
        for order, taken in done:
            if taken == order.size:
                self._cancel(at, order)
            else:
                self._resize(at, order, order.size - taken)

    def _refill(self, at: int) -> None:
        """The far ends of the kept range have an order each."""
        for side, far in ((BID, self._best[BID] - LEVELS + 1), (ASK, self._best[ASK] + LEVELS - 1)):
            if not self._counts[side][far]:
                self._add(at, side, far, 2 + self._dice(6))
                self._end()


def play(
    book: Book, bounds: tuple[int, int], opens: bool, now: Ints, then: Ints, events: Ints, comings: Ints,
    shares: Floats,
) -> None:  # fmt: skip
    """Plays a block in `book`.

    `now` and `then`: id, side, level, size of the orders that rest at both ends, a queue in its order.
    `events`: at, kind, aggressor, level, size of the flow. `comings`: when orders come or go. With `opens`
    the first orders are added, because nothing rests before the market opens.
    """
    start, end = bounds
    book.rest(now, start if opens else None)
    arrivals = _arrivals(then, events, start, end, shares)
    turn = np.argsort(np.concatenate((events[:, 0], arrivals, comings)), kind="stable")
    happenings, orders, moments = events.tolist(), then.tolist(), comings.tolist()
    arrived, crowd = arrivals.tolist(), len(now)
    for place in turn.tolist():
        if place < len(happenings):
            book.event(*happenings[place])
        elif (number := place - len(happenings)) < len(orders):
            book.arrive(arrived[number], *orders[number])
        else:
            book.come_or_go(moments[number - len(orders)], crowd)
    book.leave(end)


def _arrivals(then: Ints, events: Ints, start: int, end: int, shares: Floats) -> Ints:
    """When each order of the next block comes: after the last event that would touch or cross it."""
    kind, aggressor, level = events[:, 1], events[:, 2], events[:, 3]
    asks = np.isin(kind, (LIFT_ASK, PULL_ASK, IMPROVE_ASK)) | ((kind == TRADE) & (aggressor > 0))
    bids = np.isin(kind, (HIT_BID, PULL_BID, IMPROVE_BID)) | ((kind == TRADE) & (aggressor < 0))
    is_ask = then[:, 1] == ASK
    earliest = np.where(
        is_ask,
        _last_touch(events[asks, 0], level[asks], then[:, 2], start),
        _last_touch(events[bids, 0], -level[bids], -then[:, 2], start),
    )
    at = earliest + ((np.maximum(earliest, end - 2 * _TAIL) - earliest) * shares).astype(np.int64)
    queue = then[:, 1] + 2 * then[:, 2]
    same: Bools = np.diff(queue) == 0
    for number in np.flatnonzero(same):  # a queue keeps its order
        at[number + 1] = max(at[number], at[number + 1])
    return np.asarray(at)


def _last_touch(at: Ints, level: Ints, wanted: Ints, start: int) -> Ints:
    """Just after the last time that `level` reached what is wanted."""
    if not len(at):
        return np.full(len(wanted), start, np.int64)
    backwards = np.searchsorted(np.maximum.accumulate(level[::-1]), wanted)
    touched = at[np.maximum(len(at) - 1 - backwards, 0)] + 1
    return np.where(backwards < len(at), touched, start)
