"""Bubbles at a time and a value whose area says a size.

Each radius and side is drawn once, and all in sight are stamped in one call: one by one, those of a busy
minute took a tenth of the frame.
"""

from math import sqrt
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.ui.palettes import Colours
from app.ui.widgets.plot.strokes import brush, pen
from app.ui.widgets.plot.view import Mark, View
from app.ui.widgets.primitives import Stamps

Floats = NDArray[np.float64]

_LEAST_PX: Final = 3
_MOST_PX: Final = 12
_FILL_ALPHA: Final = 60
# of the most bubbles: what is chosen when there are too many, and what is too few
_ROOM, _ENOUGH = 0.7, 0.5
_SIDE_PX: Final = 2 * _MOST_PX + 2
_RADII: Final = _MOST_PX + 1
_SIDES: Final = (-1, 0, 1)
_NONE: Final = np.zeros(0)


class Bubbles(Mark):
    """`sides` above zero bought, below sold; nobody's is a grey ring. Of more than `most` the largest are
    shown.
    """

    reach_px: ClassVar[int] = _MOST_PX + 1

    def __init__(self) -> None:
        self.times, self.values, self.sizes, self.sides = _NONE, _NONE, _NONE, _NONE
        self.left_out = 0
        self._scale = 1.0
        self._least: float | None = None
        self._stamps = Stamps()
        self._pictures: dict[tuple[str, str, str, float], QPixmap] = {}

    def set(self, times: Floats, values: Floats, sizes: Floats, sides: Floats, most: int) -> None:
        self._least = self._least_of(sizes, most) if len(sizes) > most else None
        if self._least is not None:
            chosen = np.flatnonzero(sizes >= self._least)
            if len(chosen) > most:  # all of one size
                chosen = chosen[-most:]
            self.left_out = len(sizes) - len(chosen)
            times, values, sizes, sides = times[chosen], values[chosen], sizes[chosen], sides[chosen]
        else:
            self.left_out = 0
        self.times, self.values, self.sizes, self.sides = times, values, sizes, sides

    def _least_of(self, sizes: Floats, most: int) -> float:
        """The least size shown. It stays while it leaves neither too many nor too few: with another one all
        is painted anew.
        """
        if self._least is not None and _ENOUGH * most <= int((sizes >= self._least).sum()) <= most:
            return self._least
        wanted = most if self._least is None else max(1, round(_ROOM * most))
        least = float(np.partition(sizes, -wanted)[-wanted])
        larger = sizes[sizes > least]
        return float(larger.min()) if int((sizes >= least).sum()) > most and len(larger) else least

    def scale(self, largest: float) -> bool:
        """The size that gets the largest bubble; whether that changed much enough to paint all anew."""
        if largest > self._scale or largest < self._scale / 2:
            self._scale = max(1.0, largest * 1.1)
            return True
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        reach = _MOST_PX / view.pixels_a_second
        first = view.first(self.times, reach)
        if first == len(self.times):
            return
        x, y = np.rint(view.x(self.times[first:])), np.rint(view.y(self.values[first:]))
        radius = np.clip(np.rint(_MOST_PX * np.sqrt(self.sizes[first:] / self._scale)), _LEAST_PX, _MOST_PX)
        picture = self._picture(view.colours, painter.device().devicePixelRatioF())
        side = round(_SIDE_PX * picture.devicePixelRatioF())
        left = ((np.sign(self.sides[first:]) + 1) * _RADII + radius) * side
        self._stamps.draw(painter, picture, x, y, left, side)

    def _picture(self, colours: Colours, ratio: float) -> QPixmap:
        key = (colours.down, colours.dim, colours.up, ratio)
        if key not in self._pictures:
            self._pictures[key] = _drawn((colours.down, colours.dim, colours.up), ratio)
        return self._pictures[key]


def radius_of(size: float, largest: float) -> float:
    """In pixels: four times the size has twice the radius."""
    return _MOST_PX * sqrt(size / largest)


def _drawn(colours: tuple[str, str, str], ratio: float) -> QPixmap:
    """Side by side in squares: sold, of no side, bought, each by radius."""
    side = round(_SIDE_PX * ratio)
    picture = QPixmap(side * _RADII * len(_SIDES), side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / _SIDE_PX, side / _SIDE_PX)
    for row, colour in enumerate(colours):
        painter.setPen(pen(colour))
        painter.setBrush(brush(colour, _FILL_ALPHA) if _SIDES[row] else Qt.BrushStyle.NoBrush)
        for radius in range(_LEAST_PX, _RADII):
            middle = QPointF((row * _RADII + radius + 0.5) * _SIDE_PX, _SIDE_PX / 2)
            painter.drawEllipse(middle, radius - 0.5, radius - 0.5)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
