"""A dotted line across a pane at one price."""

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget


class Level(pg.GraphicsObject):  # type: ignore[misc]
    """pyqtgraph's own line tells listeners and asks for its bounds at every move: 0.2 ms a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._at: float | None = None
        self._colour = ""
        self._pen = pg.mkPen(None)

    def place(self, at: float | None, colour: str = "") -> None:
        """None takes the line away."""
        if colour != self._colour:
            self._colour = colour
            self._pen = pg.mkPen(colour or None, width=1, style=Qt.PenStyle.DotLine)
        self._at = at
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        if self._at is None:
            return
        view = self.boundingRect()
        painter.setPen(self._pen)
        painter.drawLine(QLineF(QPointF(view.left(), self._at), QPointF(view.right(), self._at)))
