"""The board as Qt's table model: calls mirrored to the left of the strike, puts to the right.

A row is worded when it is first seen, so that a chain of ten thousand strikes costs no more than its window.
"""

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.domain.contract import Right
from app.domain.units import Ns
from app.domain.updates import ChainArrived
from app.ui.format import Zone, number
from app.ui.panels.chain.cells import Cell, Mark, about, cell
from app.ui.panels.chain.columns import ABOUT, AT_FIRST, Column

Index = QModelIndex | QPersistentModelIndex

_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE: Final = int(Qt.AlignmentFlag.AlignCenter)
_AT_THE_MONEY: Final = "at the money: the strike nearest to the chain's own future"
_ROOT: Final = QModelIndex()


@dataclass(frozen=True, slots=True)
class Look:
    """What the board shows: a chain, from row `first` to `last` of it, in these columns."""

    shown: ChainArrived | None
    first: int
    last: int
    columns: tuple[Column, ...]
    stale: bool
    atm: bool
    """Whether a strike may be called at the money."""


@dataclass(frozen=True, slots=True)
class Line:
    """One strike in words: calls from the outside in, puts from the inside out."""

    strike: str
    at_the_money: bool
    call_in_the_money: bool
    put_in_the_money: bool
    calls: tuple[Cell, ...]
    puts: tuple[Cell, ...]


class BoardTable(QAbstractTableModel):
    def __init__(self, zone: Zone) -> None:
        super().__init__()
        self.zone = zone
        self.look = Look(None, 0, 0, AT_FIRST, False, False)
        self._now = Ns(0)
        self._lines: dict[int, Line] = {}
        self._places = _places(AT_FIRST)

    @property
    def middle(self) -> int:
        """The section of the strike."""
        return len(self.look.columns)

    def show(self, look: Look, now: Ns) -> bool:
        """True when the rows or columns are others than before: then the table is laid out anew."""
        old, self._now = self.look, now
        same = old.columns == look.columns and _strikes(old) == _strikes(look)
        if not same:
            self.beginResetModel()
        self.look = look
        self._places = _places(look.columns)
        self._lines.clear()
        if not same:
            self.endResetModel()
        return not same

    def forward(self, now: Ns) -> None:
        """Ages are said anew."""
        self._now = now
        self._lines.clear()

    def line(self, row: int) -> Line:
        made = self._lines.get(row)
        if made is None:
            made = self._lines[row] = self._made(row)
        return made

    def column_of(self, section: int) -> Column | None:
        """None is the strike."""
        return self._places[section][1]

    def row_at_the_money(self) -> int | None:
        look = self.look
        middle = None if look.shown is None or look.shown.board is None else look.shown.board.at_the_money
        return None if middle is None or not look.first <= middle < look.last else middle - look.first

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self.look.last - self.look.first

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._places)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._places):
            return None
        right, column = self._places[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "Strike" if column is None else column.value
            case Qt.ItemDataRole.ToolTipRole:
                if column is None:
                    return "strike, points"
                return f"{'Call' if right is Right.CALL else 'Put'} {column.value}: {ABOUT[column]}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _CENTRE if column is None else _RIGHT
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """For screen readers and tooltips; the board paints from the lines themselves."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        line, (right, column) = self.line(index.row()), self._places[index.column()]
        if column is None:
            said = {
                Qt.ItemDataRole.DisplayRole: line.strike,
                Qt.ItemDataRole.ToolTipRole: _AT_THE_MONEY if line.at_the_money else None,
                Qt.ItemDataRole.AccessibleTextRole: f"strike {line.strike}",
            }
            return said.get(Qt.ItemDataRole(role))
        one = self._cell(line, index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one.text
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(index.row(), right, column, one)
            case Qt.ItemDataRole.AccessibleTextRole:
                word = "call" if right is Right.CALL else "put"
                return f"{line.strike} {word} {column.value}: {one.text} {one.mark.value}".strip()
        return None

    def _cell(self, line: Line, section: int) -> Cell:
        return line.calls[section] if section < self.middle else line.puts[section - self.middle - 1]

    def _made(self, row: int) -> Line:
        look = self.look
        assert look.shown is not None and look.shown.board is not None  # noqa: S101, PT018 - rowCount is 0 else
        board, place, strip = look.shown.board, look.first + row, look.shown.strip
        strike = float(board.strikes[place])
        future = None if strip is None else strip.future
        sides = {
            right: tuple(cell(look.shown, board, place, right, c, self._now) for c in look.columns)
            for right in Right
        }
        return Line(
            number(strike, 0 if strike == int(strike) else 2),
            look.atm and place == board.at_the_money,
            future is not None and strike < future,
            future is not None and strike > future,
            sides[Right.CALL][::-1],
            sides[Right.PUT],
        )

    def _tip(self, row: int, right: Right, column: Column, one: Cell) -> str:
        shown = self.look.shown
        if shown is None or shown.board is None:
            return ""
        quotes = shown.board.calls if right is Right.CALL else shown.board.puts
        when = about(shown, quotes[self.look.first + row], column, self._now, self.zone)
        return when if one.mark is Mark.NONE or one.mark.value == when else f"{one.mark.value}\n{when}"


def _places(columns: tuple[Column, ...]) -> tuple[tuple[Right, Column | None], ...]:
    calls = [(Right.CALL, column) for column in reversed(columns)]
    return (*calls, (Right.CALL, None), *((Right.PUT, column) for column in columns))


def _strikes(look: Look) -> tuple[float, ...]:
    if look.shown is None or look.shown.board is None:
        return ()
    return tuple(look.shown.board.strikes[look.first : look.last].tolist())
