"""The viewer on screen: the strip of captures, the picture of the chosen one, and its pipeline."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.capture import CaptureLine, Outcome
from app.domain.units import Ns
from app.domain.updates import CaptureStored, Update
from app.ui.desk import Desk
from app.ui.format import clock, megabytes, millis
from app.ui.panel import Panel
from app.ui.panels.capture.model import WORDS, CaptureModel, what_happened
from app.ui.panels.capture.pictures import THUMB_HEIGHT, THUMB_WIDTH, Picture, Pictures
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Cell, Column, Grid, Row

_ID = Qt.ItemDataRole.UserRole
_ICON = QSize(THUMB_WIDTH // 2, THUMB_HEIGHT // 2)
_STEPS = (Column("Step", 96), Column("Time", 62, right=True), Column("Result", 0))


class CapturePanel(Panel):
    WANTS = (CaptureStored,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Barchart viewer", desk)
        self.model = CaptureModel()
        self._pictures = Pictures()
        self._asked_for: dict[str, str] = {}
        self._items: dict[str, QListWidgetItem] = {}
        self._shown: tuple[str, str | None] | None = None
        self._list, self._page, self._scroll = QListWidget(), QLabel(), QScrollArea()
        self._about, self._latest = QLabel(), QPushButton("Latest")
        self._steps = Grid("Steps of this capture", _STEPS, desk.colours, row_px=22)
        self._empty = Empty(
            "No captures yet",
            "Each answer of Barchart, good or bad, is kept here with its picture and its steps.",
        )
        self._build()
        self.recolour()

    def apply(self, update: Update) -> None:
        if self.model.apply(update):
            self.touch()

    def draw(self, now: Ns) -> None:
        lines = self.model.lines
        self._stack.setCurrentIndex(1 if lines else 0)
        self._fill_list(lines)
        self._fill_detail()
        self.hint(self.model.summary())

    def recolour(self) -> None:
        colours = self.desk.colours
        self.title_bar.recolour(colours.panel, colours.dim, colours.faint)
        self._empty.recolour(colours)
        self._steps.recolour(colours)
        palette = self._about.palette()
        palette.setColor(self._about.foregroundRole(), colours.dim)
        self._about.setPalette(palette)
        for item in self._items.values():
            self._tint(item)

    def closeEvent(self, event: object) -> None:
        self._pictures.stop()

    def _build(self) -> None:
        self._list.setAccessibleName("Captures, newest first")
        self._list.setIconSize(_ICON)
        self._list.setSpacing(1)
        self._list.setMinimumWidth(200)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._list.itemSelectionChanged.connect(self._picked)
        self._latest.setAccessibleName("Follow the newest capture")
        self._latest.setToolTip("Follow the newest capture")
        self._latest.setCheckable(True)
        self._latest.clicked.connect(self._follow)
        self._page.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._scroll.setWidget(self._page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setAccessibleName("Picture of this capture")
        self._about.setFont(font(SMALL_PX))
        self._about.setMinimumWidth(1)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        parts = QSplitter(Qt.Orientation.Horizontal)
        for part, share in ((self._list, 0), (self._middle(), 1), (self._steps, 0)):
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
        head.addWidget(self._latest)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._scroll, 1)
        return holder

    def _fill_list(self, lines: tuple[CaptureLine, ...]) -> None:
        self._list.blockSignals(True)
        for gone in self._items.keys() - {line.id for line in lines}:
            self._list.takeItem(self._list.row(self._items.pop(gone)))
        for place, line in enumerate(lines):
            item = self._items.get(line.id)
            if item is None:
                item = self._items[line.id] = QListWidgetItem()
                item.setData(_ID, line.id)
                item.setSizeHint(QSize(0, _ICON.height() + 6))
                self._list.insertItem(place, item)
            self._write(item, line)
            self._ask_thumb(line)
        shown = self.model.shown
        if shown is not None and self._list.currentItem() is not self._items[shown.id]:
            self._list.setCurrentItem(self._items[shown.id])
        self._latest.setChecked(self.model.follows)
        self._list.blockSignals(False)

    def _write(self, item: QListWidgetItem, line: CaptureLine) -> None:
        text = (
            f"{clock(line.fetched, self.desk.zone)}   {what_happened(line)}\n{line.key or line.channel.value}"
        )
        if item.text() != text:
            item.setText(text)
            item.setToolTip(f"{WORDS[line.outcome]}: {line.verdict or what_happened(line)}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", ", "))
            self._tint(item)

    def _tint(self, item: QListWidgetItem) -> None:
        line = next((x for x in self.model.lines if x.id == item.data(_ID)), None)
        bad = line is not None and line.outcome in (Outcome.FAILED, Outcome.REJECTED)
        item.setForeground(QColor(self.desk.colours.down if bad else self.desk.colours.text))

    def _ask_thumb(self, line: CaptureLine) -> None:
        if line.picture is None or self._asked_for.get(line.id) == line.picture:
            return
        self._asked_for[line.id] = line.picture

        def arrived(picture: Picture) -> None:
            item = self._items.get(line.id)
            if item is not None and picture.thumb is not None:
                item.setIcon(_icon(picture.thumb))

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _fill_detail(self) -> None:
        line = self.model.shown
        if line is None or self._shown == (line.id, line.picture):
            return
        self._shown = (line.id, line.picture)
        status = "no answer" if line.status is None else f"HTTP {line.status}"
        total = sum(step.ms for step in line.steps)
        self._about.setText(
            f"{line.key or line.channel.value} · {status} · {megabytes(line.size)} · {millis(total)} · "
            f"{WORDS[line.outcome]}" + (f": {line.verdict}" if line.verdict else "")
        )
        self._about.setToolTip(self._about.text())
        self._steps.set_rows([_step_row(i, line) for i in range(len(line.steps))])
        if line.picture is None:
            self._page.setPixmap(QPixmap())
            self._page.setText("The picture is being drawn.")
            return

        def arrived(picture: Picture) -> None:
            if self._shown == (line.id, line.picture):
                self._show_page(picture.whole)

        self.desk.pending.watch(self._pictures.read(line.picture), arrived)

    def _show_page(self, whole: QImage | None) -> None:
        if whole is None:
            self._page.setText("The picture of this capture cannot be read; its answer is still on disk.")
            return
        width = max(480, self._scroll.viewport().width())
        smooth = Qt.TransformationMode.SmoothTransformation
        fitted = whole if whole.width() <= width else whole.scaledToWidth(width, smooth)
        self._page.setPixmap(QPixmap.fromImage(fitted))

    def _picked(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.model.pick(item.data(_ID))
            self.touch()

    def _follow(self) -> None:
        self.model.pick(None)
        self.touch()


def _icon(thumb: QImage) -> QIcon:
    """The same picture when selected: Qt would tint it blue."""
    pixmap, icon = QPixmap.fromImage(thumb), QIcon()
    icon.addPixmap(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _step_row(number: int, line: CaptureLine) -> Row:
    step = line.steps[number]
    result = ("✔ " if step.ok else "✖ ") + step.note
    tint = "text" if step.ok else "down"
    cells = (Cell(step.name), Cell(millis(step.ms), "dim"), Cell(result, tint, tip=step.note))
    return Row(f"{line.id}/{number}", cells)
