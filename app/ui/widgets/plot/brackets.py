"""Brackets at a time and a value that held: a lid over what buyers could not lift, a floor under sellers."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from app.ui.widgets.plot.strokes import draw_lines, pen
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]

_HALF_PX: Final = 5
_AWAY_PX: Final = 5
_LEG_PX: Final = 3
_NONE: Final = np.zeros(0)


class Brackets(Mark):
    """In the colour of the side that was held: open downwards over buyers, upwards under sellers."""

    def __init__(self) -> None:
        self.times, self.values, self.sides = _NONE, _NONE, _NONE

    def set(self, times: Floats, values: Floats, sides: Floats) -> None:
        self.times, self.values, self.sides = times, values, sides

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, _HALF_PX / view.pixels_a_second)
        x, y, sides = view.x(self.times[first:]), view.y(self.values[first:]), self.sides[first:]
        for way, colour in ((1, view.colours.up), (-1, view.colours.down)):
            mine = sides > 0 if way > 0 else sides < 0
            left, right = x[mine] - _HALF_PX, x[mine] + _HALF_PX
            far = y[mine] - way * _AWAY_PX
            near = far + way * _LEG_PX
            painter.setPen(pen(colour))
            draw_lines(painter, left, far, right, far)
            draw_lines(painter, left, far - way, right, far - way)
            draw_lines(painter, left, far, left, near)
            draw_lines(painter, right, far, right, near)
