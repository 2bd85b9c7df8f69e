"""The packed memory of one pass over a tape, shared by the compiled pass and the plain one.

Both write the same rows, so a stream may begin on the plain pass and go on with the compiled one.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout

# a trade: one cache line
TRADE_WIDTH: Final = 8
EVENT, RECV, PRICE, SIZE, SIDE, SEQUENCE, INSTRUMENT, KIND = range(TRADE_WIDTH)

# the last top of an instrument: one cache line of an open-addressed table, keyed by instrument id + 1;
# sizes and counts of orders lie two in one as in the record, the bid's in the low half
TOP_WIDTH: Final = 8
TOP_KEY, TOP_EVENT, TOP_RECV, TOP_BID, TOP_ASK, TOP_SIZES, TOP_COUNTS, TOP_TAKE = range(TOP_WIDTH)
LOW_HALF: Final = 0xFFFFFFFF
HASH: Final = 2_654_435_769
HASH_SPACE: Final = 0xFFFFFFFF
HASH_FOLD: Final = 16

MARKS: Final = 10
(
    TRADE_COUNT,
    TOP_COUNT,
    TOUCHED_COUNT,
    RARE_COUNT,
    RECORDS,
    QUOTES,
    NEWEST,
    INCOMPLETE,
    TAKE,
    BOOK_COUNT,
) = range(MARKS)

# no kind of record tells a trade in fewer bytes, or a top, or is shorter than its header
_SHORTEST_TRADE: Final = 48
_SHORTEST_TOP: Final = 80
_FIRST_TRADES: Final = 4096
# 16 MB of trades; after a burst the memory is given back
_MANY_TRADES: Final = 262_144
_FIRST_TOPS: Final = 4096


class TapeState:
    """Grows before each pass by all that the pass could add, so that the pass itself never has to stop."""

    def __init__(self, version: int, room: int) -> None:
        self.sizes = layout.sizes(version)
        self.room = room
        self.counts = np.zeros(256, np.int64)
        self.marks = np.zeros(MARKS, np.int64)
        self.marks[NEWEST] = -1
        self.marks[TAKE] = 1
        self.trades = np.zeros((_FIRST_TRADES, TRADE_WIDTH), np.int64)
        self.tops = np.zeros((_FIRST_TOPS, TOP_WIDTH), np.int64)
        self.touched = np.zeros(_FIRST_TOPS, np.int64)
        # offsets of the records of one pass that others look at: the rare ones, and those that move a book
        self.rare = np.zeros(room // layout.HEADER + 1, np.int64)
        self.book = np.zeros(room // layout.HEADER + 1, np.int64)

    def make_room(self, length: int) -> None:
        """Room for whatever `length` bytes may hold."""
        marks = self.marks
        trades = int(marks[TRADE_COUNT]) + length // _SHORTEST_TRADE + 1
        if trades > len(self.trades):
            grown = np.zeros((_power_of_two(trades), TRADE_WIDTH), np.int64)
            grown[: marks[TRADE_COUNT]] = self.trades[: marks[TRADE_COUNT]]
            self.trades = grown
        tops = int(marks[TOP_COUNT]) + length // _SHORTEST_TOP + 1
        if 2 * tops > len(self.tops):
            self._widen_tops(_power_of_two(2 * tops))

    def take_trades(self) -> NDArray[np.int64]:
        count = int(self.marks[TRADE_COUNT])
        self.marks[TRADE_COUNT] = 0
        rows = self.trades[:count]
        if 2 * count < len(self.trades) <= _MANY_TRADES:
            return rows.copy()
        self.trades = np.zeros((_FIRST_TRADES, TRADE_WIDTH), np.int64)
        return rows

    def take_tops(self) -> NDArray[np.int64]:
        """The rows touched since the last call, in the order in which they were touched first."""
        count = int(self.marks[TOUCHED_COUNT])
        self.marks[TOUCHED_COUNT] = 0
        self.marks[TAKE] += 1
        return self.tops[self.touched[:count]]

    def top(self, instrument: int) -> NDArray[np.int64] | None:
        """The row of an instrument that has been quoted."""
        key, last = instrument + 1, len(self.tops) - 1
        place = slot(key, len(self.tops))
        while (found := int(self.tops[place, TOP_KEY])) != key:
            if not found:
                return None
            place = (place + 1) & last
        row: NDArray[np.int64] = self.tops[place]
        return row

    def _widen_tops(self, length: int) -> None:
        wide = np.zeros((length, TOP_WIDTH), np.int64)
        moved = np.zeros(len(self.tops), np.int64)
        for old in np.flatnonzero(self.tops[:, TOP_KEY]).tolist():
            new = slot(int(self.tops[old, TOP_KEY]), length)
            while wide[new, TOP_KEY]:
                new = (new + 1) & (length - 1)
            wide[new] = self.tops[old]
            moved[old] = new
        count = int(self.marks[TOUCHED_COUNT])
        touched = np.zeros(length, np.int64)
        touched[:count] = moved[self.touched[:count]]
        self.tops, self.touched = wide, touched


def slot(key: int, length: int) -> int:
    """Where a key's search begins: a product folded once, since ids come in runs and with equal ends."""
    product = key * HASH & HASH_SPACE
    return (product ^ product >> HASH_FOLD) & (length - 1)


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
