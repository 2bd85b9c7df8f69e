"""Which order books have another top than was told of them last.

Written so that it can be compiled as it stands and run in plain Python over the same memory.
"""

from typing import Any

from app.domain import books_state as at
from app.domain.units import UNDEF_PRICE


def tell(heads: Any, levels: Any, touched: Any, marks: Any, told: Any) -> int:  # noqa: C901
    """Puts the rows of those touched books into `told` whose best prices or sizes are others than were told
    last; how many. What is in the middle of an event, or not known to be whole, waits.
    """
    waiting, count = 0, 0
    for place in range(marks[at.TOUCHED]):
        row = touched[place]
        head = row * at.HEAD_WIDTH
        if heads[head + at.OPEN] == 1:
            touched[waiting] = row
            waiting += 1
            heads[head + at.TAKEN] = marks[at.TAKE] + 1
            continue
        if heads[head + at.SYNCED] != at.WHOLE:
            continue
        changed = 0
        for side in range(2):
            base = heads[head + at.LADDER] + side * heads[head + at.WIDTH]
            best = heads[head + at.BEST_BID + side]
            while best >= 0 and levels[base + best] == 0:
                best -= 1
            heads[head + at.BEST_BID + side] = best
            key, size = ~UNDEF_PRICE if side == 1 else UNDEF_PRICE, 0
            if best >= 0:
                key = heads[head + at.LOW_BID + side] + best * heads[head + at.TICK]
                size = levels[base + best] >> at.COUNT_BITS
            many = heads[head + at.FAR_BIDS + side]
            if many != 0:
                spot = (
                    heads[head + at.FAR_AT] + (side * heads[head + at.FAR_ROOM] + many - 1) * at.LEVEL_WIDTH
                )
                if best < 0 or levels[spot + at.LEVEL_KEY] > key:
                    key, size = levels[spot + at.LEVEL_KEY], levels[spot + at.LEVEL_SIZE]
            if heads[head + at.TOP_BID + side] != key or heads[head + at.TOP_BID_SIZE + side] != size:
                heads[head + at.TOP_BID + side] = key
                heads[head + at.TOP_BID_SIZE + side] = size
                changed = 1
        if changed == 1:
            told[count] = row
            count += 1
    marks[at.TOUCHED] = waiting
    marks[at.TAKE] += 1
    return count
