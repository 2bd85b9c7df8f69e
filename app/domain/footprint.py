"""The footprint: bought and sold contracts by row of price inside one bar, and where one side outweighed.

Made of minutes of volume at price, so bars are a minute wide or several; none is made for shorter ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.price_volume import Longs, PriceRows
from app.domain.profile import TICKS_A_ROW, Profile, profile
from app.domain.units import SECOND, Ns

RATIO: Final = 3
LEAST_PERCENT: Final = 10
STACKED: Final = 3

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """`buying[i]`: what was bought in row i outweighs what was sold one row below. `selling[i]`: what was
    sold there outweighs what was bought one row above. The stacked ones are parts of a run of rows.
    """

    start: Ns
    seconds: int
    rows: Profile
    buying: Flags
    selling: Flags
    buying_stacked: Flags
    selling_stacked: Flags

    @property
    def delta(self) -> Longs:
        return self.rows.bought - self.rows.sold


def footprints(
    minutes: Iterable[PriceRows], seconds: int, each: int = 60, ticks_a_row: int = TICKS_A_ROW
) -> tuple[Footprint, ...]:
    """One for each bar that had a trade, in order; `minutes` are `each` so many seconds wide, in any order.

    ValueError where the bars are no multiple of the minutes.
    """
    if seconds < each or seconds % each:
        raise ValueError(f"volume at price is kept by {each} s; bars of {seconds} s cannot be made of it")
    width = seconds * SECOND
    bars: dict[int, list[PriceRows]] = {}
    for one in minutes:
        bars.setdefault(one.start // width * width, []).append(one)
    made = ((start, profile(bars[start], ticks_a_row)) for start in sorted(bars))
    return tuple(footprint(Ns(start), seconds, rows) for start, rows in made if rows is not None)


def footprint(start: Ns, seconds: int, rows: Profile) -> Footprint:
    buying, selling = imbalances(rows)
    return Footprint(start, seconds, rows, buying, selling, stacked(buying), stacked(selling))


def imbalances(rows: Profile, ratio: int = RATIO, least_percent: int = LEAST_PERCENT) -> tuple[Flags, Flags]:
    """Diagonal: buyers lift the offer of their row while sellers hit the bid one row below.

    A row whose counterpart is 0 is not compared, and one with under a tenth of the fullest row's volume is
    too thin to say anything.
    """
    bought, sold, volume = rows.bought, rows.sold, rows.volume
    buying, selling = np.zeros(len(bought), np.bool_), np.zeros(len(bought), np.bool_)
    below, above = sold[:-1], bought[1:]
    buying[1:] = (below > 0) & (bought[1:] > ratio * below)
    selling[:-1] = (above > 0) & (sold[:-1] > ratio * above)
    thick = volume * 100 >= least_percent * int(volume.max(initial=0))
    return buying & thick, selling & thick


def stacked(flags: Flags, least: int = STACKED) -> Flags:
    """Those that stand in runs of at least so many neighbouring rows."""
    edges = np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    found = np.zeros(len(flags), np.bool_)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        found[begin:end] = end - begin >= least
    return found
