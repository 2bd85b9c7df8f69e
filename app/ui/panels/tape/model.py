"""Time and sales: the newest prints, filtered by size; old ones leave after two minutes. No Qt."""

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.tick_updates import Prints
from app.domain.ticks import BUY, SELL, SideQuality
from app.domain.units import SECOND, Ns, Px
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.cells import Cell, Row

KEPT: Final = Ns(120 * SECOND)
MOST_KEPT: Final = 200_000
"""Of the two minutes; six megabytes."""
MOST_SHOWN: Final = 150
PER_REPAINT: Final = 25
"""More than this in a quarter of a second cannot be read; the rest is counted."""

_SIDES = {BUY: ("▲ buy", "up", "bought"), SELL: ("▼ sell", "down", "sold")}
_NO_SIDE = ("○ none", "dim", "without side")
_QUALITIES: Final = {
    SideQuality.EXCHANGE: "side said by the exchange",
    SideQuality.INFERRED: "side inferred from the quote (≈)",
    SideQuality.NONE: "side not known",
}
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
        self._told: deque[Prints] = deque()
        self._held = 0
        self._ever = 0
        self._shown: deque[Row] = deque(maxlen=MOST_SHOWN)
        self._looked_until = 0
        self._key: tuple[Sizes, str | None] = (Sizes(), None)
        self.let_go = False
        """Some of the last two minutes had to make room."""
        self.overflow = 0
        """Prints of the last repaint that came too fast to be shown."""

    def __len__(self) -> int:
        return self._held

    @property
    def side_quality(self) -> SideQuality | None:
        """Of the newest print; None before the first."""
        return self._told[-1].side_quality if self._told else None

    def put(self, told: Prints) -> None:
        self._told.append(told)
        self._held += len(told)
        self._ever += len(told)

    def rows(self, wanted: Sizes, symbol: str | None, now: Ns, zone: Zone) -> tuple[Row, ...]:
        """Newest first. `symbol` None shows all; sources number a contract each in its own way."""
        self._forget(now)
        if (wanted, symbol) != self._key:
            self._key = (wanted, symbol)
            self._shown.clear()
            self._looked_until, most = 0, MOST_SHOWN
        else:
            most = PER_REPAINT
        fresh, passed = self._since_looked(wanted, symbol, most, zone)
        self.overflow = passed - len(fresh)
        self._looked_until = self._ever
        self._shown.extendleft(reversed(fresh))
        return tuple(self._shown)

    def _forget(self, now: Ns) -> None:
        told, eldest = self._told, now - KEPT
        while told and told[0].trades.ts_event[-1] < eldest:
            self._held -= len(told.popleft())
        self.let_go = self.let_go and bool(told) and bool(told[0].trades.ts_event[0] > eldest)
        while self._held > MOST_KEPT:
            self._held -= len(told.popleft())
            self.let_go = True

    def _since_looked(
        self, wanted: Sizes, symbol: str | None, most: int, zone: Zone
    ) -> tuple[list[Row], int]:
        """The newest rows that pass, newest first, and how many passed in all."""
        rows: list[Row] = []
        passed, number = 0, self._ever
        for told in reversed(self._told):
            if number <= self._looked_until:
                break
            number -= len(told)
            those = np.flatnonzero(_passing(told, wanted, symbol))
            passed += len(those)
            if room := most - len(rows):
                rows += [_row(number + n + 1, told, n, zone) for n in those[-room:][::-1].tolist()]
        return rows, passed


def _passing(told: Prints, wanted: Sizes, symbol: str | None) -> NDArray[np.bool_]:
    """By hand: `isin` takes 60 µs however few there are."""
    trades = told.trades
    passing: NDArray[np.bool_] = trades.size >= wanted.low
    if wanted.high is not None:
        passing &= trades.size <= wanted.high
    if symbol is not None:
        named = np.zeros(len(trades), np.bool_)
        for number, raw in told.symbols.items():
            if raw == symbol:
                named |= trades.instrument_id == number
        passing &= named
    return passing


def _row(number: int, told: Prints, at: int, zone: Zone) -> Row:
    trades, origin = told.trades, told.provenance
    word, colour, spoken = _SIDES.get(int(trades.side[at]), _NO_SIDE)
    symbol, size = told.symbols.get(int(trades.instrument_id[at]), ""), int(trades.size[at])
    clock = text.clock(Ns(int(trades.ts_event[at])), zone, named=False, millis=True)
    price = text.price(Px(int(trades.price[at])))
    how = _QUALITIES[told.side_quality]
    tip = f"{symbol} · {size} {spoken} at {price} · {how} · {origin.source} · {origin.fidelity}"
    if told.side_quality is SideQuality.INFERRED:
        word = f"{word} ≈"
    cells = (
        Cell(clock, "dim", tip),
        Cell(symbol, "text", tip),
        Cell(price, colour, tip),
        Cell(f"{size:,}", "text", tip, bold=True),
        Cell(word, colour, tip, spoken),
    )
    return Row(str(number), cells)
