"""Queues of blocking calls and the daemon threads that serve them; nobody ever joins one."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class CallFailed(RuntimeError):
    """A native library threw something that is no Exception (pyo3 panics); now it is one."""


@dataclass(slots=True, eq=False)
class Call:
    """`given_up` before it began: it is skipped. While it runs: its thread ends with it."""

    name: str
    fn: Callable[[], Any]
    done: Callable[[Any, BaseException | None], None]
    running: bool = False
    given_up: bool = False


class Lane:
    """Served by at most `size` threads that are not hanging, started when needed."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._calls: deque[Call] = deque()
        self._changed = threading.Condition()
        self._serving = 0
        self._idle = 0
        self._started = 0
        self._closed = False

    def put(self, call: Call) -> None:
        with self._changed:
            if self._closed:
                raise RuntimeError(f"{self._name} takes no more calls")
            self._calls.append(call)
            self._changed.notify()
            self._start_if_needed()

    def give_up(self, call: Call) -> None:
        with self._changed:
            call.given_up = True
            if call.running:
                self._serving -= 1
                self._start_if_needed()

    def close(self) -> None:
        """What is queued is still done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _start_if_needed(self) -> None:
        if self._serving >= self._size or self._idle >= len(self._calls):
            return
        self._serving += 1
        self._started += 1
        threading.Thread(target=self._serve, name=f"{self._name}-{self._started}", daemon=True).start()

    def _serve(self) -> None:
        while (call := self._next()) is not None:
            _answer(call)
            with self._changed:
                call.running = False
                if call.given_up:
                    return

    def _next(self) -> Call | None:
        with self._changed:
            self._idle += 1
            while True:
                while self._calls:
                    call = self._calls.popleft()
                    if not call.given_up:
                        call.running = True
                        self._idle -= 1
                        return call
                if self._closed:
                    self._idle -= 1
                    self._serving -= 1
                    return None
                self._changed.wait()


def _answer(call: Call) -> None:
    try:
        value = call.fn()
    except Exception as e:  # noqa: BLE001 - it belongs to whoever awaits the call
        call.done(None, e)
    except BaseException as e:  # noqa: BLE001
        call.done(None, CallFailed(f"{call.name}: {type(e).__name__}: {e}"))
    else:
        call.done(value, None)
