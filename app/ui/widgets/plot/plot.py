"""The widget of a chart: panes on one span of time, painted into a picture of which only the end is renewed.

A market changes at the right edge. So everything is painted into a pixmap once, and after that the strip from
the first changed second on; when time goes on by whole pixels the rest is moved, not painted. Only another
zoom, scale or size paints all of it. Crosshair, last price, measured range and watermark lie above the
picture and never touch it.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.ui.format import CT, Zone
from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.plot.ornaments import Grid
from app.ui.widgets.plot.overlay import Overlay
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.ticks import Tick, time_ticks
from app.ui.widgets.plot.view import Mark, View

AXIS_PX: Final = 66
CLOCK_PX: Final = 20
_SPLIT_PX: Final = 1
_NARROWEST_PX: Final = 50
_LOWEST_PX: Final = 4
# how many times as wide as the room beside the data the chart must be, for that room to be given
_ROOMY: Final = 5
_TICK_PX: Final = 4
# what a bubble or a rounded pixel may reach to the left of its time
_REACH_PX: Final = 20
# of a pixel, within which it counts as whole
_SAME: Final = 1e-3
_ALL: Final = float("-inf")
_NOTHING: Final = float("inf")


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
        self._grids: dict[Pane, Grid] = {}
        self._times: tuple[Tick, ...] = ()
        self._picture = QPixmap()
        self._since = _ALL
        self._font = font(SMALL_PX)
        self._over: list[QRect] = []
        self._shift, self._veil_moved = 0, False  # device pixels
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def colours(self) -> Colours:
        return self._colours

    @property
    def data_px(self) -> int:
        """Pixels between the edges of the span."""
        return max(_NARROWEST_PX, self.width() - AXIS_PX - self._aside_px)

    @property
    def _aside_px(self) -> int:
        """The room beside the data; a narrow chart has none to give."""
        return self.gutter if self.width() >= _ROOMY * self.gutter else 0

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.redraw()

    def arrange(self, panes: Sequence[Pane]) -> None:
        """These panes, from the top; every one gets a grid below its marks."""
        self.panes = tuple(panes)
        self._grids = {pane: self._grids.get(pane, Grid()) for pane in panes}
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

    def view(self, pane: Pane, since: float = _ALL, *, aside: bool = True) -> View:
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
        return self._since == _ALL

    def redraw(
        self, since: float | None = None, *, aside: bool = True, panes: Sequence[Pane] | None = None
    ) -> None:
        """What happened from `since` on is painted again, in all panes or in these; without it, everything.
        `aside`: what stands in the room beside the data, as well.
        """
        self._since = min(self._since, _ALL if since is None else since)
        for pane in self.panes if panes is None else panes:
            pane.since = min(pane.since, self._since if since is None else since)
            pane.aside |= aside

    def unveil(self) -> None:
        """What stands over the picture changed."""
        self._veil_moved = True

    def flush(self) -> None:
        """Asks Qt to paint what `redraw` and the overlay changed, and no more."""
        if any(pane.moved for pane in self.panes):
            self._since = _ALL
        region = QRegion()
        if self._since == _ALL or self._shift or self._veil_moved:
            self._veil_moved = False
            region = QRegion(self.rect())
        elif self._since < _NOTHING:
            for pane in self._due():
                region += QRegion(self._strip(pane))
        over = self._overlay_rects()
        for rect in {*over, *self._over} if over != self._over or self.overlay.changed else ():
            region += QRegion(rect)
        self._over, self.overlay.changed = over, False
        if not region.isEmpty():
            self.update(region)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._renew()
        picture, painter = self._picture, QPainter(self)
        ratio = picture.devicePixelRatio()
        rect = event.rect()  # Qt clips to the region, of which this is the outline
        source = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
        painter.drawPixmap(QRectF(rect), picture, source)
        if self.panes:
            view = self.view(self.panes[0])
            for mark in self.veil:
                mark.paint(painter, view)
        self.overlay.paint(painter, self)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.redraw()

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

    def _due(self) -> list[Pane]:
        return [pane for pane in self.panes if pane.since < _NOTHING]

    def _strip(self, pane: Pane) -> QRect:
        right = self.data_px + (self._aside_px if pane.aside else 0)
        # what changed beyond the right edge must not reach back over the axis
        left = min(right, max(0, int(self.view(pane).x(pane.since)) - _REACH_PX))
        return QRect(left, int(pane.top), right - left, int(pane.bottom - pane.top) + _SPLIT_PX)

    def _overlay_rects(self) -> list[QRect]:
        return self.overlay.rects(self)

    def _renew(self) -> None:
        ratio = self.devicePixelRatioF()
        wanted = (QSizeF(self.size()) * ratio).toSize()
        if self._picture.size() != wanted:
            self._picture = QPixmap(wanted)
            self._picture.setDevicePixelRatio(ratio)
            self._since = _ALL
        if self._since == _NOTHING:
            return
        if self._since > _ALL and self._shift:
            data = QRect(0, 0, round(self.data_px * ratio), round((self.height() - CLOCK_PX) * ratio))
            self._picture.scroll(-self._shift, 0, data)
        painter = QPainter(self._picture)
        if self._since == _ALL:
            self.painted_all += 1
            self._choose_ticks()
            painter.fillRect(self.rect(), QColor(self._colours.panel))
            self._paint_axes(painter)
            for pane in self.panes:
                self._paint_pane(painter, pane, self.rect(), _ALL, aside=True)
        else:
            self._paint_strips(painter)
        painter.end()
        self._since, self._shift = _NOTHING, 0
        for pane in self.panes:
            pane.since, pane.aside = _NOTHING, False

    def _paint_strips(self, painter: QPainter) -> None:
        panel = QColor(self._colours.panel)
        if self._shift:
            self._choose_times()
            top = self.height() - CLOCK_PX
            painter.fillRect(QRect(0, top, self.width(), CLOCK_PX), panel)
            self._paint_clock(painter)
        for pane in self._due():
            strip = self._strip(pane)
            painter.setClipRect(strip)
            painter.fillRect(strip, panel)
            since = pane.since - 2 * _REACH_PX / self.view(pane).pixels_a_second
            self._paint_pane(painter, pane, strip, since, aside=pane.aside)

    def _choose_times(self) -> None:
        self._times = time_ticks(self.left, self.right, self.data_px, self.zone)
        for grid in self._grids.values():
            grid.times = self._times

    def _choose_ticks(self) -> None:
        self._choose_times()
        for pane, grid in self._grids.items():
            pane.choose_ticks()
            grid.values = pane.ticks
            pane.moved = False

    def _paint_pane(self, painter: QPainter, pane: Pane, outer: QRect, since: float, *, aside: bool) -> None:
        view = self.view(pane, since, aside=aside)
        painter.setClipRect(view.area.intersected(QRectF(outer)))
        self._grids[pane].paint(painter, view)
        for mark in pane.marks:
            if mark.shown:
                mark.paint(painter, view)
        painter.setClipRect(outer)
        painter.fillRect(QRectF(0, pane.bottom, view.edge, _SPLIT_PX), QColor(self._colours.line))

    def _paint_axes(self, painter: QPainter) -> None:
        colours, edge = self._colours, self.width() - AXIS_PX
        line, text = QColor(colours.line), QColor(colours.dim)
        painter.setFont(self._font)
        half = painter.fontMetrics().height() / 2
        painter.fillRect(QRectF(edge, 0, 1, self.height() - CLOCK_PX), line)
        for pane in self.panes:
            view = self.view(pane)
            for value, words in pane.ticks:
                y = round(view.y(value))
                if pane.top + half - 3 <= y <= pane.bottom - half + 3:
                    painter.fillRect(QRectF(edge, y, _TICK_PX, 1), line)
                    painter.setPen(text)
                    box = QRectF(edge + 7, y - half, AXIS_PX - 8, 2 * half)
                    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        self._paint_clock(painter)

    def _paint_clock(self, painter: QPainter) -> None:
        if not self.panes:
            return
        view, top, colours = self.view(self.panes[0]), self.height() - CLOCK_PX, self._colours
        painter.setFont(self._font)
        painter.fillRect(QRectF(0, top, view.edge, 1), QColor(colours.line))
        painter.setPen(QColor(colours.dim))
        metrics = painter.fontMetrics()
        for at, words in self._times:
            x, width = round(view.x(at)), metrics.horizontalAdvance(words)
            painter.fillRect(QRectF(x, top, 1, _TICK_PX), QColor(colours.line))
            left = max(0.0, min(x - width / 2, view.edge - width))
            painter.drawText(
                QRectF(left, top + 2, width + 1, CLOCK_PX - 2), Qt.AlignmentFlag.AlignCenter, words
            )
        painter.setPen(QColor(colours.faint))
        label = QRectF(view.edge, top + 2, AXIS_PX - 6, CLOCK_PX - 2)
        painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.zone.label)
