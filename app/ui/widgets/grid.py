"""A table of fixed columns whose rows are given as values: only the cells that changed are repainted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.ui.palettes import Colours
from app.ui.theme import ROW_PX, SMALL_PX, font

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """`width` 0 takes what is left; numbers stand at the right."""

    title: str
    width: int
    right: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `colour` and `fill` name a field of `Colours`; `spoken` is what a screen reader says."""

    text: str
    colour: str = "text"
    tip: str = ""
    spoken: str = ""
    struck: bool = False
    bold: bool = False
    fill: str = ""
    mark: object = None
    """Anything a delegate of the table wants to draw, e.g. a status shape."""


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[Cell, ...]


class GridModel(QAbstractTableModel):
    def __init__(self, columns: tuple[Column, ...], colours: Colours) -> None:
        super().__init__()
        self._columns = columns
        self._colours = colours
        self._rows: tuple[Row, ...] = ()
        self._fonts = {(struck, bold): _cell_font(struck, bold) for struck in (0, 1) for bold in (0, 1)}

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1))

    def set_rows(self, rows: Sequence[Row]) -> None:
        new, old = tuple(rows), self._rows
        if len(new) > len(old):
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._rows = new
            self.endInsertRows()
        elif len(new) < len(old):
            self.beginRemoveRows(QModelIndex(), len(new), len(old) - 1)
            self._rows = new
            self.endRemoveRows()
        else:
            self._rows = new
        for number, (was, now) in enumerate(zip(old, new, strict=False)):
            if was is not now and was.cells != now.cells:
                changed = [i for i, cell in enumerate(now.cells) if cell != was.cells[i]]
                self.dataChanged.emit(self.index(number, changed[0]), self.index(number, changed[-1]))

    def row(self, number: int) -> Row:
        return self._rows[number]

    def number_of(self, key: str) -> int | None:
        return next((number for number, row in enumerate(self._rows) if row.key == key), None)

    def cell(self, index: _Index) -> Cell:
        return self._rows[index.row()].cells[index.column()]

    def font(self, cell: Cell) -> QFont:
        return self._fonts[(int(cell.struck), int(cell.bold))]

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
            return _side(column)
        return None

    def data(self, index: _Index, role: int = 0) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        read = _READ.get(role)
        return None if read is None else read(self, self.cell(index), self._columns[index.column()])

    def colour(self, name: str) -> QColor:
        return QColor(getattr(self._colours, name))


class Grid(QTableView):
    """The table itself: whole rows are selected, the keyboard moves through them."""

    def __init__(
        self, name: str, columns: tuple[Column, ...], colours: Colours, *, row_px: int = ROW_PX
    ) -> None:
        super().__init__()
        self.grid = GridModel(columns, colours)
        self.setModel(self.grid)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
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
        chosen = self.chosen()
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
        self.grid.recolour(colours)


def _cell_font(struck: int, bold: int) -> QFont:
    made = font(weight=QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setStrikeOut(bool(struck))
    return made


def _side(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


_READ: dict[int, Any] = {
    Qt.ItemDataRole.DisplayRole: lambda _, cell, __: cell.text,
    Qt.ItemDataRole.ForegroundRole: lambda model, cell, __: model.colour(cell.colour),
    Qt.ItemDataRole.BackgroundRole: lambda model, cell, __: model.colour(cell.fill) if cell.fill else None,
    Qt.ItemDataRole.TextAlignmentRole: lambda _, __, column: _side(column),
    Qt.ItemDataRole.FontRole: lambda model, cell, __: model.font(cell),
    Qt.ItemDataRole.ToolTipRole: lambda _, cell, __: cell.tip or None,
    Qt.ItemDataRole.AccessibleTextRole: lambda _, cell, column: cell.spoken or f"{column.title}: {cell.text}",
    Qt.ItemDataRole.UserRole: lambda _, cell, __: cell.mark,
}
