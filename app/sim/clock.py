"""Simulated market time: it starts at any moment of any day and runs at any speed.

Two processes that are given the same start, wall moment and speed show the same time.
"""

import math
import threading
import time

from app.domain.units import Ns


def wall_now() -> Ns:
    return Ns(time.time_ns())  # noqa: TID251 - simulated time has to be counted from a real one


class SimClock:
    """`now` is `start` plus `speed` times what has passed since the wall moment `origin_wall_ns`.

    The wall is read once; from then on the monotonic counter is used, so that a machine setting its clock
    moves nothing. Speed 0 stands still until `advance`.
    """

    def __init__(self, start: Ns, speed: float = 1.0, origin_wall_ns: int | None = None) -> None:
        if speed < 0 or not math.isfinite(speed):
            raise ValueError(f"time cannot run at speed {speed}")
        wall = wall_now()
        self.start = start
        self.speed = speed
        self.origin_wall_ns = Ns(wall if origin_wall_ns is None else origin_wall_ns)
        self._counter_at_origin = time.perf_counter_ns() - (wall - self.origin_wall_ns)
        self._advanced = 0
        self._lock = threading.Lock()

    def now(self) -> Ns:
        gone = time.perf_counter_ns() - self._counter_at_origin
        return Ns(self.start + self._advanced + int(gone * self.speed))

    def wall_delay(self, at: Ns) -> float:
        """Real seconds until the clock shows `at`: 0 when it is past, infinite when time stands still."""
        missing = at - self.now()
        if missing <= 0:
            return 0.0
        return missing / self.speed / 1e9 if self.speed else math.inf

    def advance(self, by: Ns) -> None:
        """Jumps ahead, e.g. over the life time of a cookie; clocks of other processes do not follow."""
        if by < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            self._advanced += by
