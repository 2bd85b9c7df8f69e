"""Full order books of futures: every message, the best levels, and the orders at rest at any moment."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from app.domain.units import HOUR, Ns
from app.sim import matching
from app.sim.flow import CHUNK, Flow, FlowOfLanes, Lane
from app.sim.noise import Bools, Ints, generator, mixed, units
from app.sim.spot import BLOCK, Spot

_COMINGS_PER_TRADE: Final = 5.0
_ROUND_TICKS: Final = (400, 100, 40)  # large orders stand at round prices
_ORDERS_A_BLOCK: Final = 2**22


@dataclass(frozen=True, slots=True, eq=False)
class BookBlock:
    """Ten seconds of one book. `messages`: at, order, price in ticks, size, action, side; `ends`: those that
    end an event.

    `quotes`: row of the message that caused it, bid and ask in ticks, then bid sizes, ask sizes, bid orders,
    ask orders, `depth` of each, one tick apart. A trade's quote is the book before it.
    """

    start: Ns
    depth: int
    resting: Ints
    opens: bool
    messages: Ints
    ends: Bools
    quotes: Ints


class Books:
    """Books by lane and block, computed when asked for."""

    def __init__(self, seed: int, spot: Spot, flows: FlowOfLanes, activity: float) -> None:
        self._seed = seed
        self._spot = spot
        self._flows = flows
        self._activity = activity
        self.block = lru_cache(maxsize=80)(self._block)

    def resting(self, lane: Lane, start: int, bid: int) -> Ints:
        """Id, side, price, size of what rests at the edge of a block whose best bid is known."""
        depth = np.arange(matching.LEVELS)
        prices = np.concatenate((bid - depth, bid + 1 + depth))
        place = prices + mixed(start // HOUR, lane.instrument_id) % 2**40
        many = 1 + (units(place, 3) * 4).astype(np.int64)
        price = np.repeat(prices, many)
        side = np.repeat(np.repeat([matching.BID, matching.ASK], matching.LEVELS), many)
        number = np.arange(len(price))
        wall = 1 + sum((price % step == 0) * 2 for step in _ROUND_TICKS)
        size = 1 + (units(np.repeat(place, many) * 64 + number % 4, 5) ** 2 * 7 * wall).astype(np.int64)
        return np.column_stack((self._ids(lane, start) + number, side, price, size))

    def at(self, lane: Lane, day: date, moment: Ns) -> Ints:
        """The orders that rest at a moment, in the form of `resting`, queues in their order."""
        block = self.block(lane, day, Ns(moment - moment % BLOCK), 1)
        book = {} if block.opens else {order[0]: order for order in block.resting.tolist()}
        for at, order, price, size, action, side in block.messages.tolist():
            if at > moment:
                break
            known = book.get(order)
            if action == matching.CANCEL or (known and action == matching.MODIFY and size > known[3]):
                del book[order]
            if action in (matching.ADD, matching.MODIFY):
                book[order] = [order, side, price, size]
        return np.array(list(book.values()), dtype=np.int64).reshape(-1, 4)

    def _ids(self, lane: Lane, start: int) -> int:
        return ((start // BLOCK) * 4 + lane.instrument_id % 4) * _ORDERS_A_BLOCK

    def _block(self, lane: Lane, day: date, start: Ns, depth: int) -> BookBlock:
        path = self._spot.path(day)
        number = path.block(start)
        if not (0 <= number < len(path.is_open) and path.is_open[number]):
            nothing = np.zeros((0, matching.MESSAGE_COLUMNS), np.int64)
            quotes = np.zeros((0, 3 + 4 * depth), np.int64)
            return BookBlock(start, depth, nothing[:, :4], False, nothing, np.zeros(0, bool), quotes)
        flow = self._flows.of(lane, day, Ns(start - start % CHUNK))
        opens = number == 0 or not path.is_open[number - 1]
        return self._played(lane, flow, start, opens, depth, path.trades[number])

    def _played(self, lane: Lane, flow: Flow, start: Ns, opens: bool, depth: int, trades: float) -> BookBlock:
        end, place = start + BLOCK, (start - flow.start) // BLOCK
        first, last = int(flow.first_bid[place]), int(flow.first_bid[place + 1])
        base = np.array([0, 0, first - matching.MIDDLE, 0])
        now, then = self.resting(lane, start, first), self.resting(lane, end, last)
        rows = slice(flow.edges[place], flow.edges[place + 1])
        events = np.column_stack(
            (flow.at[rows], flow.kind[rows], flow.side[rows], flow.price[rows] - base[2], flow.size[rows])
        ).astype(np.int64)
        chance = generator(self._seed, "orders", lane.instrument_id, start // BLOCK)
        rate = (trades * self._activity + 0.3) * min(lane.share, 1.0) * _COMINGS_PER_TRADE
        comings = np.sort(chance.integers(start + 1, end - 12_000_000, chance.poisson(rate * BLOCK / 1e9)))
        first_id = self._ids(lane, start) + _ORDERS_A_BLOCK // 2
        book = matching.Book(depth, first_id, int(chance.integers(1, 2**62)))
        shares = chance.random(len(then))
        matching.play(book, (start, end), opens, now - base, then - base, events, comings, shares)
        messages = np.array(book.out, dtype=np.int64).reshape(-1, matching.MESSAGE_COLUMNS)
        messages[:, 2] += base[2]
        ends = np.zeros(len(messages), dtype=bool)
        ends[np.array(book.ends, dtype=np.int64) // matching.MESSAGE_COLUMNS - 1] = True
        quotes = np.array(book.quotes, dtype=np.int64).reshape(-1, 3 + 4 * depth)
        quotes[:, 1:3] += base[2]
        return BookBlock(start, depth, now, opens, messages, ends, quotes)
