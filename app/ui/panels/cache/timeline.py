"""The last requests as a strip of hits and misses, and the ages of what is held as small bars below it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, font

_STRIP = 16
_CAPTION = 14
_MOST = 120


class Timeline(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._hits: tuple[bool, ...] = ()
        self._ages: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_requests(self, hits: tuple[bool, ...], ages: tuple[int, ...]) -> None:
        """The newest at the right; `ages` are counts by age, the last those beyond their lifetime."""
        if (hits, ages) == (self._hits, self._ages):
            return
        self._hits, self._ages = hits[-_MOST:], ages
        self.setAccessibleName(f"Last {len(self._hits)} requests: {sum(self._hits)} hits; ages {ages}")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 2 * _CAPTION + 2 * _STRIP + 14)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(CAPTION_PX))
        top = self._caption(painter, 0.0, f"last {len(self._hits)} requests, newest at the right")
        slot = min(8.0, self.width() / max(1, len(self._hits)))
        left = self.width() - slot * len(self._hits)
        painter.setPen(Qt.PenStyle.NoPen)
        for hit in self._hits:
            painter.setBrush(QColor(self._colours.up if hit else self._colours.warn))
            # a miss is also lower, for whoever sees no colours
            height = _STRIP if hit else _STRIP * 0.5
            painter.drawRect(QRectF(left, top + _STRIP - height, max(1.0, slot - 1), height))
            left += slot
        top = self._caption(painter, top + _STRIP + 6, "ages of what is held: new … end of life, beyond it")
        highest, width = max(self._ages, default=0), self.width() / max(1, len(self._ages))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, count in enumerate(self._ages):
            height = _STRIP * count / highest if highest else 0
            last = number == len(self._ages) - 1
            painter.setBrush(QColor(self._colours.down if last else self._colours.info))
            painter.drawRect(QRectF(number * width, top + _STRIP - height, width - 2, height))
            painter.setBrush(QColor(self._colours.line))
            painter.drawRect(QRectF(number * width, top + _STRIP, width - 2, 1))
        painter.end()

    def _caption(self, painter: QPainter, top: float, words: str) -> float:
        painter.setPen(QColor(self._colours.faint))
        painter.drawText(QRectF(0, top, self.width(), _CAPTION), Qt.AlignmentFlag.AlignLeft, words)
        return top + _CAPTION
