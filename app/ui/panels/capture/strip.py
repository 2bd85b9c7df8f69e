"""The list of captures, newest first, with thumbnails and a search by symbol, date or verdict."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.capture import CaptureLine, Outcome
from app.ui.format import Zone, clock, day_clock, megabytes
from app.ui.palettes import Colours
from app.ui.panels.capture.model import WORDS, CaptureModel, what_happened
from app.ui.panels.capture.pictures import THUMB_HEIGHT, THUMB_WIDTH
from app.ui.theme import SMALL_PX, font

_ID = Qt.ItemDataRole.UserRole
_ICON = QSize(THUMB_WIDTH // 2, THUMB_HEIGHT // 2)


class Strip(QWidget):
    """`picked` when the user came to another capture, `searched` when the search changed."""

    picked = Signal(str)
    searched = Signal(str)

    def __init__(self, ask_thumb: Callable[[CaptureLine], None]) -> None:
        super().__init__()
        self._ask_thumb = ask_thumb
        self._items: dict[str, QListWidgetItem] = {}
        self.list, self.search = QListWidget(), QLineEdit()
        self.list.setAccessibleName("Captures, newest first")
        self.list.setIconSize(_ICON)
        self.list.setSpacing(1)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.itemSelectionChanged.connect(self._picked)
        self.search.setPlaceholderText("Symbol, date or verdict")
        self.search.setAccessibleName("Search captures by symbol, date or verdict")
        self.search.setClearButtonEnabled(True)
        self.search.setFont(font(SMALL_PX))
        self.search.textChanged.connect(self.searched)
        self.setMinimumWidth(200)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.search)
        box.addWidget(self.list, 1)

    def fill(self, model: CaptureModel, zone: Zone, colours: Colours) -> None:
        lines = model.found
        self.list.blockSignals(True)
        for gone in self._items.keys() - {line.id for line in lines}:
            self.list.takeItem(self.list.row(self._items.pop(gone)))
        for place, line in enumerate(lines):
            item = self._items.get(line.id)
            if item is None:
                item = self._items[line.id] = QListWidgetItem()
                item.setData(_ID, line.id)
                item.setSizeHint(QSize(0, _ICON.height() + 6))
                self.list.insertItem(place, item)
            _write(item, line, zone)
            _tint(item, line, colours)
            self._ask_thumb(line)
        shown = model.shown
        if shown is not None and self.list.currentItem() is not self._items[shown.id]:
            self.list.setCurrentItem(self._items[shown.id])
        self.list.blockSignals(False)

    def put_thumb(self, capture_id: str, thumb: QImage) -> None:
        """Shown unchanged when selected: Qt would tint it blue."""
        item = self._items.get(capture_id)
        if item is not None:
            pixmap, icon = QPixmap.fromImage(thumb), QIcon()
            icon.addPixmap(pixmap)
            icon.addPixmap(pixmap, QIcon.Mode.Selected)
            item.setIcon(icon)

    def _picked(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.picked.emit(item.data(_ID))


def _write(item: QListWidgetItem, line: CaptureLine, zone: Zone) -> None:
    pin = "  · pinned" if line.pinned else ""
    text = f"{clock(line.fetched, zone)}   {what_happened(line)}\n{line.key or line.channel.value}{pin}"
    if item.text() != text:
        item.setText(text)
        when = f"{day_clock(line.fetched, zone)}, {megabytes(line.size)}"
        item.setToolTip(f"{WORDS[line.outcome]}: {line.verdict or what_happened(line)}\n{when}")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", ", "))


def _tint(item: QListWidgetItem, line: CaptureLine, colours: Colours) -> None:
    bad = line.outcome in (Outcome.FAILED, Outcome.REJECTED)
    colour = QColor(colours.down if bad else colours.text)
    if item.foreground().color() != colour:
        item.setForeground(colour)
