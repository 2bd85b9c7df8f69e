"""Time and sales: the newest prints, filtered by size; old ones leave after two minutes. No Qt."""

import re
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.ticks import BUY, SELL
from app.domain.units import SECOND, Ns
from app.domain.updates import TapePrint
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.cells import Cell, Row

KEPT: Final = Ns(120 * SECOND)
MOST_KEPT: Final = 20_000
MOST_SHOWN: Final = 150
PER_REPAINT: Final = 25
"""More than this in a quarter of a second cannot be read; the rest is counted."""

_SIDES = {BUY: ("▲ buy", "up", "bought"), SELL: ("▼ sell", "down", "sold")}
_NO_SIDE = ("○ none", "dim", "without side")
_LEAST = re.compile(r"(?:≥|>=)\s*(?P<before>\d+)|(?P<after>\d+)\s*\+")
_RANGE = re.compile(r"(?P<low>\d+)\s*[-–]\s*(?P<high>\d+)")
_EXACT = re.compile(r"=?\s*(?P<size>\d+)")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes that pass, both ends included; `high` None is without end."""

    low: int = 1
    high: int | None = None

    def passes(self, size: int) -> bool:
        return size >= self.low and (self.high is None or size <= self.high)


def sizes(said: str) -> Sizes | None:
    """`50+` or `≥ 50`: that and more; `200–400`: a range; `11`: exactly; None when it is no size."""
    said = said.strip()
    if not said:
        return Sizes()
    if found := _LEAST.fullmatch(said):
        return Sizes(int(found["before"] or found["after"]))
    if found := _RANGE.fullmatch(said):
        low, high = int(found["low"]), int(found["high"])
        return Sizes(low, high) if low <= high else None
    if found := _EXACT.fullmatch(said):
        return Sizes(int(found["size"]), int(found["size"]))
    return None


class TapeModel:
    def __init__(self) -> None:
        self._prints: deque[tuple[int, TapePrint]] = deque(maxlen=MOST_KEPT)
        self._number = 0
        self._shown: deque[Row] = deque(maxlen=MOST_SHOWN)
        self._shown_number = 0
        self._key: tuple[Sizes, str | None] = (Sizes(), None)
        self.overflow = 0
        """Prints of the last repaint that came too fast to be shown."""

    def __len__(self) -> int:
        return len(self._prints)

    def put(self, one: TapePrint) -> None:
        self._number += 1
        self._prints.append((self._number, one))

    def rows(self, wanted: Sizes, symbol: str | None, now: Ns, zone: Zone) -> tuple[Row, ...]:
        """Newest first. `symbol` None shows all; sources number a contract each in its own way."""
        while self._prints and self._prints[0][1].at < now - KEPT:
            self._prints.popleft()
        if (wanted, symbol) != self._key:
            self._key = (wanted, symbol)
            self._shown.clear()
            self._shown_number, most = 0, MOST_SHOWN
        else:
            most = PER_REPAINT
        passed = self._since_shown(wanted, symbol)
        fresh = [_row(number, one, zone) for number, one in passed[:most]]
        self.overflow = len(passed) - len(fresh)
        self._shown_number = self._number
        self._shown.extendleft(reversed(fresh))
        return tuple(self._shown)

    def _since_shown(self, wanted: Sizes, symbol: str | None) -> list[tuple[int, TapePrint]]:
        """Newest first. One comprehension: in a fast market a thousand prints come between two repaints."""
        passes, fresh = wanted.passes, self._number - self._shown_number
        return [
            numbered
            for numbered in islice(reversed(self._prints), fresh)
            if passes(numbered[1].size) and symbol in (None, numbered[1].raw_symbol)
        ]


def _row(number: int, one: TapePrint, zone: Zone) -> Row:
    word, colour, spoken = _SIDES.get(one.side, _NO_SIDE)
    clock = text.clock(one.at, zone, named=False, millis=True)
    price = text.price(one.price)
    said_by = f"{one.provenance.source} · {one.provenance.fidelity}"
    tip = f"{one.raw_symbol} · {one.size} {spoken} at {price} · {said_by}"
    cells = (
        Cell(clock, "dim", tip),
        Cell(one.raw_symbol, "text", tip),
        Cell(price, colour, tip),
        Cell(f"{one.size:,}", "text", tip, bold=True),
        Cell(word, colour, tip, spoken),
    )
    return Row(str(number), cells)
