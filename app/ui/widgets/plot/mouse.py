"""What a mouse does on a chart: the wheel zooms where it points, dragging pans, shift measures."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from app.ui.palettes import Colours
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.plot import Plot

_ZOOM_PER_STEP = 0.85
_PAN_PER_STEP = 0.1
_STILL_PX = 4


class MousePlot(Plot):
    """Only asks: whoever feeds the chart decides what is shown."""

    zoom_asked = Signal(float, float)
    """Factor of the span, and the time that shall stay where it is."""
    pan_asked = Signal(float)
    """Seconds to the left."""
    reset_asked = Signal()
    pointed = Signal(object)
    """Time and height under the mouse as (seconds, y), or None."""
    measured = Signal(object, object, object)
    """Pane, and the two corners as (seconds, value); a None pane takes the range away."""
    clicked = Signal(float)
    """A click that was no drag: the time under it."""

    def __init__(self, colours: Colours, gutter: int = 0) -> None:
        super().__init__(colours, gutter)
        self._pressed: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._ruler: tuple[Pane, float, float] | None = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta()
        if not self.panes:
            return
        sideways = steps.x() or (steps.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            self.pan_asked.emit(sideways / 120 * _PAN_PER_STEP * (self.right - self.left))
        elif steps.y():
            self.zoom_asked.emit(_ZOOM_PER_STEP ** (steps.y() / 120), self._seconds(event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.panes:
            return
        self._pressed = self._dragged_to = event.position()
        self._ruler = None
        self.measured.emit(None, None, None)
        pane = self.pane_at(event.position().y())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and pane is not None:
            self._ruler = (pane, self._seconds(event.position()), self._value(pane, event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and self._dragged_to is not None:
            if self._ruler is not None:
                self._measure(self._ruler, at)
            elif (at - self._pressed).manhattanLength() >= _STILL_PX:
                moved = at.x() - self._dragged_to.x()
                self._dragged_to = at
                self.pan_asked.emit(moved / self.view(self.panes[0]).pixels_a_second)
        self._point(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        still = (event.position() - self._pressed).manhattanLength() < _STILL_PX
        pressed, self._pressed, self._dragged_to = self._pressed, None, None
        if still and self._ruler is None:
            self.clicked.emit(self._seconds(pressed))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_asked.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _measure(self, ruler: tuple[Pane, float, float], at: QPointF) -> None:
        pane, begun, value = ruler
        y = min(max(at.y(), pane.top), pane.bottom)
        end = self._seconds(at), self._value(pane, QPointF(at.x(), y))
        self.measured.emit(pane, (begun, value), end)

    def _point(self, at: QPointF) -> None:
        inside = self.panes and at.x() <= self.view(self.panes[0]).edge and self.pane_at(at.y())
        self.pointed.emit((self._seconds(at), at.y()) if inside else None)

    def _seconds(self, at: QPointF) -> float:
        return self.view(self.panes[0]).seconds(at.x())

    def _value(self, pane: Pane, at: QPointF) -> float:
        return self.view(pane).value(at.y())
