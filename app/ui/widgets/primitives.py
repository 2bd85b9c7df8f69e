"""Rows of numbers that Qt draws in one call: lines, rectangles, pieces of a picture, without an object each.

Qt's painter takes the address of the first and their count; here numpy owns the memory. pyqtgraph does the
same, but would keep 36 MB in the window for it.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPixmap, QPolygonF
from shiboken6 import Shiboken

Floats = NDArray[np.float64]

_POINT: Final = 2
_LINE: Final = 4
_RECT: Final = 4
# x and y of the middle, then left, top, width, height in the picture, both scales, turn, opacity
_FRAGMENT: Final = 10


class Primitives:
    """As many rows as were ever asked for; they are written anew before each drawing."""

    def __init__(self, kind: type, fields: int) -> None:
        self._kind = kind
        self._fields = fields
        self._table: Floats = np.empty((0, fields))
        self._first: Any = None

    def rows(self, count: int) -> Floats:
        if count > len(self._table):
            self._table = np.empty((max(count, 2 * len(self._table)), self._fields))
            self._first = Shiboken.wrapInstance(self._table.ctypes.data, self._kind)
        return self._table[:count]

    @property
    def first(self) -> Any:
        """What Qt takes for the first of an array."""
        return self._first


def lines() -> Primitives:
    """Columns: from x, y to x, y."""
    return Primitives(QLineF, _LINE)


def rects() -> Primitives:
    """Columns: left, top, width, height."""
    return Primitives(QRectF, _RECT)


class Stamps:
    """Pieces of one picture, each put where its middle is to be."""

    def __init__(self) -> None:
        self._rows = Primitives(QPainter.PixmapFragment, _FRAGMENT)

    def draw(
        self, painter: QPainter, picture: QPixmap, x: Floats, y: Floats, left: Floats, side: int
    ) -> None:
        """Squares of the picture's first row that begin at `left`; it and `side` in the picture's pixels."""
        count = len(x)
        if not count:
            return
        scale = 1 / picture.devicePixelRatioF()
        table = self._rows.rows(count)
        table[:] = 0.0, 0.0, 0.0, 0.0, side, side, scale, scale, 0.0, 1.0
        table[:, 0], table[:, 1], table[:, 2] = x, y, left
        call: Any = painter.drawPixmapFragments
        call(self._rows.first, count, picture)


def polygon(x: Floats, y: Floats) -> QPolygonF:
    made = QPolygonF()
    made.resize(len(x))
    if len(x):
        address: Any = Shiboken.VoidPtr
        table = np.frombuffer(address(made.data(), len(x) * _POINT * 8, True), dtype=np.float64).reshape(
            -1, _POINT
        )
        table[:, 0], table[:, 1] = x, y
    return made
