"""First start: see the demo, or set keys and budget. Every step can be skipped, none is taken unasked."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton, QWidget

from app.ui.dialogs.frame import Dialog

_STEPS = (
    (
        "demo",
        "See the demo",
        "A simulated market on this machine: no key, no cost, no internet. It is marked DEMO everywhere.",
    ),
    ("keys", "Set keys", "The keys of the vendors go to your system keyring and are never shown."),
    (
        "settings",
        "Set budget and sources",
        "The monthly limit for data, the Barchart consent, the time zone.",
    ),
)


class FirstRun(Dialog):
    """`chosen` is told "demo", "keys" or "settings"; closing the dialog chooses nothing."""

    def __init__(self, parent: QWidget, chosen: Callable[[str], None]) -> None:
        super().__init__(
            parent, "First steps", "Welcome to Pitwall",
            "Pitwall shows the market and the data feeds that it comes from. "
            "Without a key there is no tick data; each step below can wait.",
        )  # fmt: skip
        self.steps: dict[str, QPushButton] = {}
        for name, words, about in _STEPS:
            button, line = QPushButton(words), QLabel(about)
            button.setAccessibleDescription(about)
            button.clicked.connect(lambda _=False, name=name: self._choose(name, chosen))
            line.setWordWrap(True)
            line.setContentsMargins(2, 0, 0, 10)
            self.box.addWidget(button)
            self.box.addWidget(line)
            self.steps[name] = button
        buttons = QDialogButtonBox()
        buttons.addButton("Skip for now", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        self.box.addWidget(buttons)
        self.setMinimumWidth(480)

    def _choose(self, name: str, chosen: Callable[[str], None]) -> None:
        self.accept()
        chosen(name)
