"""The axes of a chart: values at the right of each pane, clock times below them all."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.ui.theme import SMALL_PX, font
from app.ui.widgets.laid_text import LaidText
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.ticks import Tick, time_ticks

if TYPE_CHECKING:
    from app.ui.widgets.plot.plot import Plot

AXIS_PX: Final = 66
CLOCK_PX: Final = 20
_TICK_PX: Final = 4
_FONT: Final = "axis"


class Axes:
    def __init__(self) -> None:
        self.times: tuple[Tick, ...] = ()
        self._texts = LaidText({_FONT: font(SMALL_PX)})
        self._half = QFontMetrics(font(SMALL_PX)).height() // 2

    def choose_times(self, plot: "Plot") -> None:
        self.times = time_ticks(plot.left, plot.right, plot.data_px, plot.zone)

    def paint_values(self, painter: QPainter, plot: "Plot", panes: Sequence[Pane]) -> None:
        """Beside these panes, each in its own height."""
        colours, edge = plot.colours, plot.width() - AXIS_PX
        line = QColor(colours.line)
        painter.setPen(QColor(colours.dim))
        half = self._half
        for pane in panes:
            view = plot.view(pane)
            below = min(pane.bottom + 1, plot.height() - CLOCK_PX)
            beside = QRectF(edge, pane.top, AXIS_PX, below - pane.top)
            painter.setClipRect(beside)
            painter.fillRect(beside, QColor(colours.panel))
            painter.fillRect(QRectF(edge, pane.top, 1, beside.height()), line)
            for value, words in pane.ticks:
                y = round(view.y(value))
                if pane.top + half - 3 <= y <= pane.bottom - half + 3:
                    painter.fillRect(QRectF(edge, y, _TICK_PX, 1), line)
                    box = QRect(edge + 7, y - half, AXIS_PX - 8, 2 * half)
                    self._texts.draw(painter, box, words, _FONT, right=False)
        painter.setClipping(False)

    def paint_clock(self, painter: QPainter, plot: "Plot") -> None:
        top, colours = plot.height() - CLOCK_PX, plot.colours
        painter.fillRect(QRectF(0, top, plot.width(), CLOCK_PX), QColor(colours.panel))
        if not plot.panes:
            return
        view = plot.view(plot.panes[0])
        painter.fillRect(QRectF(0, top, view.edge, 1), QColor(colours.line))
        painter.setPen(QColor(colours.dim))
        for at, words in self.times:
            x, width = round(view.x(at)), ceil(self._texts.width(words, _FONT))
            painter.fillRect(QRectF(x, top, 1, _TICK_PX), QColor(colours.line))
            left = max(0, min(x - width // 2, int(view.edge) - width))
            self._texts.draw(painter, QRect(left, top + 2, width, CLOCK_PX - 2), words, _FONT, right=False)
        painter.setPen(QColor(colours.faint))
        label = QRect(int(view.edge), top + 2, AXIS_PX - 6, CLOCK_PX - 2)
        self._texts.draw(painter, label, plot.zone.label, _FONT, right=True)
