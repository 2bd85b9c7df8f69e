"""The list of captures, newest first: mark, time, what came, series, days to expiry, size and pin."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.capture import CaptureLine, Outcome
from app.domain.session import Calendar
from app.ui.format import Zone, clock, day_clock, megabytes
from app.ui.palettes import Colours
from app.ui.panels.capture.entry import Entry, Index
from app.ui.panels.capture.model import CaptureModel, days_left
from app.ui.panels.capture.pictures import THUMB_HEIGHT, THUMB_WIDTH
from app.ui.panels.capture.words import MARKS, WORDS, expiry_words, facts, what_happened
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cell_painter import draw_mark

_ID = Qt.ItemDataRole.UserRole
_LINE, _THUMB, _FACTS = (Qt.ItemDataRole(_ID + n) for n in (1, 2, 3))
_ICON = QSize(THUMB_WIDTH * 5 // 12, THUMB_HEIGHT * 5 // 12)
_ROW_PX = _ICON.height() + 8


class _Entry(Entry):
    """Thumbnail, then two lines; a picture is asked for when its entry is first painted."""

    def __init__(
        self, parent: QListWidget, colours: Colours, ask_thumb: Callable[[CaptureLine], None]
    ) -> None:
        super().__init__(parent, colours, _ROW_PX)
        self._ask_thumb = ask_thumb

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: CaptureLine = index.data(_LINE)
        colours, box = self.colours, option.rect
        if self.ground(painter, option):
            painter.fillRect(QRect(box.x(), box.y(), 2, box.height()), QColor(colours.accent))
        self._ask_thumb(line)
        place = QRect(box.x() + 6, box.y() + 4, _ICON.width(), _ICON.height())
        thumb = index.data(_THUMB)
        if thumb is None:
            painter.fillRect(place, QColor(colours.raised))
        else:
            painter.drawPixmap(place, thumb)
        mark, colour = MARKS[line.outcome]
        left = place.right() + 8
        draw_mark(painter, QPointF(left + 5, box.y() + 14.5), mark, QColor(getattr(colours, colour)))
        bad = line.outcome in (Outcome.FAILED, Outcome.REJECTED)
        first = QRect(left + 15, box.y() + 5, box.right() - left - 19, 19)
        self.write(painter, first, index.data(Qt.ItemDataRole.DisplayRole), colour if bad else "text", 0)
        second = QRect(left, box.y() + 24, box.right() - left - 4, 17)
        if line.pinned:
            self.write(painter, QRect(second.right() - 10, second.y(), 12, 17), "◆", "accent", 1)
            second.setRight(second.right() - 14)
        self.write(painter, second, index.data(_FACTS), "dim", 1)


class Strip(QWidget):
    """`picked` when the user came to another capture, `searched` when the search changed."""

    picked = Signal(str)
    searched = Signal(str)

    def __init__(self, colours: Colours, ask_thumb: Callable[[CaptureLine], None]) -> None:
        super().__init__()
        self._items: dict[str, QListWidgetItem] = {}
        self._order: tuple[CaptureLine, ...] = ()
        self.list, self.search, self.none = QListWidget(), QLineEdit(), QLabel()
        self._entry = _Entry(self.list, colours, ask_thumb)
        self.list.setItemDelegate(self._entry)
        self.list.setAccessibleName("Captures, newest first")
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemSelectionChanged.connect(self._picked)
        self.search.setPlaceholderText("Symbol, date or verdict")
        self.search.setAccessibleName("Search captures by symbol, date or verdict")
        self.search.setClearButtonEnabled(True)
        self.search.setFont(font(SMALL_PX))
        self.search.textChanged.connect(self.searched)
        self.none.setFont(font(SMALL_PX))
        self.none.setContentsMargins(4, 0, 4, 2)
        self.none.hide()
        self.setMinimumWidth(190)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.search)
        box.addWidget(self.none)
        box.addWidget(self.list, 1)

    def fill(self, model: CaptureModel, zone: Zone, calendar: Calendar) -> None:
        lines = model.found
        self.list.blockSignals(True)
        if lines != self._order:
            self._arrange(lines, zone, calendar)
            self._order = lines
        shown = model.shown
        if shown is not None and self.list.currentItem() is not self._items[shown.id]:
            self.list.setCurrentItem(self._items[shown.id])
        self.list.blockSignals(False)
        left_out = len(model.lines) - len(lines)
        self.none.setVisible(left_out > 0)
        if left_out:
            self.none.setText(f"{len(lines)} of {len(model.lines)} captures")

    def put_thumb(self, capture_id: str, thumb: QImage) -> None:
        item = self._items.get(capture_id)
        if item is not None:
            item.setData(_THUMB, QPixmap.fromImage(thumb))

    def recolour(self, colours: Colours) -> None:
        self._entry.colours = colours
        palette = self.none.palette()
        palette.setColor(self.none.foregroundRole(), QColor(colours.faint))
        self.none.setPalette(palette)
        self.list.viewport().update()

    def _arrange(self, lines: tuple[CaptureLine, ...], zone: Zone, calendar: Calendar) -> None:
        for gone in self._items.keys() - {line.id for line in lines}:
            self.list.takeItem(self.list.row(self._items.pop(gone)))
        for place, line in enumerate(lines):
            item = self._items.get(line.id)
            if item is None:
                item = self._items[line.id] = QListWidgetItem()
                item.setData(_ID, line.id)
                self.list.insertItem(place, item)
            if item.data(_LINE) != line:
                _write(item, line, zone, days_left(line, calendar.trading_day(line.fetched)))

    def _picked(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.picked.emit(item.data(_ID))


def _write(item: QListWidgetItem, line: CaptureLine, zone: Zone, days: int | None) -> None:
    text = f"{clock(line.fetched, zone, named=False)}  {what_happened(line)}"
    item.setData(_LINE, line)
    item.setData(_FACTS, facts(line, days))
    item.setText(text)
    pin = ", pinned" if line.pinned else ""
    item.setToolTip(
        f"{WORDS[line.outcome]}: {line.verdict or what_happened(line)}\n"
        f"{day_clock(line.fetched, zone)}, {megabytes(line.size)}, expiry {expiry_words(line, days)}{pin}"
    )
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {facts(line, days)}{pin}")
