"""Waiting for facts and taking their time: for checks that answer with what they measured."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from app.domain.errors import ConfigError
from app.domain.verification import Measure, Verdict

Found = tuple[Verdict, dict[str, Measure], str]
_LOOK_S: Final = 0.02


async def until(happened: Callable[[], bool], within_s: float) -> None:
    """Looks again and again: what is waited for happens in several places and sets no event."""
    try:
        async with asyncio.timeout(within_s):
            while not happened():  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        raise ConfigError(f"It did not come within {within_s:.0f} s.") from None


def ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1_000, 1)
