"""The board's own table view: columns by weight, cells painted without the style sheet.

The style sheet paints items without their background role and elides by its own padding; this delegate
fills, rules and writes a cell itself, which is also the cheaper way.
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from app.ui.palettes import Colours
from app.ui.panels.chain.model import Column
from app.ui.panels.chain.table import BoardTable, column_of
from app.ui.theme import SMALL_PX, font

ROW_PX: Final = 22
_EDGE: Final = 7
_WEIGHTS: Final = {
    Column.BID: 1.1, Column.ASK: 1.1, Column.MID: 1.1, Column.LAST: 1.35,
    Column.VOLUME: 1.0, Column.INTEREST: 0.9, Column.VOL: 0.85, Column.DELTA: 0.8,
}  # fmt: skip
_STRIKE_WEIGHT: Final = 1.1


class CellPainter(QStyledItemDelegate):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._plain = font()
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._line = QPen(QColor(colours.row_line))
        self._selected = QColor(colours.selection)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect
        fill = index.data(Qt.ItemDataRole.BackgroundRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, self._selected)
        elif fill is not None:
            painter.fillRect(place, fill)
        painter.setPen(self._line)
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        own: QFont | None = index.data(Qt.ItemDataRole.FontRole)
        painter.setFont(own or self._plain)
        painter.setPen(QPen(index.data(Qt.ItemDataRole.ForegroundRole).color()))
        inner = place.adjusted(2, 0, -_EDGE, 0)
        painter.drawText(inner, index.data(Qt.ItemDataRole.TextAlignmentRole), index.data())


class BoardView(QTableView):
    def __init__(self, table: BoardTable, colours: Colours) -> None:
        super().__init__()
        self.setModel(table)
        self._painter = CellPainter(colours)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Option chain board")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_PX)
        rows.setDefaultSectionSize(ROW_PX)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setMinimumSectionSize(20)
        heads.setHighlightSections(False)
        heads.setFont(font(SMALL_PX))

    def recolour(self, colours: Colours) -> None:
        self._painter.recolour(colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = [column_of(i) for i in range(self.model().columnCount())]
        weights = [_STRIKE_WEIGHT if c is None else _WEIGHTS[c] for c in columns]
        share = self.viewport().width() / sum(weights)
        edges = [round(share * sum(weights[:i])) for i in range(len(weights) + 1)]
        for i in range(len(weights)):
            self.setColumnWidth(i, edges[i + 1] - edges[i])
