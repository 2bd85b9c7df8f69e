"""What stands behind and around the series: grid, bands of time, uprights with a word, levels, watermark."""

from collections.abc import Iterator, Sequence
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
# the words of bands have a row of their own, below those of uprights
_PLATE_UP_PX: Final = 20
_WORDS_LEFT_PX: Final = 4
_WORDS_ROW_PX: Final = 13
_WORDS_ROWS: Final = 5


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
        self._metrics = QFontMetrics(self._font)

    def change(self, bands: tuple[Band, ...], pixels_a_second: float) -> float | None:
        """Takes others; from which second on it must be painted again, None where nothing changed."""
        if bands == self.bands:
            return None
        other = [band for band in {*self.bands, *bands} if not (band in self.bands and band in bands)]
        self.bands = bands
        return min(band.left - self._width(band) / pixels_a_second for band in other)

    def paint(self, painter: QPainter, view: View) -> None:
        for band in self.bands:
            left, right = max(band.left, view.left), min(band.right, view.right)
            worded = self._worded and bool(band.words)
            reach = self._width(band) / view.pixels_a_second if worded else 0.0
            if right <= left or right + reach < view.since:
                continue
            x = round(view.x(left))
            span = QRectF(x, view.y0, max(2, round(view.x(right)) - x), view.y1 - view.y0)
            style = Qt.BrushStyle.BDiagPattern if band.hatched else Qt.BrushStyle.SolidPattern
            painter.setBrushOrigin(span.topLeft())
            painter.fillRect(span, brush(band.colour, band.alpha, style))
            if worded:
                self._write(painter, view, band, span)

    def _write(self, painter: QPainter, view: View, band: Band, span: QRectF) -> None:
        width = self._width(band)
        left = min(max(view.x0, span.center().x() - width / 2), view.x1 - width)
        plate = QRectF(left, view.y1 - _PLATE_UP_PX, width, 15)
        painter.fillRect(plate, ink(view.colours.panel, 215))
        painter.setFont(self._font)
        painter.setPen(QColor(band.colour))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, band.words)

    def _width(self, band: Band) -> int:
        return self._metrics.horizontalAdvance(band.words) + 2 * _WORD_ROOM_PX if band.words else 0


@dataclass(frozen=True, slots=True)
class Upright:
    """A moment at which something changed for good: another source, another contract."""

    at: float
    words: str
    colour: str


class Uprights(Mark):
    """Words that would run into those of the line before stand one row higher, as long as there are rows."""

    def __init__(self, *, worded: bool = False) -> None:
        self.lines: tuple[Upright, ...] = ()
        self._worded = worded
        self._font = font(CAPTION_PX)
        self._metrics = QFontMetrics(self._font)
        self._placed: tuple[object, tuple[tuple[int, str], ...]] = (None, ())

    def paint(self, painter: QPainter, view: View) -> None:
        if not self.lines:
            return
        seen = [line for line in self.lines if view.left <= line.at <= view.right]
        for line in seen:
            x = round(view.x(line.at)) + 0.5
            painter.setPen(pen(getattr(view.colours, line.colour)))
            painter.drawLine(QLineF(x, view.y0, x, view.y1))
        if self._worded:
            self._write(painter, view, seen)

    def _write(self, painter: QPainter, view: View, seen: Sequence[Upright]) -> None:
        """After all lines, so that none goes through the words of another."""
        painter.setFont(self._font)
        placed = dict(zip(self.lines, self.rows(view.pixels_a_second), strict=True))
        for line in seen:
            row, words = placed[line]
            if words:
                left = round(view.x(line.at)) + _WORDS_LEFT_PX - 2
                top = view.y1 - _PLATE_UP_PX - (row + 1) * _WORDS_ROW_PX
                plate = QRectF(left, top, self._metrics.horizontalAdvance(words) + 4, _WORDS_ROW_PX)
                painter.fillRect(plate, ink(view.colours.panel, 215))
                painter.setPen(QColor(getattr(view.colours, line.colour)))
                painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)

    def rows(self, pixels_a_second: float) -> tuple[tuple[int, str], ...]:
        """For each line its row from the bottom and what is written there. It rests on the distances alone,
        so that it stays while time goes on.
        """
        key = (self.lines, round(pixels_a_second, 9))
        if self._placed[0] != key:
            ordered = sorted(self.lines, key=lambda line: line.at)
            found = dict(zip(ordered, self._rows(ordered, pixels_a_second), strict=True))
            self._placed = (key, tuple(found[line] for line in self.lines))
        return self._placed[1]

    def _rows(self, lines: Sequence[Upright], pixels_a_second: float) -> Iterator[tuple[int, str]]:
        ends = [float("-inf")] * _WORDS_ROWS
        for line in lines:
            left = line.at * pixels_a_second
            row = next((row for row, end in enumerate(ends) if end <= left), None)
            if row is not None:
                ends[row] = left + self._metrics.horizontalAdvance(line.words) + 2 * _WORDS_LEFT_PX
            yield (0, "") if row is None else (row, line.words)


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
