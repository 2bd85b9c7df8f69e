"""Six ways to look at one capture: picture, fields, source, headers, drift, comparison; linked both ways."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.domain.provenance import Field, marker
from app.ui.palettes import Colours
from app.ui.panels.capture.compare import CompareView
from app.ui.panels.capture.fields import FieldsView
from app.ui.panels.capture.rows import CHECKS, HEADERS, check_rows, header_rows, told
from app.ui.panels.capture.sheet import Sheet
from app.ui.panels.capture.source import SourceView
from app.ui.panels.capture.source_lines import Source
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.grid import Grid

PICTURE, FIELDS, SOURCE, HEADERS_TAB, DRIFT, COMPARE = range(6)


class CaptureTabs(QTabWidget):
    """`wanted` when something must be known of the capture beyond its picture: `show_examination` answers.

    `told` is a sentence about the field that was chosen, from whichever side.
    """

    wanted = Signal()
    told = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Ways to look at this capture")
        self.setDocumentMode(True)
        self.picture, self.fields = Sheet(colours), FieldsView(colours)
        self.source, self.compare = SourceView(colours), CompareView(colours)
        self.headers = Grid("Request and headers, redacted", HEADERS, colours, row_px=22)
        self.drift, self.again = Grid("Drift checks", CHECKS, colours, row_px=22), QLabel()
        self.again.setFont(font(SMALL_PX))
        self.again.setContentsMargins(8, 4, 8, 4)
        self.again.setMinimumWidth(1)
        self.examination: Examination | None = None
        self._unfilled: set[int] = set()
        self._then: Callable[[Examination], None] | None = None
        self._field: Field | None = None
        for view, words in (
            (self.picture, "Picture"), (self.fields, "Fields"), (self.source, "Source"),
            (self.headers, "Headers"), (self._drifting(), "Drift"), (self.compare, "Compare"),
        ):  # fmt: skip
            self.addTab(view, words)
        self.currentChanged.connect(self._turned)
        self.picture.pointed.connect(self._pointed)
        self.fields.chosen.connect(self._field_chosen)
        self.source.chosen.connect(self._path_chosen)

    @property
    def needs_examination(self) -> bool:
        return self.currentIndex() != PICTURE or self._then is not None

    def forget(self) -> None:
        """Another capture is looked at: nothing of the one before stays on screen."""
        self.examination = self._field = None
        self.fields.show_trace(None)
        self.source.show_source(None)
        self.headers.set_rows([])
        self.drift.set_rows([])
        self.again.setText("")
        self.picture.mark(None)
        self.told.emit("")
        self.compare.show_pictures()

    def show_examination(self, examination: Examination) -> None:
        """Only the tab that is seen is filled, the others when they are come to: all at once take 40 ms."""
        self.examination = examination
        self._unfilled = set(range(self.count()))
        self._fill()
        then, self._then = self._then, None
        if then is not None:
            then(examination)

    def _fill(self) -> None:
        examination, tab = self.examination, self.currentIndex()
        if examination is None or tab not in self._unfilled:
            return
        if tab == FIELDS:
            self._show_fields()
        self._unfilled.discard(tab)
        if tab == HEADERS_TAB:
            self.headers.set_rows(header_rows(examination.this.capture))
        elif tab == DRIFT:
            self.drift.set_rows(check_rows(examination.checks))
            self.again.setText(f"Verdict: {examination.finding.value}. {examination.then_and_now}")
            self.again.setToolTip(self.again.text())
        elif tab == COMPARE:
            self.compare.show_examination(examination)

    def show_source(self, source: Source) -> None:
        self.source.show_source(source)
        self._point()

    def show_pictures(self, before: QImage | None, after: QImage | None) -> None:
        self.compare.show_pictures(before, after)

    def recolour(self, colours: Colours) -> None:
        for view in (self.picture, self.fields, self.source, self.compare, self.headers, self.drift):
            view.recolour(colours)

    def show_image(self, whole: QImage) -> None:
        self.picture.show_image(whole)
        self._point()

    def _point(self) -> None:
        """Shows the chosen field again on what has only now been made, or is only now seen."""
        field = self._field
        if field is None or self.examination is None:
            return
        if self.currentIndex() == FIELDS:
            self.fields.select(field.key)
        elif self.currentIndex() == SOURCE:
            self.source.reveal(field.locator, marker(field.locator))
        self.picture.mark(self.examination.places.box(field.subject, field.name))

    def _turned(self) -> None:
        self._fill()
        self._point()
        self.wanted.emit()

    def _drifting(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.again)
        box.addWidget(self.drift, 1)
        return holder

    def _pointed(self, x: float, y: float) -> None:
        def then(examination: Examination) -> None:
            found = examination.places.field(x, y)
            if found is not None:
                self._link(f"{found[0]}/{found[1]}")

        if self.examination is not None:
            then(self.examination)
        else:
            self._then = then
            self.wanted.emit()

    def _path_chosen(self, path: str) -> None:
        self._show_fields()
        key = None if self.examination is None else self.examination.trace.find(path)
        if key is not None and (field := self.fields.select(key)) is not None:
            self._mark(field)

    def _link(self, key: str) -> None:
        self._show_fields()
        field = self.fields.select(key)
        if field is not None:
            self._field_chosen(field)

    def _show_fields(self) -> None:
        if self.examination is not None and FIELDS in self._unfilled:
            self._unfilled.discard(FIELDS)
            self.fields.show_trace(self.examination.trace)

    def _field_chosen(self, field: Field) -> None:
        self._mark(field)
        self.source.reveal(field.locator, marker(field.locator))

    def _mark(self, field: Field) -> None:
        self._field = field
        self.told.emit(told(field))
        if self.examination is not None:
            self.picture.mark(self.examination.places.box(field.subject, field.name))
