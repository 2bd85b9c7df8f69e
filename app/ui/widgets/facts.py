"""One line of captions and values that change often; what finds no room at the right is left out."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font

_LEFT, _SPACE, _HEIGHT = 10, 14, 20


class FactLine(QWidget):
    """Painted by hand: a label for each would lay out the window at every change."""

    def __init__(self, name: str, colours: Colours) -> None:
        super().__init__()
        self._name, self._colours = name, colours
        self._facts: tuple[tuple[str, str, str], ...] = ()
        self._fonts = (font(SMALL_PX), font(SMALL_PX, QFont.Weight.DemiBold))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def text(self) -> str:
        return "   ".join(f"{caption} {value}".strip() for caption, value, _ in self._facts)

    def show_facts(self, facts: tuple[tuple[str, str, str], ...]) -> None:
        """Caption, value, name of the value's colour."""
        if facts != self._facts:
            self._facts = facts
            self.setAccessibleName(f"{self._name}: {self.text}")
            self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, left = QPainter(self), _LEFT
        small, bold = (QFontMetrics(one) for one in self._fonts)
        for caption, value, colour in self._facts:
            wide = small.horizontalAdvance(caption) + 4 if caption else 0
            needed = wide + bold.horizontalAdvance(value)
            if left + needed > self.width():
                break
            if caption:
                painter.setFont(self._fonts[0])
                painter.setPen(QColor(self._colours.faint))
                painter.drawText(QPoint(left, 14), caption)
            painter.setFont(self._fonts[bool(caption)])
            painter.setPen(QColor(getattr(self._colours, colour)))
            painter.drawText(QPoint(left + wide, 14), value)
            left += needed + _SPACE
        painter.end()
