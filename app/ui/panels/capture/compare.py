"""Two captures side by side: contracts cell by cell, structure, text, steps, headers, and both pictures."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.capture_diff import Difference
from app.domain.examination import Examination
from app.ui.format import Zone
from app.ui.palettes import Colours
from app.ui.panels.capture.curtain import Curtain
from app.ui.panels.capture.heat import share_changed
from app.ui.panels.capture.pictures import Pair
from app.ui.panels.capture.rows import (
    CHANGES,
    DIFFERENCES,
    STEPS,
    change_rows,
    compared_words,
    difference_rows,
    step_rows,
)
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.grid import Grid
from app.ui.widgets.words import Words

CONTRACTS, STRUCTURE, TEXT, STEPS_PART, REQUEST, PICTURES = range(6)
_PARTS = (
    ("Contracts", CONTRACTS, "contracts by strike, changed cells only"),
    ("Structure", STRUCTURE, "paths that came, went or changed their kind"),
    ("Text", TEXT, "lines of a page that a reader would find changed"),
    ("Steps", STEPS_PART, "steps of both, side by side"),
    ("Request", REQUEST, "request, answer and headers"),
    ("Pictures", PICTURES, "both pictures under one slider, with the heat of their differences"),
)


class CompareView(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.about, self.choices = Words(), Choices("Compare", _PARTS)
        self.rows = Grid("Contracts that changed", CHANGES, colours, row_px=22)
        self.structure = Grid("Paths that changed", DIFFERENCES, colours, row_px=22)
        self.text = Grid("Lines of the page that changed", DIFFERENCES, colours, row_px=22)
        self.steps = Grid("Steps of both captures", STEPS, colours, row_px=22)
        self.request = Grid("Request and headers that differ", DIFFERENCES, colours, row_px=22)
        self.curtain, self.heat, self.changed = Curtain(colours), QToolButton(), QLabel()
        self._parts, self._chosen_by_user = QStackedWidget(), False
        self._across = self._slider("Line between the pictures")
        for part in (self.rows, self.structure, self.text, self.steps, self.request, self._pictures()):
            self._parts.addWidget(part)
        self.choices.choose(CONTRACTS)
        self.choices.chosen.connect(self._turn)
        self.about.setFont(font(SMALL_PX))
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.addWidget(self.choices)
        head.addWidget(self.about, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._parts, 1)

    def show_examination(self, examination: Examination, zone: Zone, *, held: bool = False) -> None:
        """`held`: laid beside the one that the user holds, not beside the last good one."""
        found = examination.difference
        self.about.setText(compared_words(examination, zone, held=held))
        self.about.setToolTip(self.about.text())
        self.rows.set_rows([] if found is None else change_rows(found))
        self.structure.set_rows([] if found is None else difference_rows(found.structure))
        self.steps.set_rows([] if found is None else step_rows(found))
        self.request.set_rows([] if found is None else difference_rows(found.request))
        if not self._chosen_by_user:
            part = STRUCTURE if found is not None and found.structure else CONTRACTS
            self.choices.choose(part)
            self._parts.setCurrentIndex(part)

    def show_text(self, differences: tuple[Difference, ...] | None) -> None:
        """None where one of the two is no page."""
        self.text.set_rows(
            difference_rows((Difference("both are data, not pages", "see Contracts and Structure", ""),))
            if differences is None
            else difference_rows(differences)
        )

    def show_pictures(self, both: Pair | None) -> None:
        curtain = self.curtain
        if both is None:
            both = Pair(type(curtain.heat)(), type(curtain.heat)(), type(curtain.heat)())
        curtain.before, curtain.after, curtain.heat = both.before, both.after, both.heat
        share = share_changed(both.heat)
        self.changed.setText("" if share is None else f"{share:.1%} of the picture differs")
        self.heat.setEnabled(share is not None)
        curtain.update()

    def recolour(self, colours: Colours) -> None:
        for table in (self.rows, self.structure, self.text, self.steps, self.request):
            table.recolour(colours)
        self.curtain.colours = colours

    def _pictures(self) -> QWidget:
        self._across.setValue(500)
        self._across.valueChanged.connect(self._move)
        self.heat.setText("Heat")
        self.heat.setCheckable(True)
        self.heat.setProperty("small", True)
        self.heat.setAccessibleName("Show where the pictures differ")
        self.heat.setToolTip("Show where the pictures differ")
        self.heat.toggled.connect(self._warm)
        for part in (self.heat, self.changed):
            part.setFont(font(SMALL_PX))
        holder, row = QWidget(), QHBoxLayout()
        row.addWidget(self._across, 1)
        row.addWidget(self.heat)
        row.addWidget(self.changed)
        column = QVBoxLayout(holder)
        column.setContentsMargins(8, 2, 8, 2)
        column.addWidget(self.curtain, 1)
        column.addLayout(row)
        return holder

    def _turn(self, part: object) -> None:
        self._chosen_by_user = True
        self._parts.setCurrentIndex(int(str(part)))

    def _warm(self, hot: bool) -> None:
        self.curtain.hot = hot
        self.curtain.update()

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 1000)
        slider.setAccessibleName(name)
        slider.setToolTip(f"{name}; the wheel scrolls both")
        return slider

    def _move(self, value: int) -> None:
        self.curtain.share = value / 1000
        self.curtain.update()
