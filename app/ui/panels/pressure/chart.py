"""Price, delta bars and running delta above one another on one span of time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent

from app.domain.units import POINT, SECOND
from app.ui.palettes import Colours
from app.ui.panels.pressure.columns import BarColumns
from app.ui.panels.pressure.running import Running
from app.ui.panels.pressure.series import WideBars, breaks, segments, solid_from, thin, widen
from app.ui.widgets.chart.bands import Band, Bands
from app.ui.widgets.chart.bars import SignedBars
from app.ui.widgets.chart.legend import Legend
from app.ui.widgets.chart.level import Level
from app.ui.widgets.chart.line import Line, Segment
from app.ui.widgets.chart.pane import Pane
from app.ui.widgets.chart.tag import Tag
from app.ui.widgets.chart.watermark import Watermark

_STRETCH: Final = (7, 3, 2)
_LEAST_BAR_PX: Final = 3
BAR_WIDTHS: Final = (1, 5, 15, 60, 300, 900, 1800, 3600, 14400)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What to draw: bars of one instrument, a span of seconds, and how the lower panes read it."""

    columns: BarColumns
    running: Running | None
    left: float
    right: float
    bar_s: int
    as_pressure: bool
    gaps: tuple[tuple[int, int], ...]
    average: bool
    """Whether the average price is drawn anew: it moves slowly."""


