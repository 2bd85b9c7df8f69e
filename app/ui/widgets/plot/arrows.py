"""Small arrows at a time and a value, pointing the way of the side: marks of something sudden."""

from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPolygon

from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]

_HALF_PX: Final = 4
_LONG_PX: Final = 6
_AWAY_PX: Final = 3
_NONE: Final = np.zeros(0)


class Arrows(Mark):
    """Buyers' point up from below their price, sellers' down from above it."""

    reach_px: ClassVar[int] = _HALF_PX + 1

    def __init__(self) -> None:
        self.times, self.values, self.sides = _NONE, _NONE, _NONE

    def set(self, times: Floats, values: Floats, sides: Floats) -> None:
        self.times, self.values, self.sides = times, values, sides

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, _HALF_PX / view.pixels_a_second)
        x, y = np.rint(view.x(self.times[first:])), np.rint(view.y(self.values[first:]))
        painter.setPen(Qt.PenStyle.NoPen)
        for left, top, side in zip(x.tolist(), y.tolist(), self.sides[first:].tolist(), strict=True):
            way = 1 if side > 0 else -1
            tip = QPoint(int(left), int(top) + way * _AWAY_PX)
            foot = tip.y() + way * _LONG_PX
            painter.setBrush(QColor(view.colours.up if way > 0 else view.colours.down))
            painter.drawPolygon(
                QPolygon([tip, QPoint(tip.x() - _HALF_PX, foot), QPoint(tip.x() + _HALF_PX, foot)])
            )
