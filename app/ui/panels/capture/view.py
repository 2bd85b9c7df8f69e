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

from app.domain.capture import CaptureLine, Outcome
from app.domain.drift import Finding
from app.domain.examination import Examination
from app.domain.provenance import Field
from app.domain.units import Ns
from app.domain.updates import CaptureForgotten, CaptureStored, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.capture.deeds import Deeds
from app.ui.panels.capture.keys import bind
from app.ui.panels.capture.model import CaptureModel, days_left
from app.ui.panels.capture.opened import Opened, opened
from app.ui.panels.capture.pictures import Pair, Picture, Pictures, pair
from app.ui.panels.capture.side import FIELD, Side
from app.ui.panels.capture.strip import Strip
from app.ui.panels.capture.tabs import COMPARE, CaptureTabs
from app.ui.panels.capture.timeline import Timeline
from app.ui.panels.capture.words import in_one_line, judgement
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.badge import Badge
from app.ui.widgets.empty import Empty
from app.ui.widgets.words import Words

_Look = tuple[str, Outcome, str | None]


class CapturePanel(Panel):
    WANTS = (CaptureStored, CaptureForgotten)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Barchart viewer", desk)
        self.model = CaptureModel()
        self._pictures = Pictures()
        self._asked_for: dict[str, str] = {}
        self._shown: tuple[CaptureLine, CaptureLine | None] | None = None
        self._against: str | None = None
        self._look: _Look | None = None
        self._finding: Finding | None = None
        self._sought: tuple[str, str] | None = None
        self._paired: _Look | None = None
        self._awaits_picture = False
        self.timeline, self.tabs = Timeline(desk.colours), CaptureTabs(desk.colours)
        self.strip, self.side = Strip(desk.colours, self._ask_thumb), Side(desk.colours)
        self._plate, self._sentence, self._about = Badge(), Words(), Words()
        self._latest = QPushButton("Latest")
        self.deeds = Deeds(self, desk, lambda: self.model.shown, self._compare_with)
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
        self._sought = (capture_id, key) if key else None
        self.touch()

    def draw(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if self.model.lines else 0)
        self.tabs.zone = self.desk.zone
        self.strip.fill(self.model, self.desk.zone, self.desk.calendar)
        self.timeline.show_lines(self.model, self.desk.zone)
        self._latest.setChecked(self.model.follows)
        self.deeds.refresh()
        self._fill_detail()
        self._examine()
        self._seek()
        if self.tabs.currentIndex() == COMPARE or self.side.card.is_about_a_field:
            self._ask_pair()
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
        self._pictures.stop()

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
        if line.picture is None or self._asked_for.get(line.id) == line.picture:
            return
        self._asked_for[line.id] = line.picture

        def arrived(picture: Picture) -> None:
            if picture.thumb is not None:
                self.strip.put_thumb(line.id, picture.thumb)

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _fill_detail(self) -> None:
        line = self.model.shown
        before = None if line is None else self.model.before(line)
        if line is None or self._shown == (line, before):
            return
        known, self._shown = self._shown, (line, before)
        if known is None or known[0].id != line.id:
            self._forget()
        self._judge(line, before)
        self._about.setText(in_one_line(line))
        self._about.setToolTip(f"{self._about.text()}\n{line.id}")
        self.side.steps.show_steps(line, before)
        if known is None or (known[0].id, known[0].picture) != (line.id, line.picture):
            self._ask_picture(line)

    def _forget(self) -> None:
        self.tabs.forget()
        self.side.card.say_nothing()
        self._look = self._finding = self._paired = None

    def _judge(self, line: CaptureLine, before: CaptureLine | None) -> None:
        colours, calendar = self.desk.colours, self.desk.calendar
        days = days_left(line, calendar.trading_day(line.fetched))
        said = judgement(line, before, self._finding, days, self.desk.zone)
        self._plate.say(said.word, getattr(colours, said.colour), colours.on_tag, said.sentence)
        self._sentence.setText(said.sentence)
        self._sentence.setToolTip(said.sentence)

    def _ask_picture(self, line: CaptureLine) -> None:
        self._awaits_picture = line.picture is not None
        if line.picture is None:
            self.tabs.picture.say("The picture is being drawn.")
            return

        def arrived(picture: Picture) -> None:
            if self._shown is None or self._shown[0].picture != line.picture:
                return
            self._awaits_picture, self._paired = False, None
            self.touch()
            if picture.whole is None:
                self.tabs.picture.say(
                    "The picture of this capture cannot be read; its answer is still on disk."
                )
            else:
                self.tabs.show_image(picture.whole)

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _examine(self) -> None:
        """When somebody looks beyond the picture or something went wrong; once for each state of it."""
        line = self.model.shown
        if line is None or line.outcome is Outcome.PENDING:
            return
        wanted = self.tabs.needs_examination or self._sought is not None
        if line.outcome is Outcome.ACCEPTED and not wanted:
            return
        look = (line.id, line.outcome, self._against)
        if look != self._look:
            self._look = look
            answer = self.desk.commands.examine_capture(line.id, self._against)
            self.desk.pending.watch(answer, lambda found: self._examined(look, found))

    def _examined(self, look: _Look, found: Examination | None) -> None:
        line = self.model.shown
        if self._look != look or line is None or line.id != look[0]:
            return
        if found is None:
            self.desk.say("This capture is no longer on disk.")
            return
        self._finding = found.finding
        self.tabs.held = look[2] is not None
        self._judge(line, self.model.before(line))
        self.tabs.show_examination(found)
        self._seek()

        def laid_out(made: Opened) -> None:
            if self._look == look:
                self.tabs.show_opened(made)

        self.desk.pending.watch(self._pictures.run(lambda: opened(found)), laid_out)

    def _ask_pair(self) -> None:
        """Both pictures, once, to be laid one on the other or to show a field's place in both."""
        found, look = self.tabs.examination, self._look
        if (
            found is None
            or self._paired == look
            or (self.tabs.picture.image.isNull() and self._awaits_picture)
        ):
            return
        self._paired = look

        def decoded(both: Pair) -> None:
            if self._look == look:
                self.tabs.show_pictures(both)
                self.side.card.show_pictures(both.before, both.after)

        path = found.before.capture.picture if found.before else None
        after, colour = self.tabs.picture.image, self.desk.colours.down
        self.desk.pending.watch(self._pictures.run(lambda: pair(path, after, colour)), decoded)

    def _seek(self) -> None:
        """The field that another panel pointed at, as soon as it can be told where it stands."""
        found, sought = self.tabs.examination, self._sought
        if found is not None and sought is not None and found.this.capture.id == sought[0]:
            self._sought = None
            self.tabs.choose(sought[1])

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
