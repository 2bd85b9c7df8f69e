"""A bar opened up: a row for each price with what was sold and bought there. Each bar is painted once into a
pixmap and used until it changes, because six hundred small texts take longer than a frame.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from app.ui.format import number
from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, font
from app.ui.widgets.plot.strokes import ink, pen
from app.ui.widgets.plot.view import Mark, View

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_PX: Final = 26
"""A narrower bar is not opened up."""

ROW_PX: Final = 11
"""A row must be so high to hold a text."""

_TEXT_PX: Final = (44, 10)
_KEPT: Final = 200
_FAINTEST, _STRONGEST = 12, 120


class Shown(Enum):
    BOTH = "bid × ask"
    DELTA = "Δ"
    VOLUME = "volume"


class ColourBy(Enum):
    RANGE = "the visible range"
    BAR = "each bar"
    HYBRID = "both"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """One bar: rows of equal height from `low` up. A flag marks a row where that side outweighed the other
    across the diagonal, a stacked one a run of such rows.
    """

    left: float
    seconds: float
    low: float
    row: float
    bought: Longs
    sold: Longs
    unknown: Longs
    buying: Flags
    selling: Flags
    stacked: Flags

    @property
    def volume(self) -> Longs:
        return self.bought + self.sold + self.unknown


@dataclass(frozen=True, slots=True)
class _Size:
    width: int
    row_px: float
    most: float


class Opened(Mark):
    def __init__(self) -> None:
        self.bars: tuple[Cells, ...] = ()
        self.show_as, self.colour_by = Shown.BOTH, ColourBy.RANGE
        self._fonts = (font(CAPTION_PX), font(CAPTION_PX, QFont.Weight.DemiBold))
        self._kept: dict[tuple[int, object], tuple[Cells, QPixmap]] = {}

    def choose(self, value: object) -> None:
        """What the cells show, or what they are coloured by."""
        if isinstance(value, Shown):
            self.show_as = value
        elif isinstance(value, ColourBy):
            self.colour_by = value

    def paint(self, painter: QPainter, view: View) -> None:
        most = max((int(bar.volume.max(initial=0)) for bar in self.bars), default=0)
        for bar in self.bars:
            if bar.left + bar.seconds < view.since or not len(bar.bought):
                continue
            width = int(bar.seconds * view.pixels_a_second) - 3
            own = int(bar.volume.max())
            scale = {ColourBy.RANGE: most, ColourBy.BAR: own, ColourBy.HYBRID: (most * own) ** 0.5}
            size = _Size(width, bar.row * view.pixels_a_unit, scale[self.colour_by])
            top = bar.low + len(bar.bought) * bar.row
            picture = self._picture(bar, size, view.colours, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(round(view.x(bar.left)) + 2, round(view.y(top))), picture)

    def _picture(self, bar: Cells, size: _Size, colours: Colours, ratio: float) -> QPixmap:
        key = (id(bar), (size, colours.name, colours.panel, self.show_as, ratio))
        kept = self._kept.get(key)
        if kept is None or kept[0] is not bar:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            kept = self._kept[key] = (bar, self._draw(bar, size, colours, ratio))
        return kept[1]

    def _draw(self, bar: Cells, size: _Size, colours: Colours, ratio: float) -> QPixmap:
        rows = len(bar.bought)
        picture = QPixmap(round(size.width * ratio), max(1, round((rows * size.row_px + 1) * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        poc = int(bar.volume.argmax())
        for row in range(rows):
            top = round((rows - 1 - row) * size.row_px)
            box = QRectF(0, top, size.width, round((rows - row) * size.row_px) - top)
            self._paint_cell(painter, bar, row, box, size, colours)
            if row == poc:
                painter.setPen(pen(colours.warn))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        return picture

    def _paint_cell(
        self, painter: QPainter, bar: Cells, row: int, box: QRectF, size: _Size, colours: Colours
    ) -> None:
        bought, sold, volume = int(bar.bought[row]), int(bar.sold[row]), int(bar.volume[row])
        if not volume:
            return
        delta = bought - sold
        tone = colours.up if delta > 0 else colours.down if delta < 0 else colours.idle
        share = min(1.0, volume / max(1.0, size.most))
        painter.fillRect(box.adjusted(0, 0, 0, -1), ink(tone, round(_FAINTEST + share * _STRONGEST)))
        if bar.stacked[row]:
            edge = colours.up if bar.buying[row] else colours.down
            painter.fillRect(QRectF(0, box.top(), 2, box.height()), QColor(edge))
        if box.width() < _TEXT_PX[0] or box.height() < _TEXT_PX[1]:
            return
        if self.show_as is Shown.BOTH:
            self._pair(painter, bar, row, box, colours)
            return
        painter.setFont(self._fonts[0])
        painter.setPen(QColor(colours.text))
        text = number(delta, sign=True) if self.show_as is Shown.DELTA else number(volume)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _pair(self, painter: QPainter, bar: Cells, row: int, box: QRectF, colours: Colours) -> None:
        middle = box.center().x()
        halves = (
            (bar.sold, bar.selling, colours.down, Qt.AlignmentFlag.AlignRight, box.left() + 2, middle - 5),
            (bar.bought, bar.buying, colours.up, Qt.AlignmentFlag.AlignLeft, middle + 5, box.right() - 2),
        )
        painter.setFont(self._fonts[0])
        painter.setPen(QColor(colours.faint))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "×")
        for values, flags, tone, side, left, right in halves:
            strong = bool(flags[row])
            painter.setFont(self._fonts[strong])
            painter.setPen(QColor(tone if strong else colours.text))
            half = QRectF(left, box.top(), right - left, box.height())
            painter.drawText(half, side | Qt.AlignmentFlag.AlignVCenter, number(int(values[row])))
