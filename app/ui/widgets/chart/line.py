"""A line in segments, with an optional fill fading in data coordinates (elsewise it shows bands)."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QLinearGradient, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

Segment = tuple[NDArray[np.float64], NDArray[np.float64]]

_FILL_ALPHA = 46
# Points of the line to one of the fill. An outline with two points a pixel zigzags, and each row of pixels
# then meets all of its edges: 200 ms and more for an hour of a nervous market, 0.4 ms along its lower edge.
_FILL_STEP = 4


class Line(pg.GraphicsObject):  # type: ignore[misc]
    """Segments are drawn apart: nothing crosses a gap. The pen is cosmetic and one pixel wide."""

    def __init__(self, colour: str, *, dashed: bool = False, filled: bool = False) -> None:
        super().__init__()
        self._dashed, self._filled = dashed, filled
        self._lines: list[QPolygonF] = []
        self._areas: list[QPolygonF] = []
        self._bounds = QRectF()
        self._brush = QBrush(Qt.BrushStyle.NoBrush)
        self.recolour(colour, colour)

    def recolour(self, colour: str, fill: str = "") -> None:
        style = Qt.PenStyle.DashLine if self._dashed else Qt.PenStyle.SolidLine
        self._pen = pg.mkPen(colour, width=1, style=style)
        self._fill_colour = fill or colour
        self.update()

    def set_segments(self, segments: Sequence[Segment], low: float = 0.0, high: float = 0.0) -> None:
        """Each segment is (x, y) with at least one point; the fill fades from `high` down to `low`."""
        self._lines = [pg.functions.arrayToQPolygonF(x, y) for x, y in segments]
        self._areas = []
        if self._filled and high > low:
            self._areas = [_area(x, y, low) for x, y in segments]
            self._brush = _fading(self._fill_colour, low, high)
        self.prepareGeometryChange()
        self._bounds = _bounds(segments, low if self._areas else None)
        self.update()

    def segments(self) -> int:
        return len(self._lines)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        if self._areas:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._brush)
            for area in self._areas:
                painter.drawPolygon(area)
        painter.setPen(self._pen)
        for line in self._lines:
            painter.drawPolyline(line)


def _bounds(segments: Sequence[Segment], low: float | None) -> QRectF:
    if not segments:
        return QRectF()
    bottom = min(float(y.min()) for _, y in segments)
    top = max(float(y.max()) for _, y in segments)
    bottom = bottom if low is None else min(low, bottom)
    left, right = float(segments[0][0][0]), float(segments[-1][0][-1])
    return QRectF(left, bottom, max(1e-9, right - left), max(1e-9, top - bottom))


def _area(x: NDArray[np.float64], y: NDArray[np.float64], low: float) -> QPolygonF:
    x, y = _lower_edge(x, y)
    around_x = np.concatenate((x[:1], x, x[-1:]))
    around_y = np.concatenate(([low], y, [low]))
    area: QPolygonF = pg.functions.arrayToQPolygonF(around_x, around_y)
    return area


def _lower_edge(x: NDArray[np.float64], y: NDArray[np.float64]) -> Segment:
    heads = np.arange(0, len(x), _FILL_STEP)
    return np.append(x[heads], x[-1]), np.append(np.minimum.reduceat(y, heads), y[-1])


def _fading(colour: str, low: float, high: float) -> QBrush:
    fade = QLinearGradient(QPointF(0, low), QPointF(0, high))
    top, bottom = pg.mkColor(colour), pg.mkColor(colour)
    top.setAlpha(_FILL_ALPHA)
    bottom.setAlpha(0)
    fade.setColorAt(0, bottom)
    fade.setColorAt(1, top)
    return QBrush(fade)
