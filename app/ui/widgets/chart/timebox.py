"""The pane of a chart that moves in time only: the wheel zooms, dragging pans, a double click goes back."""

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneMouseEvent, QGraphicsSceneWheelEvent

_ZOOM_PER_STEP = 0.85


class TimeBox(pg.ViewBox):  # type: ignore[misc]
    """Only asks: the chart decides what is shown, because all panes share one span of time."""

    zoom_asked = Signal(float, float)
    """Factor of the span, and the time that shall stay where it is."""
    pan_asked = Signal(float)
    """Seconds to the left."""
    reset_asked = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=False, y=False)
        self.disableAutoRange()
        self.setDefaultPadding(0)

    def wheelEvent(self, event: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        steps = event.delta() / 120
        self.zoom_asked.emit(_ZOOM_PER_STEP**steps, self.mapSceneToView(event.scenePos()).x())
        event.accept()

    def mouseDragEvent(self, event: MouseDragEvent, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        event.accept()
        moved = self.mapToView(event.pos()).x() - self.mapToView(event.lastPos()).x()
        self.pan_asked.emit(moved)

    def mouseDoubleClickEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self.reset_asked.emit()
        event.accept()
