"""Where a ladder for the prices of an order book lies: its lowest price, its step, its length."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_Longs = NDArray[np.int64]

# a price's step on the ladder is found by multiplying with 2^49 / tick
INVERSE_BITS: Final = 49
# steps times the inverse of a tick fit into a number, and the rounding stays below a step
_WIDEST_TICK: Final = 2 ** (INVERSE_BITS - 13)
# in ticks: 16 of a quiet option, 2,048 points of the future
NARROW: Final = 64
_WIDE: Final = 8_192
_NEAR_LEVELS: Final = 64
_FITTED_SHARE: Final = 0.98
_FARTHEST: Final = 2**61


def grid(bids: _Longs, bid_orders: _Longs, asks: _Longs, ask_orders: _Longs) -> tuple[int, int, int] | None:
    """The lowest price, the step and the number of steps for these levels, if a grid shows. Prices are as
    they sort, the best last: those of asks complemented.
    """
    near = np.concatenate((bids[-_NEAR_LEVELS:], ~asks[-_NEAR_LEVELS:]))
    tick = int(np.gcd.reduce(np.diff(np.sort(near)))) if len(near) > 1 else 0
    if not 0 < tick <= _WIDEST_TICK:
        return None
    away = np.concatenate([(prices[-1:] - prices) // tick for prices in (bids, asks)])
    reach = _reach(away, np.concatenate((bid_orders, ask_orders)))
    width = min(_WIDE, max(NARROW, 1 << (4 * (reach + 1) - 1).bit_length()))
    best = bids[-1] if len(bids) else ~asks[-1]
    low = int(best) - width // 2 * tick
    if not -_FARTHEST < low < low + width * tick < _FARTHEST:
        return None
    return low, tick, width


def _reach(away: _Longs, orders: _Longs) -> int:
    """How many steps off the best all but a few orders are at most."""
    order = np.argsort(away)
    within = np.searchsorted(np.cumsum(orders[order]), _FITTED_SHARE * int(orders.sum()))
    return min(_WIDE, max(0, int(away[order[min(int(within), len(order) - 1)]])))
