"""What the lines of a pane are: a swatch and a name each; pointing at them gives unit and formula."""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QLineF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.laid_text import LaidText

_PAD, _SWATCH, _SPACE, _HIGH = 6, 12, 12, 20


@dataclass(frozen=True, slots=True)
class Entry:
    """`look`: text (no swatch), line, dash, block, hollow or ring; `colour` names a field of the palette."""

    name: str
    look: str = "text"
    colour: str = "dim"
    bold: bool = False


class Legend(QWidget):
    def __init__(self, parent: QWidget, name: str, colours: Colours) -> None:
        super().__init__(parent)
        self._name, self._colours = name, colours
        self._entries: tuple[Entry, ...] = ()
        self._plate: QPixmap | None = None
        self._texts = LaidText({False: font(SMALL_PX), True: font(SMALL_PX, QFont.Weight.DemiBold)})

    @property
    def text(self) -> str:
        return "  ".join(entry.name for entry in self._entries)

    def show_entries(self, entries: tuple[Entry, ...], tip: str) -> None:
        if tip != self.toolTip():
            self.setToolTip(tip)
        if entries == self._entries:
            return
        self._entries = entries
        self.setAccessibleName(f"{self._name}: {self.text}")
        self._plate = None
        self.resize(self.sizeHint())
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours, self._plate = colours, None
        self.update()

    def sizeHint(self) -> QSize:
        width = 2 * _PAD - _SPACE
        for entry in self._entries:
            width += ceil(self._texts.width(entry.name, entry.bold)) + _SPACE
            width += 0 if entry.look == "text" else _SWATCH + 4
        return QSize(max(0, width), _HIGH)

    def paintEvent(self, _: QPaintEvent) -> None:
        if self._plate is None:
            self._plate = QPixmap(self.size() * self.devicePixelRatio())
            self._plate.setDevicePixelRatio(self.devicePixelRatio())
            self._plate.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._plate)
            self._draw(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._plate)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        plate = QColor(self._colours.panel)
        plate.setAlpha(215)
        painter.fillRect(self.rect(), plate)
        left = _PAD
        for entry in self._entries:
            colour = QColor(getattr(self._colours, entry.colour))
            if entry.look != "text":
                _swatch(painter, entry.look, colour, left)
                left += _SWATCH + 4
            painter.setPen(colour if entry.look == "text" else QColor(self._colours.dim))
            width = ceil(self._texts.width(entry.name, entry.bold))
            self._texts.draw(painter, QRect(left, 0, width, _HIGH), entry.name, entry.bold, right=False)
            left += width + _SPACE


def _swatch(painter: QPainter, look: str, colour: QColor, left: float) -> None:
    if look in ("line", "dash"):
        style = Qt.PenStyle.SolidLine if look == "line" else Qt.PenStyle.DotLine
        painter.setPen(QPen(colour, 2, style))
        painter.drawLine(QLineF(left, 10, left + _SWATCH, 10))
        return
    painter.setPen(QPen(colour, 1))
    painter.setBrush(colour if look == "block" else Qt.BrushStyle.NoBrush)
    if look == "ring":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawEllipse(QRectF(left + 1.5, 5.5, 8, 8))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    else:
        painter.drawRect(QRectF(left + 1.5, 5.5, 8, 8))
