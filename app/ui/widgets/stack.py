"""A bar of shares laid end to end, in the colours of the lines below it; drawn only when they change."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.palettes import Colours

_HEIGHT = 10
_GAP = 2.0


class Stack(QWidget):
    def __init__(self, name: str, colours: Colours) -> None:
        super().__init__()
        self._name, self._colours = name, colours
        self._shares: tuple[tuple[float, str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_shares(self, shares: tuple[tuple[float, str, int], ...]) -> None:
        """Of each part: how much, its colour by name, its opacity."""
        if shares == self._shares:
            return
        self._shares = shares
        total = sum(share for share, _, _ in shares) or 1.0
        self.setAccessibleName(f"{self._name}: " + ", ".join(f"{s / total:.0%}" for s, _, _ in shares))
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        total = sum(share for share, _, _ in self._shares)
        if not total:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        left, room = 0.0, self.width() - _GAP * (len(self._shares) - 1)
        for share, name, alpha in self._shares:
            colour = QColor(getattr(self._colours, name))
            colour.setAlpha(alpha)
            painter.setBrush(colour)
            width = max(1.0, share / total * room)
            painter.drawRect(QRectF(left, 0, width, self.height()))
            left += width + _GAP
        painter.end()
