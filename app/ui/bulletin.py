"""What the engine said last of each kind, and a word when it says it again: for dialogs that stay open."""

from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.domain.updates import Update

_U = TypeVar("_U", bound=Update)


class Bulletin(QObject):
    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[type, Update] = {}

    def hear(self, update: Update) -> None:
        self._latest[type(update)] = update
        self.told.emit(update)

    def latest(self, kind: type[_U]) -> _U | None:
        found = self._latest.get(kind)
        return found if isinstance(found, kind) else None
