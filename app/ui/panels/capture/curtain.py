"""Two pictures on one place: a line between them that is dragged across, the heat of their differences."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui.palettes import Colours

_NOTCH: float = 120.0
_STEP: float = 60.0


class Curtain(QWidget):
    """The picture before left of the line, this one right of it; the slider moves the line."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.before, self.after, self.heat = QImage(), QImage(), QImage()
        self.share, self.top, self.hot = 0.5, 0.0, False
        self.setMinimumHeight(60)
        self.setAccessibleName("Both pictures, the one before left of the line, this one right of it")

    @property
    def tall(self) -> float:
        """Height in pixels of the screen that the taller picture has at this width."""
        wide = max(1, self.after.width() or self.before.width())
        return max(self.before.height(), self.after.height()) * self.width() / wide

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = self.width() * self.share
        for image, left, width in ((self.before, 0.0, line), (self.after, line, self.width() - line)):
            self._draw(painter, image, QRectF(left, 0, width, self.height()))
        if self.hot and not self.heat.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            self._draw(painter, self.heat, QRectF(0, 0, self.width(), self.height()))
        painter.setPen(QPen(QColor(self.colours.accent), 2))
        painter.drawLine(round(line), 0, round(line), self.height())
        self._caption(painter, "before", line - 8, Qt.AlignmentFlag.AlignRight)
        self._caption(painter, "this one", line + 8, Qt.AlignmentFlag.AlignLeft)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.share = min(1.0, max(0.0, event.position().x() / max(1, self.width())))
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        room = max(1.0, self.tall - self.height())
        self.top = min(1.0, max(0.0, self.top - event.angleDelta().y() / _NOTCH * _STEP / room))
        self.update()

    def _draw(self, painter: QPainter, image: QImage, place: QRectF) -> None:
        if place.width() <= 0:
            return
        if image.isNull():
            painter.fillRect(place, QColor(self.colours.raised))
            painter.setPen(QColor(self.colours.dim))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "no picture")
            return
        by = image.width() / self.width()
        start = self.top * max(0.0, self.tall - self.height()) * by
        room = min(place.height(), max(0.0, image.height() - start) / by)
        if image is not self.heat:
            painter.fillRect(place, QColor(self.colours.raised))
        if room > 0:
            part = QRectF(place.x() * by, start, place.width() * by, room * by)
            painter.drawImage(QRectF(place.x(), place.y(), place.width(), room), image, part)

    def _caption(self, painter: QPainter, words: str, x: float, side: Qt.AlignmentFlag) -> None:
        wide = painter.fontMetrics().horizontalAdvance(words) + 12
        left = x - wide if side is Qt.AlignmentFlag.AlignRight else x
        plate = QRectF(left, self.height() - 24, wide, 18)
        painter.fillRect(plate, QColor(self.colours.accent))
        painter.setPen(QColor(self.colours.on_tag))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
