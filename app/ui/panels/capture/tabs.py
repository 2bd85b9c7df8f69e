"""Seven ways to look at one capture, linked with each other: a field chosen in one is shown in all."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTabWidget

from app.domain.examination import Examination
from app.domain.picture_layout import Places
from app.domain.provenance import Field, marker
from app.ui.format import CT, Zone
from app.ui.palettes import Colours
from app.ui.panels.capture.checks import ChecksView
from app.ui.panels.capture.compare import CompareView
from app.ui.panels.capture.fields import FieldsView
from app.ui.panels.capture.locate import LocateView
from app.ui.panels.capture.network import NetworkView
from app.ui.panels.capture.opened import Opened, places_on
from app.ui.panels.capture.pictures import Pair
from app.ui.panels.capture.sheet import Sheet
from app.ui.panels.capture.source import SourceView

PICTURE, FIELDS, SOURCE, NETWORK, DRIFT, COMPARE, LOCATE = range(7)
TITLES: Final = ("Picture", "Fields", "Source", "Network", "Drift", "Compare", "Locate")
_TIPS: Final = (
    "The page, or the table that the answer stands for",
    "Every value with where it comes from",
    "The answer as it was stored, with search and folding",
    "Requests, headers of both sides, console",
    "What is built otherwise than in the good ones before",
    "What differs from the last good one, or from the one held",
    "Ways to find the chosen value again, tried on the stored answer",
)


class CaptureTabs(QTabWidget):
    """`wanted` when something must be known of the capture beyond its picture: `show_examination` answers.

    `field_chosen` gives the field, from whichever side it was chosen.
    """

    wanted = Signal()
    field_chosen = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Ways to look at this capture")
        self.setDocumentMode(True)
        self.picture, self.fields, self.source = Sheet(colours), FieldsView(colours), SourceView(colours)
        self.network, self.checks = NetworkView(colours), ChecksView(colours)
        self.compare, self.locate = CompareView(colours), LocateView(colours)
        self._views = (
            self.picture, self.fields, self.source, self.network, self.checks, self.compare, self.locate,
        )  # fmt: skip
        self.zone: Zone = CT
        self.held = False
        self.examination: Examination | None = None
        self._opened: Opened | None = None
        self._unfilled: set[int] = set()
        self._then: Callable[[Examination], None] | None = None
        self._field: Field | None = None
        self._place = ""
        for view, words, tip in zip(self._views, TITLES, _TIPS, strict=True):
            self.setTabToolTip(self.addTab(view, words), f"{tip} (Alt+{self.count()})")
        self.currentChanged.connect(self._turned)
        self.currentChanged.connect(self.updateGeometry)
        self.picture.pointed.connect(self._pointed)
        self.fields.chosen.connect(self._field_chosen)
        self.source.chosen.connect(self._path_chosen)
        self.locate.chosen.connect(self._place_chosen)
        self.checks.chosen.connect(self.choose)
        self.network.body_asked.connect(lambda: self.setCurrentIndex(SOURCE))

    def minimumSizeHint(self) -> QSize:
        """As wide as the page that is seen needs it: the widest has nothing beside it."""
        height = super().minimumSizeHint().height()
        return QSize(self.currentWidget().minimumSizeHint().width() if self.count() else 0, height)

    @property
    def needs_examination(self) -> bool:
        return self.currentIndex() != PICTURE or self._then is not None

    @property
    def places(self) -> Places | None:
        """Where the fields stand on the picture that is shown, as far as it can be told."""
        if self.examination is None:
            return None
        return places_on(self.examination.places, self.picture.image)

    def forget(self) -> None:
        """Another capture is looked at: nothing of the one before stays on screen."""
        self.examination = self._field = self._opened = self._then = None
        self._place = ""
        self.fields.show_trace(None)
        self.source.show_source(None)
        self.network.show_examination(None)
        self.checks.show_examination(None)
        self.locate.show_answer(None)
        self.picture.mark(None)
        self.compare.show_pictures(None)
        self.compare.show_text(None)

    def show_examination(self, examination: Examination) -> None:
        """Only the tab that is seen is filled, the others when they are come to: all at once take 40 ms."""
        self.examination = examination
        self._unfilled = set(range(self.count()))
        self._fill()
        then, self._then = self._then, None
        if then is not None:
            then(examination)

    def show_opened(self, opened: Opened) -> None:
        self._opened = opened
        self.source.show_source(opened.source)
        self.compare.show_text(opened.changed_text)
        if self.examination is not None:
            this, before = self.examination.this, self.examination.before
            self.locate.show_answer(this.answer, opened.page, None if before is None else before.answer)
            self._locate(self._place)
        self._point()

    def show_pictures(self, both: Pair) -> None:
        self.compare.show_pictures(both)

    def show_image(self, whole: QImage) -> None:
        self.picture.show_image(whole)
        self._point()

    def choose(self, key: str) -> None:
        """Shows a field in all tabs, by its key."""
        self._show_fields()
        field = self.fields.select(key)
        if field is not None:
            self._field_chosen(field)

    def filter(self, step: str) -> None:
        """A step was chosen beside the tabs: the network shows only its own."""
        self.network.filter(step)

    def search(self) -> None:
        """To the search of the tab that is seen, else to that of the source."""
        search = {FIELDS: self.fields.search, LOCATE: self.locate.own}.get(self.currentIndex())
        if search is None:
            self.setCurrentIndex(SOURCE)
            search = self.source.search
        search.setFocus()
        search.selectAll()

    def recolour(self, colours: Colours) -> None:
        for view in self._views:
            view.recolour(colours)

    def _fill(self) -> None:
        examination, tab = self.examination, self.currentIndex()
        if examination is None or tab not in self._unfilled:
            return
        if tab == FIELDS:
            self._show_fields()
        self._unfilled.discard(tab)
        if tab == NETWORK:
            self.network.show_examination(examination)
        elif tab == DRIFT:
            self.checks.show_examination(examination)
        elif tab == COMPARE:
            self.compare.show_examination(examination, self.zone, held=self.held)

    def _point(self) -> None:
        """Shows the chosen field again on what has only now been made, or is only now seen."""
        field = self._field
        if field is None or self.examination is None:
            return
        if self.currentIndex() == FIELDS:
            self.fields.select(field.key)
        elif self.currentIndex() == SOURCE:
            self._reveal(field)
        self._mark_picture(field)

    def _turned(self) -> None:
        self._fill()
        self._point()
        self._locate(self._place)
        self.wanted.emit()

    def _pointed(self, x: float, y: float) -> None:
        def then(_: Examination) -> None:
            found = None if self.places is None else self.places.field(x, y)
            if found is not None:
                self.choose(f"{found[0]}/{found[1]}")

        if self.examination is not None:
            then(self.examination)
        else:
            self._then = then
            self.wanted.emit()

    def _path_chosen(self, path: str) -> None:
        """A line of the source was come to."""
        self._locate(path)
        self._mark_what_says(path)

    def _place_chosen(self, path: str) -> None:
        """A place that a locator found was come to."""
        self.source.reveal(path)
        self._mark_what_says(path)

    def _mark_what_says(self, path: str) -> None:
        self._show_fields()
        if self.examination is None or self._opened is None:
            return
        key = self._opened.key_at(path, self.examination)
        if key is not None and (field := self.fields.select(key)) is not None:
            self._mark(field)

    def _show_fields(self) -> None:
        if self.examination is not None and FIELDS in self._unfilled:
            self._unfilled.discard(FIELDS)
            self.fields.show_trace(self.examination.trace, self.examination.this.problem)

    def _field_chosen(self, field: Field) -> None:
        self._mark(field)
        if self.currentIndex() == SOURCE:
            self._reveal(field)
        self._locate(field.locator if self._opened is None else self._opened.path_of(field))

    def _mark(self, field: Field) -> None:
        self._field = field
        self.field_chosen.emit(field)
        self._mark_picture(field)

    def _mark_picture(self, field: Field) -> None:
        places = self.places
        self.picture.mark(None if places is None else places.box(field.subject, field.name))

    def _reveal(self, field: Field) -> None:
        path = field.locator if self._opened is None else self._opened.path_of(field)
        self.source.reveal(path, marker(field.locator))

    def _locate(self, place: str) -> None:
        """Ways to find a place again are tried only when somebody sees them: that takes 30 ms."""
        self._place = place
        if place and self._opened is not None and self.currentIndex() == LOCATE:
            self.locate.point_at(place, missing=not self._opened.has(place))
