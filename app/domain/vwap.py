"""The volume-weighted average price since an anchor and its standard deviation, exact: Σpv/Σv and
√(Σv(p−VWAP)²/Σv) of every trade, summed as integers of ticks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.price_volume import PriceRows
from app.domain.units import POINT, Px

BANDS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Vwap:
    """In points."""

    price: float
    sigma: float
    volume: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Σv, Σvr, Σvr² over the ticks r that were traded; whole numbers without a limit."""

    tick: Px
    volume: int = 0
    first: int = 0
    second: int = 0

    @property
    def vwap(self) -> Vwap | None:
        """None before the first contract."""
        if not self.volume:
            return None
        spread = self.volume * self.second - self.first * self.first
        return Vwap(
            self.first * self.tick / (self.volume * POINT),
            math.sqrt(spread) * self.tick / (self.volume * POINT),
            self.volume,
        )


def vwap(windows: Sequence[PriceRows]) -> Vwap | None:
    """Of all trades of these windows: those of a session, or since an anchor."""
    return running(None, windows)[-1].vwap if windows else None


def running(before: Sums | None, windows: Sequence[PriceRows]) -> list[Sums]:
    """The sums at the end of each window, on top of those before the first; no window is empty."""
    volume = np.concatenate([one.bought + one.sold + one.unknown for one in windows])
    lengths = np.array([len(one.bought) for one in windows])
    heads = np.cumsum(lengths) - lengths
    lows = np.array([one.low // one.tick for one in windows], np.int64)
    row = np.arange(len(volume), dtype=np.int64) + np.repeat(lows - heads, lengths)
    once = volume * row
    # a row is about 10**5: one window would need 10**9 contracts to leave 64 bits
    columns = (np.add.reduceat(column, heads).tolist() for column in (volume, once, once * row))
    now, found = before or Sums(windows[0].tick), []
    for contracts, first, second in zip(*columns, strict=True):
        now = Sums(now.tick, now.volume + contracts, now.first + first, now.second + second)
        found.append(now)
    return found
