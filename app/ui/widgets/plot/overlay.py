"""What lies above the picture of a chart and moves without it: last price, crosshair, measured range."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from app.ui.theme import SMALL_PX, font
from app.ui.widgets.plot.axes import AXIS_PX, CLOCK_PX
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.strokes import ink, pen
from app.ui.widgets.plot.view import View

if TYPE_CHECKING:
    from app.ui.widgets.plot.plot import Plot

_TAG_PX: Final = 17
_LINE_PX: Final = 16


@dataclass(frozen=True, slots=True)
class Last:
    """The newest value of a pane: a dotted line and a plate over the axis."""

    pane: Pane
    value: float
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Cross:
    """`at` in seconds in all panes; the height of the mouse in the pane under it."""

    at: float
    clock: str
    pane: Pane | None = None
    y: float = 0.0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A range between two corners of a pane, and what it holds, a line each."""

    pane: Pane
    left: float
    right: float
    begin: float
    end: float
    lines: tuple[str, ...]


class Overlay:
    def __init__(self) -> None:
        self.changed = False
        self._last: Last | None = None
        self._cross: Cross | None = None
        self._measure: Measure | None = None
        self._font, self._bold = font(SMALL_PX), font(SMALL_PX, QFont.Weight.DemiBold)

    @property
    def last(self) -> Last | None:
        return self._last

    @property
    def cross(self) -> Cross | None:
        return self._cross

    @property
    def measure(self) -> Measure | None:
        return self._measure

    def show_last(self, last: Last | None) -> None:
        self.changed |= last != self._last
        self._last = last

    def show_cross(self, cross: Cross | None) -> None:
        self.changed |= cross != self._cross
        self._cross = cross

    def show_measure(self, measure: Measure | None) -> None:
        self.changed |= measure != self._measure
        self._measure = measure

    def rects(self, plot: "Plot") -> list[QRect]:
        """Where something of it is, so that only there is painted when it moves."""
        found: list[QRect] = []
        if self._last is not None and self._last.pane in plot.panes:
            found.append(_row(plot, plot.view(self._last.pane).y(self._last.value)))
        if self._cross is not None and plot.panes:
            x = int(plot.view(plot.panes[0]).x(self._cross.at))
            found.append(QRect(x - 1, 0, 3, plot.height()))
            found.append(self._clock_plate(plot, self._cross).toAlignedRect())
            if self._cross.pane is not None:
                found.append(_row(plot, self._cross.y))
        if self._measure is not None:
            box, words = self._measured(plot, self._measure)
            found += [
                box.toAlignedRect().adjusted(-2, -2, 2, 2),
                words.toAlignedRect().adjusted(-1, -1, 1, 1),
            ]
        return found

    def paint(self, painter: QPainter, plot: "Plot") -> None:
        if self._last is not None and self._last.pane in plot.panes:
            self._paint_last(painter, plot, self._last)
        if self._measure is not None and self._measure.pane in plot.panes:
            self._paint_measure(painter, plot, self._measure)
        if self._cross is not None and plot.panes:
            self._paint_cross(painter, plot, self._cross)

    def _paint_last(self, painter: QPainter, plot: "Plot", last: Last) -> None:
        view = plot.view(last.pane)
        y = min(max(view.y(last.value), view.y0), view.y1 - 1)
        self._across(painter, view, y, last.colour)
        self._plate(painter, plot, view, y, last.text, last.colour, plot.colours.on_tag)

    def _paint_cross(self, painter: QPainter, plot: "Plot", cross: Cross) -> None:
        colours = plot.colours
        x = round(plot.view(plot.panes[0]).x(cross.at)) + 0.5
        painter.setPen(_dashed(colours.idle))
        painter.drawLine(QLineF(x, 0, x, plot.panes[-1].bottom))
        if cross.pane is not None and cross.pane in plot.panes:
            view = plot.view(cross.pane)
            painter.drawLine(QLineF(view.x0, round(cross.y) + 0.5, view.edge, round(cross.y) + 0.5))
            self._plate(painter, plot, view, cross.y, cross.text, colours.raised, colours.text)
        plate = self._clock_plate(plot, cross)
        painter.fillRect(plate, QColor(colours.raised))
        painter.setFont(self._font)
        painter.setPen(QColor(colours.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, cross.clock)

    def _paint_measure(self, painter: QPainter, plot: "Plot", measure: Measure) -> None:
        colours = plot.colours
        box, words = self._measured(plot, measure)
        tone = colours.up if measure.end >= measure.begin else colours.down
        painter.setPen(pen(tone))
        painter.setBrush(ink(tone, 34))
        painter.drawRect(box)
        painter.setPen(pen(colours.line))
        painter.setBrush(ink(colours.raised, 240))
        painter.drawRect(words)
        painter.setFont(self._font)
        painter.setPen(QColor(colours.text))
        for number, line in enumerate(measure.lines):
            row = QRectF(words.left() + 8, words.top() + 4 + number * _LINE_PX, words.width(), _LINE_PX)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)

    def _measured(self, plot: "Plot", measure: Measure) -> tuple[QRectF, QRectF]:
        view = plot.view(measure.pane)
        corners = [round(view.x(at)) + 0.5 for at in (measure.left, measure.right)]
        heights = [round(view.y(value)) + 0.5 for value in (measure.begin, measure.end)]
        box = QRectF(min(corners), min(heights), abs(corners[1] - corners[0]), abs(heights[1] - heights[0]))
        metrics = QFontMetrics(self._font)
        width = max((metrics.horizontalAdvance(line) for line in measure.lines), default=0) + 16
        height = len(measure.lines) * _LINE_PX + 8
        left = min(max(2.0, box.right() + 8), view.edge - width - 2)
        top = min(max(view.y0 + 2, box.top()), view.y1 - height - 2)
        return box, QRectF(round(left) + 0.5, round(top) + 0.5, width, height)

    def _clock_plate(self, plot: "Plot", cross: Cross) -> QRectF:
        width = QFontMetrics(self._font).horizontalAdvance(cross.clock) + 12
        x = plot.view(plot.panes[0]).x(cross.at)
        left = min(max(0.0, x - width / 2), plot.width() - AXIS_PX - width)
        return QRectF(round(left), plot.height() - CLOCK_PX + 1, width, CLOCK_PX - 2)

    def _across(self, painter: QPainter, view: View, y: float, colour: str) -> None:
        made = QPen(pen(colour))  # a copy: the other is everybody's
        made.setDashPattern([1, 2])
        painter.setPen(made)
        painter.drawLine(QLineF(view.x0, round(y) + 0.5, view.edge, round(y) + 0.5))

    def _plate(
        self, painter: QPainter, plot: "Plot", view: View, y: float, text: str, fill: str, on_fill: str
    ) -> None:
        plate = QRectF(view.edge + 1, round(y) - _TAG_PX // 2, plot.width() - view.edge - 3, _TAG_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(plate, 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._bold)
        painter.setPen(QColor(on_fill))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def _row(plot: "Plot", y: float) -> QRect:
    return QRect(0, round(y) - _TAG_PX // 2 - 1, plot.width(), _TAG_PX + 3)


def _dashed(colour: str) -> QPen:
    made = QPen(pen(colour))
    made.setDashPattern([3, 3])
    return made
