"""Spans of time over the whole height of a pane: sessions shaded, gaps hatched. Drawn in pixels, so that a
hatch keeps its shape at every zoom."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Band:
    """Seconds on the time axis and how the span is filled."""

    left: float
    right: float
    colour: str
    alpha: int
    hatched: bool = False


class Bands(pg.GraphicsObject):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self._bands: tuple[Band, ...] = ()

    @property
    def bands(self) -> tuple[Band, ...]:
        return self._bands

    def set_bands(self, bands: Sequence[Band]) -> None:
        if tuple(bands) != self._bands:
            self._bands = tuple(bands)
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        view, world = self.boundingRect(), painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setPen(Qt.PenStyle.NoPen)
        for band in self._bands:
            left, right = max(band.left, view.left()), min(band.right, view.right())
            if right <= left:
                continue
            span = world.mapRect(QRectF(left, view.top(), right - left, view.height()))
            if span.width() < 2:
                span.setWidth(2)
            colour = QColor(band.colour)
            colour.setAlpha(band.alpha)
            style = Qt.BrushStyle.BDiagPattern if band.hatched else Qt.BrushStyle.SolidPattern
            painter.fillRect(span, QBrush(colour, style))
        painter.restore()
