"""The ladder without a screen: levels around the middle, what changed in five seconds, what traded. No Qt."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.health import Freshness
from app.domain.units import MINUTE, SECOND, Ns, Px
from app.domain.updates import BookChanged, PriceVolumeChanged

SINCE: Final = Ns(5 * SECOND)
TRADED_FOR: Final = Ns(8 * MINUTE)
_SNAPSHOTS: Final = 64
_FRESH: Final = (Freshness.LIVE, Freshness.QUIET)


@dataclass(frozen=True, slots=True)
class Rung:
    """One price. Sizes are None where the book was not looked at, 0 where nothing rests.

    `change` is the size less that of five seconds ago: stacking above zero, pulling below; None where the
    price was not in the book's view then.
    """

    price: Px
    bid: int | None
    ask: int | None
    bid_orders: int | None
    ask_orders: int | None
    bid_change: int | None
    ask_change: int | None
    bought: int
    sold: int
    is_best_bid: bool
    is_best_ask: bool
    in_spread: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """Sizes by price. Nothing rests at better prices than `best`; beyond `worst` nobody looked."""

    sizes: Mapping[int, int]
    best: int
    worst: int
    is_bid: bool

    def size(self, price: int) -> int | None:
        seen = price >= self.worst if self.is_bid else price <= self.worst
        return self.sizes.get(price, 0) if seen else None


class LadderModel:
    """For one future at a time."""

    def __init__(self) -> None:
        self.book: BookChanged | None = None
        self._past: deque[tuple[Ns, _Side | None, _Side | None]] = deque(maxlen=_SNAPSHOTS)
        self._minutes: dict[Ns, PriceVolumeChanged] = {}

    def clear(self) -> None:
        self.book = None
        self._past.clear()
        self._minutes.clear()

    def put(self, book: BookChanged) -> None:
        before, self.book = self.book, book
        if before is not None and (before.schema != book.schema or not before.synced or not book.synced):
            self._past.clear()  # what changed across a hole is not known
        if book.synced:
            self._past.append((book.at, _side(book, bids=True), _side(book, bids=False)))

    def traded(self, minute: PriceVolumeChanged) -> None:
        self._minutes[minute.start] = minute
        newest = max(self._minutes)
        self._minutes = {at: one for at, one in self._minutes.items() if at > newest - TRADED_FOR}

    @property
    def is_sound(self) -> bool:
        """Known to be whole, and of now."""
        return self.book is not None and self.book.synced and self.book.freshness in _FRESH

    def rungs(self, tick: Px, count: int) -> tuple[Rung, ...]:
        """`count` prices around the middle, the highest first."""
        book = self.book
        if book is None or not (book.bids or book.asks):
            return ()
        bids, asks = _side(book, bids=True), _side(book, bids=False)
        best = [side.best for side in (bids, asks) if side is not None]
        top = (sum(best) // len(best)) // tick * tick + count // 2 * tick
        orders = {level.price: level.orders for level in (*book.bids, *book.asks)}
        then = self._then(book.at)
        traded = self._sums(tick)
        return tuple(
            self._rung(Px(price), (bids, asks), orders, then, traded.get(price, (0, 0)))
            for price in range(top, top - count * tick, -tick)
        )

    def _rung(
        self,
        price: Px,
        sides: tuple[_Side | None, _Side | None],
        orders: Mapping[Px, int | None],
        then: tuple[_Side | None, _Side | None],
        traded: tuple[int, int],
    ) -> Rung:
        bid, ask = (None if side is None else side.size(price) for side in sides)
        old = tuple(None if side is None else side.size(price) for side in then)
        bids, asks = sides
        is_bid, is_ask = (side is not None and price == side.best for side in sides)
        return Rung(
            price, bid, ask,
            orders.get(price) if bid else None,
            orders.get(price) if ask else None,
            None if bid is None or old[0] is None else bid - old[0],
            None if ask is None or old[1] is None else ask - old[1],
            *traded,
            is_bid, is_ask,
            bids is not None and asks is not None and bids.best < price < asks.best,
        )  # fmt: skip

    def _then(self, now: Ns) -> tuple[_Side | None, _Side | None]:
        """The newest picture that is at least five seconds old."""
        old = [(bids, asks) for at, bids, asks in self._past if at <= now - SINCE]
        return old[-1] if old else (None, None)

    def _sums(self, tick: Px) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        for minute in self._minutes.values():
            rows = (minute.bought + minute.sold).nonzero()[0]
            for row in rows.tolist():
                price = minute.low + row * minute.tick
                bought, sold = found.get(price, (0, 0))
                found[price] = bought + int(minute.bought[row]), sold + int(minute.sold[row])
        return found


def _side(book: BookChanged, *, bids: bool) -> _Side | None:
    levels = book.bids if bids else book.asks
    if not levels:
        return None
    return _Side({level.price: level.size for level in levels}, levels[0].price, levels[-1].price, bids)
