"""The two clocks of the program: the machine's own, and a simulated market's."""

import time

from app.domain.units import Ns


class RealClock:
    def now(self) -> Ns:
        return Ns(time.time_ns())

    def monotonic(self) -> Ns:
        return Ns(time.monotonic_ns())


class MarketClock:
    """Simulated market time: `start` at the wall moment `wall`, from there on at `speed`.

    Given what a simulator says of its clock, it shows the same time as the simulator. The wall is read once;
    after that elapsed time counts, so that a machine setting its clock moves nothing. `monotonic` is real:
    timeouts and ages of connections do not run faster in a fast demo.
    """

    def __init__(self, start: Ns, wall: Ns, speed: float = 1.0) -> None:
        if not 0 <= speed < float("inf"):
            raise ValueError(f"time cannot run at speed {speed}")
        self._start = start
        self._speed = speed
        self._counter_at_start = time.perf_counter_ns() - (time.time_ns() - wall)

    def now(self) -> Ns:
        return Ns(self._start + int((time.perf_counter_ns() - self._counter_at_start) * self._speed))

    def monotonic(self) -> Ns:
        return Ns(time.monotonic_ns())
