"""The viewer on screen: strip and list of captures, the chosen one from all sides, and how it came about."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.capture import CaptureLine
from app.domain.provenance import Field
from app.domain.units import Ns
from app.domain.updates import CaptureForgotten, CaptureStored, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.capture.deeds import Deeds
from app.ui.panels.capture.keys import bind
from app.ui.panels.capture.looking import Looking
from app.ui.panels.capture.model import CaptureModel, days_left
from app.ui.panels.capture.side import FIELD, Side
from app.ui.panels.capture.strip import Strip
from app.ui.panels.capture.tabs import COMPARE, CaptureTabs
from app.ui.panels.capture.timeline import Timeline
from app.ui.panels.capture.words import in_one_line, judgement
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.badge import Badge
from app.ui.widgets.empty import Empty
from app.ui.widgets.words import Words


class CapturePanel(Panel):
    WANTS = (CaptureStored, CaptureForgotten)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Barchart viewer", desk)
        self.model = CaptureModel()
        self._shown: tuple[CaptureLine, CaptureLine | None] | None = None
        self._against: str | None = None
        self.timeline, self.tabs = Timeline(desk.colours), CaptureTabs(desk.colours)
        self.side = Side(desk.colours)
        self.looking = Looking(desk, self.tabs, self.side.card, self.touch, self._judge)
        self.strip = Strip(desk.colours, self._ask_thumb)
        self._plate, self._sentence, self._about = Badge(), Words(), Words()
        self._latest = QPushButton("Latest")
        self.deeds = Deeds(self, desk, lambda: self.model.shown, self._compare_with, self.looking.again)
        self._empty = Empty(
            "No captures yet",
            "Each answer of Barchart, good or bad, is kept here with its picture and its steps.",
        )
        self._build()
        bind(self, self.tabs.setCurrentIndex, self._step, self.tabs.search, lambda: self._pick(None))
        self.recolour()

    def apply(self, update: Update) -> None:
        if self.model.apply(update):
            self.touch()

    def focus_on(self, subject: str) -> None:
        """A capture by its id; with `#` and a field's key after it, that field of it."""
        capture_id, _, key = subject.partition("#")
        self.model.pick(capture_id)
        if key:
            self.looking.seek(capture_id, key)
        self.touch()

    def draw(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if self.model.lines else 0)
        self.tabs.zone = self.desk.zone
        self.strip.fill(self.model, self.desk.zone, self.desk.calendar)
        self.timeline.show_lines(self.model, self.desk.zone)
        self._latest.setChecked(self.model.follows)
        self.deeds.refresh()
        self._fill_detail()
        self.looking.go_on(self._against)
        self.hint(self.model.summary())

    def recolour(self) -> None:
        colours = self.desk.colours
        self.title_bar.recolour(colours.panel, colours.dim, colours.faint)
        for part in (self._empty, self.timeline, self.strip, self.side, self.tabs):
            part.recolour(colours)
        palette = self._about.palette()
        palette.setColor(self._about.foregroundRole(), QColor(colours.faint))
        self._about.setPalette(palette)
        self._shown = None
        self.touch()

    def closeEvent(self, event: object) -> None:
        self.looking.stop()

    def _build(self) -> None:
        self.strip.picked.connect(self._pick)
        self.strip.searched.connect(self._search)
        self.timeline.picked.connect(self._pick)
        self.timeline.spanned.connect(self._span)
        self.timeline.lifted.connect(lambda: self._span(None, None))
        self.tabs.wanted.connect(self.touch)
        self.tabs.field_chosen.connect(self._field_chosen)
        self.tabs.currentChanged.connect(lambda tab: self.side.setVisible(tab != COMPARE))
        self.side.steps.chosen.connect(self.tabs.filter)
        self._latest.setAccessibleName("Follow the newest capture")
        self._latest.setToolTip("Follow the newest capture (Alt+End)")
        self._latest.setCheckable(True)
        self._latest.clicked.connect(lambda _=False: self._pick(None))
        for label in (self._sentence, self._about):
            label.setFont(font(SMALL_PX))
        parts = QSplitter(Qt.Orientation.Horizontal)
        for part, share in ((self.strip, 0), (self._middle(), 1), (self.side, 0)):
            parts.addWidget(part)
            parts.setStretchFactor(parts.count() - 1, share)
        parts.setSizes([262, 600, 276])
        parts.setChildrenCollapsible(False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(parts)
        self.title_bar.add(self.timeline)
        self.box.addWidget(self.title_bar)
        self.box.addWidget(holder, 1)

    def _middle(self) -> QWidget:
        holder, head, second = QWidget(), QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(8, 0, 6, 0)
        head.setSpacing(8)
        head.addWidget(self._plate)
        head.addWidget(self._sentence, 1)
        head.addWidget(self._latest)
        second.setContentsMargins(8, 0, 6, 0)
        second.setSpacing(0)
        second.addWidget(self._about, 1)
        for button in self.deeds.buttons:
            second.addWidget(button)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addLayout(second)
        box.addWidget(self.tabs, 1)
        return holder

    def _ask_thumb(self, line: CaptureLine) -> None:
        self.looking.thumb(line, self.strip.put_thumb)

    def _fill_detail(self) -> None:
        line = self.model.shown
        before = None if line is None else self.model.before(line)
        if line is None or self._shown == (line, before):
            return
        self._shown = (line, before)
        self.looking.show(line)
        self._judge()
        self._about.setText(in_one_line(line, before, self.desk.zone))
        self._about.setToolTip(f"{self._about.text()}\n{line.id}")
        self.side.steps.show_steps(line, before)

    def _judge(self) -> None:
        """The verdict in a word and a sentence; it grows more exact once the capture was examined."""
        if self._shown is None:
            return
        (line, _), colours = self._shown, self.desk.colours
        days = days_left(line, self.desk.calendar.trading_day(line.fetched))
        said = judgement(line, self.looking.finding, days)
        self._plate.say(said.word, getattr(colours, said.colour), colours.on_tag, said.sentence)
        self._sentence.setText(said.sentence)
        self._sentence.setToolTip(said.sentence)

    def _field_chosen(self, field: Field) -> None:
        if self.tabs.examination is not None:
            self.side.card.show_field(field, self.tabs.examination, self.desk.zone)
            self.side.turn(FIELD)
            self.touch()

    def _compare_with(self, capture_id: str | None) -> None:
        self._against = capture_id
        self.touch()

    def _pick(self, capture_id: str | None) -> None:
        self.model.pick(capture_id)
        self.touch()

    def _step(self, by: int) -> None:
        self._pick(self.model.step(by))

    def _span(self, first: str | None, last: str | None) -> None:
        self.model.choose_span(first, last)
        self.touch()

    def _search(self, words: str) -> None:
        self.model.search(words)
        self.touch()
