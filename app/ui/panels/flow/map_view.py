"""The strike map on screen: colour is who pressed, the line is the future."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.domain.units import points
from app.ui.format import CT, Zone, clock, number
from app.ui.palettes import Colours
from app.ui.panels.flow.strike_map import GRID, StrikeMap
from app.ui.theme import CAPTION_PX, font

_AXIS_PX, _FOOT_PX = 56, 16
_LEAST_ALPHA: Final = 26
_LABEL_PX: Final = 15


class MapView(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._map: StrikeMap | None = None
        self.zone: Zone = CT
        self._small = font(CAPTION_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Strike map")
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._panel, self._grid = QColor(colours.panel), QColor(colours.row_line)
        self._dim, self._faint, self._price = (QColor(c) for c in (colours.dim, colours.faint, colours.text))
        self._up, self._down, self._even = (QColor(c) for c in (colours.up, colours.down, colours.idle))
        self.update()

    def show_map(self, shown: StrikeMap | None) -> None:
        if shown != self._map:
            self._map = shown
            count = 0 if shown is None else len(shown.starts)
            self.setAccessibleName(f"Strike map: {count} windows")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 200)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.about(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def about(self, place: QPointF) -> str:
        """What traded where the mouse points."""
        shown, box = self._map, self._box()
        if shown is None or not box.contains(place):
            return ""
        number_of = int((place.x() - box.left()) / box.width() * len(shown.starts))
        row = shown.strikes[-1] - int((place.y() - box.top()) / box.height() * len(shown.strikes))
        low = row * points(GRID)
        cell = shown.columns[number_of].get(row)
        said = (
            "no trade" if cell is None
            else f"{number(cell.delta, sign=True)} bought less sold of {number(cell.volume)}"
        )  # fmt: skip
        at = clock(shown.starts[number_of], self.zone)
        return f"strikes {number(low)} to {number(low + points(GRID))} · from {at}: {said}"

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, shown, box = QPainter(self), self._map, self._box()
        painter.fillRect(self.rect(), self._panel)
        if shown is not None and box.height() > 0:
            self._paint_axes(painter, shown, box)
            self._paint_cells(painter, shown, box)
            self._paint_price(painter, shown, box)
        painter.end()

    def _paint_cells(self, painter: QPainter, shown: StrikeMap, box: QRectF) -> None:
        wide, high = box.width() / len(shown.starts), box.height() / len(shown.strikes)
        full = math.log1p(shown.largest) or 1.0
        for place, column in enumerate(shown.columns):
            for row, cell in column.items():
                colour = QColor(self._even if cell.delta == 0 else self._up if cell.delta > 0 else self._down)
                share = math.log1p(abs(cell.delta)) / full
                colour.setAlpha(round(_LEAST_ALPHA + (255 - _LEAST_ALPHA) * share))
                top = box.top() + (shown.strikes[-1] - row) * high
                painter.fillRect(
                    QRectF(box.left() + place * wide, top, max(1.0, wide - 1), max(1.0, high - 1)), colour
                )

    def _paint_price(self, painter: QPainter, shown: StrikeMap, box: QRectF) -> None:
        wide, high = box.width() / len(shown.starts), box.height() / len(shown.strikes)
        top = (shown.strikes[-1] + 1) * points(GRID)
        line = [
            QPointF(box.left() + (place + 0.5) * wide, box.top() + (top - price) / points(GRID) * high)
            for place, price in enumerate(shown.prices)
            if price is not None
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._price, 1))
        painter.setClipRect(box)
        painter.drawPolyline(line)
        if line:
            painter.setBrush(self._price)
            painter.drawEllipse(line[-1], 2.2, 2.2)
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_axes(self, painter: QPainter, shown: StrikeMap, box: QRectF) -> None:
        painter.setFont(self._small)
        high = box.height() / len(shown.strikes)
        step = next((n for n in (1, 2, 5, 10, 20) if n * high >= _LABEL_PX), 40)
        for row in shown.strikes:
            if row % step == 0:
                y = box.top() + (shown.strikes[-1] - row + 0.5) * high
                painter.setPen(QPen(self._grid, 1))
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
                painter.setPen(self._dim)
                room = QRectF(box.right() + 6, y - 7, _AXIS_PX - 6, 14)
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, number(row * points(GRID)))
        painter.setPen(self._faint)
        foot = QRectF(box.left(), box.bottom() + 2, box.width(), _FOOT_PX - 2)
        painter.drawText(
            foot, Qt.AlignmentFlag.AlignLeft, clock(shown.starts[0], self.zone, named=False)[:-3]
        )
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, clock(shown.starts[-1], self.zone))

    def _box(self) -> QRectF:
        return QRectF(8, 2, self.width() - _AXIS_PX - 8, self.height() - _FOOT_PX - 2)
