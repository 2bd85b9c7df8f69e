"""Trades over the heatmap: their area says the size, their colour who pressed; without a side a ring.

Each size and colour is drawn once, and all trades in sight are stamped in one call: drawn one by one, those
of a busy market took four fifths of the heatmap's time.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.ui.widgets.primitives import Stamps

_PX_OF_ONE: Final = 1.4 / 1.6
_LARGEST_PX: Final = 13.0
# pixels from one radius to the next that is drawn
_STEP_PX: Final = 0.5
_RADII: Final = int(_LARGEST_PX / _STEP_PX) + 1
_SIDE_PX: Final = 2 * int(_LARGEST_PX) + 4
_BOUGHT, _SOLD, _NOBODY = range(3)

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


class Dots:
    def __init__(self) -> None:
        self._inks: tuple[QColor, ...] = ()
        self._edge = QColor()
        self._picture: QPixmap | None = None
        self._stamps = Stamps()

    def recolour(self, bought: QColor, sold: QColor, nobody: QColor, edge: QColor) -> None:
        self._inks, self._edge = (bought, sold, nobody), edge
        self._picture = None

    def paint(
        self, painter: QPainter, x: Floats, y: Floats, bought: Counts, sold: Counts, volume: Counts
    ) -> None:
        picture = self._drawn(painter.device().devicePixelRatioF())
        radius = np.minimum(_LARGEST_PX, _PX_OF_ONE * np.sqrt(volume))
        look = np.where(bought > sold, _BOUGHT, np.where(bought < sold, _SOLD, _NOBODY))
        ratio = picture.devicePixelRatioF()
        place = look * _RADII + np.rint(radius / _STEP_PX).astype(np.int64)
        left = place * (_SIDE_PX * ratio)
        self._stamps.draw(painter, picture, np.rint(x), np.rint(y), left, round(_SIDE_PX * ratio))

    def _drawn(self, ratio: float) -> QPixmap:
        if self._picture is not None and self._picture.devicePixelRatioF() == ratio:
            return self._picture
        picture = QPixmap(round(_SIDE_PX * _RADII * len(self._inks) * ratio), round(_SIDE_PX * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for look, ink in enumerate(self._inks):
            painter.setPen(QPen(ink if look == _NOBODY else self._edge, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush if look == _NOBODY else ink)
            for step in range(_RADII):
                middle = QPointF((look * _RADII + step + 0.5) * _SIDE_PX, _SIDE_PX / 2)
                painter.drawEllipse(middle, step * _STEP_PX, step * _STEP_PX)
        painter.end()
        self._picture = picture
        return picture
