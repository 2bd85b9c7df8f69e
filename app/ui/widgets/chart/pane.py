"""One pane of a chart: no menu, no buttons, the price axis at the right, ranges set by hand only."""

import pyqtgraph as pg
from PySide6.QtCore import Qt

from app.ui.palettes import Colours
from app.ui.widgets.chart.axes import TIME_PX, GridLines, PriceAxis, TimeAxis
from app.ui.widgets.chart.timebox import TimeBox


class Pane(pg.PlotItem):  # type: ignore[misc]
    """`shown_times`: only the lowest pane carries the clock."""

    def __init__(self, colours: Colours) -> None:
        self.box, self.times, self.prices = TimeBox(), TimeAxis(), PriceAxis()
        super().__init__(viewBox=self.box, axisItems={"bottom": self.times, "right": self.prices})
        self.showAxis("right")
        self.hideAxis("left")
        self.hideButtons()
        self.setMenuEnabled(False)
        self.setContentsMargins(0, 0, 0, 0)
        self.lines = GridLines(self.times, self.prices)
        self.addItem(self.lines, ignoreBounds=True)
        self.upright = pg.InfiniteLine(angle=90, movable=False)
        self.level = pg.InfiniteLine(angle=0, movable=False)
        for line in (self.upright, self.level):
            line.setZValue(50)
            line.hide()
            self.addItem(line, ignoreBounds=True)
        self._low, self._high = 0.0, 1.0
        self._span = (0.0, 1.0)
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        for axis in (self.times, self.prices):
            axis.dress(colours.dim, colours.line)
        self.lines.dress(colours.row_line)
        cross = pg.mkPen(colours.idle, width=1, style=Qt.PenStyle.DashLine)
        self.upright.setPen(cross)
        self.level.setPen(cross)

    def show_times(self, shown: bool) -> None:
        self.times.setVisible(shown)
        self.times.setHeight(TIME_PX if shown else 0)

    def set_span(self, left: float, right: float) -> None:
        if (left, right) != self._span:
            self._span = (left, right)
            self.box.setXRange(left, right, padding=0)
        self.times.set_span(left, right, self.box.width())

    def set_levels(self, low: float, high: float, head: float = 0.08) -> tuple[float, float]:
        """Shows [low, high] with some air, `head` of it above for the legend. A range that still fits well
        is kept, so that the axis rests."""
        height = high - low
        fits = (
            self._low <= low
            and high + height * head / 3 <= self._high
            and height > 0.62 * (self._high - self._low)
        )
        if not fits:
            air = height * 0.08 or 1.0
            self._low, self._high = low - air, high + max(air, height * head)
            self.box.setYRange(self._low, self._high, padding=0)
        self.prices.set_span(self._low, self._high, self.box.height())
        return self._low, self._high
