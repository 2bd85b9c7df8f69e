"""The widget of a chart: panes on one span of time, painted into a picture of which only the end is renewed.

A market changes at the right edge. So everything is painted into a pixmap once, and after that the strip
from the first changed second on; when time goes on by whole pixels the rest is moved, not painted. Another
scale paints its pane, another zoom or size all of it. What changes in every frame, such as the price, is
painted over a ground of what does not. Crosshair, last price, measured range and watermark lie above the
picture and never touch it.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.format import CT, Zone
from app.ui.palettes import Colours
from app.ui.widgets.plot.axes import AXIS_PX, CLOCK_PX, Axes
from app.ui.widgets.plot.overlay import Overlay
from app.ui.widgets.plot.pane import ALL, NOTHING, Pane
from app.ui.widgets.plot.view import Mark, View

__all__ = ("AXIS_PX", "CLOCK_PX", "Plot")

_SPLIT_PX: Final = 1
_NARROWEST_PX: Final = 50
_LOWEST_PX: Final = 4
# how many times as wide as the room beside the data the chart must be, for that room to be given
_ROOMY: Final = 5
# a rounded pixel
_ROUNDED_PX: Final = 2
# of a pixel, within which it counts as whole
_SAME: Final = 1e-3
_CORNER: Final = QPointF(0, 0)


class Plot(QWidget):
    """`gutter` is the room between the newest data and the axis."""

    def __init__(self, colours: Colours, gutter: int = 0) -> None:
        super().__init__()
        self.zone: Zone = CT
        self.left, self.right = 0.0, 1.0
        self.gutter = gutter
        self.panes: tuple[Pane, ...] = ()
        self.overlay = Overlay()
        self.veil: tuple[Mark, ...] = ()
        """What stands still over the first pane: it is no part of the picture, which moves."""
        self.painted_all = 0
        """How often everything was painted; between, only the end was."""
        self._colours = colours
        self._axes = Axes()
        self._picture, self._ground = QPixmap(), QPixmap()
        self._all = True
        self._over: list[QRect] = []
        self._shift, self._veil_moved = 0, False  # device pixels
        self._data_px, self._aside_px = 0, 0
        self._measure_width()
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def colours(self) -> Colours:
        return self._colours

    @property
    def data_px(self) -> int:
        """Pixels between the edges of the span."""
        return self._data_px

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.redraw()

    def arrange(self, panes: Sequence[Pane]) -> None:
        """These panes, from the top; every one has a grid below its marks."""
        self.panes = tuple(panes)
        self._place()
        self.redraw()

    def set_span(self, left: float, right: float) -> None:
        if (left, right) == (self.left, self.right):
            return
        pixels = (left - self.left) * self.data_px / (right - left)
        same_zoom = abs((right - left) - (self.right - self.left)) * self.data_px < _SAME * (right - left)
        whole = pixels * self.devicePixelRatioF()
        if same_zoom and abs(whole - round(whole)) < _SAME and 0 < pixels < self.data_px / 2:
            self._shift += round(whole)
            self.redraw(self.right, aside=False)
        else:
            self.redraw()
        self.left, self.right = left, right

    def view(self, pane: Pane, since: float = ALL, *, aside: bool = True) -> View:
        end = self.data_px
        return View(
            self.left, self.right, pane.low, pane.high, 0, end, pane.top, pane.bottom, end + self._aside_px,
            since, aside, self._colours,
        )  # fmt: skip

    def pane_at(self, y: float) -> Pane | None:
        return next((pane for pane in self.panes if pane.top <= y < pane.bottom), None)

    @property
    def whole(self) -> bool:
        """Whether all of it will be painted."""
        return self._all

    def redraw(
        self, since: float | None = None, *, aside: bool = True, ground: bool = True,
        panes: Sequence[Pane] | None = None,
    ) -> None:  # fmt: skip
        """What happened from `since` on is painted again, in all panes or in these; without it, everything.
        `aside`: what stands in the room beside the data, as well; `ground`: what lies under the series.
        """
        self._all |= since is None and panes is None
        for pane in self.panes if panes is None else panes:
            pane.renew(ALL if since is None else since, aside=aside, ground=ground)

    def unveil(self) -> None:
        """What stands over the picture changed."""
        self._veil_moved = True

    def flush(self) -> None:
        """Asks Qt to paint what `redraw` and the overlay changed, and no more."""
        region = QRegion()
        if self._all or self._shift or self._veil_moved:
            self._veil_moved = False
            region = QRegion(self.rect())
        else:
            for pane in self.panes:
                if pane.moved:
                    region += QRect(0, int(pane.top), self.width(), int(pane.height) + _SPLIT_PX)
                elif pane.due:
                    region += self._strip(pane)
        over = self.overlay.rects(self)
        for rect in {*over, *self._over} if over != self._over or self.overlay.changed else ():
            region += rect
        self._over, self.overlay.changed = over, False
        if not region.isEmpty():
            self.update(region)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._renew()
        picture, rect = self._picture, event.rect()  # Qt clips to the region, of which this is the outline
        ratio = picture.devicePixelRatio()
        source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
        with QPainter(self) as painter:  # one that an error left open would end the process
            painter.drawPixmap(QRectF(rect), picture, source)
            if self.panes:
                view = self.view(self.panes[0])
                for mark in self.veil:
                    mark.paint(painter, view)
            self.overlay.paint(painter, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure_width()
        self._place()
        self.redraw()

    def _measure_width(self) -> None:
        """Asked so often in a frame that it is kept. A narrow chart has no room beside the data to give."""
        width = self.width()
        self._aside_px = self.gutter if width >= _ROOMY * self.gutter else 0
        self._data_px = max(_NARROWEST_PX, width - AXIS_PX - self._aside_px)

    def _place(self) -> None:
        least = _LOWEST_PX * len(self.panes)
        room = max(least, self.height() - CLOCK_PX - _SPLIT_PX * max(0, len(self.panes) - 1))
        shares = sum(pane.stretch for pane in self.panes)
        top = 0.0
        for pane in self.panes:
            bottom = top + round(room * pane.stretch / shares)
            pane.place(top, max(top + 1, min(bottom, self.height() - CLOCK_PX)))
            top = bottom + _SPLIT_PX
        self.placed()

    def placed(self) -> None:
        """The panes have other places."""

    def _x(self, seconds: float, reach_px: float) -> int:
        """The pixel so far left of a moment; nothing beyond the right edge may reach over the axis."""
        x = (seconds - self.left) * self.data_px / (self.right - self.left) - reach_px
        return int(min(float(self.data_px), max(0.0, x)))

    def _moment(self, x: float) -> float:
        return self.left + x * (self.right - self.left) / self.data_px

    def _strip(self, pane: Pane) -> QRect:
        """Of a pane, that which must be painted again."""
        left = self._x(pane.since, pane.reach_px + _ROUNDED_PX)
        if pane.ground:
            left = min(left, self._x(pane.ground_since, pane.ground_reach_px + _ROUNDED_PX))
        right = self.data_px + (self._aside_px if pane.aside else 0)
        return QRect(left, int(pane.top), right - left, int(pane.height) + _SPLIT_PX)

    def _renew(self) -> None:
        ratio = self.devicePixelRatioF()
        wanted = (QSizeF(self.size()) * ratio).toSize()
        if self._picture.size() != wanted:
            self._picture, self._ground = QPixmap(wanted), QPixmap(wanted)
            self._picture.setDevicePixelRatio(ratio)
            self._ground.setDevicePixelRatio(ratio)
            self._all = True
        moved = [pane for pane in self.panes if pane.moved or self._all]
        for pane in moved:
            pane.renew()
            pane.choose_ticks()
        due = [pane for pane in self.panes if pane.due]
        if not (self._all or due):
            return
        if self._shift and not self._all:
            data = QRect(0, 0, round(self.data_px * ratio), round((self.height() - CLOCK_PX) * ratio))
            self._picture.scroll(-self._shift, 0, data)
            self._ground.scroll(-self._shift, 0, data)
        with QPainter(self._picture) as painter:
            if self._all:
                self.painted_all += 1
                painter.fillRect(self.rect(), QColor(self._colours.panel))
            self._paint_axes(painter, moved)
            for pane in due:
                if not (strip := self._strip(pane)).isEmpty():
                    self._paint_pane(painter, pane, strip)
                pane.painted()
        self._all, self._shift = False, 0

    def _paint_axes(self, painter: QPainter, moved: Sequence[Pane]) -> None:
        if moved:
            self._axes.paint_values(painter, self, moved)
        if self._all or self._shift:
            self._axes.choose_times(self)
            for pane in self.panes:
                pane.grid.times = self._axes.times
            self._axes.paint_clock(painter, self)

    def _paint_pane(self, painter: QPainter, pane: Pane, strip: QRect) -> None:
        painter.setClipRect(strip)
        if pane.ground:
            self._paint_ground(pane)
            painter.drawPixmap(_CORNER, self._ground)
        else:
            self._paint_bottom(painter, pane, strip)
        self._paint_marks(painter, pane, pane.marks, strip, pane.reach_px)

    def _paint_ground(self, pane: Pane) -> None:
        """From its own first change on, always up to the axis."""
        if pane.ground_since == NOTHING:
            return
        left = self._x(pane.ground_since, pane.ground_reach_px + _ROUNDED_PX)
        strip = QRect(left, int(pane.top), self.data_px + self._aside_px - left, int(pane.height) + _SPLIT_PX)
        with QPainter(self._ground) as painter:
            painter.setClipRect(strip)
            self._paint_bottom(painter, pane, strip)
            self._paint_marks(painter, pane, pane.ground, strip, pane.ground_reach_px)

    def _paint_bottom(self, painter: QPainter, pane: Pane, strip: QRect) -> None:
        painter.fillRect(strip, QColor(self._colours.panel))
        pane.grid.paint(painter, self.view(pane, self._moment(strip.left() - _ROUNDED_PX)))
        painter.fillRect(
            QRectF(strip.left(), pane.bottom, strip.width(), _SPLIT_PX), QColor(self._colours.line)
        )

    def _paint_marks(
        self, painter: QPainter, pane: Pane, marks: Sequence[Mark], strip: QRect, reach_px: int
    ) -> None:
        since = self._moment(strip.left() - reach_px - _ROUNDED_PX)
        view = self.view(pane, since, aside=pane.aside or marks is pane.ground)
        painter.setClipRect(QRect(strip.left(), strip.top(), strip.width(), int(pane.height)))
        for mark in marks:
            if mark.shown:
                mark.paint(painter, view)
