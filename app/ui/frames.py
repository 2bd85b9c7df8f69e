"""How long the screen is busy per frame, and how late its timer comes; kept for the last minutes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

KEPT: Final = 4096
LAG_MS: Final = 500.0
"""A paint loop that stands still this long is said to lag."""


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Percentiles in milliseconds over `count` frames; None without any. `busy` = pump + update + paint."""

    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    worst: float | None
    late_p95: float | None


class Frames:
    def __init__(self) -> None:
        self._busy: NDArray[np.float64] = np.zeros(KEPT)
        self._late: NDArray[np.float64] = np.zeros(KEPT)
        self._count = 0
        self._recent: tuple[int, FrameTimes] | None = None

    def add(self, busy_ms: float, late_ms: float) -> None:
        at = self._count % KEPT
        self._busy[at], self._late[at] = busy_ms, late_ms
        self._count += 1

    def clear(self) -> None:
        """Measurements begin again, e.g. after start-up."""
        self._count = 0

    def recent(self) -> FrameTimes:
        """As `times`, but counted again only every 30 frames: percentiles cost half a millisecond."""
        if self._recent is None or self._count < self._recent[0] or self._count >= self._recent[0] + 30:
            self._recent = self._count, self.times()
        return self._recent[1]

    def times(self) -> FrameTimes:
        count = min(self._count, KEPT)
        if not count:
            return FrameTimes(0, None, None, None, None, None)
        busy, late = self._busy[:count], self._late[:count]
        p50, p95, p99 = (float(value) for value in np.percentile(busy, (50, 95, 99)))
        return FrameTimes(count, p50, p95, p99, float(busy.max()), float(np.percentile(late, 95)))
