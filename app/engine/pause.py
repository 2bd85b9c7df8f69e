"""Waiting on the engine's own clock, so that simulated time and a user's word both can end it."""

import asyncio
from typing import Final

from app.domain.units import SECOND
from app.engine.ports import Clock

_LOOK_AGAIN_S: Final = 0.05


async def pause(clock: Clock, seconds: float, wake: asyncio.Event | None = None) -> bool:
    """True when woken before the time was over; the event is cleared then."""
    until = clock.monotonic() + int(seconds * SECOND)
    while True:
        if wake is not None and wake.is_set():
            wake.clear()
            return True
        left = (until - clock.monotonic()) / SECOND
        if left <= 0:
            return False
        await asyncio.sleep(min(left, _LOOK_AGAIN_S))


async def until_woken(wake: asyncio.Event) -> None:
    await wake.wait()
    wake.clear()
