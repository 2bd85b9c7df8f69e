"""Keys of the vendors: where each is, a field to save it, a test. A key is never shown, nor its length."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.domain.updates import KeyringState
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog

_WHERE = {
    "environment": "set in the environment",
    "keyring": "in the system keyring",
    "memory": "kept until Pitwall closes",
    "missing": "not set",
}


class KeyDialog(Dialog):
    """`states` gives what the engine said last about the keyring and its keys."""

    def __init__(self, parent: QWidget, desk: Desk, states: Callable[[], KeyringState | None]) -> None:
        said = states()
        sentence = said.sentence if said is not None else "Waiting for your system keyring…"
        super().__init__(parent, "Keys", "Keys", sentence)
        self._desk, self._closed = desk, False
        self.finished.connect(self._leave)
        self.fields: dict[str, QLineEdit] = {}
        self.answers: dict[str, QLabel] = {}
        self.buttons: dict[tuple[str, str], QPushButton] = {}
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        keys: Mapping[str, str] = dict(said.keys) if said is not None else {}
        if not keys:
            self.box.addWidget(QLabel("No source has asked for a key yet."))
        for row, (name, where) in enumerate(keys.items()):
            self._row(grid, row, name, where)
        self.box.addLayout(grid)
        self.add_close()
        self.setMinimumWidth(820)

    def _leave(self, _: int) -> None:
        self._closed = True

    def _row(self, grid: QGridLayout, row: int, name: str, where: str) -> None:
        caption, field = QLabel(name), QLineEdit()
        answer = QLabel(_WHERE.get(where, where))
        answer.setMinimumWidth(190)
        answer.setWordWrap(True)
        field.setEchoMode(QLineEdit.EchoMode.NoEcho)
        field.setPlaceholderText("paste the key here, it will not be shown")
        field.setAccessibleName(f"New key for {name}")
        field.setMinimumWidth(250)
        field.returnPressed.connect(lambda: self._save(name))
        caption.setBuddy(field)
        self.fields[name], self.answers[name] = field, answer
        grid.addWidget(caption, row, 0)
        grid.addWidget(field, row, 1)
        verbs = (("Save", self._save), ("Test", self._test), ("Forget", self._forget))
        for column, (words, act) in enumerate(verbs):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{words} the key {name}")
            button.clicked.connect(lambda _=False, act=act: act(name))
            grid.addWidget(button, row, 2 + column)
            self.buttons[(name, words)] = button
        grid.addWidget(answer, row, 5)

    def _save(self, name: str) -> None:
        value = self.fields[name].text().strip()
        self.fields[name].clear()
        if not value:
            self._say(name, "nothing was pasted")
            return
        self._ask(name, self._desk.commands.save_key(name, value), "saved")

    def _test(self, name: str) -> None:
        self._ask(name, self._desk.commands.test_key(name), "works")

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
