"""The steps of one attempt as they happen, each with time, result and answer: what a capture later tells."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.capture import Step
from app.domain.errors import SourceError
from app.engine.ports import Clock, Reply

_MS = 1_000_000


class StepLog:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: list[Step] = []
        self._came: list[tuple[int, Reply]] = []

    @property
    def taken(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    @property
    def came(self) -> tuple[tuple[int, Reply], ...]:
        """Every answer so far, with the place of its step."""
        return tuple(self._came)

    def brought(self, reply: Reply) -> Reply:
        """Inside a step: what it was answered."""
        self._came.append((len(self._steps), reply))
        return reply

    def add(self, name: str, ms: float, ok: bool, note: str = "") -> None:
        self._steps.append(Step(name, round(ms, 3), ok, note))

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Times the block; notes are appended to the list it gives, and an error is a note of its own."""
        notes: list[str] = []
        start = self._clock.monotonic()
        ok = False
        try:
            yield notes
            ok = True
        except SourceError as e:
            notes.append(str(e))
            raise
        finally:
            self.add(name, (self._clock.monotonic() - start) / _MS, ok, "; ".join(notes))
