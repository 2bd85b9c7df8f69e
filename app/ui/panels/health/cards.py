"""The table of source health: cards of three lines, and lines of channels below those that are open."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent

from app.ui.palettes import Colours
from app.ui.panels.health.card import Card, CardCell
from app.ui.panels.health.drawing import FOLD_PX, MORE_PX, CardPainter
from app.ui.widgets.cells import Column, Row
from app.ui.widgets.dragging import Dragging, Place, between_rows
from app.ui.widgets.grid import Grid

CARD_PX: Final = 58
LINE_PX: Final = 23


class Cards(Grid):
    """A click on the arrow opens a card, one on the dots asks for its menu; a card dragged goes elsewhere."""

    folded = Signal(str)
    more_asked = Signal(str, QPoint)
    moved = Signal(str, str)
    """A card's key, and that of the card before which it was dropped (END: after all)."""

    def __init__(self, colours: Colours) -> None:
        super().__init__("Source health", (Column("Source", 0),), colours, row_px=LINE_PX)
        self.horizontalHeader().hide()
        self._cards = CardPainter(self, colours)
        self.setItemDelegate(self._cards)
        self.doubleClicked.connect(lambda index: self.folded.emit(self.grid.row(index.row()).key))
        self._dragging = Dragging(self, self._taken, self._placed)
        self._dragging.recolour(colours.accent)
        self._dragging.dropped.connect(self.moved)

    def set_rows(self, rows: Sequence[Row]) -> None:
        super().set_rows(rows)
        for number, row in enumerate(rows):
            cell = row.cells[0]
            is_card = isinstance(cell, CardCell) and isinstance(cell.shown, Card)
            height = CARD_PX if is_card else LINE_PX
            if self.rowHeight(number) != height:
                self.setRowHeight(number, height)

    def recolour(self, colours: Colours) -> None:
        self._cards.recolour(colours)
        self._dragging.recolour(colours.accent)
        super().recolour(colours)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or event.button() is not Qt.MouseButton.LeftButton:
            return
        key = self.grid.row(index.row()).key
        if at.x() >= self.viewport().width() - MORE_PX:
            self.more_asked.emit(key, self.viewport().mapToGlobal(at))
        elif at.x() < FOLD_PX and key.endswith("/"):
            self.folded.emit(key)

    def _taken(self, at: QPoint) -> str:
        index = self.indexAt(at)
        key = self.grid.row(index.row()).key if index.isValid() else ""
        return key if key.endswith("/") else ""

    def _placed(self, _: str, at: QPoint) -> Place | None:
        rows = enumerate(self.grid.rows())
        return between_rows(
            self, at, tuple((number, row.key) for number, row in rows if row.key.endswith("/"))
        )
