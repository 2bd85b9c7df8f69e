"""Where everything stands on the drawn picture of a chain: one geometry for drawing it and for pointing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.domain.contract import Right
from app.domain.units import Px, px

# Thirteen columns of prices fit, and half a screen still shows them legibly.
WIDTH: Final = 960
MARGIN: Final = 16
TITLE: Final = 30
LINE: Final = 22
# Above this the image would cost hundreds of megabytes; the picture says how many rows it leaves out.
TALLEST: Final = 16_000
# The page as the browser engine built it, beside its picture.
DOM: Final = "dom.html"
# Fields of a call from the left; those of a put mirror them around the strike.
SIDE: Final = ("open interest", "volume", "change", "last", "bid", "ask")
_STRIKE: Final = len(SIDE)
_LONGEST_STRIKE: Final = 9


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

    @property
    def shape(self) -> str:
        """Kept inside the picture: what was drawn by another layout must not be pointed at by this one."""
        return f"{self.columns}x{self.rows}+{self.top}"

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


@dataclass(frozen=True, slots=True)
class Rung:
    """One contract of a ladder of strikes."""

    strike: Px
    right: Right
    symbol: str


def rung_of(symbol: str) -> Rung | None:
    """From a name such as `MC7M5|21500C`; None where it is built otherwise."""
    tail = symbol.partition("|")[2]
    right = {"C": Right.CALL, "P": Right.PUT}.get(tail[-1:])
    digits = tail[:-1]
    if (
        right is None
        or len(digits) > _LONGEST_STRIKE
        or not digits.replace(".", "", 1).isdecimal()
        or not digits.isascii()
    ):
        return None
    return Rung(px(float(digits)), right, symbol)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Which field of which contract stands in which cell. `drawn`, told by the picture itself, wins."""

    layout: Layout
    strikes: tuple[Px, ...] = ()
    symbols: Mapping[tuple[Px, Right], str] = field(default_factory=dict)
    where: Mapping[str, tuple[int, Right]] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    drawn: Mapping[tuple[str, str], Box] = field(default_factory=dict)

    def box(self, symbol: str, field: str) -> Box | None:
        if self.drawn:
            return self.drawn.get((symbol, field))
        if self.facts:
            at = (symbol, field)
            return self.layout.cell(self.facts.index(at), 1) if at in self.facts else None
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
        if self.drawn:
            hit = [(b.width * b.height, key) for key, b in self.drawn.items() if _is_in(b, x, y)]
            return min(hit)[1] if hit else None
        place = self.layout.at(x, y)
        if place is None:
            return None
        row, column = place
        if self.facts:
            return self.facts[row] if row < len(self.facts) else None
        if row >= len(self.strikes):
            return None
        strike = self.strikes[row]
        rights = (Right.PUT,) if column > _STRIKE else (Right.CALL, Right.PUT)[: 1 + (column == _STRIKE)]
        symbol = next((s for r in rights if (s := self.symbols.get((strike, r)))), None)
        if symbol is None:
            return None
        side = column if column < _STRIKE else 2 * _STRIKE - column
        return symbol, "strike" if column == _STRIKE else SIDE[side]

    def as_drawn(self, shape: str, boxes: Mapping[str, Sequence[int]]) -> "Places":
        """For a picture that says how it was laid out; one laid out otherwise has no place for anything."""
        if boxes:
            drawn = {(k.partition("/")[0], k.partition("/")[2]): Box(*b[:4]) for k, b in boxes.items()}
            return replace(self, drawn=drawn)
        return self if shape in ("", self.layout.shape) else Places(layout(0, 0, 0))


def _is_in(box: Box, x: float, y: float) -> bool:
    return box.x <= x < box.x + box.width and box.y <= y < box.y + box.height


def places_of_ladder(ladder: Sequence[Rung], notes: int) -> Places:
    """Of the picture of a chain; without one there is only text, and no place."""
    strikes = tuple(sorted({rung.strike for rung in ladder}))
    rows = {strike: row for row, strike in enumerate(strikes)}
    return Places(
        layout(2 * _STRIKE + 1 if strikes else 0, len(strikes), notes),
        strikes,
        {(rung.strike, rung.right): rung.symbol for rung in ladder},
        {rung.symbol: (rows[rung.strike], rung.right) for rung in ladder},
    )


def places_of_facts(facts: Sequence[tuple[str, str]], columns: int, notes: int) -> Places:
    """Of a table with a fact in each row; each is (subject, field)."""
    return Places(layout(columns, len(facts), notes), facts=tuple(facts))
