"""The values a table is made of; without Qt, so that a panel's model can say its rows itself."""

from dataclasses import dataclass, field
from enum import Enum


class Mark(Enum):
    """A state by shape as well as colour: whoever sees no colours sees circle, triangle, square …"""

    GOOD = "circle"
    WARN = "triangle"
    BAD = "square"
    OFF = "ring"
    REST = "bar"


@dataclass(frozen=True, slots=True)
class Column:
    """`width` 0 takes what is left; numbers stand at the right. With `from_px` it needs a table that wide."""

    title: str
    width: int
    right: bool = False
    tip: str = ""
    from_px: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `colour` and `fill` name a field of `Colours`; `spoken` is what a screen reader says.

    Cells that look the same are equal: a tooltip with a ticking age is no reason to paint.
    """

    text: str
    colour: str = "text"
    tip: str = field(default="", compare=False)
    spoken: str = field(default="", compare=False)
    struck: bool = False
    bold: bool = False
    fill: str = ""
    mark: Mark | None = None
    mark_colour: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[Cell, ...]
