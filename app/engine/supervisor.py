"""Keeps the engine's tasks alive: remembers them, logs and counts their deaths, starts them again.

A bug is not an error to be handled where it happens: it ends its task, and this is the only place in the
engine that catches it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from app.engine.backoff import Backoff

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
# A connection closes its feed on the way out, which may take a second.
_PATIENCE_S: Final = 1.3


class Restart(Enum):
    ALWAYS = "always"
    ON_DEATH = "on death"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Failed:
    """What became of an attempt: the sentence for the screen; the log has the rest."""

    reason: str


class Supervisor:
    def __init__(self, backoff: Callable[[], Backoff] = Backoff) -> None:
        self._backoff = backoff
        self._tasks: dict[asyncio.Task[None], str] = {}
        self.tasks_died = 0

    def spawn(
        self,
        name: str,
        work: Callable[[], Coroutine[Any, Any, None]],
        restart: Restart = Restart.ON_DEATH,
    ) -> asyncio.Task[None]:
        """Cancel the returned task to end the work for good."""
        task = asyncio.get_running_loop().create_task(self._keep(name, work, restart), name=name)
        self._tasks[task] = name
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    def attempt(self, name: str, make: Callable[[], _T]) -> _T | Failed:
        """Something foreign that may fail in any way (a source's constructor), without harm to others."""
        try:
            return make()
        except Exception as e:  # noqa: BLE001 - foreign code, and its trace is kept
            _log.exception("%s failed", name)
            return Failed(f"{type(e).__name__}: {e}")

    async def finish(self, name: str, work: Coroutine[Any, Any, object], limit_s: float) -> float:
        """One step of the way out, in its time or not at all; the milliseconds it took."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(limit_s):
                await work
        except TimeoutError:
            _log.info("%s was not done within %.1f s", name, limit_s)
        except Exception:  # noqa: BLE001 - the other steps must still be taken
            _log.exception("%s failed", name)
        return (time.monotonic() - began) * 1_000

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._tasks.values()))

    async def stop(self) -> tuple[str, ...]:
        """Cancels all tasks; the names of those that did not end in time."""
        mine = asyncio.current_task()
        tasks = {task: name for task, name in self._tasks.items() if task is not mine}
        for task in tasks:
            task.cancel()
        if not tasks:
            return ()
        _, stuck = await asyncio.wait(tasks, timeout=_PATIENCE_S)
        return tuple(sorted(tasks[task] for task in stuck))

    async def _keep(self, name: str, work: Callable[[], Coroutine[Any, Any, None]], restart: Restart) -> None:
        backoff = self._backoff()
        while True:
            born = time.monotonic()
            died = await self._live(name, work)
            if restart is Restart.NEVER or (restart is Restart.ON_DEATH and not died):
                return
            delay = backoff.delay(time.monotonic() - born)
            if died:
                _log.info("%s starts again in %.1f s", name, delay)
            await asyncio.sleep(delay)

    async def _live(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        try:
            await work()
        except Exception:  # noqa: BLE001 - the one net under all tasks, and the trace is kept
            self.tasks_died += 1
            _log.exception("%s died", name)
            return True
        return False
