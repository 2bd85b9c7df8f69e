"""The fields of a capture with where each comes from; the chosen one is told, for picture and source."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.domain.provenance import Field, Trace
from app.ui.palettes import Colours
from app.ui.panels.capture.rows import FIELDS, MOST, field_row, fields_of
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid


class FieldsView(QWidget):
    chosen = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.table = Grid("Fields of this capture and where they come from", FIELDS, colours, row_px=22)
        self.search, self.about = QLineEdit(), QLabel()
        self._trace: Trace | None = None
        self._subject: str | None = None
        self._fields: dict[str, Field] = {}
        self._quiet = False
        self.search.setPlaceholderText("Contract, field or both: 21500C · bid · 21500 ask")
        self.search.setAccessibleName("Search fields by contract and name")
        self.search.setClearButtonEnabled(True)
        for part in (self.search, self.about):
            part.setFont(font(SMALL_PX))
        self.search.textChanged.connect(self._fill)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self._empty, self._stack = Empty("", ""), QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.setSpacing(10)
        head.addWidget(self.search, 1)
        head.addWidget(self.about)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(self._stack, 1)

    def show_trace(self, trace: Trace | None, problem: str = "") -> None:
        """`problem` says why nothing could be read, where nothing could."""
        self._trace, self._subject = trace, None
        self._fill()
        self._empty.say("No field in this capture", problem or "Its answer has no row of a contract.")
        nothing = trace is not None and not self._fields and not self.search.text()
        self._stack.setCurrentIndex(1 if nothing else 0)

    def select(self, key: str) -> Field | None:
        """Shows a field's contract and selects the field, without telling it."""
        subject = key.partition("/")[0]
        if key not in self._fields:
            self._subject = subject
            self._quiet = True
            self.search.clear()
            self._fill()
            self._quiet = False
        number = self.table.grid.number_of(key)
        if number is not None:
            self._quiet = True
            self.table.selectRow(number)
            self.table.scrollTo(self.table.currentIndex())
            self._quiet = False
        return self._fields.get(key)

    def recolour(self, colours: Colours) -> None:
        self.table.recolour(colours)
        self._empty.recolour(colours)

    def _fill(self) -> None:
        found = () if self._trace is None else fields_of(self._trace, self.search.text(), self._subject)
        self._fields = {field.key: field for field in found}
        self.table.set_rows([field_row(field) for field in found])
        more = f"the first {MOST}; narrow the search" if len(found) == MOST else f"{len(found)} fields"
        contracts = 0 if self._trace is None else len(self._trace.subjects) - 1
        self.about.setText(f"{more} · {contracts:,} contracts")

    def _choose(self) -> None:
        key = self.table.chosen()
        if not self._quiet and key in self._fields:
            self.chosen.emit(self._fields[key])
