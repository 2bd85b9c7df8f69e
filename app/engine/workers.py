"""Blocking calls, off the engine's loop: a small pool, and lanes of one worker each.

A hung call must delay neither other calls nor the exit: it is given up at its deadline, another thread
takes its place, and its own ends when the call returns at last.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from app.engine.lanes import Call, Lane

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

POOL: Final = "io"
POOL_SIZE: Final = 4
# The database belongs to one thread for good: this lane's is never replaced, and its calls never skipped.
DB: Final = "db"


class Workers:
    def __init__(self, size: int = POOL_SIZE) -> None:
        self._lanes: dict[str, Lane] = {POOL: Lane(POOL, size)}
        self._given_up = self._awaited = 0

    @property
    def awaited(self) -> int:
        """How many calls somebody waits for now."""
        return self._awaited

    @property
    def given_up(self) -> int:
        """How many calls exceeded their time so far."""
        return self._given_up

    async def run(self, name: str, fn: Callable[[], _T], limit_s: float, lane: str = POOL) -> _T:
        """The answer of a blocking call; TimeoutError after `limit_s` seconds, waiting in line included."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_T] = loop.create_future()

        def deliver(value: Any, error: BaseException | None) -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(value)
            else:
                answer.set_exception(error)

        def done(value: Any, error: BaseException | None) -> None:
            try:
                loop.call_soon_threadsafe(deliver, value, error)
            except RuntimeError:
                _log.info("%s answered after the engine had ended", name)

        call = Call(name, fn, done)
        self._lane(lane).put(call)
        self._awaited += 1
        try:
            # wait_for of Python 3.11 loses a cancellation that comes together with the answer
            async with asyncio.timeout(limit_s):
                return await answer
        except (TimeoutError, asyncio.CancelledError):
            if answer.cancelled():
                self._give_up(call, lane, limit_s)
            raise
        finally:
            self._awaited -= 1

    def post(self, name: str, fn: Callable[[], object], lane: str = POOL) -> None:
        """Let it be done; nobody waits. A failure is logged."""

        def done(_: Any, error: BaseException | None) -> None:
            if error is not None:
                _log.error("%s failed", name, exc_info=error)

        self._lane(lane).put(Call(name, fn, done))

    def close(self) -> None:
        """No more calls; idle threads end at once, busy ones when their call returns."""
        for lane in self._lanes.values():
            lane.close()

    def _give_up(self, call: Call, lane: str, limit_s: float) -> None:
        if lane == DB:
            return
        self._given_up += 1
        self._lane(lane).give_up(call)
        _log.info("%s was given up (its limit is %.1f s)", call.name, limit_s)

    def _lane(self, name: str) -> Lane:
        return self._lanes.setdefault(name, Lane(name, 1))
