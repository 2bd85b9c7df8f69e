"""Time that stands still until a test moves it."""

from app.domain.units import SECOND, Ns, ns_from_iso

# a Tuesday in regular hours
RTH = ns_from_iso("2025-06-10T15:00:00Z")


class ManualClock:
    def __init__(self, now: Ns = RTH) -> None:
        self._now = now
        self._monotonic = Ns(1_000 * SECOND)

    def now(self) -> Ns:
        return self._now

    def monotonic(self) -> Ns:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        step = int(seconds * SECOND)
        self._now, self._monotonic = Ns(self._now + step), Ns(self._monotonic + step)

    def jump_to(self, now: Ns) -> None:
        """The market's time only: elapsed time does not jump."""
        self._now = now
