"""Runs the engine: a thread of its own with a plain asyncio loop, started and stopped in order.

The window asks through `submit`; what comes back is a future of the standard library. Stopping takes as
long as the deadline at most: an engine that does not end leaves its tracebacks in the log and is left.
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
DEADLINE_S: Final = 5.0
# Of the deadline, what the loop gets to wind up after the engine has stopped.
_WIND_UP_S: Final = 0.3


class Hosted(Protocol):
    """`run` works until `stop` was called; `stop` reports its steps with their milliseconds."""

    async def run(self) -> None: ...
    async def stop(self) -> tuple[tuple[str, float], ...]: ...


_E = TypeVar("_E", bound=Hosted)


@dataclass(frozen=True, slots=True)
class StopReport:
    in_time: bool
    ms: float
    steps: tuple[tuple[str, float], ...] = ()


class EngineHost(Generic[_E]):
    """`engine` is made by `start`, in the caller's thread; all its work is done in the engine's."""

    def __init__(self, engine_factory: Callable[[], _E]) -> None:
        self._factory = engine_factory
        self._engine: _E | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._refuses = False
        self._death: BaseException | None = None

    @property
    def engine(self) -> _E:
        if self._engine is None:
            raise RuntimeError("the engine has not been started")
        return self._engine

    @property
    def death(self) -> BaseException | None:
        """What ended the engine although nobody asked it to stop."""
        return self._death

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._engine = self._factory()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="engine", daemon=True)
        self._thread.start()
        ready.wait()

    def submit(self, work: Coroutine[Any, Any, _T]) -> "Future[_T]":
        """The coroutine's answer, from any thread. Refused (a cancelled future) once stopping began."""
        loop = self._loop
        if self._refuses or loop is None or not self.alive:
            work.close()
            refused: Future[_T] = Future()
            refused.cancel()
            return refused
        return asyncio.run_coroutine_threadsafe(work, loop)

    def stop(self, deadline_s: float = DEADLINE_S) -> StopReport:
        began = time.monotonic()
        loop, thread, engine = self._loop, self._thread, self._engine
        self._refuses = True
        if loop is None or thread is None or engine is None:
            return StopReport(True, 0.0)
        steps: tuple[tuple[str, float], ...] = ()
        if thread.is_alive():
            steps = self._asked(engine, loop, max(0.1, deadline_s - _WIND_UP_S))
            thread.join(max(0.0, began + deadline_s - time.monotonic()))
        in_time = not thread.is_alive()
        took = (time.monotonic() - began) * 1_000
        for name, ms in steps:
            _log.info("stopping: %s %.0f ms", name, ms)
        if in_time:
            _log.info("the engine stopped in %.0f ms", took)
        else:
            _log.error("the engine did not stop within %.1f s\n%s", deadline_s, _tracebacks())
        return StopReport(in_time, took, steps)

    def _asked(
        self, engine: Hosted, loop: asyncio.AbstractEventLoop, limit: float
    ) -> tuple[tuple[str, float], ...]:
        asked = asyncio.run_coroutine_threadsafe(engine.stop(), loop)
        try:
            return asked.result(limit)
        except TimeoutError:
            loop.call_soon_threadsafe(loop.stop)
        except CancelledError:
            _log.info("the engine ended by itself while it was asked to stop")
        return ()

    def _run(self, ready: threading.Event) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                ready.set()
                runner.run(self.engine.run())
        except BaseException as e:  # noqa: BLE001 - the thread's last line of defence
            self._death = e
            if not self._refuses:
                _log.exception("the engine ended by itself")


def _tracebacks() -> str:
    """Where every thread is at this moment."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()  # noqa: SLF001 - the interpreter's own way to ask
    return "\n".join(
        f"thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in frames.items()
    )
