"""The board's own table view: one pass of the painter over what is seen, columns by weight.

Asking a delegate for each cell takes 15 µs, painting the words of a line 2 µs a cell: a tall board would not
fit into a frame otherwise. Scrolling, selection, keys, tooltips and screen readers are those of any table.
"""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui.palettes import Colours
from app.ui.panels.chain.cells import Cell, Mark
from app.ui.panels.chain.columns import WIDEST, WIDEST_STRIKE
from app.ui.panels.chain.table import BoardTable, Line
from app.ui.theme import BASE_PX, CAPTION_PX, SMALL_PX, font
from app.ui.widgets.laid_text import LaidText
from app.ui.widgets.own_keys import keeps

ROW_PX: Final = 22
_EDGE: Final = 7
_PAD_PX: Final = 2 + _EDGE
_DIM: Final = frozenset({Mark.SETTLEMENT, Mark.WIDE})
_FAINT: Final = frozenset(
    {Mark.MISSING, Mark.NO_QUOTE, Mark.NOT_LISTED, Mark.PRIOR, Mark.WITHHELD, Mark.UNSOLVED}
)
_FLAGS: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


_OWN_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    }
)  # fmt: skip


class BoardView(QTableView):
    expiry_stepped = Signal(int)
    """Left and right arrow: the previous or next expiry."""

    def __init__(self, table: BoardTable, colours: Colours) -> None:
        super().__init__()
        self._table = table
        self._painted: dict[int, Line] = {}
        self.setModel(table)
        self.setAccessibleName("Option chain board")
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
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
        self._bold = font(weight=QFont.Weight.DemiBold)
        self._faces = tuple(_Face(px) for px in (BASE_PX, SMALL_PX, CAPTION_PX))
        self._face = self._faces[0]
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._text, self._dim, self._faint = (QColor(c) for c in (colours.text, colours.dim, colours.faint))
        self._warn, self._rule = QColor(colours.warn), QColor(colours.row_line)
        self._selected, self._raised = QColor(colours.selection), QColor(colours.raised)
        self.viewport().update()

    def repaint_changed(self) -> None:
        """Only the lines that now say something else."""
        first, last = self._seen()
        for row in range(first, last):
            if self._painted.get(row) != self._table.line(row):
                self.viewport().update(0, self.rowViewportPosition(row), self.viewport().width(), ROW_PX)

    def repaint_all(self) -> None:
        self.viewport().update()

    def centre(self) -> None:
        """The money in the middle, and selected."""
        row = self._table.row_at_the_money()
        if row is not None:
            self.setCurrentIndex(self._table.index(row, self._table.middle))
            self.scrollTo(
                self._table.index(row, self._table.middle), QAbstractItemView.ScrollHint.PositionAtCenter
            )

    def spread(self) -> None:
        """Each column as wide as its longest text, and what is left shared out. Where the room is too narrow
        the words get smaller, and where that is not enough the board scrolls sideways, the strike in view.
        """
        columns = [self._table.column_of(i) for i in range(self._table.columnCount())]
        texts = [WIDEST_STRIKE if c is None else WIDEST[c] for c in columns]
        room = self.viewport().width()
        large, small, _ = self._faces
        self._face = large if sum(large.wide(text) + _PAD_PX for text in texts) <= room else small
        needed = [self._face.wide(text) + _PAD_PX for text in texts]
        share = max(1.0, room / sum(needed))
        edges = [round(share * sum(needed[:i])) for i in range(len(needed) + 1)]
        for i in range(len(needed)):
            self.setColumnWidth(i, edges[i + 1] - edges[i])
        sideways = self.horizontalScrollBar()
        sideways.setValue((sideways.minimum() + sideways.maximum()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.spread()

    def event(self, event: QEvent) -> bool:
        return keeps(event, _OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Home:
                self.centre()
            case Qt.Key.Key_Left:
                self.expiry_stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.expiry_stepped.emit(1)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = QPainter(self.viewport()), event.rect()
        places = [
            (self.columnViewportPosition(i), self.columnWidth(i)) for i in range(self._table.columnCount())
        ]
        chosen = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        first, last = self._seen()
        changed = event.region()
        for row in range(max(first, self._row_at(box.top())), min(last, self._row_at(box.bottom()) + 1)):
            top = self.rowViewportPosition(row)
            if changed.intersects(QRect(box.left(), top, box.width(), ROW_PX)):
                line = self._painted[row] = self._table.line(row)
                self._paint_line(painter, line, top, places, row == chosen)
        painter.end()
        if len(self._painted) > 4 * (last - first + 1):
            self._painted = {row: line for row, line in self._painted.items() if first <= row < last}

    def _paint_line(
        self, painter: QPainter, line: Line, top: int, places: list[tuple[int, int]], chosen: bool
    ) -> None:
        left, width = places[self._table.middle]
        end = places[-1][0] + places[-1][1]
        if chosen:
            painter.fillRect(places[0][0], top, end - places[0][0], ROW_PX, self._selected)
        else:
            if line.call_in_the_money:
                painter.fillRect(places[0][0], top, left - places[0][0], ROW_PX, self._raised)
            if line.put_in_the_money:
                painter.fillRect(left + width, top, end - left - width, ROW_PX, self._raised)
            if line.at_the_money:
                painter.fillRect(left, top, width, ROW_PX, self._selected)
        painter.fillRect(places[0][0], top + ROW_PX - 1, end - places[0][0], 1, self._rule)
        painter.setFont(self._bold)
        painter.setPen(self._text)
        painter.drawText(QRect(left, top, width, ROW_PX - 1), Qt.AlignmentFlag.AlignCenter, line.strike)
        self._write(painter, line, top, places)

    def _write(self, painter: QPainter, line: Line, top: int, places: list[tuple[int, int]]) -> None:
        """At a place worked out here, laid out once: a third of the time of text aligned in a box."""
        middle, face, stale = self._table.middle, self._face, self._table.look.stale
        wide, width = face.wide, self.viewport().width()
        painter.setFont(face.font(stale))
        last: QColor | None = None
        cells = zip((*places[:middle], *places[middle + 1 :]), (*line.calls, *line.puts), strict=True)
        for (start, room), one in cells:
            end, needed = start + room - _EDGE, wide(one.text)
            if end > width or end < needed:
                continue  # cut off by the edge it would be another number
            ink = self._ink(one, stale)
            if ink is not last:
                painter.setPen(ink)
                last = ink
            if needed <= room - _PAD_PX:
                face.laid.draw_at(painter, end - needed, top + face.top, one.text, stale)
            else:
                self._squeeze(painter, one.text, QRect(start + 2, top, room - _PAD_PX, ROW_PX - 1))

    def _squeeze(self, painter: QPainter, text: str, room: QRect) -> None:
        """Half a number is another number: it is written smaller, or not at all."""
        stale = self._table.look.stale
        face = next((f for f in self._faces if f.wide(text) <= room.width()), None)
        painter.setFont((face or self._face).font(stale))
        painter.drawText(room, _FLAGS, text if face else "…")
        painter.setFont(self._face.font(stale))

    def _ink(self, one: Cell, stale: bool) -> QColor:
        if one.mark is Mark.NONE:
            return self._faint if stale else self._text
        if one.mark is Mark.CROSSED:
            return self._warn
        if stale or one.mark in _FAINT:
            return self._faint
        return self._dim if one.mark in _DIM else self._text

    def _seen(self) -> tuple[int, int]:
        """First and one past the last row in the window."""
        count = self._table.rowCount()
        last = self.rowAt(self.viewport().height() - 1)
        return max(0, self.rowAt(0)), count if last < 0 else last + 1

    def _row_at(self, y: int) -> int:
        row = self.rowAt(y)
        return self._table.rowCount() if row < 0 else row


class _Face:
    """One size of the words: plain, and struck out for what is stale."""

    def __init__(self, px: int) -> None:
        self._plain = font(px)
        self._struck = QFont(self._plain)
        self._struck.setStrikeOut(True)
        metrics = QFontMetrics(self._plain)
        self.wide = lru_cache(maxsize=20_000)(metrics.horizontalAdvance)
        self.top = (ROW_PX - 1 + metrics.ascent() - metrics.descent()) // 2 - metrics.ascent()
        self.laid = LaidText({False: self._plain, True: self._struck})

    def font(self, stale: bool) -> QFont:
        return self._struck if stale else self._plain
