"""Texts whose letters were put in their places once: finding these anew is most of drawing a short text."""

from collections.abc import Hashable, Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QStaticText, QTransform

_MOST_KEPT: Final = 2_000


class LaidText:
    """`fonts` by a name of the caller's; the painter's pen gives the colour."""

    def __init__(self, fonts: Mapping[Hashable, QFont]) -> None:
        self._fonts = dict(fonts)
        self._metrics = {name: QFontMetrics(face) for name, face in fonts.items()}
        self._laid: dict[tuple[str, Hashable], QStaticText] = {}

    def draw(self, painter: QPainter, room: QRect, words: str, font: Hashable, *, right: bool) -> None:
        """In the middle of the room's height, cut where it is too wide."""
        laid = self._of(words, font)
        size = laid.size()
        if size.width() > room.width():
            cut = self._metrics[font].elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            laid = self._of(cut, font)
            size = laid.size()
        left = room.right() + 1 - size.width() if right else room.left()
        painter.setFont(self._fonts[font])
        painter.drawStaticText(QPointF(left, room.top() + round((room.height() - size.height()) / 2)), laid)

    def draw_at(self, painter: QPainter, left: int, top: int, words: str, font: Hashable) -> None:
        """As one line that begins there, by a painter that has the font."""
        painter.drawStaticText(left, top, self._of(words, font))

    def _of(self, words: str, font: Hashable) -> QStaticText:
        known = self._laid.get((words, font))
        if known is None:
            if len(self._laid) >= _MOST_KEPT:
                self._laid.clear()
            known = self._laid[words, font] = QStaticText(words)
            known.setTextFormat(Qt.TextFormat.PlainText)
            known.prepare(QTransform(), self._fonts[font])
        return known
