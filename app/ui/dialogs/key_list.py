"""A row for each key: where it is, a field to save it, a test. A key is never shown, nor its length.

What the keyring says may come after this was opened: rows appear and change as it does.
"""

from typing import Final

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.domain.updates import KeyAbout, KeyringState, Update
from app.ui.desk import Desk
from app.ui.dialogs.connection import ConnectionDialog

_WHERE: Final = {
    "environment": "set in the environment",
    "keyring": "in the system keyring",
    "memory": "kept until Pitwall closes",
    "missing": "not set",
    "unknown": "the keyring is being asked",
}
_WAITING: Final = "Waiting for your system keyring…"


class KeyList(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._closed = desk, False
        self.sentence = QLabel(_WAITING)
        self.sentence.setWordWrap(True)
        self.fields: dict[str, QLineEdit] = {}
        self.answers: dict[str, QLabel] = {}
        self.buttons: dict[tuple[str, str], QPushButton] = {}
        self._about: dict[str, KeyAbout] = {}
        self._places: dict[str, str] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(5, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.sentence)
        box.addLayout(self._grid)
        desk.bulletin.told.connect(self._told)
        said = desk.bulletin.latest(KeyringState)
        if said is not None:
            self._show(said)

    def leave(self) -> None:
        """Answers that come later find nobody."""
        self._closed = True

    def _told(self, update: Update) -> None:
        if isinstance(update, KeyringState) and not self._closed:
            self._show(update)

    def _show(self, said: KeyringState) -> None:
        self.sentence.setText(said.sentence if said.keys else f"{said.sentence} No source asks for a key.")
        self._about = {one.name: one for one in said.about}
        for name, where in said.keys:
            if name not in self.fields:
                self._row(self._grid.rowCount(), name)
            if self._places.get(name) != where:
                self._places[name] = where
                self._say(name, where)

    def _row(self, row: int, name: str) -> None:
        about = self._about.get(name)
        title = about.title if about is not None else name
        caption, field = QLabel(title), QLineEdit()
        if about is not None and not about.required:
            caption.setText(f"{title} (optional)")
        answer = QLabel()
        answer.setMinimumWidth(190)
        answer.setWordWrap(True)
        caption.setWordWrap(True)
        caption.setMinimumWidth(190)
        caption.setToolTip(f"{name} in the keyring")
        field.setEchoMode(QLineEdit.EchoMode.NoEcho)
        field.setPlaceholderText("paste the key here, it will not be shown")
        field.setAccessibleName(f"New key for {name}")
        field.setMinimumWidth(250)
        field.returnPressed.connect(lambda: self._save(name))
        caption.setBuddy(field)
        self.fields[name], self.answers[name] = field, answer
        self._grid.addWidget(caption, row, 0)
        self._grid.addWidget(field, row, 1)
        verbs = (("Save", self._save), ("Test", self._test), ("Forget", self._forget))
        for column, (words, act) in enumerate(verbs):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{words} the key {name}")
            button.clicked.connect(lambda _=False, act=act: act(name))
            self._grid.addWidget(button, row, 2 + column)
            self.buttons[(name, words)] = button
        self._grid.addWidget(answer, row, 5)

    def _save(self, name: str) -> None:
        value = self.fields[name].text().strip()
        self.fields[name].clear()
        if not value:
            self._say(name, "nothing was pasted")
            return
        self._ask(name, self._desk.commands.save_key(name, value), "saved")

    def _test(self, name: str) -> None:
        about = self._about.get(name)
        ConnectionDialog(self, self._desk, name, about.source if about is not None else name).open()

    def _forget(self, name: str) -> None:
        self._ask(name, self._desk.commands.forget_key(name), "forgotten")

    def _ask(self, name: str, answer: object, done: str) -> None:
        self._say(name, "asking…")
        self._desk.pending.watch(
            answer,  # type: ignore[arg-type]
            lambda said: self._say(name, said if isinstance(said, str) and said else done),
            lambda sentence: self._say(name, sentence),
        )

    def _say(self, name: str, words: str) -> None:
        if self._closed:
            return  # the answer came after the user had left
        self.answers[name].setText(_WHERE.get(words, words))
        self.answers[name].setAccessibleName(f"{name}: {words}")
