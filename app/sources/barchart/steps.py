"""The steps of one attempt as they happen, each with its time and result: what a capture later tells."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.capture import Step
from app.domain.errors import SourceError
from app.engine.ports import Clock

_MS = 1_000_000


class StepLog:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: list[Step] = []

    @property
    def taken(self) -> tuple[Step, ...]:
        return tuple(self._steps)

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
