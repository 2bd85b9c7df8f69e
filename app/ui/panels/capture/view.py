"""The viewer on screen: the list of captures, the chosen one from all sides, and the steps that led to it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.capture import CaptureLine, Outcome
from app.domain.examination import Examination
from app.domain.units import Ns
from app.domain.updates import CaptureStored, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.capture.deeds import Deeds
from app.ui.panels.capture.model import CaptureModel, in_one_line
from app.ui.panels.capture.pictures import Picture, Pictures, images
from app.ui.panels.capture.rows import PIPELINE, pipeline_row
from app.ui.panels.capture.source_lines import Source, source_of
from app.ui.panels.capture.strip import Strip
from app.ui.panels.capture.tabs import PICTURE, CaptureTabs
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_HOW = "Choose a field, a line of the source or a number on the picture to see where it comes from."
_Look = tuple[str, Outcome, str | None]


class CapturePanel(Panel):
    WANTS = (CaptureStored,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Barchart viewer", desk)
        self.model = CaptureModel()
        self._pictures = Pictures()
        self._asked_for: dict[str, str] = {}
        self._shown: tuple[str, str | None] | None = None
        self._against: str | None = None
        self._look: _Look | None = None
        self.strip, self.tabs = Strip(self._ask_thumb), CaptureTabs(desk.colours)
        self._about, self._chosen, self._latest = QLabel(), QLabel(), QPushButton("Latest")
        self._steps = Grid("Steps of this capture", PIPELINE, desk.colours, row_px=22)
        self.deeds = Deeds(self, desk, lambda: self.model.shown, self._compare_with)
        self._empty = Empty(
            "No captures yet",
            "Each answer of Barchart, good or bad, is kept here with its picture and its steps.",
        )
        self._build()
        self.recolour()

    def apply(self, update: Update) -> None:
        if self.model.apply(update):
            self.touch()

    def focus_on(self, subject: str) -> None:
        self.model.pick(subject)
        self.touch()

    def draw(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if self.model.lines else 0)
        self.strip.fill(self.model, self.desk.zone, self.desk.colours)
        self._latest.setChecked(self.model.follows)
        self.deeds.refresh()
        self._fill_detail()
        self._examine()
        self.hint(self.model.summary())

    def recolour(self) -> None:
        colours = self.desk.colours
        self.title_bar.recolour(colours.panel, colours.dim, colours.faint)
        for part in (self._empty, self._steps, self.tabs):
            part.recolour(colours)
        palette = self._about.palette()
        palette.setColor(self._about.foregroundRole(), colours.dim)
        self._about.setPalette(palette)
        self.touch()

    def closeEvent(self, event: object) -> None:
        self._pictures.stop()

    def _build(self) -> None:
        self.strip.picked.connect(self._pick)
        self.strip.searched.connect(self._search)
        self.tabs.wanted.connect(self.touch)
        self.tabs.told.connect(self._tell)
        # the other ways to look need its width, and the comparison has the steps of both
        self.tabs.currentChanged.connect(lambda tab: self._steps.setVisible(tab == PICTURE))
        self._latest.setAccessibleName("Follow the newest capture")
        self._latest.setToolTip("Follow the newest capture")
        self._latest.setCheckable(True)
        self._latest.clicked.connect(lambda _=False: self._pick(None))
        for label in (self._about, self._chosen):
            label.setFont(font(SMALL_PX))
            label.setMinimumWidth(1)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._chosen.setContentsMargins(8, 3, 8, 3)
        self._tell("")
        parts = QSplitter(Qt.Orientation.Horizontal)
        for part, share in ((self.strip, 0), (self._middle(), 1), (self._steps, 0)):
            parts.addWidget(part)
            parts.setStretchFactor(parts.count() - 1, share)
        parts.setSizes([248, 600, 290])
        parts.setChildrenCollapsible(False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(parts)
        self.box.addWidget(self.title_bar)
        self.box.addWidget(holder, 1)

    def _middle(self) -> QWidget:
        holder, head = QWidget(), QHBoxLayout()
        head.setContentsMargins(8, 0, 4, 3)
        head.addWidget(self._about, 1)
        for button in (*self.deeds.buttons, self._latest):
            head.addWidget(button)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.tabs, 1)
        box.addWidget(self._chosen)
        return holder

    def _ask_thumb(self, line: CaptureLine) -> None:
        if line.picture is None or self._asked_for.get(line.id) == line.picture:
            return
        self._asked_for[line.id] = line.picture

        def arrived(picture: Picture) -> None:
            if picture.thumb is not None:
                self.strip.put_thumb(line.id, picture.thumb)

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _fill_detail(self) -> None:
        line = self.model.shown
        if line is None or self._shown == (line.id, line.picture):
            return
        if self._shown is None or self._shown[0] != line.id:
            self.tabs.forget()
            self._look = None
        self._shown = (line.id, line.picture)
        self._about.setText(in_one_line(line))
        self._about.setToolTip(self._about.text())
        self._steps.set_rows([pipeline_row(i, line) for i in range(len(line.steps))])
        if line.picture is None:
            self.tabs.picture.say("The picture is being drawn.")
            return

        def arrived(picture: Picture) -> None:
            if self._shown == (line.id, line.picture):
                self._show_page(picture.whole)

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _show_page(self, whole: QImage | None) -> None:
        if whole is None:
            self.tabs.picture.say("The picture of this capture cannot be read; its answer is still on disk.")
        else:
            self.tabs.show_image(whole)

    def _examine(self) -> None:
        """Only when somebody looks beyond the picture, and once for each state of a capture."""
        line = self.model.shown
        if line is None or line.outcome is Outcome.PENDING or not self.tabs.needs_examination:
            return
        look = (line.id, line.outcome, self._against)
        if look != self._look:
            self._look = look
            answer = self.desk.commands.examine_capture(line.id, self._against)
            self.desk.pending.watch(answer, lambda found: self._examined(look, found))

    def _examined(self, look: _Look, found: Examination | None) -> None:
        if self._look != look or self.model.shown is None or self.model.shown.id != look[0]:
            return
        if found is None:
            self.desk.say("This capture is no longer on disk.")
            return
        self.tabs.show_examination(found)
        this, before = found.this, found.before

        def laid_out(source: Source) -> None:
            if self._look == look:
                self.tabs.show_source(source)

        def decoded(both: tuple[QImage, QImage]) -> None:
            if self._look == look:
                self.tabs.show_pictures(*both)

        self.desk.pending.watch(
            self._pictures.run(lambda: source_of(this.answer, this.capture.body)), laid_out
        )
        paths = (before.capture.picture if before else None, this.capture.picture)
        self.desk.pending.watch(self._pictures.run(lambda: images(*paths)), decoded)

    def _compare_with(self, capture_id: str | None) -> None:
        self._against = capture_id
        self.touch()

    def _pick(self, capture_id: str | None) -> None:
        self.model.pick(capture_id)
        self.touch()

    def _tell(self, sentence: str) -> None:
        self._chosen.setText(sentence or _HOW)
        self._chosen.setToolTip(sentence)

    def _search(self, words: str) -> None:
        self.model.search(words)
        self.touch()
