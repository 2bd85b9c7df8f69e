"""What really traded in a window: the measure of every bar, pressure and volume that a program shows."""

from dataclasses import dataclass

import numpy as np

from app.domain.units import Px
from app.sim.noise import Ints


@dataclass(frozen=True, slots=True)
class Truth:
    """One instrument in one window. `bought` and `sold` are lots by the aggressor, `unknown` had none."""

    bought: int
    sold: int
    unknown: int
    trades: int
    open: Px
    high: Px
    low: Px
    close: Px

    @property
    def volume(self) -> int:
        return self.bought + self.sold + self.unknown


def truth_of(side: Ints, price: Ints, size: Ints) -> Truth:
    """Of trades in order, at least one; prices in 1e-9 points."""
    bought, sold, unknown = (int(size[side == which].sum()) for which in (1, -1, 0))
    first, high, low, last = (Px(int(p)) for p in (price[0], price.max(), price.min(), price[-1]))
    return Truth(bought, sold, unknown, len(price), first, high, low, last)


def by_row(row: Ints, side: Ints, price: Ints, size: Ints) -> dict[int, Truth]:
    """The same for trades of several instruments, told apart by `row`."""
    if not len(row):
        return {}
    order = np.argsort(row, kind="stable")
    starts = np.flatnonzero(np.diff(row[order], prepend=-1))
    answer = {}
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        mine = order[start:end]
        answer[int(row[mine[0]])] = truth_of(side[mine], price[mine], size[mine])
    return answer
