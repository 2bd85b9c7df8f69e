"""Pressure over the last seconds, minutes: P = (B − S) / (B + S), at each moment a pixel stands for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SECOND
from app.ui.panels.pressure.columns import BarColumns, Floats, Ints

Flags = NDArray[np.bool_]

SOLID_FROM: Final = {300: 100, 30: 25, 5: 10}
"""Seconds of a window, the headline first, and contracts with a side from which its P is drawn solid."""

HEADLINE_S: Final = 300
_NEAR_S: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Pressure:
    """`weak`: fewer contracts than a side could be read from, or part of the window was not seen."""

    times: Floats
    values: Floats
    weak: Flags


@dataclass(frozen=True, slots=True)
class Now:
    """One window at one moment: P, contracts with a side, share of volume without one."""

    value: float | None
    contracts: int
    unknown_share: float | None


class Sums:
    """Contracts bought, sold and of no side since the first bar, as of the end of each."""

    def __init__(self, columns: BarColumns) -> None:
        self._columns = columns
        self._version = -1
        self.starts: Ints = np.zeros(0, np.int64)
        self.totals: Ints = np.zeros((3, 1), np.int64)
        """Bought, sold, unknown; entry i is the sum of the bars before bar i."""

    def update(self) -> None:
        changed = self._columns.changed_since(self._version) if self._version >= 0 else -1
        if changed is None:
            return
        bars = self._columns.all()
        kept = int(np.searchsorted(self.starts, changed)) if changed > 0 else 0
        more = np.stack((bars.bought[kept:], bars.sold[kept:], bars.unknown[kept:]))
        old = self.totals[:, : kept + 1]
        self.totals = np.concatenate((old, np.cumsum(more, axis=1) + old[:, -1:]), axis=1)
        self.starts = bars.start.copy()
        self._version = self._columns.version

    def run_at(self, times: Ints) -> Ints:
        """Σ (B − S) of the bars that began up to each of these times, in ns."""
        self.update()
        at = np.searchsorted(self.starts, times, side="right")
        found: Ints = self.totals[0, at] - self.totals[1, at]
        return found

    def over(self, times: Floats, seconds: int) -> Ints:
        """Bought, sold and unknown of the bars that began in [t − seconds, t) for each of these times."""
        ends = np.ceil(times).astype(np.int64) * SECOND
        high = np.searchsorted(self.starts, ends)
        low = np.searchsorted(self.starts, ends - seconds * SECOND)
        found: Ints = self.totals[:, high] - self.totals[:, low]
        return found


def pressure(sums: Sums, times: Floats, seconds: int, gaps: tuple[tuple[int, int], ...] = ()) -> Pressure:
    """NaN where nothing had a side, and inside a hole."""
    bought, sold, _ = sums.over(times, seconds)
    both = (bought + sold).astype(np.float64)
    both[both == 0] = np.nan
    values = (bought - sold) / both
    weak = ~(both >= SOLID_FROM[seconds])
    for start, end in gaps:
        begin, until = start / SECOND, end / SECOND
        values[(times > begin) & (times < until)] = np.nan
        weak |= (times >= until) & (times < until + seconds)
    return Pressure(times, values, weak)


class Kept:
    """Pressure of one window at moments that mostly were asked before: only what changed is made again."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._old: Pressure | None = None
        self._under: object = None

    def at(self, sums: Sums, times: Floats, changed: float, gaps: tuple[tuple[int, int], ...]) -> Pressure:
        """`times` lie on a grid; the bars before `changed` are those of the last call."""
        under = (sums, float(times[1] - times[0]) if len(times) > 1 else 0.0, gaps)
        kept, skipped = 0, 0
        if self._old is not None and self._under == under and len(times):
            skipped = int(np.searchsorted(self._old.times, times[0] - _NEAR_S))
            until = int(np.searchsorted(times, changed))
            kept = max(0, min(until, len(self._old.times) - skipped - 1))
        tail = pressure(sums, times[kept:], self._seconds, gaps)
        made = tail
        if self._old is not None and kept:
            part = slice(skipped, skipped + kept)
            made = Pressure(
                times,
                np.concatenate((self._old.values[part], tail.values)),
                np.concatenate((self._old.weak[part], tail.weak)),
            )
        self._old, self._under = made, under
        return made


def pressure_now(sums: Sums, now_s: float, seconds: int) -> Now:
    """Of the second that runs, too: `now_s` is rounded up."""
    bought, sold, unknown = (int(part[0]) for part in sums.over(np.array([now_s]), seconds))
    both = bought + sold
    volume = both + unknown
    return Now((bought - sold) / both if both else None, both, unknown / volume if volume else None)
