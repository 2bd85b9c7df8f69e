"""The board as Qt's table model: calls mirrored to the left of the strike, puts to the right."""

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont

from app.ui.format import DASH, number, percent
from app.ui.palettes import Colours
from app.ui.panels.chain.model import Cell, Column, Mark, Row
from app.ui.theme import font

Index = QModelIndex | QPersistentModelIndex

_CALLS: Final = tuple(reversed(Column))
_PUTS: Final = tuple(Column)
STRIKE: Final = len(_CALLS)
COLUMNS: Final = len(_CALLS) + 1 + len(_PUTS)
_ORDER: Final = {column: i for i, column in enumerate(Column)}
_PRICES: Final = (Column.BID, Column.ASK, Column.MID, Column.LAST)
_ABOUT: Final = {
    Column.BID: "best bid of the snapshot, points",
    Column.ASK: "best ask of the snapshot, points",
    Column.MID: "(bid + ask) / 2, only when both exist and do not cross, points",
    Column.LAST: "last trade, or the settlement (marked s), points",
    Column.VOLUME: "contracts traded this session (marked p: of a prior session, in no sum)",
    Column.INTEREST: "open interest of the previous day, contracts",
    Column.VOL: "implied volatility of the mid, Black-76 on the chain's own future",
    Column.DELTA: "delta of the mid, per point of the future (Black-76)",
}


class BoardTable(QAbstractTableModel):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._stale = False
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._text, self._dim, self._faint = (
            QBrush(QColor(c)) for c in (colours.text, colours.dim, colours.faint)
        )
        self._warn, self._strike = QBrush(QColor(colours.warn)), QBrush(QColor(colours.text))
        self._in_money, self._at_money = QBrush(QColor(colours.raised)), QBrush(QColor(colours.selection))
        self._struck, self._bold = QFont(font()), font(weight=QFont.Weight.DemiBold)
        self._struck.setStrikeOut(True)
        self._repaint()

    def show(self, rows: tuple[Row, ...], stale: bool) -> None:
        """Same strikes: only the cells are painted again. Other strikes: the table is laid out anew."""
        same = [r.strike for r in rows] == [r.strike for r in self._rows]
        self._stale = stale
        if same:
            self._rows = rows
            self._repaint()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def row_at_the_money(self) -> int | None:
        return next((i for i, row in enumerate(self._rows) if row.at_the_money), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = column_of(section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "Strike" if column is None else column.value
            case Qt.ItemDataRole.ToolTipRole:
                if column is None:
                    return "strike, points"
                return f"{'Call' if section < STRIKE else 'Put'} {column.value}: {_ABOUT[column]}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _CENTRE if column is None else _RIGHT
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row, section = self._rows[index.row()], index.column()
        column = column_of(section)
        if column is None:
            return self._strike_data(row, role)
        call = section < STRIKE
        cell = (row.calls if call else row.puts)[_ORDER[column]]
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._in_money if row.call_in_the_money == call else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = f"{row.strike:g} {'call' if call else 'put'} {column.value}: {_said(column, cell)}"
            return f"{said} {cell.mark.value}".strip()
        return self._cell_data(column, cell, role)

    def _cell_data(self, column: Column, cell: Cell, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _said(column, cell)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(cell)
            case Qt.ItemDataRole.FontRole:
                return self._struck if self._stale and cell.value is not None else None
            case Qt.ItemDataRole.ToolTipRole:
                return cell.mark.value or None
        return None

    def _strike_data(self, row: Row, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return number(row.strike, 0 if row.strike == int(row.strike) else 2)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _CENTRE
            case Qt.ItemDataRole.ForegroundRole:
                return self._strike
            case Qt.ItemDataRole.BackgroundRole:
                return self._at_money if row.at_the_money else None
            case Qt.ItemDataRole.FontRole:
                return self._bold
            case Qt.ItemDataRole.ToolTipRole:
                return (
                    "at the money: the strike nearest to the chain's own future" if row.at_the_money else None
                )
        return None

    def _colour(self, cell: Cell) -> QBrush:
        if cell.mark is Mark.CROSSED:
            return self._warn
        if self._stale or cell.mark in (Mark.MISSING, Mark.PRIOR):
            return self._faint
        return self._text if cell.mark is Mark.NONE else self._dim

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, COLUMNS - 1))


_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE: Final = int(Qt.AlignmentFlag.AlignCenter)


def column_of(section: int) -> Column | None:
    if section == STRIKE:
        return None
    return _CALLS[section] if section < STRIKE else _PUTS[section - STRIKE - 1]


def _said(column: Column, cell: Cell) -> str:
    if cell.value is None:
        return DASH
    if column in _PRICES:
        return number(cell.value, 2) + (" s" if cell.mark is Mark.SETTLEMENT else "")
    if column is Column.VOL:
        return percent(cell.value, 1)
    if column is Column.DELTA:
        return number(cell.value, 2, sign=True)
    return number(cell.value) + (" p" if cell.mark is Mark.PRIOR else "")
