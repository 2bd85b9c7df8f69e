"""A vendor's usage file before it counts: what was read in it, how far we are from it, and a way back."""

from typing import Final

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.domain.bill import Bill
from app.domain.routing import SourceId
from app.ui import format as text
from app.ui.bill_words import bill_lines, verdict
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.widgets.keyed import Keyed

_ABOUT: Final = (
    "The portal of the vendor exports what it counted as a CSV file. It is only looked at until you keep it; "
    "then the gauge shows how far the ledger is from it."
)
_NO_FILE: Final = "Choose the file that the portal exported."


class BillDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk, source: SourceId) -> None:
        super().__init__(parent, "The vendor's bill", f"What {source} billed", _ABOUT)
        self._desk, self._source, self._closed = desk, source, False
        self._bill: Bill | None = None
        self.finished.connect(self._leave)
        self.lines = Keyed("The bill", desk.colours, middle_px=90)
        self.words = QLabel(_NO_FILE)
        self.words.setWordWrap(True)
        self.choose, self.keep = QPushButton("Choose the file…"), QPushButton("Keep this bill")
        self.undo, self.leave = QPushButton("Take the last bill back"), QPushButton("Close")
        row = QHBoxLayout()
        for button in (self.choose, self.keep, self.undo):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.leave)
        for part in (self.lines, self.words):
            self.box.addWidget(part)
        self.box.addLayout(row)
        self.choose.setDefault(True)
        self.choose.clicked.connect(self._ask_for_file)
        self.keep.clicked.connect(self._keep)
        self.undo.clicked.connect(self._undo)
        self.leave.clicked.connect(self.reject)
        self.setMinimumWidth(640)
        self._show(None)

    def read(self, file: str) -> None:
        self._show(None)
        self._say("Reading…")
        answer = self._desk.commands.read_bill(self._source, file)
        self._desk.pending.watch(answer, self._show, self._say)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "The vendor's usage file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Usage files (*.csv *.txt *.tsv);;All files (*)")
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def _show(self, bill: Bill | None) -> None:
        if self._closed:
            return
        self._bill = bill
        self.lines.show_lines(() if bill is None else bill_lines(bill))
        self.lines.setVisible(bill is not None)
        self.keep.setEnabled(bill is not None)
        self.lines.setMinimumHeight(self.lines.sizeHint().height())
        if bill is not None:
            self._say(verdict(bill))
        self.adjustSize()

    def _keep(self) -> None:
        if self._bill is not None:
            self.keep.setEnabled(False)
            self._desk.pending.watch(self._desk.commands.keep_bill(self._bill), self._say, self._say)

    def _undo(self) -> None:
        self._desk.pending.watch(self._desk.commands.undo_bill(self._source), self._say, self._say)

    def _say(self, words: str) -> None:
        if self._closed:
            self._desk.say(words)
        else:
            self.words.setText(words or text.DASH)

    def _leave(self, _: int) -> None:
        self._closed = True
