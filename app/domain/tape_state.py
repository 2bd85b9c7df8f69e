"""The packed memory of one pass over a tape, shared by the compiled pass and the plain one.

Both write the same rows, so a stream may begin on the plain pass and go on with the compiled one.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain import open_table, top_rows

# a trade: one cache line
TRADE_WIDTH: Final = 8
EVENT, RECV, PRICE, SIZE, SIDE, SEQUENCE, INSTRUMENT, KIND = range(TRADE_WIDTH)

# the last top of an instrument: one cache line, in the order in which instruments came, so that those of a
# day lie close together. Sizes and counts lie two in one as in the record, the bid's in the low half
TOP_WIDTH: Final = 8
TOP_KEY, TOP_EVENT, TOP_RECV, TOP_BID, TOP_ASK, TOP_SIZES, TOP_COUNTS, TOP_TAKE = range(TOP_WIDTH)
# where the row of a key, which is instrument id + 1, is noted: an open-addressed table of key and row in one
ROW_BITS: Final = 24
ROW_MASK: Final = (1 << ROW_BITS) - 1
LOW_HALF: Final = 0xFFFFFFFF
HASH: Final = 2_654_435_769
HASH_SPACE: Final = 0xFFFFFFFF
HASH_FOLD: Final = 16

MARKS: Final = 13
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
    FULL,
    SAYS,
    SAID_COUNT,
) = range(MARKS)
# FULL: the pass stopped because there may be no room for what the next records tell
# SAYS: every top is written down, not only the newest

_FIRST_TRADES: Final = 4096
# 16 MB of trades; after a burst the memory is given back
_MANY_TRADES: Final = 262_144
# 512 KB; after a burst the memory is given back
_MANY_SAID: Final = 8_192
_FIRST_TOPS: Final = 1024
# places of the index for each row, so that searches are short
_SPARSE: Final = 2
# longs
_LINE: Final = 8
# records whose trades and quotes are taken in together
TOGETHER: Final = 512


class TapeState:
    """A pass stops where the next few records might not find room, and goes on when there is more."""

    def __init__(self, version: int, room: int) -> None:
        self.sizes = layout.sizes(version)
        self.room = room
        self.counts = np.zeros(256, np.int64)
        self.marks = np.zeros(MARKS, np.int64)
        self.marks[NEWEST] = -1
        self.marks[TAKE] = 1
        self.trades = lines(_FIRST_TRADES, TRADE_WIDTH)
        self.tops = lines(_FIRST_TOPS, TOP_WIDTH)
        self.index = np.zeros(_SPARSE * _FIRST_TOPS, np.int64)
        self.touched = np.zeros(_FIRST_TOPS, np.int64)
        # offsets of the records of one pass that others look at: the rare ones, and those that move a book
        self.rare = np.zeros(room // layout.HEADER + 1, np.int64)
        self.book = np.zeros(room // layout.HEADER + 1, np.int64)
        self.said = lines(TOGETHER, top_rows.WIDTH)
        # of the records at hand, those that may tell a trade, and those that tell a top
        self.at_hand = np.zeros((2, TOGETHER), np.int64)

    def make_room(self) -> None:
        """For at least the records that are taken in together."""
        marks = self.marks
        marks[FULL] = 0
        trades = int(marks[TRADE_COUNT]) + TOGETHER
        if trades > len(self.trades):
            grown = lines(_power_of_two(trades), TRADE_WIDTH)
            grown[: marks[TRADE_COUNT]] = self.trades[: marks[TRADE_COUNT]]
            self.trades = grown
        tops = int(marks[TOP_COUNT]) + TOGETHER
        if tops > len(self.tops):
            self._widen_tops(_power_of_two(tops))
        said = int(marks[SAID_COUNT]) + TOGETHER
        if said > len(self.said):
            more = lines(_power_of_two(said), top_rows.WIDTH)
            more[: marks[SAID_COUNT]] = self.said[: marks[SAID_COUNT]]
            self.said = more

    def take_trades(self) -> NDArray[np.int64]:
        count = int(self.marks[TRADE_COUNT])
        self.marks[TRADE_COUNT] = 0
        rows = self.trades[:count]
        if 2 * count < len(self.trades) <= _MANY_TRADES:
            return rows.copy()
        self.trades = lines(_FIRST_TRADES, TRADE_WIDTH)
        return rows

    def take_said(self) -> NDArray[np.int64]:
        """Every top since the last call, if they are written down."""
        rows = self.said[: self.marks[SAID_COUNT]]
        if len(rows) > _MANY_SAID:
            self.said = lines(TOGETHER, top_rows.WIDTH)
        else:
            rows = rows.copy()
        self.marks[SAID_COUNT] = 0
        return rows

    def take_tops(self) -> NDArray[np.int64]:
        """The rows touched since the last call, in the order in which they were touched first."""
        count = int(self.marks[TOUCHED_COUNT])
        self.marks[TOUCHED_COUNT] = 0
        self.marks[TAKE] += 1
        return self.tops[self.touched[:count]]

    def top(self, instrument: int) -> NDArray[np.int64] | None:
        """The row of an instrument that has been quoted."""
        found = int(self.index[slot(self.index, instrument + 1)])
        return self.tops[found & ROW_MASK] if found else None

    def _widen_tops(self, length: int) -> None:
        count, marked = int(self.marks[TOP_COUNT]), int(self.marks[TOUCHED_COUNT])
        tops, touched = lines(length, TOP_WIDTH), np.zeros(length, np.int64)
        tops[:count], touched[:marked] = self.tops[:count], self.touched[:marked]
        index = np.zeros(_SPARSE * length, np.int64)
        keys = tops[:count, TOP_KEY]
        product = keys * HASH & HASH_SPACE
        home = (product ^ product >> HASH_FOLD) & len(index) - 1
        index[open_table.places(home, len(index))] = keys << ROW_BITS | np.arange(count)
        self.tops, self.touched, self.index = tops, touched, index


def slot(index: Sequence[int] | memoryview | NDArray[np.int64], key: int) -> int:
    """Where a key is noted, or would be: a product folded once, for ids come in runs and with equal ends."""
    product, last = key * HASH & HASH_SPACE, len(index) - 1
    place = (product ^ product >> HASH_FOLD) & last
    while (found := int(index[place])) and found >> ROW_BITS != key:
        place = (place + 1) & last
    return place


def lines(rows: int, width: int) -> NDArray[np.int64]:
    """Zeros that begin on a cache line: rows of one line each would else lie in two."""
    room = np.zeros(rows * width + _LINE, np.int64)
    first = -(room.ctypes.data >> 3) % _LINE
    return room[first : first + rows * width].reshape(rows, width)


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()
