"""Purchases that nobody settled, because a download broke off or Pitwall ended: what did they cost?"""

from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QWidget

from app.domain.cost import Charge
from app.domain.units import DOLLAR, MicroUsd
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog

_ABOUT = (
    "The money of these stays reserved. Look them up in the vendor's bill, then say what each cost, or that "
    "it was never sent."
)


class WaitingDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "Open purchases", "Open purchases", _ABOUT)
        self._desk = desk
        self._closed = False
        self.finished.connect(self._leave)
        self.grid = QGridLayout()
        self.grid.setVerticalSpacing(8)
        self.words = QLabel("Looking…")
        self.box.addLayout(self.grid)
        self.box.addWidget(self.words)
        self.add_close()
        self.setMinimumWidth(640)
        desk.pending.watch(desk.commands.waiting_charges(), self._fill, self._say)

    def _fill(self, charges: tuple[Charge, ...] | None) -> None:
        if self._closed:
            return
        self._say("" if charges else "Nothing is open: every purchase was settled.")
        for row, charge in enumerate(charges or ()):
            about = f"{charge.source} · {charge.schema or charge.dataset} · {text.day_clock(charge.at)}"
            amount = QDoubleSpinBox()
            amount.setPrefix("$ ")
            amount.setDecimals(4)
            amount.setRange(0.0, 100_000.0)
            amount.setValue(charge.estimate / DOLLAR)
            amount.setAccessibleName(f"Cost of {about}")
            paid, unsent = QPushButton("It cost this"), QPushButton("Never sent")
            name, done = charge.reservation_id, QLabel("")
            buttons = (paid, unsent)
            paid.clicked.connect(
                lambda _=False, n=name, a=amount, d=done, b=buttons: self._settle(
                    n, MicroUsd(round(a.value() * DOLLAR)), d, b
                )
            )
            unsent.clicked.connect(lambda _=False, n=name, d=done, b=buttons: self._settle(n, None, d, b))
            words = (QLabel(about), QLabel(f"{text.money(charge.reserve)} reserved"))
            for column, widget in enumerate((*words, amount, paid, unsent, done)):
                self.grid.addWidget(widget, row, column)
            for button in buttons:
                button.setAutoDefault(False)

    def _settle(
        self, name: str, actual: MicroUsd | None, done: QLabel, buttons: tuple[QPushButton, ...]
    ) -> None:
        for button in buttons:
            button.setEnabled(False)
        answer = self._desk.commands.settle_waiting(name, actual)
        said = "released" if actual is None else "settled"
        self._desk.pending.watch(answer, lambda _: self._done(done, said), self._say)

    def _done(self, label: QLabel, words: str) -> None:
        if not self._closed:
            label.setText(words)

    def _say(self, words: str) -> None:
        if not self._closed:
            self.words.setText(words)

    def _leave(self, _: int) -> None:
        self._closed = True