class PriceChart(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    pointed = Signal(object)
    """Time under the mouse, in seconds, or None."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Price and pressure chart")
        self.setFrameShape(pg.GraphicsLayoutWidget.Shape.NoFrame)
        self.ci.layout.setContentsMargins(6, 0, 0, 0)
        self.ci.layout.setVerticalSpacing(1)
        self.price, self.delta, self.cvd = (Pane(colours) for _ in range(3))
        self.panes = (self.price, self.delta, self.cvd)
        self.shading, self.gap_bands = Bands(), Bands()
        self.watermark = Watermark()
        self.price_line, self.vwap_line = Line(colours.price, filled=True), Line(colours.warn, dashed=True)
        self.cvd_line = Line(colours.info)
        self.bars = SignedBars(colours.up, colours.down)
        self.last_line = Level()
        self.switch_lines: list[pg.InfiniteLine] = []
        for item, depth in ((self.shading, -20), (self.watermark, -15), (self.gap_bands, -10)):
            item.setZValue(depth)
            self.price.addItem(item, ignoreBounds=True)
        for item in (self.price_line, self.vwap_line, self.last_line):
            self.price.addItem(item, ignoreBounds=True)
        self.delta.addItem(self.bars, ignoreBounds=True)
        self.cvd.addItem(self.cvd_line, ignoreBounds=True)
        self._cvd_gaps, self._delta_gaps = Bands(), Bands()
        self.delta.addItem(self._delta_gaps, ignoreBounds=True)
        self.cvd.addItem(self._cvd_gaps, ignoreBounds=True)
        self.tag = Tag(self)
        self.legends = tuple(Legend(self, name, colours) for name in ("Price", "Delta", "CVD"))
        self.wide: WideBars | None = None
        self.wide_s = 0
        self._has_cvd = True
        self.viewport().setMouseTracking(True)
        self.setViewportUpdateMode(pg.GraphicsLayoutWidget.ViewportUpdateMode.FullViewportUpdate)
        self.show_cvd(False)
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.setBackground(colours.panel)
        for pane in self.panes:
            pane.recolour(colours)
        for legend in self.legends:
            legend.recolour(colours)
        self._fresh = True
        self.price_line.recolour(colours.price, colours.accent)
        self.vwap_line.recolour(colours.warn)
        self.cvd_line.recolour(colours.info)
        self.bars.recolour(colours.up, colours.down)

    def show_cvd(self, shown: bool) -> None:
        """The third pane; the lowest one carries the clock."""
        if shown == self._has_cvd:
            return
        self._has_cvd = shown
        self.ci.clear()
        panes = self.panes if shown else self.panes[:2]
        for row, pane in enumerate(panes):
            self.ci.addItem(pane, row=row, col=0)
            self.ci.layout.setRowStretchFactor(row, _STRETCH[row])
            pane.show_times(pane is panes[-1])
        self.legends[2].setVisible(shown)

    @property
    def pixels(self) -> int:
        return max(50, round(float(self.price.box.width())))

    def draw(self, scene: Scene) -> None:
        for pane in self.panes:
            pane.set_span(scene.left, scene.right)
        self._draw_price(scene)
        self._draw_bars(scene)
        if self._has_cvd:
            self._draw_cvd(scene)

    def draw_last(self, price: float | None, colour: str, text: str) -> None:
        """The dotted line and the tag at the axis; None takes them away."""
        self.last_line.place(price, colour)
        if price is None:
            self.tag.hide()
            return
        self.tag.place(text, colour, self._colours.on_tag, self.width() - 2, self._height_of(price))

    def dress_price(self, fresh: bool) -> None:
        """What is not fresh loses its colour."""
        if fresh is not self._fresh:
            self._fresh = fresh
            colours = self._colours
            line, fill = (colours.price, colours.accent) if fresh else (colours.idle, colours.idle)
            self.price_line.recolour(line, fill)

    def draw_bands(self, shading: tuple[Band, ...], gaps: tuple[Band, ...]) -> None:
        self.shading.set_bands(shading)
        for bands in (self.gap_bands, self._delta_gaps, self._cvd_gaps):
            bands.set_bands(gaps)

    def draw_switches(self, at: tuple[tuple[float, str], ...]) -> None:
        """A thin line with the source's name where another source took over."""
        for line in self.switch_lines:
            self.price.removeItem(line)
        self.switch_lines = []
        for seconds, name in at:
            line = pg.InfiniteLine(
                pos=seconds, angle=90, movable=False, pen=pg.mkPen(self._colours.info, width=1), label=name,
                labelOpts={"position": 0.94, "color": self._colours.info, "rotateAxis": (1, 0)},
            )  # fmt: skip
            self.price.addItem(line, ignoreBounds=True)
            self.switch_lines.append(line)

    def clear(self) -> None:
        self.price_line.set_segments([])
        self.vwap_line.set_segments([])
        self.cvd_line.set_segments([])
        nothing = np.zeros(0)
        self.bars.set_columns(nothing, nothing, 0.0, np.zeros(0, np.bool_))
        self.wide = None
        self.draw_last(None, "", "")

    def cross(self, at: float | None) -> None:
        """The upright of the crosshair in all panes."""
        for pane in self.panes:
            pane.upright.setVisible(at is not None)
            if at is not None:
                pane.upright.setPos(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        scene = self.mapToScene(event.position().toPoint())
        inside = None
        for pane in self.panes if self._has_cvd else self.panes[:2]:
            over = pane.box.sceneBoundingRect().contains(scene)
            pane.level.setVisible(over)
            if over:
                inside = pane.box.mapSceneToView(scene)
                pane.level.setPos(inside.y())
        self.pointed.emit(None if inside is None else inside.x())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        for pane in self.panes:
            pane.level.hide()
        self.pointed.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "legends"):
            self.place_legends()

    def _draw_price(self, scene: Scene) -> None:
        columns = scene.columns
        first = columns.before(int(scene.left * SECOND))
        start = int(first.start[0]) if len(first) else int(scene.left * SECOND)
        bars = columns.between(start, int(scene.right * SECOND))
        if not len(bars):
            self.price_line.set_segments([])
            self.vwap_line.set_segments([])
            return
        ends = bars.start / SECOND + columns.seconds
        cuts = breaks(bars, scene.gaps)
        low, high = self.price.set_levels(float(bars.low.min()) / POINT, float(bars.high.max()) / POINT, 0.15)
        self.price_line.set_segments(self._thinned(ends, bars.close / POINT, cuts, scene), low, high)
        if scene.running is not None and scene.average:
            self._draw_vwap(scene, scene.running)

    def _draw_vwap(self, scene: Scene, running: Running) -> None:
        first = max(int(scene.left * SECOND), running.anchor)
        bars = scene.columns.between(first, int(scene.right * SECOND))
        average = running.vwap_at(bars)
        ends = bars.start / SECOND + scene.columns.seconds
        good = np.isfinite(average)
        cuts = breaks(bars, scene.gaps) if good.all() else np.zeros(0, np.int64)
        self.vwap_line.set_segments(self._thinned(ends[good], average[good], cuts, scene))

    def _draw_bars(self, scene: Scene) -> None:
        span, least = scene.right - scene.left, _LEAST_BAR_PX
        fits = (s for s in BAR_WIDTHS if s >= scene.bar_s and self.pixels * s / span >= least)
        self.wide_s = max(scene.columns.seconds, next(fits, BAR_WIDTHS[-1]))
        step = self.wide_s * SECOND
        first = int(scene.left * SECOND) // step * step
        wide = self.wide = widen(scene.columns.between(first, int(scene.right * SECOND)), self.wide_s)
        heights = wide.pressure if scene.as_pressure else wide.delta.astype(np.float64)
        seen = np.isfinite(heights)
        lefts = wide.start[seen] / SECOND
        solid = (wide.bought + wide.sold)[seen] >= solid_from(self.wide_s)
        self.bars.set_columns(lefts + 0.1 * self.wide_s, heights[seen], 0.8 * self.wide_s, solid)
        if scene.as_pressure:
            self.delta.set_levels(-1.0, 1.0, 0.4)
        elif seen.any():
            self.delta.set_levels(min(0.0, float(heights.min())), max(1.0, float(heights.max())), 0.4)

    def _draw_cvd(self, scene: Scene) -> None:
        if scene.running is None:
            self.cvd_line.set_segments([])
            return
        first = max(int(scene.left * SECOND), scene.running.anchor)
        bars = scene.columns.between(first, int(scene.right * SECOND))
        if not len(bars):
            self.cvd_line.set_segments([])
            return
        level = scene.running.delta_at(bars).astype(np.float64)
        ends = bars.start / SECOND + scene.columns.seconds
        self.cvd.set_levels(float(level.min()), max(float(level.max()), float(level.min()) + 1), 0.4)
        self.cvd_line.set_segments(self._thinned(ends, level, breaks(bars, scene.gaps), scene))

    def _thinned(self, x: "np.ndarray", y: "np.ndarray", cuts: "np.ndarray", scene: Scene) -> list[Segment]:
        pixels = self.pixels
        return [thin(one, other, scene.left, scene.right, pixels) for one, other in segments(x, y, cuts)]

    def _height_of(self, price: float) -> float:
        return float(self.mapFromScene(self.price.box.mapViewToScene(QPointF(0, price))).y())

    def place_legends(self) -> None:
        for pane, legend in zip(self.panes, self.legends, strict=True):
            corner = self.mapFromScene(pane.box.sceneBoundingRect().topLeft())
            legend.move(corner.x() + 6, corner.y() + 6)
