"""Answers of the engine that the screen waits for, looked at once per frame.

A future's own callback would run in the engine's thread; asking from the pump keeps every widget in its own.
"""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from app.domain.errors import AppError

Then = Callable[[Any], None]
Failed = Callable[[str], None]


class Pending:
    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._waiting: list[tuple[Future[Any], Then, Failed]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def watch(self, answer: "Future[Any]", then: Then = lambda _: None, failed: Failed | None = None) -> None:
        """`then` gets the result, `failed` a sentence; without one the window says it."""
        self._waiting.append((answer, then, failed or self._failed))

    def settle(self) -> None:
        ready = [entry for entry in self._waiting if entry[0].done()]
        if not ready:
            return
        self._waiting = [entry for entry in self._waiting if not entry[0].done()]
        for answer, then, failed in ready:
            if answer.cancelled():
                failed("The request was given up, because Pitwall is closing.")
            elif (error := answer.exception()) is None:
                then(answer.result())
            elif isinstance(error, AppError):
                failed(str(error))
            else:
                raise error
