"""The heatmap without a screen: resting size by price and quarter second, in one ring of columns. No Qt.

A new column writes its own place and nothing else; only a price that leaves the window, or sizes beyond the
scale, touch the rest. What was not looked at is kept apart from what was found empty.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import Ns, Px
from app.domain.updates import DepthColumn, Prints

COLUMNS: Final = 1_200
"""Five minutes of quarter seconds."""
ROWS: Final = 512
UNSEEN: Final = -1
_EDGE_ROWS: Final = 24
_SHADES: Final = 256
UNSEEN_SHADE, EMPTY_SHADE, FIRST_SHADE = 0, 1, 2
_SCALES: Final = tuple(m * 10**e for e in range(1, 6) for m in (1, 2, 5))
# of the sizes in view; the largest few would darken all others
_FULL: Final = 99.5
_RESCALE_EVERY: Final = 20
_LOOKED_AT: Final = 120
# a table of shades by size takes a tenth of the time of their logarithms
_MOST_TOLD: Final = 65_535


@dataclass(frozen=True, slots=True)
class Touched:
    """What of the picture is no longer right: some columns, or all of it."""

    columns: tuple[int, ...]
    all: bool


class HeatModel:
    """`slot` is a moment in widths of a column; its place in the ring is `slot % COLUMNS`."""

    def __init__(self) -> None:
        self.least = 1
        self.scale = _SCALES[1]
        self._since_scaled = 0
        self._opened: list[int] = []
        self._table = _shades_of(self.least, self.scale)
        self.clear()

    def clear(self) -> None:
        self.sizes: NDArray[np.int32] = np.full((ROWS, COLUMNS), UNSEEN, dtype=np.int32)
        self.shades: NDArray[np.uint8] = np.zeros((ROWS, COLUMNS), dtype=np.uint8)
        self.bids: NDArray[np.float64] = np.full(COLUMNS, np.nan)
        self.asks: NDArray[np.float64] = np.full(COLUMNS, np.nan)
        self.trades: NDArray[np.float64] = np.full(COLUMNS, np.nan)
        self.bought: NDArray[np.int64] = np.zeros(COLUMNS, dtype=np.int64)
        self.sold: NDArray[np.int64] = np.zeros(COLUMNS, dtype=np.int64)
        self.unsided: NDArray[np.int64] = np.zeros(COLUMNS, dtype=np.int64)
        self.newest: int | None = None
        self.width = 0
        self.tick = 0
        self.base = 0
        """Row 0 is the price `base * tick`."""
        self.schema = ""

    def put(self, column: DepthColumn) -> Touched:
        width, tick = column.milliseconds * 1_000_000, int(column.tick)
        slot, low = column.start // width, int(column.low) // tick
        back = self.newest is not None and slot <= self.newest - COLUMNS
        if back or (width, tick) != (self.width, self.tick):
            self.clear()  # another clock: a tape that begins anew
            self.width, self.tick = width, tick
        self.schema = column.schema
        moved = self._recentre(low, low + len(column.bids))
        self._reach(slot)
        place = slot % COLUMNS
        self._fill(place, low, column)
        self._since_scaled += 1
        anew = (self._since_scaled >= _RESCALE_EVERY and self._rescaled()) or moved
        opened, self._opened = self._opened, []  # nobody may have looked there: what was is to go
        return Touched(tuple({place, *opened}), all=anew)

    def print(self, told: Prints, charted: Collection[int]) -> None:
        """Trades of columns that are there; sides are summed, the last price counts."""
        if not self.width or self.newest is None:
            return
        trades = told.trades
        mine = np.zeros(len(trades), np.bool_)
        for number in charted:
            mine |= trades.instrument_id == number
        if not mine.any():
            return
        slots = trades.ts_event // self.width
        if (newest := int(slots[mine].max())) > self.newest:
            self._reach(newest)
        mine &= slots > self.newest - COLUMNS
        places, sides, sizes = slots[mine] % COLUMNS, trades.side[mine], trades.size[mine]
        self.trades[places] = trades.price[mine] / self.tick
        for side, sums in ((BUY, self.bought), (SELL, self.sold), (NO_SIDE, self.unsided)):
            np.add.at(sums, places[sides == side], sizes[sides == side])

    def opened(self, until: Ns | None) -> Touched:
        """Columns that trades opened since the last put, and while nothing comes, time itself up to `until`:
        what nobody looked at must not show what the ring held there before.
        """
        if until is not None and self.newest is not None and self.width:
            self._reach(until // self.width)
        opened, self._opened = self._opened, []
        return Touched(tuple(opened), all=False)

    def show_from(self, least: int) -> bool:
        """Sizes below this are drawn as empty; True when that changed the picture."""
        if least == self.least:
            return False
        self.least = max(1, least)
        self._reshade()
        return True

    def size_at(self, slot: int, tick: int) -> int | None:
        """None where nobody looked."""
        if self.newest is None or not self.newest - COLUMNS < slot <= self.newest:
            return None
        row = tick - self.base
        if not 0 <= row < ROWS:
            return None
        size = int(self.sizes[row, slot % COLUMNS])
        return None if size == UNSEEN else size

    def middle(self) -> float | None:
        """Of the newest bid and ask, in ticks."""
        if self.newest is None:
            return None
        for slot in range(self.newest, max(self.newest - COLUMNS, -1), -1):
            bid, ask = self.bids[slot % COLUMNS], self.asks[slot % COLUMNS]
            if np.isfinite(bid) and np.isfinite(ask):
                return float(bid + ask) / 2
        return None

    def time_of(self, slot: float) -> Ns:
        return Ns(int(slot * self.width))

    def price_of(self, tick: float) -> Px:
        return Px(int(tick) * self.tick)

    def _reach(self, slot: int) -> None:
        """Opens the ring up to a slot; what was not told between is unseen."""
        if self.newest is None:
            self.newest = slot
            return
        opened = [s % COLUMNS for s in range(max(self.newest + 1, slot - COLUMNS + 1), slot + 1)]
        if opened:
            self._opened = (self._opened + opened)[-COLUMNS:]
            self.sizes[:, opened], self.shades[:, opened] = UNSEEN, UNSEEN_SHADE
            for line in (self.bids, self.asks, self.trades):
                line[opened] = np.nan
            for sums in (self.bought, self.sold, self.unsided):
                sums[opened] = 0
            self.newest = slot

    def _fill(self, place: int, low: int, column: DepthColumn) -> None:
        resting = np.maximum(column.bids, column.asks)
        first = low - self.base
        start, end = max(0, first), min(ROWS, first + len(resting))
        cells = self.sizes[:, place]
        cells[:] = UNSEEN
        if end > start:
            cells[start:end] = resting[start - first : end - first]
        self.shades[:, place] = self._table[np.minimum(cells, _MOST_TOLD)]
        bids, asks = np.flatnonzero(column.bids), np.flatnonzero(column.asks)
        self.bids[place] = low + bids[-1] if bids.size else np.nan
        self.asks[place] = low + asks[0] if asks.size else np.nan

    def _recentre(self, low: int, high: int) -> bool:
        """Keeps the looked-at prices inside the rows there are."""
        inside = self.base + _EDGE_ROWS <= low and high <= self.base + ROWS - _EDGE_ROWS
        if self.newest is not None and (inside or high - low > ROWS - 2 * _EDGE_ROWS):
            return False
        base = (low + high) // 2 - ROWS // 2
        shift, self.base = base - self.base, base
        kept = np.full_like(self.sizes, UNSEEN)
        if abs(shift) < ROWS and self.newest is not None:
            if shift >= 0:
                kept[: ROWS - shift] = self.sizes[shift:]
            else:
                kept[-shift:] = self.sizes[:shift]
        self.sizes[:] = kept
        self._reshade()
        return True

    def _rescaled(self) -> bool:
        """A step of the scale, only when the sizes of late have clearly outgrown or left it."""
        self._since_scaled = 0
        newest = 0 if self.newest is None else self.newest
        lately = self.sizes[:, np.arange(newest - _LOOKED_AT + 1, newest + 1) % COLUMNS]
        seen = lately[lately >= self.least]
        if not seen.size:
            return False
        full = float(np.percentile(seen, _FULL))
        wanted = next((one for one in _SCALES if one >= full), _SCALES[-1])
        if wanted == self.scale or self.scale / 2.5 < full <= self.scale:
            return False
        self.scale = wanted
        self._reshade()
        return True

    def _reshade(self) -> None:
        self._table = _shades_of(self.least, self.scale)
        # in place, half the time; what is unseen is the last of the table, one before its first
        np.take(self._table, np.minimum(self.sizes, _MOST_TOLD), out=self.shades, mode="wrap")


def _shades_of(least: int, scale: int) -> NDArray[np.uint8]:
    """By size, logarithmic between the least shown and the scale; the last one is that of UNSEEN."""
    sizes = np.arange(_MOST_TOLD + 1)
    share = np.log(np.maximum(sizes, least) / least) / np.log(max(2.0, scale / least))
    steps = np.clip(share, 0.0, 1.0) * (_SHADES - 1 - FIRST_SHADE) + FIRST_SHADE
    shades = np.where(sizes >= least, steps, EMPTY_SHADE).astype(np.uint8)
    return np.append(shades, np.uint8(UNSEEN_SHADE))
