"""What the trader drew: levels, moments, boxes and anchored lines, painted over the picture of the chart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.ui.theme import CAPTION_PX, font
from app.ui.widgets.plot.strokes import draw_lines, ink, pen
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]

_NONE: Final = np.zeros(0)
_PLATE_PX: Final = 14
_HANDLE_PX: Final = 5
_BOX_ALPHA: Final = 26
_LINE_PX: Final = 13


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A level has only `low`, a moment only `left`; a box has four edges; a curve has times and values.

    `text` stands beside it, a line of it for each line; `picked` is the one the keys act on.
    """

    text: str
    picked: bool = False
    left: float | None = None
    right: float | None = None
    low: float | None = None
    high: float | None = None
    times: Floats = field(default_factory=lambda: _NONE)
    values: Floats = field(default_factory=lambda: _NONE)


class Sketched(Mark):
    """`bottom` is where the panes end, in pixels: moments go through all of them. `hint` says in the chart
    what the next click does, because a notice would move the chart away from under the mouse.
    """

    def __init__(self) -> None:
        self.shapes: tuple[Shape, ...] = ()
        self.bottom, self.hint = 0.0, ""
        self._font = font(CAPTION_PX)

    def set(self, shapes: Sequence[Shape], bottom: float) -> None:
        self.shapes, self.bottom = tuple(shapes), bottom

    def paint(self, painter: QPainter, view: View) -> None:
        painter.save()
        painter.setFont(self._font)
        inside = QRectF(view.x0, view.y0, view.edge - view.x0, self.bottom - view.y0)
        painter.setClipRect(inside, Qt.ClipOperation.IntersectClip)
        for shape in self.shapes:
            colour = view.colours.warn if shape.picked else view.colours.accent
            painter.setPen(pen(colour))
            if shape.left is not None and shape.low is not None:
                self._box(painter, view, shape, colour)
            elif shape.low is not None:
                self._level(painter, view, shape, shape.low, colour)
            elif len(shape.times):
                self._curve(painter, view, shape, colour)
            elif shape.left is not None:
                self._moment(painter, view, shape, shape.left, colour)
        if self.hint:
            middle = (view.x0 + view.x1 + self._width(self.hint)) / 2
            self._plate(painter, view, self.hint, middle, view.y0 + 28, view.colours.warn)
        painter.restore()

    def _level(self, painter: QPainter, view: View, shape: Shape, value: float, colour: str) -> None:
        if not view.low < value < view.high:
            return
        y = round(view.y(value))
        painter.drawLine(QLineF(view.x0, y + 0.5, view.edge, y + 0.5))
        self._plate(painter, view, shape.text, view.edge, y - _PLATE_PX, colour)
        if shape.picked:
            self._handle(painter, (view.x0 + view.x1) / 2, y, colour)

    def _moment(self, painter: QPainter, view: View, shape: Shape, at: float, colour: str) -> None:
        if not view.left < at < view.right:
            return
        x = round(view.x(at))
        painter.drawLine(QLineF(x + 0.5, view.y0, x + 0.5, self.bottom))
        self._plate(painter, view, shape.text, x + 4 + self._width(shape.text), view.y1 - 20, colour)
        if shape.picked:
            self._handle(painter, x, (view.y0 + view.y1) / 2, colour)

    def _curve(self, painter: QPainter, view: View, shape: Shape, colour: str) -> None:
        x, y = view.x(shape.times), view.y(shape.values)
        drawn = np.isfinite(y[:-1]) & np.isfinite(y[1:]) & (x[1:] > view.x0) & (x[:-1] < view.edge)
        drawn &= (np.maximum(y[:-1], y[1:]) > view.y0) & (np.minimum(y[:-1], y[1:]) < view.y1)
        painter.save()
        painter.setClipRect(view.area, Qt.ClipOperation.IntersectClip)
        draw_lines(painter, x[:-1][drawn], y[:-1][drawn], x[1:][drawn], y[1:][drawn])
        good = np.flatnonzero(np.isfinite(y))
        if len(good):
            first = good[0]
            self._handle(painter, float(x[first]), float(y[first]), colour)
            self._plate(
                painter,
                view,
                shape.text,
                float(x[first]) + 6 + self._width(shape.text),
                y[first] - 18,
                colour,
            )
        painter.restore()

    def _box(self, painter: QPainter, view: View, shape: Shape, colour: str) -> None:
        across, up = (shape.left, shape.right), (shape.low, shape.high)
        x = sorted(round(view.x(at)) for at in across if at is not None)
        y = sorted(round(view.y(value)) for value in up if value is not None)
        box = QRectF(x[0] + 0.5, y[0] + 0.5, x[-1] - x[0], y[-1] - y[0]).intersected(view.area)
        if box.isEmpty():
            return
        painter.fillRect(box, ink(colour, _BOX_ALPHA))
        painter.drawRect(box)
        for number, line in enumerate(shape.text.split("\n")):
            top = box.top() + 2 + number * _LINE_PX
            if top + _LINE_PX < view.y1:
                self._plate(painter, view, line, box.left() + 4 + self._width(line), top, colour)

    def _plate(self, painter: QPainter, view: View, text: str, right: float, top: float, colour: str) -> None:
        """Words that end at `right`."""
        width = self._width(text)
        plate = QRectF(right - width, top, width, _PLATE_PX)
        painter.fillRect(plate, ink(view.colours.panel, 215))
        painter.setPen(QColor(colour))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _handle(self, painter: QPainter, x: float, y: float, colour: str) -> None:
        side = _HANDLE_PX
        painter.fillRect(QRectF(round(x) - side // 2, round(y) - side // 2, side, side), QColor(colour))

    def _width(self, text: str) -> int:
        return QFontMetrics(self._font).horizontalAdvance(text) + 8


def distance(shape: Shape, view: View, place: QPointF) -> float:
    """Pixels from a place to the nearest line of a shape; infinite where it has none in sight."""
    far = float("inf")
    if shape.left is not None and shape.low is not None:
        x = sorted(view.x(at) for at in (shape.left, shape.right) if at is not None)
        y = sorted(view.y(value) for value in (shape.low, shape.high) if value is not None)
        aside = max(x[0] - place.x(), 0.0, place.x() - x[-1])
        above = max(y[0] - place.y(), 0.0, place.y() - y[-1])
        edge = min(
            abs(place.x() - x[0]), abs(place.x() - x[-1]), abs(place.y() - y[0]), abs(place.y() - y[-1])
        )
        return max(aside, above) if aside or above else edge
    if shape.low is not None:
        return abs(view.y(shape.low) - place.y())
    if len(shape.times) > 1 and shape.times[0] <= view.seconds(place.x()) <= shape.times[-1]:
        return abs(view.y(float(np.interp(view.seconds(place.x()), shape.times, shape.values))) - place.y())
    if shape.left is not None and not len(shape.times):
        return abs(view.x(shape.left) - place.x())
    return far
