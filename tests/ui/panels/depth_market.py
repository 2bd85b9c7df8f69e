"""A book that wanders, told as the engine tells it."""

import random
from collections.abc import Iterator

import numpy as np

from app.domain.chart_updates import DepthLevel
from app.domain.health import Freshness
from app.domain.routing import TICK, Provenance, SourceId
from app.domain.tick_updates import TapePrint
from app.domain.units import FUTURE_TICK, Ns, Px, px
from app.domain.updates import (
    BookChanged,
    DepthColumn,
    Prints,
    Update,
)
from tests.prints import told
from tests.ui.panels.samples import NOW

NQ, TICKS = 42, SourceId("databento")
WIDTH_MS = 250
WIDTH = Ns(WIDTH_MS * 1_000_000)
FIRST = Ns(NOW // WIDTH * WIDTH - 600 * WIDTH)


def origin(at: Ns = NOW) -> Provenance:
    return Provenance(TICKS, TICK, at, at, at, "s")


def column(slot: int, low: int, bids: list[int], asks: list[int]) -> DepthColumn:
    """`slot` columns after the first, `low` in ticks."""
    at = Ns(FIRST + slot * WIDTH)
    return DepthColumn(NQ, at, WIDTH_MS, Px(low * FUTURE_TICK), FUTURE_TICK, np.array(bids, dtype=np.int32),
                       np.array(asks, dtype=np.int32), "mbp-10", origin(at))  # fmt: skip


def slot_of(number: int) -> int:
    return FIRST // WIDTH + number


def book(at: Ns, bids: dict[float, int], asks: dict[float, int], *, synced: bool = True,
         freshness: Freshness = Freshness.LIVE) -> BookChanged:  # fmt: skip
    down, up = (
        tuple(DepthLevel(px(k), side[k], 3) for k in sorted(side, reverse=side is bids))
        for side in (bids, asks)
    )
    return BookChanged(NQ, at, down, up, "mbo", synced, 0, freshness, origin(at))


def trade(at: Ns, price: float, size: int, side: int = 1) -> Prints:
    return told(TapePrint(NQ, "NQZ6", at, px(price), size, side, origin(at)))


def market(count: int, seed: int = 5) -> Iterator[Update]:
    """A book that wanders, with walls that come and go."""
    chance, middle = random.Random(seed), 100_053.0
    walls = {100_000 + 4 * n: chance.randint(20, 160) for n in range(0, 40, 3)}
    for number in range(count):
        middle += chance.gauss(0, 0.9)
        low, best = int(middle) - 60, int(middle)
        sizes = [
            max(1, int(walls.get(low + i, 6) * (0.6 + 0.4 * chance.random())) + abs(i - 60) // 8)
            for i in range(121)
        ]
        bids = [size if low + i <= best else 0 for i, size in enumerate(sizes)]
        asks = [size if low + i > best else 0 for i, size in enumerate(sizes)]
        yield column(number, low, bids, asks)
        at = Ns(FIRST + number * WIDTH)
        if chance.random() < 0.4:
            up = chance.random() < 0.5
            size = min(120, int(chance.paretovariate(0.9)))
            yield trade(at, (best + up) * 0.25, size, chance.choice((1, -1, 1, -1, 0)))
        yield book(
            at,
            {(best - i) * 0.25: sizes[best - i - low] for i in range(10)},
            {(best + 1 + i) * 0.25: sizes[best + 1 + i - low] for i in range(10)},
        )
