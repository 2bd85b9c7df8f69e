"""The heatmap on screen: one picture of which a new column paints its own strip, lines and trades on top."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.units import Ns
from app.ui.format import CT, Zone, clock, number, price
from app.ui.palettes import Colours
from app.ui.panels.depth.dots import Dots
from app.ui.panels.depth.heat import COLUMNS, ROWS, UNSEEN_SHADE, HeatModel, Touched
from app.ui.theme import CAPTION_PX, SMALL_PX, font
from app.ui.widgets import primitives

_AXIS_PX, _FOOT_PX = 62, 17
_ROW_PX, _LEAST_ROW_PX, _MOST_ROW_PX = 6.0, 2.0, 18.0
# The middle may wander this share of the height before the picture follows it: the axis rests meanwhile.
_WANDER: Final = 0.28
Floats = NDArray[np.float64]


_ABOUT: Final = (
    "Liquidity = contracts resting at each price at the end of each quarter of a second · contracts, the\n"
    "colour by their logarithm up to the size named in the corner · no reset\n"
    "lines: best bid and ask · dots: trades, area by contracts, a ring where neither side outweighed\n"
    "dark: nothing rested or less than the least size · blank: not looked at · hatched: a hole"
)


class HeatView(QWidget):
    pointed = Signal(str)

    def __init__(self, model: HeatModel, colours: Colours) -> None:
        super().__init__()
        self._model = model
        self._pixels: NDArray[np.uint32] = np.zeros((ROWS, COLUMNS), dtype=np.uint32)
        self._picture = QImage(
            self._pixels.data,
            COLUMNS,
            ROWS,
            COLUMNS * 4,
            QImage.Format.Format_RGB32,
        )
        self._row_px, self._seen, self._centre = _ROW_PX, 480, 0.0
        self._follows = True
        self._dragged: float | None = None
        self._gaps: tuple[tuple[Ns, Ns], ...] = ()
        self.zone: Zone = CT
        self.least_trade = 10
        self._dots, self._strokes = Dots(), primitives.lines()
        self._small, self._caption = font(SMALL_PX), font(CAPTION_PX)
        self.setMouseTracking(True)
        self.setMinimumWidth(220)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Liquidity heatmap")
        self.setToolTip(_ABOUT)
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._panel, self._faint, self._dim = (QColor(c) for c in (colours.panel, colours.faint, colours.dim))
        self._up, self._down, self._price = (QColor(c) for c in (colours.up, colours.down, colours.text))
        self._grid, self._none = QColor(colours.row_line), QColor(colours.idle)
        self._dots.recolour(self._up, self._down, self._none, self._panel)
        self._table = _shades((colours.panel, colours.bg, colours.info, colours.warn, colours.text))
        self.paint_all()

    def touched(self, what: Touched) -> None:
        """Puts what changed into the picture."""
        if what.all:
            self.paint_all()
        elif what.columns:
            columns = list(what.columns)
            self._pixels[::-1, columns] = self._table[self._model.shades[:, columns]]

    def paint_all(self) -> None:
        np.take(self._table, self._model.shades[::-1], out=self._pixels, mode="clip")
        self.update()

    def show_span(self, slots: int) -> None:
        self._seen = max(20, min(COLUMNS, slots))
        self.update()

    def show_gaps(self, gaps: Sequence[tuple[Ns, Ns]]) -> None:
        self._gaps = tuple(gaps)

    def zoom(self, factor: float) -> None:
        self._row_px = max(_LEAST_ROW_PX, min(_MOST_ROW_PX, self._row_px * factor))
        self.update()

    def follow(self) -> None:
        self._follows, self._row_px = True, _ROW_PX
        self._centre = self._model.middle() or self._centre
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, 200)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged = event.position().y()

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        self._dragged = None

    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        self.follow()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._follows = False
            self._centre += (event.position().y() - self._dragged) / self._row_px
            self._dragged = event.position().y()
            self.update()
        self.pointed.emit(self.about(event.position()))

    def about(self, place: QPointF) -> str:
        """What rested where the mouse points, and when."""
        model, box = self._model, self._box()
        if model.newest is None or not box.contains(place):
            return ""
        slot = model.newest - self._seen + 1 + int((place.x() - box.left()) / self._column_px(box))
        tick = math.floor(self._centre + (box.center().y() - place.y()) / self._row_px + 0.5)
        size = model.size_at(slot, tick)
        said = "not looked at" if size is None else f"{size:,} resting"
        at = clock(model.time_of(slot), self.zone, millis=True)
        return f"{price(model.price_of(tick))} · {said} · {at}"

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, box = QPainter(self), self._box()
        painter.fillRect(self.rect(), self._panel)
        model, middle = self._model, self._model.middle()
        if model.newest is not None and middle is not None and box.height() > 0:
            rows = box.height() / self._row_px
            if self._follows and abs(middle - self._centre) > rows * _WANDER:
                self._centre = round(middle)
            painter.save()
            painter.setClipRect(box)
            self._paint_picture(painter, box, model.newest)
            self._paint_lines(painter, box, model.newest)
            painter.restore()
            self._paint_axes(painter, box, model.newest, middle)
        painter.end()

    def _paint_picture(self, painter: QPainter, box: QRectF, newest: int) -> None:
        model, wide, row = self._model, self._column_px(box), self._row_px
        rows = box.height() / row
        # the picture's first row is the highest price it holds
        top = (model.base + ROWS - 0.5) - (self._centre + rows / 2)
        first = (newest - self._seen + 1) % COLUMNS
        x, left = box.left(), self._seen
        while left > 0:
            count = min(left, COLUMNS - first)
            target = QRectF(x, box.top(), count * wide, box.height())
            painter.drawImage(target, self._picture, QRectF(first, top, count, rows))
            x, left, first = x + count * wide, left - count, 0
        oldest = model.time_of(newest - self._seen + 1)
        for start, end in self._gaps:
            begin, over = ((at - oldest) / model.width * wide for at in (start, end))
            if over > 0 and begin < box.width():
                hatch = QBrush(self._down, Qt.BrushStyle.BDiagPattern)
                painter.fillRect(QRectF(box.left() + begin, box.top(), over - begin, box.height()), hatch)

    def _paint_lines(self, painter: QPainter, box: QRectF, newest: int) -> None:
        model, wide = self._model, self._column_px(box)
        slots = np.arange(newest - self._seen + 1, newest + 1)
        places = slots % COLUMNS
        x = box.left() + (np.arange(self._seen, dtype=np.float64) + 0.5) * wide
        for line, colour in ((model.bids, self._up), (model.asks, self._down)):
            self._paint_line(painter, x, self._y(box, line[places]), colour)
        self._paint_trades(painter, box, places, x)

    def _paint_line(self, painter: QPainter, x: Floats, y: Floats, colour: QColor) -> None:
        """Broken where nobody looked."""
        drawn = np.flatnonzero(np.isfinite(y[:-1]) & np.isfinite(y[1:]))
        if len(drawn):
            table = self._strokes.rows(len(drawn))
            table[:, 0], table[:, 1], table[:, 2], table[:, 3] = (
                x[drawn],
                y[drawn],
                x[drawn + 1],
                y[drawn + 1],
            )
            painter.setPen(QPen(colour, 1))
            painter.drawLines(self._strokes.first, len(drawn))

    def _paint_trades(self, painter: QPainter, box: QRectF, places: NDArray[np.int64], x: Floats) -> None:
        model = self._model
        bought, sold = model.bought[places], model.sold[places]
        volume, y = bought + sold + model.unsided[places], self._y(box, model.trades[places])
        shown = (volume >= self.least_trade) & np.isfinite(y)
        self._dots.paint(painter, x[shown], y[shown], bought[shown], sold[shown], volume[shown])

    def _paint_axes(self, painter: QPainter, box: QRectF, newest: int, middle: float) -> None:
        model = self._model
        painter.setFont(self._caption)
        ticks_a_point = max(1, round(1_000_000_000 / model.tick))
        step = ticks_a_point * next(
            (n for n in (1, 2, 5, 10, 20, 50) if n * ticks_a_point * self._row_px >= 26), 100
        )
        rows = box.height() / self._row_px
        low = math.ceil((self._centre - rows / 2) / step) * step
        for tick in range(low, math.floor(self._centre + rows / 2) + 1, step):
            y = float(self._y(box, np.array([tick], dtype=np.float64))[0])
            painter.setPen(self._dim)
            room = QRectF(box.right() + 5, y - 7, _AXIS_PX - 6, 14)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, price(model.price_of(tick)))
        y = float(self._y(box, np.array([middle]))[0])
        painter.setPen(QPen(self._price, 1))
        painter.drawLine(QLineF(box.right(), y, box.right() + 4, y))
        painter.setPen(self._faint)
        for share in (0.0, 0.5, 1.0):
            at = clock(model.time_of(newest - self._seen * (1 - share)), self.zone, named=share == 1.0)
            side = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
            painter.drawText(QRectF(box.left(), box.bottom() + 2, box.width(), _FOOT_PX - 2),
                             side[round(share * 2)], at)  # fmt: skip
        painter.drawText(QPointF(box.left() + 6, box.top() + 13),
                         f"resting size, log to {number(model.scale)} · {model.schema}")  # fmt: skip

    def _y(self, box: QRectF, ticks: Floats) -> Floats:
        return box.center().y() - (ticks - self._centre) * self._row_px

    def _box(self) -> QRectF:
        return QRectF(0, 0, self.width() - _AXIS_PX, self.height() - _FOOT_PX)

    def _column_px(self, box: QRectF) -> float:
        return box.width() / self._seen


def _shades(colours: tuple[str, ...]) -> NDArray[np.uint32]:
    """From unseen over empty to the largest, straight between the colours given."""
    unseen, empty, some, much, most = (QColor(colour) for colour in colours)
    # the ordinary sizes stay dark, so that the large ones stand out
    steps, at = (empty, _mixed(empty, some, 0.3), some, much, most), (0, 110, 185, 235, 255)
    channels = [np.interp(np.arange(256), at, [getattr(c, name)() for c in steps]) for name in _RGB]
    red, green, blue = (channel.astype(np.uint32) for channel in channels)
    table: NDArray[np.uint32] = red << 16 | green << 8 | blue
    table |= np.uint32(0xFF000000)
    table[UNSEEN_SHADE] = unseen.rgb()
    return table


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor(*(round(getattr(one, c)() * (1 - share) + getattr(other, c)() * share) for c in _RGB))


_RGB: Final = ("red", "green", "blue")
