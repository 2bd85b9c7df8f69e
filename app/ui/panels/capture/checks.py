"""The drift checks of a capture: what was expected, what was found, and what the verdict means."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.domain.field_rules import RULES
from app.domain.provenance import CHAIN
from app.ui.palettes import Colours
from app.ui.panels.capture.rows import CHECKS, check_rows
from app.ui.panels.capture.words import check_words
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.grid import Grid

# Contracts that are looked through for one that shows what a check found.
_LOOKED_THROUGH = 200


class ChecksView(QWidget):
    """`chosen(key)` gives a field that shows what the chosen check found."""

    chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.verdict, self.again = QLabel(), QLabel()
        self.table = Grid("Drift checks", CHECKS, colours, row_px=22)
        self._examination: Examination | None = None
        for label in (self.verdict, self.again):
            label.setFont(font(SMALL_PX))
            label.setContentsMargins(8, 3, 8, 2)
            label.setMinimumWidth(1)
            label.setWordWrap(True)
        self.table.selectionModel().selectionChanged.connect(self._tell)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.verdict)
        box.addWidget(self.again)
        box.addWidget(self.table, 1)

    def show_examination(self, examination: Examination | None) -> None:
        self._examination = examination
        if examination is None:
            self.table.set_rows([])
            self.verdict.setText("")
            self.again.setText("")
            return
        self.table.set_rows(check_rows(examination.checks))
        self.verdict.setText(check_words(examination.checks, examination.finding))
        self.again.setText(examination.then_and_now)

    def recolour(self, colours: Colours) -> None:
        self.table.recolour(colours)
        palette = self.again.palette()
        palette.setColor(self.again.foregroundRole(), colours.dim)
        self.again.setPalette(palette)

    def _tell(self) -> None:
        name, examination = self.table.chosen(), self._examination
        if name is None or examination is None:
            return
        key = field_for(name, examination)
        if key is not None:
            self.chosen.emit(key)


def field_for(check: str, examination: Examination) -> str | None:
    """A field that shows it: one that the last good one had and this has not, else the first of its kind."""
    trace = examination.trace
    whole = next((one.key for one in trace.fields(CHAIN) if one.name == check), None)
    if whole is not None:
        return whole
    rule = next((one for one in RULES if check == f"{one.text} given"), None)
    if rule is None:
        return None
    fields = [f for s in trace.subjects[1:_LOOKED_THROUGH] for f in trace.fields(s, (rule.name,))]
    lost = [field for field in fields if field.value is None and field.prior is not None]
    return next((field.key for field in (*lost, *fields)), None)
