"""A table of fixed columns whose rows are given as values: only the cells that changed are repainted."""

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui.palettes import Colours
from app.ui.theme import ROW_PX, SMALL_PX, font
from app.ui.widgets.cell_painter import CellPainter
from app.ui.widgets.cells import Cell, Column, Row

__all__ = ["Cell", "Column", "Grid", "GridModel", "Row"]

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_FEW_ROWS = 12


class GridModel(QAbstractTableModel):
    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self._columns = columns
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Shows these rows instead; cells that stay equal are not painted again."""
        old = self._rows[: len(rows)]  # indexes are made here: the public way asks thrice for the counts
        if len(rows) > len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), len(rows) - 1)
            self._rows = list(rows)
            self.endInsertRows()
        elif len(rows) < len(self._rows):
            self.beginRemoveRows(QModelIndex(), len(rows), len(self._rows) - 1)
            self._rows = list(rows)
            self.endRemoveRows()
        else:
            self._rows = list(rows)
        for top, bottom, left, right in _changed(old, rows):
            self.dataChanged.emit(self.createIndex(top, left), self.createIndex(bottom, right))

    def shift(self, dropped: int, added: Sequence[Row]) -> None:
        """A bounded list moves on: `dropped` rows leave at the top, others join at the end."""
        if dropped:
            self.beginRemoveRows(QModelIndex(), 0, dropped - 1)
            del self._rows[:dropped]
            self.endRemoveRows()
        if added:
            count = len(self._rows)
            self.beginInsertRows(QModelIndex(), count, count + len(added) - 1)
            self._rows.extend(added)
            self.endInsertRows()

    def row(self, number: int) -> Row:
        return self._rows[number]

    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def number_of(self, key: str) -> int | None:
        return next((number for number, row in enumerate(self._rows) if row.key == key), None)

    def cell(self, index: _Index) -> Cell:
        return self._rows[index.row()].cells[index.column()]

    def column(self, number: int) -> Column:
        return self._columns[number]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return cell.spoken or f"{self._columns[index.column()].title}: {cell.text}"
        return None


def _changed(old: Sequence[Row], new: Sequence[Row]) -> Iterator[tuple[int, int, int, int]]:
    """Blocks of changed cells: adjacent rows are told at once, as each telling costs 15 µs."""
    block: tuple[int, int, int, int] | None = None
    for number, (was, now) in enumerate(zip(old, new, strict=False)):
        span = _span(was, now)
        if span is None:
            continue
        left, right = span
        if block is not None and block[1] == number - 1:
            block = block[0], number, min(block[2], left), max(block[3], right)
            continue
        if block is not None:
            yield block
        block = number, number, left, right
    if block is not None:
        yield block


def _span(was: Row, now: Row) -> tuple[int, int] | None:
    """From which cell to which a row changed. Of one that moved, all: comparing takes 1 µs a cell."""
    if was is now:
        return None
    if was.key != now.key:
        return 0, len(now.cells) - 1
    places = [place for place, cell in enumerate(now.cells) if cell != was.cells[place]]
    return (places[0], places[-1]) if places else None


class Grid(QTableView):
    """The table itself: whole rows are selected, the keyboard moves through them."""

    def __init__(
        self, name: str, columns: tuple[Column, ...], colours: Colours, *, row_px: int = ROW_PX
    ) -> None:
        super().__init__()
        self._columns = columns
        self.grid = GridModel(columns)
        self._painter = CellPainter(self, self.grid, colours)
        self.setModel(self.grid)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_px)
        rows.setDefaultSectionSize(row_px)
        heads.setHighlightSections(False)
        heads.setMinimumSectionSize(16)
        heads.setFont(font(SMALL_PX))
        for number, column in enumerate(columns):
            if column.width:
                heads.resizeSection(number, column.width)
            else:
                heads.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Shows these rows; the selection stays with the row's key."""
        same = [row.key for row in rows] == [row.key for row in self.grid.rows()]
        chosen = None if same else self.chosen()
        self.grid.set_rows(rows)
        if chosen is not None and self.chosen() != chosen:
            number = self.grid.number_of(chosen)
            if number is None:
                self.clearSelection()
            else:
                self.selectRow(number)

    def chosen(self) -> str | None:
        """Key of the selected row."""
        number = self.currentIndex().row()
        if not self.selectionModel().hasSelection() or not 0 <= number < self.grid.rowCount():
            return None
        return self.grid.row(number).key

    def recolour(self, colours: Colours) -> None:
        self._painter.recolour(colours)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for number, column in enumerate(self._columns):
            if column.from_px:
                self.setColumnHidden(number, self.viewport().width() < column.from_px)
