"""Paints a line of source: names, texts, numbers, tags in colours of their own; hits stands out."""

import re
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.palettes import Colours

_PAD_PX: Final = 6
_HIT_ALPHA: Final = 110
# Longer lines are cut by the edge of the window anyway.
_LONGEST: Final = 400
_TOKENS: Final = re.compile(
    r"""(?P<tag></?[a-zA-Z!][\w:-]*|/?>)
      |(?P<name>"(?:[^"\\]|\\.)*"(?=\s*:)|(?<=\s)[\w:-]+(?==["']))
      |(?P<text>"(?:[^"\\]|\\.)*"|'[^']*')
      |(?P<word>\b(?:null|true|false)\b)
      |(?P<number>-?\b\d[\d.eE+-]*)
      |(?P<fold>[▾▸]|…\s.*$)""",
    re.X,
)
_COLOURS: Final = {
    "tag": "info", "name": "info", "text": "up", "number": "price", "word": "warn", "fold": "faint",
}  # fmt: skip
_Index = QModelIndex | QPersistentModelIndex


def pieces(text: str) -> list[tuple[str, str]]:
    """(colour, piece), in order; together they are the text."""
    found, at = [], 0
    for token in _TOKENS.finditer(text):
        if token.start() > at:
            found.append(("text", text[at : token.start()]))
        found.append((_COLOURS[token.lastgroup or "text"], token.group()))
        at = token.end()
    if at < len(text):
        found.append(("text", text[at:]))
    return found


class SourcePainter(QStyledItemDelegate):
    def __init__(self, parent: QObject, colours: Colours) -> None:
        super().__init__(parent)
        self._colours, self._words = colours, ""

    def recolour(self, colours: Colours) -> None:
        self._colours = colours

    def mark(self, words: str) -> None:
        self._words = words.lower()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours, box = self._colours, QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(colours.selection))
        text = str(index.data() or "")[:_LONGEST]
        painter.setFont(option.font)
        if index.column() == 0:
            painter.setPen(QColor(colours.faint))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box.adjusted(0, 0, -_PAD_PX, 0), side, text)
            return
        metrics = QFontMetricsF(option.font)
        each = metrics.horizontalAdvance("0")
        left, base = box.x() + _PAD_PX, box.y() + (box.height() + metrics.ascent() - metrics.descent()) / 2
        painter.save()
        painter.setClipRect(box)
        self._mark_hits(painter, text, QRectF(left, box.y() + 1, each, box.height() - 2))
        for colour, piece in pieces(text):
            painter.setPen(QColor(getattr(colours, colour)))
            painter.drawText(QPointF(left, base), piece)
            left += each * len(piece)
        painter.restore()

    def _mark_hits(self, painter: QPainter, text: str, letter: QRectF) -> None:
        if not self._words:
            return
        plate = QColor(self._colours.warn)
        plate.setAlpha(_HIT_ALPHA)
        low, at = text.lower(), -1
        while (at := low.find(self._words, at + 1)) >= 0:
            place = QRectF(letter)
            place.moveLeft(letter.x() + at * letter.width())
            place.setWidth(letter.width() * len(self._words))
            painter.fillRect(place, plate)
