"""An entry of a list of the viewer, painted by hand: its ground when it is chosen, words cut to fit."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListWidget, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font

Index = QModelIndex | QPersistentModelIndex
LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
PLAIN, SMALL = range(2)


class Entry(QStyledItemDelegate):
    """All are `row_px` high."""

    def __init__(self, parent: QListWidget, colours: Colours, row_px: int) -> None:
        super().__init__(parent)
        self.colours = colours
        self._size = QSize(100, row_px)
        self._fonts = font(), font(SMALL_PX)
        self._metrics = tuple(QFontMetrics(one) for one in self._fonts)

    def sizeHint(self, _: QStyleOptionViewItem, __: Index) -> QSize:
        return self._size

    def ground(self, painter: QPainter, option: QStyleOptionViewItem) -> bool:
        """Whether it is the chosen one."""
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(option.rect, QColor(self.colours.selection))
        return chosen

    def write(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        colour: str,
        size: int = PLAIN,
        side: Qt.AlignmentFlag = LEFT,
    ) -> None:
        painter.setFont(self._fonts[size])
        painter.setPen(QColor(getattr(self.colours, colour)))
        shown = self._metrics[size].elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, side, shown)
