"""Bubbles at a time and a value whose area says a size. One picture for each radius and side, used again."""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.ui.palettes import Colours
from app.ui.widgets.plot.strokes import brush, pen
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]

_LEAST_PX: Final = 3
_MOST_PX: Final = 12
_FILL_ALPHA: Final = 60
_NONE: Final = np.zeros(0)


class Bubbles(Mark):
    """`sides` above zero bought, below sold; nobody's is a grey ring. Of more than `most` the largest are
    shown.
    """

    def __init__(self) -> None:
        self.times, self.values, self.sizes, self.sides = _NONE, _NONE, _NONE, _NONE
        self.left_out = 0
        self._scale = 1.0
        self._pictures: dict[tuple[int, int, str], QPixmap] = {}

    def set(self, times: Floats, values: Floats, sizes: Floats, sides: Floats, most: int) -> None:
        self.left_out = max(0, len(sizes) - most)
        if self.left_out:
            chosen = np.sort(np.argpartition(sizes, -most)[-most:])
            times, values, sizes, sides = times[chosen], values[chosen], sizes[chosen], sides[chosen]
        self.times, self.values, self.sizes, self.sides = times, values, sizes, sides

    def scale(self, largest: float) -> bool:
        """The size that gets the largest bubble; whether that changed much enough to paint all anew."""
        if largest > self._scale or largest < self._scale / 2:
            self._scale = max(1.0, largest * 1.1)
            return True
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        reach = _MOST_PX / view.pixels_a_second
        first = view.first(self.times, reach)
        x, y = view.x(self.times[first:]), view.y(self.values[first:])
        radius = np.rint(_MOST_PX * np.sqrt(self.sizes[first:] / self._scale))
        radius = np.clip(radius, _LEAST_PX, _MOST_PX).astype(int)
        drawn = zip(x.tolist(), y.tolist(), radius.tolist(), self.sides[first:].tolist(), strict=True)
        for left, top, r, side in drawn:
            picture = self._picture(r, (side > 0) - (side < 0), view.colours, painter)
            painter.drawPixmap(QPointF(round(left) - r - 1, round(top) - r - 1), picture)

    def _picture(self, radius: int, side: int, colours: Colours, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatioF()
        colour = colours.up if side > 0 else colours.down if side < 0 else colours.dim
        key = (radius, side, f"{colour}{ratio}")
        if key not in self._pictures:
            self._pictures[key] = _drawn(radius, side, colour, ratio)
        return self._pictures[key]


def radius_of(size: float, largest: float) -> float:
    """In pixels: four times the size has twice the radius."""
    return _MOST_PX * sqrt(size / largest)


def _drawn(radius: int, side: int, colour: str, ratio: float) -> QPixmap:
    across = 2 * radius + 2
    picture = QPixmap(round(across * ratio), round(across * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen(colour))
    painter.setBrush(brush(colour, _FILL_ALPHA) if side else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(across / 2, across / 2), radius - 0.5, radius - 0.5)
    painter.end()
    return picture
