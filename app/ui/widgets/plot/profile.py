"""Volume at price as a histogram that grows from the right edge of the price pane into the room beside it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap

from app.ui.theme import CAPTION_PX, font
from app.ui.widgets.plot.strokes import brush, draw_rects, ink
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]

_NONE: Final = np.zeros(0)
_OUTSIDE_ALPHA, _INSIDE_ALPHA, _POC_ALPHA = 70, 130, 255
_FAINT_ALPHA: Final = 55
_GAP_PX: Final = 4
_LEAST_PX: Final = 10
_PLATE_PX: Final = 13


class SideProfile(Mark):
    """Rows of equal height from `low` up. The value area is stronger, the row of most volume strongest."""

    def __init__(self) -> None:
        self.low, self.row = 0.0, 1.0
        self.bought, self.sold, self.unknown = _NONE, _NONE, _NONE
        self.poc: float | None = None
        self.area: tuple[float, float] | None = None

    def set(
        self, low: float, row: float, bought: Floats, sold: Floats, unknown: Floats, poc: float | None,
        area: tuple[float, float] | None,
    ) -> None:  # fmt: skip
        """`poc` and `area` are prices: the row of most volume, the lower and upper end of the value area."""
        self.low, self.row, self.bought, self.sold, self.unknown = low, row, bought, sold, unknown
        self.poc, self.area = poc, area

    def levels(self) -> tuple[tuple[str, float, str], ...]:
        """Names of the lines, their prices, and the fields of the palette with their colours."""
        poc = () if self.poc is None else (("POC", self.poc + self.row / 2, "warn"),)
        area = () if self.area is None else (("VAL", self.area[0], "dim"), ("VAH", self.area[1], "dim"))
        return (*poc, *area)

    def paint(self, painter: QPainter, view: View) -> None:
        room = view.edge - view.x1 - _GAP_PX
        if not view.aside or not len(self.bought) or room < _LEAST_PX:
            return
        most = float((self.bought + self.sold + self.unknown).max())
        if most > 0:
            self._paint_rows(painter, view, room / most)

    def _paint_rows(self, painter: QPainter, view: View, pixels_a_contract: float) -> None:
        prices: Floats = self.low + np.arange(len(self.bought), dtype=np.float64) * self.row
        seen = (prices + self.row > view.low) & (prices < view.high)
        top = np.floor(view.y(prices[seen] + self.row))
        height = np.maximum(1.0, np.floor(view.y(prices[seen])) - top - (self.row * view.pixels_a_unit > 3))
        strength = self._strengths(prices[seen])
        painter.setPen(Qt.PenStyle.NoPen)
        right = np.full(len(top), view.edge)
        parts = ((self.sold, "down"), (self.bought, "up"), (self.unknown, "idle"))
        for values, colour in parts:
            width = values[seen] * pixels_a_contract
            right = right - width
            for alpha in (_OUTSIDE_ALPHA, _INSIDE_ALPHA, _POC_ALPHA):
                pick = strength == alpha
                painter.setBrush(brush(getattr(view.colours, colour), alpha))
                draw_rects(painter, right[pick], top[pick], width[pick], height[pick])

    def _strengths(self, prices: Floats) -> Floats:
        strength = np.full(len(prices), float(_OUTSIDE_ALPHA))
        if self.area is not None:
            strength[(prices >= self.area[0]) & (prices < self.area[1])] = _INSIDE_ALPHA
        if self.poc is not None:
            strength[np.abs(prices - self.poc) < self.row / 2] = _POC_ALPHA
        return strength


class ProfileLines(Mark):
    """The lines of a profile across the chart, with their names where the data end. They are painted in every
    frame: the names are pictures, made once, because three words of text took a quarter of a millisecond.
    """

    def __init__(self, profile: SideProfile) -> None:
        self._profile = profile
        self._plates: dict[tuple[str, str, str, float], QPixmap] = {}

    def paint(self, painter: QPainter, view: View) -> None:
        if not self._profile.shown:
            return
        for word, price, colour in self._profile.levels():
            if not view.low < price < view.high:
                continue
            y, tone = round(view.y(price)), getattr(view.colours, colour)
            painter.fillRect(QRectF(view.x0, y, view.x1 - view.x0, 1), ink(tone, _FAINT_ALPHA))
            painter.fillRect(QRectF(view.x1, y, view.edge - view.x1, 1), QColor(tone))
            plate = self._plate(word, tone, view.colours.panel, painter.device().devicePixelRatioF())
            painter.drawPixmap(
                QPointF(round(view.x1 - plate.deviceIndependentSize().width()) - 1, y - 6), plate
            )

    def _plate(self, word: str, tone: str, ground: str, ratio: float) -> QPixmap:
        key = (word, tone, ground, ratio)
        if key not in self._plates:
            self._plates[key] = _drawn(word, tone, ground, ratio)
        return self._plates[key]


def _drawn(word: str, tone: str, ground: str, ratio: float) -> QPixmap:
    small = font(CAPTION_PX)
    width = QFontMetrics(small).horizontalAdvance(word) + 6
    plate = QPixmap(round(width * ratio), round(_PLATE_PX * ratio))
    plate.setDevicePixelRatio(ratio)
    plate.fill(QColor(ground))
    painter = QPainter(plate)
    painter.setFont(small)
    painter.setPen(QColor(tone))
    painter.drawText(QRectF(0, 0, width, _PLATE_PX), Qt.AlignmentFlag.AlignCenter, word)
    painter.end()
    return plate
