"""An order book rebuilt from MBO records by the plain rules, to hold the other schemas against."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.sim.dbn_records import UNDEF_PRICE

Level = tuple[int, int, int]


class RebuiltBook:
    """Of one instrument. `unknown` counts cancels, changes and fills of orders that nobody added."""

    def __init__(self) -> None:
        self.orders: dict[int, tuple[str, int, int]] = {}
        self.unknown = 0

    def apply(self, record: Any) -> None:
        action, order = record["action"].decode(), int(record["order_id"])
        if action == "R":
            self.orders.clear()
        elif action == "A":
            self.unknown += order in self.orders
            self._put(record)
        elif action in "MCF":
            self.unknown += order not in self.orders
            if action == "M":
                self._put(record)
            elif action == "C":
                _, price, size = self.orders.pop(order)
                self.unknown += (price, size) != (int(record["price"]), int(record["size"]))

    def levels(self, side: str, depth: int) -> tuple[Level, ...]:
        """Price, size and orders of the best levels."""
        found: dict[int, list[int]] = {}
        for own_side, price, size in self.orders.values():
            if own_side == side:
                found.setdefault(price, []).append(size)
        best = sorted(found, reverse=side == "B")[:depth]
        return tuple((price, sum(found[price]), len(found[price])) for price in best)

    def _put(self, record: Any) -> None:
        side = record["side"].decode()
        self.orders[int(record["order_id"])] = (side, int(record["price"]), int(record["size"]))


def shown(record: Any, side: str) -> tuple[Level, ...]:
    """What an MBP record says of one side, without the places that are empty."""
    name = "bid" if side == "B" else "ask"
    levels = record["levels"]
    return tuple(
        (int(level[f"{name}_px"]), int(level[f"{name}_sz"]), int(level[f"{name}_ct"]))
        for level in levels
        if level[f"{name}_px"] != UNDEF_PRICE
    )


def by_event(records: Sequence[Any]) -> Iterator[list[Any]]:
    """Messages of one event at a time: up to the one whose flags say that it is the last."""
    event: list[Any] = []
    for record in records:
        event.append(record)
        if record["flags"] & 128:
            yield event
            event = []
    assert not event
