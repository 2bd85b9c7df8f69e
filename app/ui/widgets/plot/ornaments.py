"""What stands behind and around the series: grid, bands of time, uprights with a word, levels, watermark."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from app.ui.theme import CAPTION_PX, font
from app.ui.widgets.plot.strokes import brush, ink, pen
from app.ui.widgets.plot.ticks import Tick
from app.ui.widgets.plot.view import Mark, View

_WATERMARK_ALPHA: Final = 26
_WORD_ROOM_PX: Final = 6


class Grid(Mark):
    """Faint lines at the ticks of both axes. Filled rectangles, because a blended line costs 90 µs."""

    def __init__(self) -> None:
        self.times: tuple[Tick, ...] = ()
        self.values: tuple[Tick, ...] = ()

    def paint(self, painter: QPainter, view: View) -> None:
        colour = QColor(view.colours.row_line)
        for at, _ in self.times:
            if at < view.since:
                continue
            painter.fillRect(QRectF(round(view.x(at)), view.y0, 1, view.y1 - view.y0), colour)
        for value, _ in self.values:
            painter.fillRect(QRectF(view.x0, round(view.y(value)), view.edge - view.x0, 1), colour)


@dataclass(frozen=True, slots=True)
class Band:
    """Seconds on the time axis, how the span is filled, and what is said of it at its upper end."""

    left: float
    right: float
    colour: str
    alpha: int
    hatched: bool = False
    words: str = ""


class Bands(Mark):
    """Over the whole height. Painted in pixels, so that a hatch keeps its shape at every zoom."""

    def __init__(self, *, worded: bool = False) -> None:
        self.bands: tuple[Band, ...] = ()
        self._worded = worded
        self._font = font(CAPTION_PX)

    def paint(self, painter: QPainter, view: View) -> None:
        for band in self.bands:
            left, right = max(band.left, view.left), min(band.right, view.right)
            if right <= left:
                continue
            x = round(view.x(left))
            span = QRectF(x, view.y0, max(2, round(view.x(right)) - x), view.y1 - view.y0)
            style = Qt.BrushStyle.BDiagPattern if band.hatched else Qt.BrushStyle.SolidPattern
            painter.setBrushOrigin(span.topLeft())
            painter.fillRect(span, brush(band.colour, band.alpha, style))
            if self._worded and band.words:
                self._write(painter, view, band, span)

    def _write(self, painter: QPainter, view: View, band: Band, span: QRectF) -> None:
        painter.setFont(self._font)
        width = QFontMetrics(self._font).horizontalAdvance(band.words) + 2 * _WORD_ROOM_PX
        left = min(max(view.x0, span.center().x() - width / 2), view.x1 - width)
        plate = QRectF(left, view.y1 - 20, width, 15)
        painter.fillRect(plate, ink(view.colours.panel, 215))
        painter.setPen(QColor(band.colour))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, band.words)


@dataclass(frozen=True, slots=True)
class Upright:
    """A moment at which something changed for good: another source, another contract."""

    at: float
    words: str
    colour: str


class Uprights(Mark):
    def __init__(self, *, worded: bool = False) -> None:
        self.lines: tuple[Upright, ...] = ()
        self._worded = worded
        self._font = font(CAPTION_PX)

    def paint(self, painter: QPainter, view: View) -> None:
        painter.setFont(self._font)
        for line in self.lines:
            if not view.left <= line.at <= view.right:
                continue
            x = round(view.x(line.at)) + 0.5
            painter.setPen(pen(getattr(view.colours, line.colour)))
            painter.drawLine(QLineF(x, view.y0, x, view.y1))
            if self._worded:
                painter.drawText(QPointF(x + 4, view.y1 - 7), line.words)


@dataclass(frozen=True, slots=True)
class Level:
    """A value that matters on the scale; `colour` names a field of the palette."""

    value: float
    colour: str


class Levels(Mark):
    """Filled rectangles, because seven dotted lines cost ten times as much."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self.levels = tuple(levels)

    def paint(self, painter: QPainter, view: View) -> None:
        for level in self.levels:
            if view.low <= level.value <= view.high:
                row = QRectF(view.x0, round(view.y(level.value)), view.edge - view.x0, 1)
                painter.fillRect(row, QColor(getattr(view.colours, level.colour)))


class Watermark(Mark):
    """Large faint letters behind a chart whose market is not the real one. Drawn once into a pixmap: text of
    this size would cost a millisecond each time.
    """

    def __init__(self) -> None:
        self.text = ""
        self._letters: QPixmap | None = None

    def say(self, text: str, colour: str) -> None:
        """An empty text takes the watermark away."""
        self.text = text
        self._letters = _letters(text, colour) if text else None

    def paint(self, painter: QPainter, view: View) -> None:
        if self._letters is not None:
            middle = view.area.center() - QPointF(self._letters.width() / 2, self._letters.height() / 2)
            painter.drawPixmap(middle, self._letters)


def _letters(text: str, colour: str) -> QPixmap:
    large = font(76, QFont.Weight.Bold, spacing=10)
    box = QFontMetrics(large).boundingRect(text).adjusted(-10, 0, 30, 0)
    pixmap = QPixmap(box.size())
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setFont(large)
    painter.setPen(ink(colour, _WATERMARK_ALPHA))
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap
