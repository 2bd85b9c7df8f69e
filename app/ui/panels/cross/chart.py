"""How far each pair of sources was apart lately: one line each, the limit of agreement as a band."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.cross_check import FARTHEST
from app.domain.units import Ns, points
from app.ui.palettes import Colours
from app.ui.panels.cross.model import SPAN, Point
from app.ui.theme import CAPTION_PX, font

_LEFT, _TOP, _RIGHT, _FOOT = 40.0, 8.0, 118.0, 18.0
_LIMIT: Final = points(FARTHEST)
_LINES: Final = ("accent", "up", "warn", "info", "down", "price")


class ApartChart(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._lines: Mapping[str, tuple[Point, ...]] = {}
        self._now = Ns(0)
        self.setAccessibleName("How far the sources were apart")
        self.setMinimumHeight(70)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_lines(self, lines: Mapping[str, tuple[Point, ...]], now: Ns) -> None:
        if lines == self._lines:
            return
        self._lines, self._now = lines, now
        last = (f"{name} {line[-1][1]:+.2f} points" for name, line in lines.items())
        self.setAccessibleName(f"How far the sources are apart: {'; '.join(last)}")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 120)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(CAPTION_PX))
        box = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT)
        reach = self._reach()
        self._paint_band(painter, box, reach)
        for number, (name, line) in enumerate(self._lines.items()):
            self._paint_line(painter, box, reach, line, QColor(self._colour(number)))
            self._paint_name(painter, box, number, name, line[-1][1])
        painter.end()

    def _reach(self) -> float:
        far = max((abs(apart) for line in self._lines.values() for _, apart in line), default=0.0)
        return max(_LIMIT * 1.25, far * 1.1)

    def _colour(self, number: int) -> str:
        return str(getattr(self._colours, _LINES[number % len(_LINES)]))

    def _paint_band(self, painter: QPainter, box: QRectF, reach: float) -> None:
        colours, middle = self._colours, box.center().y()
        half = _LIMIT / reach * box.height() / 2
        painter.fillRect(QRectF(box.left(), middle - half, box.width(), 2 * half), QColor(colours.raised))
        painter.setPen(QPen(QColor(colours.line), 0))
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
        painter.setPen(QColor(colours.dim))
        for value, y in ((_LIMIT, middle - half), (0.0, middle), (-_LIMIT, middle + half)):
            place = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(
                place,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{value:+g}" if value else "0",
            )
        foot = QRectF(box.left(), box.bottom() + 2, box.width(), _FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "10 min ago")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, "now · points apart")

    def _paint_line(
        self, painter: QPainter, box: QRectF, reach: float, line: tuple[Point, ...], colour: QColor
    ) -> None:
        painter.setPen(QPen(colour, 0))
        middle, scale = box.center().y(), box.height() / 2 / reach
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(box.right() - (self._now - at) / SPAN * box.width(), middle - apart * scale)
                    for at, apart in line
                ]
            )
        )

    def _paint_name(self, painter: QPainter, box: QRectF, number: int, name: str, apart: float) -> None:
        painter.setPen(QColor(self._colour(number)))
        place = QRectF(box.right() + 8, box.top() + number * 28, _RIGHT - 10, 28)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, f"{name}\n{apart:+.2f}")
