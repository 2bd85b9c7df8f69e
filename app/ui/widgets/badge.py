"""A short text on a coloured plate: the mode of the program, a warning in the header."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import SMALL_PX, font


class Badge(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._fill, self._ink = QColor("#808080"), QColor("#000000")
        self._font = font(SMALL_PX, QFont.Weight.DemiBold, spacing=0.3)
        self._width = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._text

    def say(self, text: str, fill: str, ink: str, tip: str = "") -> None:
        """An empty text hides the badge."""
        if self.isHidden() == bool(text):
            self.setVisible(bool(text))
        if (text, fill, ink) == (self._text, self._fill.name(), self._ink.name()):
            return
        self._text, self._fill, self._ink = text, QColor(fill), QColor(ink)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        needed = QFontMetrics(self._font).horizontalAdvance(text) + 20
        if needed != self._width:
            self._width = needed
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._width, 24)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 1, 0, -1), 4, 4)
        painter.setFont(self._font)
        painter.setPen(self._ink)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
