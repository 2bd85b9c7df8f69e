"""Stands where the window stands: takes what the outbox has, and remembers it."""

from typing import TypeVar

from app.domain.updates import AuditLine, LogLine, Prints, Update
from app.engine.outbox import Outbox

_U = TypeVar("_U")


class Screen:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.states: dict[str, Update] = {}
        self.all: list[Update] = []

    def look(self) -> None:
        for update in self._outbox.take(1_000_000):
            self.all.append(update)
            if not isinstance(update, Prints | LogLine | AuditLine):
                self.states[update.key] = update

    def now(self, kind: type[_U]) -> list[_U]:
        """The newest of each key."""
        self.look()
        return [u for u in self.states.values() if isinstance(u, kind)]

    def one(self, kind: type[_U]) -> _U | None:
        found = self.now(kind)
        return found[0] if found else None

    def ever(self, kind: type[_U]) -> list[_U]:
        self.look()
        return [u for u in self.all if isinstance(u, kind)]
