"""The volume profile: contracts by rows of price, the busiest row, the value area around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.price_volume import Longs, PriceRows
from app.domain.units import Px

# a row of the profile is one point of NQ
TICKS_A_ROW: Final = 4
VALUE_AREA_PERCENT: Final = 70
NAKED_LOOKBACK: Final = 80


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Row i holds the prices from `low + i * height` to below the next row; the outer rows traded."""

    low: Px
    height: Px
    bought: Longs
    sold: Longs
    unknown: Longs

    @property
    def volume(self) -> Longs:
        return self.bought + self.sold + self.unknown

    def price(self, row: int) -> Px:
        """The lower edge of a row."""
        return Px(self.low + row * self.height)

    def row(self, price: int) -> int | None:
        place = (price - self.low) // self.height
        return place if 0 <= place < len(self.bought) else None


@dataclass(frozen=True, slots=True)
class ValueArea:
    """Rows by number, `low` and `high` included; `volume` is what traded between them."""

    poc: int
    low: int
    high: int
    volume: int


def profile(windows: Iterable[PriceRows], ticks_a_row: int = TICKS_A_ROW) -> Profile | None:
    """The sum of windows; None where nothing traded."""
    parts = [one for one in windows if len(one.bought)]
    if not parts:
        return None
    height = Px(parts[0].tick * ticks_a_row)
    place = np.concatenate([rows_of(one, height) for one in parts])
    low = int(place.min())
    place -= low
    count = int(place.max()) + 1
    bought, sold, unknown = (
        _summed(place, np.concatenate([getattr(one, side) for one in parts]), count)
        for side in ("bought", "sold", "unknown")
    )
    return Profile(Px(low * height), height, bought, sold, unknown)


def rows_of(window: PriceRows, height: Px) -> Longs:
    """Into which row of the profile each row of the window goes; rows lie on multiples of their height."""
    first = window.low // window.tick
    return (first + np.arange(len(window.bought), dtype=np.int64)) // (height // window.tick)


def busiest(volume: Longs) -> int | None:
    """The point of control: the row with most volume, of equal ones the lowest. None without any."""
    return int(np.argmax(volume)) if len(volume) and volume.max() > 0 else None


def value_area(volume: Longs, percent: int = VALUE_AREA_PERCENT) -> ValueArea | None:
    """The fewest neighbouring rows around the busiest that hold the share of all volume.

    Of equally few the fullest, of equally full the lowest.
    """
    poc = busiest(volume)
    if poc is None:
        return None
    until = np.concatenate((np.zeros(1, np.int64), np.cumsum(volume)))
    needed = -(-int(until[-1]) * percent // 100)
    low = np.arange(poc + 1)
    high = np.maximum(np.searchsorted(until[1:], until[low] + needed), poc)
    low = low[high < len(volume)]
    high = high[: len(low)]
    held = until[high + 1] - until[low]
    best = np.lexsort((low, -held, high - low))[0]
    return ValueArea(poc, int(low[best]), int(high[best]), int(held[best]))


def naked(profiles: Sequence[Profile | None], lookback: int = NAKED_LOOKBACK) -> tuple[tuple[int, Px], ...]:
    """Points of control of earlier bars in whose row nobody traded since: (which bar, its price).

    The newest bar has nothing after it, so it is not among them. Bars without a trade are None.
    """
    touched: set[int] = set()
    found = []
    for number in range(len(profiles) - 1, max(-1, len(profiles) - 1 - lookback - 1), -1):
        one = profiles[number]
        if one is None:
            continue
        first, volume = one.low // one.height, one.volume
        poc = busiest(volume)
        if poc is not None and number < len(profiles) - 1 and first + poc not in touched:
            found.append((number, one.price(poc)))
        touched.update((first + np.flatnonzero(volume)).tolist())
    return tuple(reversed(found))


def _summed(place: Longs, contracts: Longs, count: int) -> Longs:
    return np.bincount(place, weights=contracts, minlength=count).astype(np.int64)
