"""Every source tried and measured, check by check, before the user's eyes."""

from functools import partial
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.domain.updates import Mode
from app.domain.verification import Verification, VerificationChanged
from app.domain.verify_plan import VerifyPlan, money_words, source_words
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.format import money
from app.ui.take_away import Parcel, TakeAway
from app.ui.verify_words import DETAIL_COLUMNS, MATRIX_COLUMNS, detail_rows, evidence, matrix_rows, summary
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 23
_PROGRESS_PX: Final = 6
_SIMULATED: Final = (
    "Simulators are asked. They are cut and told to refuse on purpose for a minute or two: the chart shows "
    "the gaps, and how they are filled."
)
_REAL: Final = "Real vendors are asked, as said below. Streams are restarted once, which opens a short gap."


class VerifyDialog(Dialog):
    """`last` is what was told of a verification before this was opened; it may still be under way."""

    def __init__(self, parent: QWidget, desk: Desk, last: VerificationChanged | None = None) -> None:
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
        self.plan = QLabel("")
        self.plan.setWordWrap(True)
        self.plan.setVisible(desk.mode is not Mode.DEMO)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(_PROGRESS_PX)
        self.progress.setAccessibleName("Checks made")
        self.progress.hide()
        self.start, self.stop = QPushButton("Start"), QPushButton("Cancel")
        self.start.setAccessibleName("Start the verification")
        self.start.clicked.connect(lambda _=False: self._begin())
        self.stop.setAccessibleName("Cancel the verification")
        self.stop.setToolTip("What was found until then stays here")
        self.stop.clicked.connect(lambda _=False: self._cancel())
        self.stop.setEnabled(False)
        self._away = TakeAway(self, desk, "the evidence", self._parcel)
        row = QHBoxLayout()
        row.addWidget(self.start)
        row.addWidget(self.stop)
        row.addWidget(self._away.button)
        row.addWidget(self.words, 1)
        self.box.addWidget(self.plan)
        self.box.addLayout(row)
        self.box.addWidget(self.progress)
        self.box.addWidget(self.matrix)
        self.box.addWidget(self.list, 1)
        self.add_close()
        self.resize(1020, 620)
        if last is not None:
            self._show(last.so_far, last.doing)
        if last is not None and last.doing:
            self._under_way()
        elif desk.mode is not Mode.DEMO:
            self._plan()

    def apply(self, told: VerificationChanged) -> None:
        """How far it is."""
        if not self._closed:
            self._show(told.so_far, told.doing)
            if not told.doing:
                self._rest()

    def _plan(self) -> None:
        """What it may cost is known before it can be started."""
        self.start.setEnabled(False)
        self.plan.setText("Looking at what it may cost…")
        self._desk.pending.watch(self._desk.commands.verify_plan(), self._planned, self._failed)

    def _planned(self, plan: VerifyPlan) -> None:
        if self._closed:
            return
        self.plan.setText("\n".join((*map(source_words, plan.sources), money_words(plan))))
        self.start.setText(f"Start for at most {money(plan.cost)}" if plan.needs_approval else "Start")
        self.start.setEnabled(True)

    def _begin(self) -> None:
        self._under_way()
        self.progress.setValue(0)
        self.words.setText("Asking the sources…")
        self._desk.pending.watch(self._desk.commands.verify(), self._ended, self._failed)

    def _under_way(self) -> None:
        self.start.setEnabled(False)
        self.stop.setEnabled(True)
        self.progress.show()

    def _cancel(self) -> None:
        self.stop.setEnabled(False)
        self.words.setText("Giving up what is under way…")
        self._desk.pending.watch(self._desk.commands.stop_verifying(), failed=self._failed)

    def _ended(self, found: Verification) -> None:
        if not self._closed:
            self._rest()
            self._show(found, "")

    def _rest(self) -> None:
        self.start.setEnabled(True)
        self.stop.setEnabled(False)
        self.progress.hide()

    def _failed(self, sentence: str) -> None:
        if not self._closed:
            self._rest()
            self.words.setText(sentence)

    def _show(self, found: Verification, doing: str) -> None:
        self._found = found
        self.matrix.set_rows(matrix_rows(found))
        self.list.set_rows(detail_rows(found))
        self.progress.setMaximum(max(1, found.of))
        self.progress.setValue(len(found.checks))
        done = "done" if len(found.checks) >= found.of else f"ended after {len(found.checks)} of {found.of}"
        self.words.setText(f"{summary(found)} · {f'now {doing}' if doing else done}")

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
