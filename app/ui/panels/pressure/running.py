"""Sums that run through a session, continued at the first bar that changed instead of from its open."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.domain.units import POINT
from app.ui.panels.pressure.columns import BarColumns, Slice
from app.ui.panels.pressure.series import Floats, Ints

Number = TypeVar("Number", np.int64, np.float64)


class Running:
    """Cumulative delta and volume-weighted price of one instrument since `anchor`."""

    def __init__(self, columns: BarColumns, anchor: int) -> None:
        self.columns, self.anchor = columns, anchor
        self._version, self._first = -1, -1
        self._start: Ints = np.zeros(0, np.int64)
        self._delta: Ints = np.zeros(0, np.int64)
        self._volume: Floats = np.zeros(0)
        self._money: Floats = np.zeros(0)

    def update(self) -> None:
        if self._version == self.columns.version:
            return
        bars = self.columns.between(self.anchor, 2**62)
        kept = self._kept(bars)
        tail = Slice(*(getattr(bars, name)[kept:] for name in Slice.__dataclass_fields__))
        volume = (tail.bought + tail.sold + tail.unknown).astype(np.float64)
        typical = (tail.high + tail.low + tail.close) / (3.0 * POINT)
        self._start = bars.start.copy()
        self._delta = _continued(self._delta[:kept], tail.bought - tail.sold)
        self._volume = _continued(self._volume[:kept], volume)
        self._money = _continued(self._money[:kept], typical * volume)
        self._version, self.columns.changed_from = self.columns.version, None
        self._first = int(bars.start[0]) if len(bars) else -1

    def delta_at(self, bars: Slice) -> Ints:
        """Σ (B − S) up to and with each of these bars, which must not start before the anchor."""
        return self._delta[self._places(bars)]

    def vwap_at(self, bars: Slice) -> Floats:
        """Σ v·(h+l+c)/3 / Σ v, in points: an estimate, because a bar keeps no sum of p·v."""
        places = self._places(bars)
        volume = self._volume[places].copy()
        volume[volume == 0] = np.nan
        return self._money[places] / volume

    def _places(self, bars: Slice) -> Ints:
        if not len(bars):
            return np.zeros(0, np.int64)
        first = int(np.searchsorted(self._start, bars.start[0]))
        return np.arange(first, first + len(bars))

    def _kept(self, bars: Slice) -> int:
        changed = self.columns.changed_from
        if self._version < 0 or not len(bars) or int(bars.start[0]) != self._first:
            return 0
        if changed is None or changed < self.anchor:
            return 0
        return min(len(self._delta), int(np.searchsorted(self._start, changed)))


def _continued(kept: NDArray[Number], more: NDArray[Number]) -> NDArray[Number]:
    base = kept[-1] if len(kept) else 0
    return np.concatenate((kept, np.cumsum(more) + base))
