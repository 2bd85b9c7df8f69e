"""A price on a coloured plate over the price axis, at the height of its line."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui.theme import SMALL_PX, font
from app.ui.widgets.chart.axes import PRICE_PX

_HEIGHT = 17


class Tag(QWidget):
    """An overlay without mouse; it repaints only when text, colour or place change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._font = font(SMALL_PX)
        self._text, self._fill, self._ink = "", "#000000", "#ffffff"
        self.resize(PRICE_PX - 4, _HEIGHT)
        self.hide()

    @property
    def text(self) -> str:
        return self._text

    def place(self, text: str, fill: str, ink: str, right: int, middle: float) -> None:
        at = (right - self.width(), round(middle) - _HEIGHT // 2)
        if (self.x(), self.y()) != at:
            self.move(*at)
        if (text, fill, ink) != (self._text, self._fill, self._ink):
            self._text, self._fill, self._ink = text, fill, ink
            self.update()
        if self.isHidden():
            self.show()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._fill))
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        painter.setFont(self._font)
        painter.setPen(QColor(self._ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
