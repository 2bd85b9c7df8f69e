"""Every source tried and measured, check by check, before the user's eyes."""

from functools import partial
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.domain.updates import Mode
from app.domain.verification import Verification, VerificationChanged
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.take_away import Parcel, TakeAway
from app.ui.verify_words import DETAIL_COLUMNS, MATRIX_COLUMNS, detail_rows, evidence, matrix_rows, summary
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 23
_SIMULATED: Final = (
    "Simulators are asked. They are cut and told to refuse on purpose for a minute or two: the chart shows "
    "the gaps, and how they are filled."
)
_REAL: Final = (
    "Real vendors are asked: logins, one page and chain, live records. Nothing metered is requested, so this "
    "costs $0.00 beyond your plans. Streams are restarted once, which opens a short gap."
)


class VerifyDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        about = _SIMULATED if desk.mode is Mode.DEMO else _REAL
        super().__init__(parent, "Verify every source", "Verify every source", about)
        self._desk, self._closed = desk, False
        self._found: Verification | None = None
        self.finished.connect(self._leave)
        self.matrix = Grid("Checks by source", MATRIX_COLUMNS, desk.colours, row_px=_ROW_PX)
        self.list = Grid("Checks", DETAIL_COLUMNS, desk.colours, row_px=_ROW_PX)
        self.matrix.setFixedHeight(7 * _ROW_PX)
        self.words = QLabel("Nothing was tried yet.")
        self.words.setWordWrap(True)
        self.start = QPushButton("Start")
        self.start.setAccessibleName("Start the verification")
        self.start.clicked.connect(lambda _=False: self._begin())
        self._away = TakeAway(self, desk, "the evidence", self._parcel)
        row = QHBoxLayout()
        row.addWidget(self.start)
        row.addWidget(self._away.button)
        row.addWidget(self.words, 1)
        self.box.addLayout(row)
        self.box.addWidget(self.matrix)
        self.box.addWidget(self.list, 1)
        self.add_close()
        self.resize(1020, 620)

    def apply(self, told: VerificationChanged) -> None:
        """How far it is."""
        if not self._closed:
            self._show(told.so_far, told.doing)

    def _begin(self) -> None:
        self.start.setEnabled(False)
        self.words.setText("Asking the sources…")
        self._desk.pending.watch(self._desk.commands.verify(), self._ended, self._failed)

    def _ended(self, found: Verification) -> None:
        if not self._closed:
            self.start.setEnabled(True)
            self._show(found, "")

    def _failed(self, sentence: str) -> None:
        if not self._closed:
            self.start.setEnabled(True)
            self.words.setText(sentence)

    def _show(self, found: Verification, doing: str) -> None:
        self._found = found
        self.matrix.set_rows(matrix_rows(found))
        self.list.set_rows(detail_rows(found))
        self.words.setText(f"{summary(found)}{f' · now {doing}' if doing else ' · done'}")

    def _parcel(self) -> Parcel | None:
        if self._found is None:
            return None
        table = evidence(self._found)
        return Parcel(
            f"verification-{self._found.mode}.csv",
            partial(self._desk.commands.export_table, table),
            lambda: table,
        )

    def _leave(self, _: int) -> None:
        self._closed = True
