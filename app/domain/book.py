"""The order book of one instrument from its order-by-order feed: exact, down to the place in the queue.

Only adds, modifies, cancels and clears move it; trades and fills announce a change that follows. It is to be
looked at when an event is complete, for inside one it may be crossed without meaning it.
"""

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Final

from app.domain.units import UNDEF_PRICE, Px

F_LAST: Final = 128
F_SNAPSHOT: Final = 32
BID: Final = "B"
ASK: Final = "A"

_UNDEF_SIZE: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Level:
    price: Px
    size: int
    orders: int


@dataclass(slots=True)
class _Order:
    side: str
    price: int
    size: int
    filled: int = 0


class OrderBook:
    """`unknown` counts cancels and modifies of orders never seen; `is_synced` says that the book began from a
    clear, so that it can be whole. `ignored` are orders without a side, price or size.
    """

    def __init__(self) -> None:
        self.is_synced = False
        self.unknown = 0
        self.ignored = 0
        self._orders: dict[int, _Order] = {}
        self._bids = _Side(best=-1)
        self._asks = _Side(best=0)

    @property
    def bid(self) -> Level | None:
        return self._bids.best()

    @property
    def ask(self) -> Level | None:
        return self._asks.best()

    @property
    def is_crossed(self) -> bool:
        bid, ask = self._bids.best(), self._asks.best()
        return bid is not None and ask is not None and bid.price > ask.price

    def __len__(self) -> int:
        return len(self._orders)

    def levels(self, side: str) -> tuple[Level, ...]:
        """From the best price outwards."""
        return self._side(side).levels()

    def queue(self, side: str, price: Px) -> tuple[int, ...]:
        """The orders at a price, the first to be filled first."""
        return self._side(side).queue(price)

    def apply(self, action: str, side: str, order: int, price: int, size: int) -> None:
        """One record, in the exchange's letters; T, F and N leave the levels as they are."""
        if action == "A":
            self._add(order, side, price, size)
        elif action == "C":
            self._cancel(order, size)
        elif action == "M":
            self._modify(order, side, price, size)
        elif action == "F":
            if order in self._orders:
                self._orders[order].filled += size
        elif action == "R":
            self.clear()

    def clear(self) -> None:
        self._orders.clear()
        self._bids.clear()
        self._asks.clear()
        self.is_synced = True

    def _side(self, side: str) -> "_Side":
        return self._bids if side == BID else self._asks

    def _add(self, order: int, side: str, price: int, size: int) -> None:
        self._remove(order)
        if side not in (BID, ASK) or price == UNDEF_PRICE or size in (0, _UNDEF_SIZE):
            self.ignored += 1
            return
        self._orders[order] = _Order(side, price, size)
        self._side(side).join(price, order, size)

    def _cancel(self, order: int, size: int) -> None:
        held = self._orders.get(order)
        if held is None:
            self.unknown += 1
        elif size >= held.size:
            self._remove(order)
        else:
            held.size, held.filled = held.size - size, 0
            self._side(held.side).resize(held.price, order, held.size)

    def _modify(self, order: int, side: str, price: int, size: int) -> None:
        held = self._orders.get(order)
        if held is None:
            self.unknown += 1
        elif size and _keeps_its_place(held, side, price, size):
            held.size, held.filled = size, 0
            self._side(side).resize(price, order, size)
            return
        self._add(order, side, price, size)

    def _remove(self, order: int) -> None:
        held = self._orders.pop(order, None)
        if held is not None:
            self._side(held.side).leave(held.price, order)


def _keeps_its_place(held: _Order, side: str, price: int, size: int) -> bool:
    """A new price or more size goes to the tail. So does a fill's remainder that is not what the fill left: a
    hidden part was shown.
    """
    if side != held.side or price != held.price or size > held.size:
        return False
    return not held.filled or size == held.size - held.filled


class _Side:
    """The prices of one side in order; at each, its orders in theirs."""

    def __init__(self, best: int) -> None:
        self._best = best
        self._prices: list[int] = []
        self._queues: dict[int, dict[int, int]] = {}
        self._sizes: dict[int, int] = {}

    def best(self) -> Level | None:
        return self._level(self._prices[self._best]) if self._prices else None

    def levels(self) -> tuple[Level, ...]:
        outwards = reversed(self._prices) if self._best else self._prices
        return tuple(self._level(price) for price in outwards)

    def queue(self, price: int) -> tuple[int, ...]:
        return tuple(self._queues.get(price, ()))

    def clear(self) -> None:
        self._prices.clear()
        self._queues.clear()
        self._sizes.clear()

    def join(self, price: int, order: int, size: int) -> None:
        queue = self._queues.get(price)
        if queue is None:
            queue = self._queues[price] = {}
            self._sizes[price] = 0
            insort(self._prices, price)
        queue[order] = size
        self._sizes[price] += size

    def resize(self, price: int, order: int, size: int) -> None:
        queue = self._queues[price]
        self._sizes[price] += size - queue[order]
        queue[order] = size

    def leave(self, price: int, order: int) -> None:
        queue = self._queues[price]
        self._sizes[price] -= queue.pop(order)
        if not queue:
            del self._queues[price], self._sizes[price]
            del self._prices[bisect_left(self._prices, price)]

    def _level(self, price: int) -> Level:
        return Level(Px(price), self._sizes[price], len(self._queues[price]))
