"""Where everything stands on the drawn picture of a chain: one geometry for drawing it and for pointing."""

from dataclasses import dataclass
from typing import Final

from app.domain.chain import Chain
from app.domain.contract import Right
from app.domain.units import Px

WIDTH: Final = 1280
MARGIN: Final = 16
TITLE: Final = 30
LINE: Final = 22
# Above this the image would cost hundreds of megabytes; the picture says how many rows it leaves out.
TALLEST: Final = 16_000
# Fields of a call from the left; those of a put mirror them around the strike.
SIDE: Final = ("open interest", "volume", "change", "last", "bid", "ask")
_STRIKE: Final = len(SIDE)


@dataclass(frozen=True, slots=True)
class Box:
    """In pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """`rows` are those that fit, `cut` those left out; the table's heading stands at `top`."""

    width: int
    height: int
    top: int
    columns: int
    rows: int
    cut: int

    def cell(self, row: int, column: int) -> Box | None:
        """Row −1 is the heading; None when it is not on the picture."""
        if not (-1 <= row < self.rows and 0 <= column < self.columns):
            return None
        each = (self.width - 2 * MARGIN) / self.columns
        return Box(int(MARGIN + column * each), self.top + (row + 1) * LINE, int(each), LINE)

    def at(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column under a point."""
        if not self.columns:
            return None
        row = int((y - self.top) // LINE) - 1
        column = int((x - MARGIN) // ((self.width - 2 * MARGIN) / self.columns))
        return (row, column) if row >= 0 and self.cell(row, column) else None


def layout(columns: int, rows: int, notes: int, width: int = WIDTH) -> Layout:
    """`notes` are the lines of small print below the subtitle."""
    top = MARGIN + TITLE + LINE * (1 + notes) + MARGIN // 2
    cut = max(0, rows - ((TALLEST - top - MARGIN) // LINE - 2))
    table = LINE * (rows + 1) if columns else 0
    return Layout(width, min(TALLEST, top + table + MARGIN), top, columns, rows - cut, cut)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Which field of which contract stands in which cell."""

    layout: Layout
    strikes: tuple[Px, ...]
    symbols: dict[tuple[Px, Right], str]
    where: dict[str, tuple[int, Right]]

    def box(self, symbol: str, field: str) -> Box | None:
        found = self.where.get(symbol)
        if found is None:
            return None
        row, right = found
        column = _STRIKE
        if field in SIDE:
            column = SIDE.index(field) if right is Right.CALL else 2 * _STRIKE - SIDE.index(field)
        return self.layout.cell(row, column)

    def field(self, x: float, y: float) -> tuple[str, str] | None:
        """Symbol and field under a point; a strike belongs to its call, if it has one."""
        place = self.layout.at(x, y)
        if place is None or place[0] >= len(self.strikes):
            return None
        strike, column = self.strikes[place[0]], place[1]
        rights = (Right.PUT,) if column > _STRIKE else (Right.CALL, Right.PUT)[: 1 + (column == _STRIKE)]
        symbol = next((s for r in rights if (s := self.symbols.get((strike, r)))), None)
        if symbol is None:
            return None
        side = column if column < _STRIKE else 2 * _STRIKE - column
        return symbol, "strike" if column == _STRIKE else SIDE[side]


def places(chain: Chain | None, notes: int) -> Places:
    """Of the picture that is drawn of this chain; without one there is only text, and no place."""
    quotes = () if chain is None else chain.quotes
    strikes = tuple(sorted({quote.contract.strike for quote in quotes}))
    rows = {strike: row for row, strike in enumerate(strikes)}
    columns = 2 * _STRIKE + 1 if strikes else 0
    return Places(
        layout(columns, len(strikes), notes),
        strikes,
        {(q.contract.strike, q.contract.right): q.symbol for q in quotes},
        {q.symbol: (rows[q.contract.strike], q.contract.right) for q in quotes},
    )
