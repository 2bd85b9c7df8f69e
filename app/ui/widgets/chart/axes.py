"""Axes of a trader's chart: round clock times in the zone of the screen, prices with commas at the right.

They draw themselves: pyqtgraph's own axis replays a stored picture, which takes 0.9 ms each and every frame.
"""

from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QStaticText
from PySide6.QtWidgets import QWidget

from app.domain.units import SECOND, Ns
from app.ui.format import CT, Zone, number
from app.ui.theme import SMALL_PX, font

PRICE_PX: Final = 66
TIME_PX: Final = 20
_STEPS_S: Final = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_TIME_TICK_PX: Final = 95
_PRICE_TICK_PX: Final = 42
_TICK_PX: Final = 4


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """Keeps its ticks as (value, text, width) until span or size change."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.ticks: list[tuple[float, QStaticText, int]] = []
        self._ink, self._line = QColor(), QColor()
        self._font = font(SMALL_PX)
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)  # painted when a tick changes, not per frame
        self._metrics = QFontMetrics(self._font)
        self._known: tuple[object, ...] = ()

    def dress(self, ink: str, line: str) -> None:
        self._ink, self._line = QColor(ink), QColor(line)
        self.update()

    def set_span(self, low: float, high: float, pixels: float) -> bool:
        """Whether the ticks changed."""
        known = (low, high, round(pixels), self._look())
        if known == self._known or high <= low:
            return False
        self._known = known
        self.ticks = [
            (value, QStaticText(text), self._metrics.horizontalAdvance(text))
            for value, text in self._choose(low, high, pixels)
        ]
        self.update()
        return True

    def _look(self) -> object:
        return None

    def _choose(self, low: float, high: float, pixels: float) -> list[tuple[float, str]]:
        """Values and their texts between `low` and `high`, on an axis of this length."""
        return []

    def _view(self) -> QRectF:
        """The plot beside the axis, in the axis' own coordinates."""
        box = self.linkedView()
        return QRectF() if box is None else QRectF(self.mapRectFromItem(box, box.boundingRect()))

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        painter.setFont(self._font)
        view = self._view()
        if self._known and not view.isEmpty():
            self._paint_ticks(painter, view, float(self._known[0]), float(self._known[1]))  # type: ignore[arg-type]

    def _paint_ticks(self, painter: QPainter, view: QRectF, low: float, high: float) -> None:
        """Draws ticks and texts beside `view`."""


class TimeAxis(_Axis):
    """Seconds since 1970 in the data, clock time on the screen."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.zone: Zone = CT
        self.setHeight(TIME_PX)

    def _look(self) -> object:
        return self.zone

    def _choose(self, low: float, high: float, pixels: float) -> list[tuple[float, str]]:
        wanted = (high - low) * _TIME_TICK_PX / max(1.0, pixels)
        step = next((s for s in _STEPS_S if s >= wanted), _STEPS_S[-1])
        shift = self.zone.offset_s(Ns(int(low * SECOND)))
        first = -(-(int(low) + shift) // step) * step - shift
        form = "%H:%M:%S" if step < 60 else "%H:%M" if step < 86400 else "%d %b"
        values = range(first, int(high) + 1, step)
        return [(float(at), self.zone.at(Ns(at * SECOND)).strftime(form)) for at in values]

    def _paint_ticks(self, painter: QPainter, view: QRectF, low: float, high: float) -> None:
        painter.setPen(self._line)
        painter.drawLine(QPointF(view.left(), 0), QPointF(view.right(), 0))
        scale = view.width() / (high - low)
        for value, text, width in self.ticks:
            x = round(view.left() + (value - low) * scale)
            painter.setPen(self._line)
            painter.drawLine(x, 0, x, _TICK_PX)
            painter.setPen(self._ink)
            left = max(view.left(), min(x - width / 2, view.right() - width))
            painter.drawStaticText(QPointF(left, 3), text)


class PriceAxis(_Axis):
    def __init__(self) -> None:
        super().__init__("right")
        self.setWidth(PRICE_PX)

    def _choose(self, low: float, high: float, pixels: float) -> list[tuple[float, str]]:
        step = _round_step((high - low) * min(_PRICE_TICK_PX, pixels / 4) / max(1.0, pixels))
        decimals = 0 if step >= 1 else 2
        first = -(-low // step)
        count = int((high - first * step) / step) + 1
        values = [(first + i) * step for i in range(max(0, count))]
        return [(value, number(value, decimals)) for value in values]

    def _paint_ticks(self, painter: QPainter, view: QRectF, low: float, high: float) -> None:
        painter.setPen(self._line)
        painter.drawLine(QPointF(0, view.top()), QPointF(0, view.bottom()))
        scale = view.height() / (high - low)
        half = self._metrics.height() / 2
        for value, text, _ in self.ticks:
            y = round(view.bottom() - (value - low) * scale)
            painter.setPen(self._line)
            painter.drawLine(0, y, _TICK_PX, y)
            if view.top() + half - 3 <= y <= view.bottom() - half + 3:
                painter.setPen(self._ink)
                painter.drawStaticText(QPointF(_TICK_PX + 3, y - half), text)


class GridLines(pg.GraphicsObject):  # type: ignore[misc]
    """Faint lines at the ticks of both axes. Opaque rectangles, because a blended line costs 90 µs."""

    def __init__(self, times: _Axis, values: _Axis) -> None:
        super().__init__()
        self._times, self._values = times, values
        self._colour = QColor()
        self.setZValue(-30)

    def dress(self, colour: str) -> None:
        self._colour = QColor(colour)
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: QWidget) -> None:
        view, world = self.boundingRect(), painter.worldTransform()
        box = world.mapRect(view)
        painter.save()
        painter.resetTransform()
        for tick in self._times.ticks:
            x = round(world.map(QPointF(tick[0], view.top())).x())
            painter.fillRect(QRectF(x, box.top(), 1, box.height()), self._colour)
        for tick in self._values.ticks:
            y = round(world.map(QPointF(view.left(), tick[0])).y())
            painter.fillRect(QRectF(box.left(), y, box.width(), 1), self._colour)
        painter.restore()


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not smaller; no price step below a tick of 0.25."""
    if least <= 0.25:
        return 0.25
    power = 1.0
    while power * 10 <= least:
        power *= 10
    while power > least:
        power /= 10
    return next((m * power for m in (1, 2, 2.5, 5) if m * power >= least), 10 * power)
