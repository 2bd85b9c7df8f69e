"""Dragging within a table by the mouse's own events: no nested loop, and a line that shows where it would go.

The table says what can be taken and where it may be put; this follows the mouse and tells what was dropped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QWidget

END: Final = "end"
_LINE_PX: Final = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where something may be put: a `line` to draw there (viewport coordinates), and its name."""

    name: str
    line: QRect


class Dragging(QObject):
    """`take(at)` names what lies there, "" for nothing; `place(name, at)` is where it would go."""

    dropped = Signal(str, str)

    def __init__(
        self,
        table: QAbstractItemView,
        take: Callable[[QPoint], str],
        place: Callable[[str, QPoint], Place | None],
    ) -> None:
        super().__init__(table)
        self._table, self._take, self._place = table, take, place
        self._from: QPoint | None = None
        self._name, self._to = "", ""
        self._line = _Line(table.viewport())
        table.viewport().installEventFilter(self)
        table.installEventFilter(self)

    @property
    def under_way(self) -> bool:
        return bool(self._name)

    def recolour(self, colour: str) -> None:
        self._line.colour = QColor(colour)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return self._escaped(event)
        if isinstance(event, QMouseEvent) and watched is self._table.viewport():
            match event.type():
                case QEvent.Type.MouseButtonPress if event.button() is Qt.MouseButton.LeftButton:
                    self._from = event.position().toPoint()
                case QEvent.Type.MouseMove:
                    return self._moved(event)
                case QEvent.Type.MouseButtonRelease:
                    return self._released()
        return False

    def _moved(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if not self._name:
            far = (at - self._from).manhattanLength() >= QApplication.startDragDistance()
            self._name = self._take(self._from) if far else ""
            if not self._name:
                return False
            self._table.viewport().setCursor(QCursor(Qt.CursorShape.ClosedHandCursor))
        place = self._place(self._name, at)
        self._to = "" if place is None else place.name
        self._line.setVisible(place is not None)
        if place is not None:
            self._line.setGeometry(place.line)
            self._line.raise_()
        return True

    def _released(self) -> bool:
        name, to = self._name, self._to
        self._end()
        if name and to:
            self.dropped.emit(name, to)
        return bool(name)

    def _escaped(self, event: QKeyEvent) -> bool:
        if self._name and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._end()
            return True
        return False

    def _end(self) -> None:
        self._from, self._name, self._to = None, "", ""
        self._line.hide()
        self._table.viewport().unsetCursor()


class _Line(QWidget):
    """Painted by hand: the style sheet leaves a background of one's own out."""

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport)
        self.colour = QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.colour)
        painter.end()


def between_rows(table: QTableView, at: QPoint, targets: Sequence[tuple[int, str]]) -> Place | None:
    """Before the target row that the pointer is nearest to, or after the last one, which is named END.

    `targets` are row numbers with their names, top down; what stands between them belongs to the one above.
    """
    if not targets:
        return None
    wide = table.viewport().width()
    tops = [table.rowViewportPosition(number) for number, _ in targets]
    last = table.model().rowCount() - 1
    end = table.rowViewportPosition(last) + table.rowHeight(last)
    names = [*(name for _, name in targets), END]
    y, name = min(zip((*tops, end), names, strict=True), key=lambda edge: abs(edge[0] - at.y()))
    return Place(name, QRect(0, max(0, y - _LINE_PX), wide, 2 * _LINE_PX))
