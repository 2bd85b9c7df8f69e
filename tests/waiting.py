"""Waiting for a fact: a test goes on as soon as it is one, and gives up long after any machine has shown it.

A limit costs nothing while things happen, so it is generous: a machine may be ten times slower for a while.
Where the time itself is what is promised, the test gives its own `within`.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 60.0
_LOOK_S: Final = 0.01


def wait(happened: Callable[[], object], why: str = "it did not happen", within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {why}"
        threading.Event().wait(_LOOK_S)


async def until(
    happened: Callable[[], object], why: str = "it did not happen", within: float = PATIENCE
) -> None:
    """The same on a loop, which goes on meanwhile."""
    deadline = time.monotonic() + within
    while not happened():  # facts of any kind, which set no event
        assert time.monotonic() < deadline, f"waited in vain: {why}"
        await asyncio.sleep(_LOOK_S / 2)
