"""When Massive may be asked next: so many calls a minute by plan, evenly spaced, longer after a refusal."""

from collections.abc import Callable
from typing import Final

from app.domain.units import SECOND, Ns
from app.engine.ports import Clock

_MINUTE_S: Final = 60.0
# as earlier use of the free tier showed: a minute after the first refusal, rising to five
_FIRST_BACK_OFF_S: Final = 60.0
_LONGEST_BACK_OFF_S: Final = 300.0


class Pace:
    """`per_minute` is asked at every call: a plan may change while the program runs."""

    def __init__(self, clock: Clock, per_minute: Callable[[], int]) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._free_at = Ns(0)
        self._refusals = 0

    def wait_s(self) -> float:
        return max(0.0, (self._free_at - self._clock.monotonic()) / SECOND)

    def asked(self) -> None:
        spacing = _MINUTE_S / self._per_minute()
        self._free_at = Ns(max(self._free_at, self._clock.monotonic()) + int(spacing * SECOND))

    def refused(self, retry_after: float | None) -> float:
        """How long to wait now, as the vendor said or as experience says."""
        self._refusals += 1
        own = min(_LONGEST_BACK_OFF_S, _FIRST_BACK_OFF_S * 2.0 ** (self._refusals - 1))
        wait = own if retry_after is None else retry_after
        self._free_at = Ns(self._clock.monotonic() + int(wait * SECOND))
        return wait

    def answered(self) -> None:
        self._refusals = 0
