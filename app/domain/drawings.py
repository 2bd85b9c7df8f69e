"""What the trader draws on the chart of one contract: levels, moments, measured ranges, anchored averages.

Kept as one text a contract: prices of one contract mean nothing on the chart of another.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from app.domain.units import Ns, Px

MOST: Final = 100
"""Of one contract; the oldest make room."""


class DrawingKind(Enum):
    """The text is what the screen says."""

    LEVEL = "level"
    MOMENT = "moment"
    RANGE = "range"
    AVERAGE = "anchored VWAP"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A level has a price only, a moment and an average a time only. A range has two of both."""

    kind: DrawingKind
    at: Ns | None = None
    price: Px | None = None
    until: Ns | None = None
    reach: Px | None = None

    @property
    def is_whole(self) -> bool:
        said = tuple(value is not None for value in (self.at, self.price, self.until, self.reach))
        return said == _SAID[self.kind]


@dataclass(frozen=True, slots=True)
class DrawingsKept:
    """All drawings of one contract, by its code, as they were kept."""

    contract: str
    drawings: tuple[Drawing, ...]

    @property
    def key(self) -> str:
        return f"drawings/{self.contract}"


_SAID: Final = {
    DrawingKind.LEVEL: (False, True, False, False),
    DrawingKind.MOMENT: (True, False, False, False),
    DrawingKind.RANGE: (True, True, True, True),
    DrawingKind.AVERAGE: (True, False, False, False),
}


def drawings_text(drawings: Iterable[Drawing]) -> str:
    """Empty without any."""
    rows = [[d.kind.name, d.at, d.price, d.until, d.reach] for d in drawings]
    return json.dumps(rows[-MOST:]) if rows else ""


def drawings_of(text: str) -> tuple[Drawing, ...]:
    """What can be read of it; a damaged one is left out."""
    try:
        rows: Any = json.loads(text or "[]")
    except ValueError:
        return ()
    found = (_drawing(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(one for one in found if one is not None)


def _drawing(row: object) -> Drawing | None:
    if not isinstance(row, list) or len(row) != 5 or row[0] not in DrawingKind.__members__:
        return None
    if not all(value is None or type(value) is int for value in row[1:]):
        return None
    made = Drawing(DrawingKind[row[0]], *row[1:])
    return made if made.is_whole else None
