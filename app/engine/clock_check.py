"""How far the machine's clock is off: by time servers once an hour, cross-checked by the vendors' stamps.

A record cannot be received before it was sent: the smallest delay seen of late is the offset and at least
some latency more. That alone never says that the clock is ahead, but a negative one proves that it is behind.
A clock that was set right must not be suspected for another hour: older stamps count until newer ones prove
nothing any more.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from app.domain.machine_updates import ClockChecked, Trust
from app.domain.units import HOUR, Ns
from app.engine.outbox import Outbox
from app.engine.ports import Clock
from app.engine.workers import Workers

_EVERY_S: Final = 3_600.0
_AGAIN_S: Final = 300.0
_LIMIT_S: Final = 15.0
_AMBER_MS: Final = 250.0
_UNRELIABLE_MS: Final = 1_000.0
_NO_COUNTDOWNS_MS: Final = 5_000.0
_SLOTS: Final = 240
_SLOT: Final = HOUR // _SLOTS
# so many stamps of one slot say something of their own; two may just have come late
_ENOUGH: Final = 3


def trust_of(offset_ms: float | None) -> Trust:
    if offset_ms is None:
        return Trust.UNKNOWN
    off = abs(offset_ms)
    if off > _NO_COUNTDOWNS_MS:
        return Trust.NO_COUNTDOWNS
    if off > _UNRELIABLE_MS:
        return Trust.UNRELIABLE
    return Trust.AMBER if off > _AMBER_MS else Trust.GOOD


class ClockCheck:
    """`ask` gives the offset in ms by the median of three answers, or None; it blocks. Without it only the
    stamps speak. Positive: this machine is ahead."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        workers: Workers,
        ask: Callable[[], float | None] | None,
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._workers = workers
        self._ask = ask
        self._answered: float | None = None
        self._delays: deque[tuple[Ns, float]] = deque(maxlen=_SLOTS)
        self._seen = 0
        self._jumped = asyncio.Event()
        self._told: tuple[Trust, str] | None = None

    @property
    def offset_ms(self) -> float | None:
        """As the servers say; else as far as the stamps prove it."""
        if self._answered is not None:
            return self._answered
        least = self.least_delay_ms()
        return least if least is not None and least < 0 else None

    def least_delay_ms(self) -> float | None:
        """The smallest of `local − ts_recv` in the last hour."""
        now = self._clock.monotonic()
        while self._delays and self._delays[0][0] <= now - HOUR:
            self._delays.popleft()
        return min((delay for _, delay in self._delays), default=None)

    def seen(self, delay_ms: float) -> None:
        """Of one record; only the smallest of each quarter of a minute is kept."""
        slot = Ns(self._clock.monotonic() // _SLOT * _SLOT)
        if self._delays and self._delays[-1][0] == slot:
            self._seen += 1
            if delay_ms < self._delays[-1][1]:
                self._delays[-1] = slot, delay_ms
            return
        if self._seen >= _ENOUGH and self._delays and self._delays[-1][1] >= 0:
            self._delays = deque((one for one in self._delays if one[1] >= 0), _SLOTS)
        self._delays.append((slot, delay_ms))
        self._seen = 1

    def jumped(self) -> None:
        """The machine's clock was set, or stood still: whatever was known of it is void."""
        self._delays.clear()
        self._answered = None
        self._jumped.set()

    async def run(self) -> None:
        while True:
            self._jumped.clear()
            await self.check()
            try:
                async with asyncio.timeout(_EVERY_S if self._answered is not None else _AGAIN_S):
                    await self._jumped.wait()
            except TimeoutError:
                continue

    async def check(self) -> None:
        ask = self._ask
        if ask is not None:
            try:
                self._answered = await self._workers.run("time server", ask, _LIMIT_S)
            except TimeoutError:
                self._answered = None
        self.tell(again=True)

    def tell(self, again: bool = False) -> None:
        """When it has become another matter, or `again`."""
        offset, said_by = self.offset_ms, self._said_by()
        trust = trust_of(offset)
        if again or (trust, said_by) != self._told:
            self._told = trust, said_by
            self._outbox.put_state(ClockChecked(offset, trust, said_by, self._clock.now()))

    def _said_by(self) -> str:
        least = self.least_delay_ms()
        if self._answered is None:
            return "the vendors' stamps" if least is not None and least < 0 else "nobody"
        if least is not None and least < self._answered - _AMBER_MS:
            return "time servers; the vendors' stamps disagree"
        return "time servers"
