"""The machine's own troubles, which are the parents of many others: sleep, and a lost local network.

Sleep shows as a jump of the wall's time against the time that never jumps. Both have to repeat before they
are believed over, and what they cause is not told once more for every source.
"""

from collections.abc import Callable
from typing import Final

from app.domain.machine_updates import NetworkChecked, Slept
from app.domain.units import SECOND, Ns
from app.engine.audit import SYSTEM, Audit
from app.engine.outbox import Outbox
from app.engine.ports import Clock

_JUMP: Final = 2 * SECOND
# After waking up everything connects anew; until then nothing else is to blame.
_WAKING: Final = 15 * SECOND
_REPEATS: Final = 2
NO_NETWORK: Final = "The local network is down."


class Machine:
    """`wall` and `elapsed` are the machine's own clocks, whatever market is simulated; without them nothing
    is noticed. `woken` hears of each sleep, `network` of each change of the local network, `jumped` of each
    jump of the machine's clock, whatever made it jump."""

    def __init__(self, clock: Clock, outbox: Outbox, audit: Audit, machine_clock: Clock | None) -> None:
        self.woken: Callable[[float], None] = lambda _: None
        self.network: Callable[[bool], None] = lambda _: None
        self.jumped: Callable[[], None] = lambda: None
        self.network_down = False
        self._clock = clock
        self._outbox = outbox
        self._audit = audit
        self._machine_clock = machine_clock
        self._difference: Ns | None = None
        self._woke: Ns | None = None
        self._streak = 0

    @property
    def is_parent(self) -> bool:
        """Something of the machine's own is the cause of whatever else goes wrong now."""
        return self.network_down or self._waking()

    def tick(self) -> None:
        """By the timer, more often than the smallest jump that counts."""
        if self._machine_clock is None:
            return
        difference = Ns(self._machine_clock.now() - self._machine_clock.monotonic())
        before, self._difference = self._difference, difference
        if before is not None and abs(difference - before) > _JUMP:
            self._jumped((difference - before) / SECOND)

    def reached(self, up: bool) -> None:
        """What a look at the local network found; two in a row are believed."""
        self._streak = self._streak + 1 if up is self.network_down else 0
        if self._streak < _REPEATS:
            return
        self._streak, self.network_down = 0, not up
        before, after = ("down", "up") if up else ("up", "down")
        self._audit.note(SYSTEM, "local network", before, after, "probe")
        self._outbox.put_state(NetworkChecked(up, self._clock.now(), "" if up else NO_NETWORK))
        if up:
            self._woke = self._clock.monotonic()
        self.network(up)

    def _jumped(self, seconds: float) -> None:
        now = self._clock.now()
        self.jumped()
        if seconds < 0:
            self._audit.note(
                SYSTEM, "clock", "", f"set back by {-seconds:.1f} s", "wall against elapsed time"
            )
            return
        self._woke = self._clock.monotonic()
        self._audit.note(SYSTEM, "machine", f"slept {seconds:.0f} s", "awake", "wall against elapsed time")
        self._outbox.put_state(Slept(now, seconds))
        self.woken(seconds)

    def _waking(self) -> bool:
        return self._woke is not None and self._clock.monotonic() - self._woke < _WAKING
