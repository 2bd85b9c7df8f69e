"""Who pressed on which strikes: one column a window, one row of ten points of strike. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.bars import PressureBar
from app.domain.contract import Right
from app.domain.units import POINT, Ns, Px, points
from app.domain.updates import InstrumentKnown

GRID: Final = Px(10 * POINT)
MOST_COLUMNS: Final = 72
"""Six hours in windows of five minutes."""
_ROWS_EACH_SIDE: Final = 20


class Side(Enum):
    """Which options count; the text is what the button says."""

    BOTH = "Calls + puts"
    CALLS = "Calls"
    PUTS = "Puts"

    def takes(self, right: Right) -> bool:
        return self is Side.BOTH or (self is Side.CALLS) == (right is Right.CALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """`delta` is bought less sold, `volume` with what had no side."""

    delta: int
    volume: int


@dataclass(frozen=True, slots=True)
class StrikeMap:
    """`columns` follow `starts`; a strike without a trade is not in its column. `strikes` ascend, in rows of
    the grid; `prices` are those of the future at the end of each window, None where it did not trade.
    """

    starts: tuple[Ns, ...]
    seconds: int
    strikes: tuple[int, ...]
    columns: tuple[Mapping[int, Cell], ...]
    prices: tuple[float | None, ...]

    @property
    def largest(self) -> int:
        return max((abs(cell.delta) for column in self.columns for cell in column.values()), default=0)


def column_of(
    bars: Sequence[PressureBar], known: Mapping[int, InstrumentKnown], side: Side
) -> dict[int, Cell]:
    """One window's options, all series added up by the row of the grid that their strike lies in."""
    found: dict[int, Cell] = {}
    for bar in bars:
        named = known.get(bar.instrument)
        if named is None or named.option is None or not side.takes(named.option.right):
            continue
        row = named.option.strike // GRID
        before = found.get(row, _NOTHING)
        found[row] = Cell(before.delta + bar.delta, before.volume + bar.volume)
    return found


def strike_map(
    starts: Sequence[Ns],
    seconds: int,
    columns: Sequence[Mapping[int, Cell]],
    prices: Sequence[float | None],
) -> StrikeMap | None:
    """Rows around the newest price, or around what traded where no future is known; None without a trade."""
    price = next((one for one in reversed(prices) if one is not None), None)
    traded = sorted({row for column in columns for row in column})
    if not traded:
        return None
    middle = traded[len(traded) // 2] if price is None else int(price // points(GRID))
    rows = range(middle - _ROWS_EACH_SIDE, middle + _ROWS_EACH_SIDE + 1)
    kept = tuple({row: cell for row, cell in column.items() if row in rows} for column in columns)
    return StrikeMap(tuple(starts), seconds, tuple(rows), kept, tuple(prices))


_NOTHING: Final = Cell(0, 0)
