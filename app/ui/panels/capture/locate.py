"""Try ways to point at a value of the stored answer: how often each matches, what it finds. Never applied."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.domain.answer import Answer
from app.domain.html_tree import Page
from app.domain.locators import Trial, alike, candidates, tried
from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Cell, Column, Mark, Row
from app.ui.widgets.grid import Grid
from app.ui.widgets.words import Words

TRIALS: Final = (
    Column("Matches", 78, right=True),
    Column("Locator", 0),
    Column("Which is", 150, from_px=340),
)
MATCHES: Final = (Column("Place", 0), Column("What stands there", 170))
_HOW: Final = "Click a number on the picture or a line of the source: ways to find it again are listed here."


def trial_row(trial: Trial) -> Row:
    one = trial.count == 1
    mark = Mark.GOOD if one else Mark.BAD if trial.count == 0 else Mark.WARN
    colour = "up" if one else "down" if trial.count == 0 else "warn"
    cells = (
        Cell(f"{trial.count:,}", mark=mark, mark_colour=colour),
        Cell(trial.locator, "info", tip=trial.locator),
        Cell(trial.about, "dim"),
    )
    return Row(trial.locator, cells)


class LocateView(QWidget):
    """`chosen(path)` when the user comes to a place that a locator found."""

    chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.own, self.about = QLineEdit(), Words()
        self.trials = Grid("Ways to find the chosen value again", TRIALS, colours, row_px=22)
        self.matches = Grid("Places that the chosen way finds", MATCHES, colours, row_px=22)
        self.about.setText(_HOW)
        self._answer: Answer | None = None
        self._page: Page | None = None
        self._before: Answer | None = None
        self._found: dict[str, Trial] = {}
        self.own.setPlaceholderText("Try your own: $.data.Call[].bidPrice or .class > tag[attribute]")
        self.own.setAccessibleName("Try a path or a selector on the stored answer")
        self.own.setClearButtonEnabled(True)
        self.own.textChanged.connect(self._try)
        for part in (self.own, self.about):
            part.setFont(font(SMALL_PX))
        self.trials.selectionModel().selectionChanged.connect(self._show_matches)
        self.matches.selectionModel().selectionChanged.connect(self._came_to)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.setSpacing(10)
        head.addWidget(self.own, 1)
        head.addWidget(self.about, 1)
        both = QSplitter()
        both.addWidget(self.trials)
        both.addWidget(self.matches)
        both.setSizes([640, 360])
        both.setChildrenCollapsible(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(both, 1)

    def show_answer(
        self, answer: Answer | None, page: Page | None = None, before: Answer | None = None
    ) -> None:
        """`before` is the last good one: what is new against it is suggested first."""
        self._answer, self._page, self._before, self._found = answer, page, before, {}
        self.own.clear()
        self._list(())
        self.about.setText(_HOW)

    def point_at(self, place: str, *, missing: bool = False) -> None:
        """Candidates for a place of the source; for one that is gone, what is like it."""
        if self._answer is None or not place:
            return
        found = candidates(self._answer, self._page, place)
        if missing and self._page is None:
            found += alike(self._answer, place, self._before)
        self._list(found)
        gone = " It is no longer there; names like it are suggested, never applied." if missing else ""
        self.about.setText(f"Tried on the stored answer.{gone}")

    def recolour(self, colours: Colours) -> None:
        self.trials.recolour(colours)
        self.matches.recolour(colours)

    def _list(self, found: tuple[Trial, ...]) -> None:
        self._found = {trial.locator: trial for trial in found}
        self.trials.set_rows([trial_row(trial) for trial in found])
        if found:
            self.trials.selectRow(0)
        self._show_matches()

    def _try(self, text: str) -> None:
        if self._answer is None or not text.strip():
            return
        trial = tried(self._answer, self._page, text.strip(), "your own")
        self.about.setText(trial.problem or f"{trial.count:,} places match in the stored answer.")
        if not trial.problem:
            self._list((trial,))

    def _show_matches(self) -> None:
        trial = self._found.get(self.trials.chosen() or "")
        rows = [] if trial is None else [
            Row(one.place, (Cell(one.place, "dim", tip=one.place), Cell(one.text, tip=one.text)))
            for one in trial.matches
        ]  # fmt: skip
        self.matches.set_rows(rows)

    def _came_to(self) -> None:
        place = self.matches.chosen()
        if place is not None:
            self.chosen.emit(place)
