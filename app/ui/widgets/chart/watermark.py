"""Large faint letters behind a chart whose market is not the real one."""

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.ui.theme import font

_ALPHA = 26


class Watermark(pg.GraphicsObject):  # type: ignore[misc]
    """The letters are drawn once into a pixmap: text of this size would cost a millisecond a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: QPixmap | None = None
        self._text = ""

    @property
    def text(self) -> str:
        return self._text

    def say(self, text: str, colour: str) -> None:
        """An empty text takes the watermark away."""
        self._text = text
        self._letters = _letters(text, colour) if text else None
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        if self._letters is None:
            return
        view = painter.worldTransform().mapRect(self.boundingRect())
        painter.save()
        painter.resetTransform()
        middle = view.center() - QPointF(self._letters.width() / 2, self._letters.height() / 2)
        painter.drawPixmap(middle, self._letters)
        painter.restore()


def _letters(text: str, colour: str) -> QPixmap:
    large = font(76, QFont.Weight.Bold, spacing=10)
    box = QFontMetrics(large).boundingRect(text).adjusted(-10, 0, 30, 0)
    pixmap = QPixmap(box.size())
    pixmap.fill(Qt.GlobalColor.transparent)
    ink = QColor(colour)
    ink.setAlpha(_ALPHA)
    painter = QPainter(pixmap)
    painter.setFont(large)
    painter.setPen(ink)
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap
