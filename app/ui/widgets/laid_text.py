"""Texts whose letters were put in their places once: finding these anew is most of drawing a short text.

Only what is drawn a second time is kept, because keeping takes twice the time of drawing.
"""

from collections.abc import Hashable, Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QPainter, QStaticText, QTransform

_MOST_KEPT: Final = 2_000


class LaidText:
    """`fonts` by a name of the caller's; the painter's pen gives the colour."""

    def __init__(self, fonts: Mapping[Hashable, QFont]) -> None:
        self._fonts = dict(fonts)
        self._metrics = {name: QFontMetricsF(face) for name, face in fonts.items()}
        self._ascents = {name: QFontMetrics(face).ascent() for name, face in fonts.items()}
        self._heights = {name: QFontMetrics(face).height() for name, face in fonts.items()}
        self._widths: dict[tuple[str, Hashable], float] = {}
        self._laid: dict[tuple[str, Hashable], QStaticText | None] = {}

    def draw(self, painter: QPainter, room: QRect, words: str, font: Hashable, *, right: bool) -> None:
        """In the middle of the room's height, cut where it is too wide."""
        wide = self.width(words, font)
        if wide > room.width():
            words = self._metrics[font].elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            wide = self.width(words, font)
        left = room.right() + 1 - wide if right else room.left()
        painter.setFont(self._fonts[font])
        self.draw_at(
            painter, left, room.top() + round((room.height() - self._heights[font]) / 2), words, font
        )

    def draw_at(self, painter: QPainter, left: float, top: int, words: str, font: Hashable) -> None:
        """As one line that begins there, by a painter that has the font."""
        key = words, font
        known = self._laid.get(key)
        if known is not None:
            painter.drawStaticText(QPointF(left, top), known)
            return
        painter.drawText(QPointF(left, top + self._ascents[font]), words)
        if len(self._laid) >= _MOST_KEPT:
            self._laid.clear()
        self._laid[key] = self._laid_out(words, font) if key in self._laid else None

    def width(self, words: str, font: Hashable) -> float:
        wide = self._widths.get((words, font))
        if wide is None:
            if len(self._widths) >= _MOST_KEPT:
                self._widths.clear()
            wide = self._widths[words, font] = self._metrics[font].horizontalAdvance(words)
        return wide

    def _laid_out(self, words: str, font: Hashable) -> QStaticText:
        made = QStaticText(words)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(QTransform(), self._fonts[font])
        return made
