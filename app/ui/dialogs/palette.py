"""Every action by name: type a few letters, Enter does it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.ui.dialogs.frame import Dialog

_ACTION = Qt.ItemDataRole.UserRole
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandPalette(Dialog):
    def __init__(self, parent: QWidget, actions: Sequence[QAction]) -> None:
        super().__init__(parent, "Command palette")
        self._actions = [action for action in actions if action.isEnabled()]
        self.words, self.list = QLineEdit(), QListWidget()
        self.words.setPlaceholderText("What shall happen? Type a few letters")
        self.words.setAccessibleName("Command")
        self.list.setAccessibleName("Commands that match")
        self.list.setObjectName("commands")
        self.list.setUniformItemSizes(True)
        self.words.textChanged.connect(self._match)
        self.words.returnPressed.connect(self._do)
        self.list.itemActivated.connect(self._do)
        self.words.installEventFilter(self)
        self.box.addWidget(self.words)
        self.box.addWidget(self.list)
        self.resize(520, 420)
        self._match("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _match(self, typed: str) -> None:
        self.list.clear()
        for action in self._actions:
            if matches(typed, action.text()):
                key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(f"{action.text()}    {key}" if key else action.text())
                item.setData(_ACTION, action)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _do(self, *_: object) -> None:
        if not self.list.count():
            return
        action = self.list.currentItem().data(_ACTION)
        self.accept()
        action.trigger()


def matches(typed: str, name: str) -> bool:
    """Every typed word begins somewhere in the name."""
    return all(word in name.casefold() for word in typed.casefold().split())
