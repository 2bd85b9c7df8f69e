"""The market's time while a tape is played: it runs with the tape, stands with it, and jumps with it."""

import time

from app.domain.units import Ns


class ReplayClock:
    """Moved by one thread, read by all: each move replaces all numbers at once.

    `monotonic` stands while the tape stands, so that nothing grows old in a pause; it never jumps.
    """

    def __init__(self, begin: Ns, end: Ns, speed: float = 1.0) -> None:
        self.begin = begin
        self.end = end
        self._speed = speed
        # position, elapsed, the counter at that moment, speed or 0
        self._at = (int(begin), time.monotonic_ns(), time.perf_counter_ns(), 0.0)

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def playing(self) -> bool:
        return self._at[3] > 0 and self.now() < self.end

    def now(self) -> Ns:
        position, _, counter, speed = self._at
        return Ns(min(self.end, position + int((time.perf_counter_ns() - counter) * speed)))

    def monotonic(self) -> Ns:
        _, elapsed, counter, speed = self._at
        return Ns(elapsed + (time.perf_counter_ns() - counter if speed else 0))

    def play(self) -> None:
        self._move(self.now(), self._speed)

    def pause(self) -> None:
        self._move(self.now(), 0.0)

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        if self._at[3]:
            self.play()

    def jump(self, to: Ns) -> None:
        """Forwards or backwards, within the tape; playing goes on."""
        self._move(Ns(min(max(to, self.begin), self.end)), self._at[3])

    def _move(self, position: Ns, speed: float) -> None:
        self._at = (int(position), self.monotonic(), time.perf_counter_ns(), speed)
