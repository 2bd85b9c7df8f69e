"""The connection test of one source, step by step as it is found; what failed says what to do about it."""

from typing import Final

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from app.domain.connection_test import ConnectionTested, Step, StepDone
from app.domain.updates import Update
from app.domain.verification import Verdict
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.format import day_clock
from app.ui.theme import SMALL_PX, font

_MARKS: Final = {
    Verdict.PASS: ("✓", "up", "passed"),
    Verdict.FAIL: ("✗", "down", "failed"),
    Verdict.SKIPPED: ("–", "dim", "not tested"),
}
_UNPROVED: Final = (
    "Nothing was refused. Only a record proves that the data is yours: test again when one can come."
)
_DOING: Final = ("…", "accent", "being tested")
_WAITING: Final = ("·", "faint", "waits for its turn")


class ConnectionDialog(Dialog):
    """`name` is that of a key, or of a source; `title` is its source's."""

    def __init__(self, parent: QWidget, desk: Desk, name: str, title: str) -> None:
        super().__init__(
            parent, f"Test of {title}", f"Connection test: {title}",
            "It costs nothing, and what runs goes on meanwhile.",
        )  # fmt: skip
        self._desk, self._name, self._title = desk, name, title
        self.marks: dict[Step, QLabel] = {}
        self.words: dict[Step, QLabel] = {}
        self.fixes: dict[Step, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(2, 1)
        for number, step in enumerate(Step):
            self._row(grid, 2 * number, step)
        self.box.addLayout(grid)
        self.verdict = QLabel("")
        self.verdict.setWordWrap(True)
        self.verdict.setFont(font(weight=QFont.Weight.DemiBold))
        self.box.addWidget(self.verdict)
        self.box.addStretch(1)
        self.again = QPushButton("Test again")
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.begin)
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self.again)
        row.addStretch(1)
        row.addWidget(close)
        self.box.addLayout(row)
        self.setMinimumSize(620, 430)
        self._closed = False
        self.finished.connect(self._leave)
        desk.bulletin.told.connect(self._told)
        self.begin()

    def begin(self) -> None:
        self.again.setEnabled(False)
        self._say(self.verdict, "Testing…", "dim")
        self._show((), None)
        answer = self._desk.commands.test_connection(self._name)
        self._desk.pending.watch(answer, self._over, self._refused)

    def _told(self, update: Update) -> None:
        if isinstance(update, ConnectionTested) and update.title == self._title and update.doing is not None:
            self._show(update.steps, update.doing)

    def _over(self, tested: ConnectionTested) -> None:
        if self._closed:
            return
        self._show(tested.steps, None)
        if tested.opens_at is not None and not tested.proved:
            row = self.words[Step.RECORD]
            row.setText(f"{row.text()} It opens {day_clock(tested.opens_at, self._desk.zone)}.")
        failed = tested.failure
        if failed is not None:
            self._say(self.verdict, f"It fails at “{failed.step.value}”: {failed.words}", "down")
        elif tested.proved:
            self._say(self.verdict, "It works.", "up")
        else:
            self._say(self.verdict, _UNPROVED, "info")
        self.again.setEnabled(True)

    def _refused(self, sentence: str) -> None:
        if not self._closed:
            self._say(self.verdict, sentence, "warn")
            self.again.setEnabled(True)

    def _show(self, steps: tuple[StepDone, ...], doing: Step | None) -> None:
        done = {one.step: one for one in steps}
        for step in Step:
            found = done.get(step)
            waiting = _DOING if step is doing else _WAITING
            mark, colour, spoken = waiting if found is None else _MARKS[found.verdict]
            self._say(self.marks[step], mark, colour)
            self.marks[step].setAccessibleName(f"{step.value}: {spoken}")
            self._say(self.words[step], "" if found is None else found.words, "text")
            fix = "" if found is None else found.fix
            self._say(self.fixes[step], fix, "warn")
            self.fixes[step].setVisible(bool(fix))

    def _row(self, grid: QGridLayout, row: int, step: Step) -> None:
        mark, caption, words, fix = QLabel(), QLabel(step.value.capitalize()), QLabel(), QLabel()
        mark.setFont(font(14, QFont.Weight.Bold))
        mark.setFixedWidth(18)
        caption.setMinimumWidth(130)
        fix.setFont(font(SMALL_PX))
        for label in (words, fix):
            label.setWordWrap(True)
        grid.addWidget(mark, row, 0)
        grid.addWidget(caption, row, 1)
        grid.addWidget(words, row, 2)
        grid.addWidget(fix, row + 1, 1, 1, 2)
        grid.setRowMinimumHeight(row, 24)
        self.marks[step], self.words[step], self.fixes[step] = mark, words, fix

    def _say(self, label: QLabel, words: str, colour: str) -> None:
        label.setText(words)
        palette = label.palette()
        palette.setColor(label.foregroundRole(), QColor(getattr(self._desk.colours, colour)))
        label.setPalette(palette)

    def _leave(self, _: int) -> None:
        self._closed = True
