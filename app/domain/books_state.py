"""The packed memory of all order books of one stream, shared by the compiled pass and the plain one.

Flat rows of 64-bit numbers, so that the one may take over from the other between two records. The passes
never grow it: they stop before the record for which there is no room.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import ladder_fit, top_rows
from app.domain.units import UNDEF_PRICE

Longs = NDArray[np.int64]

# An order: its id, its price as sorted, and in one its size (which is never 0), its side and whose it is.
# With four numbers each the orders of a future fell out of the second-level cache.
ORDER_WIDTH: Final = 3
ORDER_ID, ORDER_KEY, ORDER_REST = range(ORDER_WIDTH)
SIDE_BIT: Final = 32
OWNER_BIT: Final = 33

# Prices are held as they sort: those of asks complemented, so that on both sides more is better. Around the
# best ones each price of the grid has its own place (a ladder: size and number of orders in one); the others
# lie sorted beside it, the best last.
COUNT_BITS: Final = 20
COUNT_MASK: Final = (1 << COUNT_BITS) - 1
LEVEL_WIDTH: Final = 3
LEVEL_KEY, LEVEL_SIZE, LEVEL_COUNT = range(LEVEL_WIDTH)

INVERSE_BITS: Final = ladder_fit.INVERSE_BITS

HEAD_WIDTH: Final = 40
(
    OWNER, LOW_BID, LOW_ASK, HIGH_BID, HIGH_ASK, TICK, LADDER, WIDTH,
    BEST_BID, BEST_ASK, FAR_BIDS, FAR_ASKS, FAR_AT, FAR_ROOM, FAR_OPS, FAR_LIMIT,
    OPEN, SYNCED, ORDERS, UNKNOWN, IGNORED, EVENT, RECV, TAKEN,
    TOP_BID, TOP_ASK, TOP_BID_SIZE, TOP_ASK_SIZE, INSTRUMENT, FITTED, INVERSE,
    SAID_BID, SAID_ASK, SAID_BID_SIZE, SAID_ASK_SIZE, SAID_BID_COUNT, SAID_ASK_COUNT, CROSSED, LOCKED,
) = range(39)  # fmt: skip
# BEST: no step above it is taken; it may itself be empty, until somebody looks.
# OWNER: another number after each clear, so that a clear forgets all orders at once.
# SYNCED: nothing is known of what was before; a clear came, and its event is not over; all is known
NEVER, BEGUN, WHOLE = range(3)

MARKS: Final = 11
REASON, WHO, SLOTS, TOUCHED, TAKE, EVENTS, RECORDS, OWNERS, SAYS, SAID, NEAR = range(MARKS)
# SAYS: every top of books that are whole is written down, not only the newest; or of all books, also when
# only a number of orders changed
WHOLE_ONLY, ALL = 1, 2
# why a pass stopped: a book nobody has seen; no room for another far price; too much happened beside a
# ladder; no room for another top
NEW, FULL, FAR, UNSAID = 1, 2, 3, 4

ROW_BITS: Final = 24
LOW_HALF: Final = 0xFFFFFFFF
HASH: Final = 2_654_435_769
SPREAD: Final = 2_246_822_507
# a book that comes whole with each record, and one that orders make
OF_RECORDS, OF_ORDERS = 0, 1
RECORD_LEVELS: Final = 10
RECORD_LONGS: Final = RECORD_LEVELS * 4

_FIRST_ORDERS: Final = 32_768
_FIRST_BOOKS: Final = 64
_FIRST_SAID: Final = 256
# 512 KB; after a burst the memory is given back
_MANY_SAID: Final = 8_192
_FIRST_ROOM: Final = 16
# changes beside the ladder until it is fitted again
_FAR_OPS: Final = 512
_FAR_OPS_MOST: Final = 8_192
# a ladder fitted less than so many records ago for each change beside it was fitted in vain
_IN_VAIN: Final = 64
_NOBODY: Final[Longs] = np.zeros((0, LEVEL_WIDTH), np.int64)


class BooksState:
    def __init__(self) -> None:
        self.marks = np.zeros(MARKS, np.int64)
        self.marks[TAKE] = 1
        self.orders = np.zeros(_FIRST_ORDERS * ORDER_WIDTH, np.int64)
        self.index = np.zeros(4 * _FIRST_BOOKS, np.int64)
        self.heads = np.zeros(_FIRST_BOOKS * HEAD_WIDTH, np.int64)
        self.touched = np.zeros(_FIRST_BOOKS, np.int64)
        self.levels = np.zeros(_FIRST_BOOKS * 4 * ladder_fit.NARROW, np.int64)
        self.said = np.zeros(_FIRST_SAID * top_rows.WIDTH, np.int64)
        self.order_shift = _shift(_FIRST_ORDERS)
        self.index_shift = _shift(len(self.index))
        # row 0 is nobody's
        self.count = 1
        self._levels_used = 0

    def row(self, instrument: int, kind: int) -> int | None:
        found = int(self.index[self._place(self.index, instrument << 1 | kind)])
        return found & (1 << ROW_BITS) - 1 if found else None

    def head(self, row: int) -> Longs:
        return self.heads[row * HEAD_WIDTH : (row + 1) * HEAD_WIDTH]

    def side(self, row: int, ask: int) -> Longs:
        """All levels of one side as rows, the best last; a copy."""
        head = self.head(row)
        width, first = int(head[WIDTH]), int(head[LADDER]) + ask * int(head[WIDTH])
        ladder = self.levels[first : first + width]
        steps = np.flatnonzero(ladder[: int(head[BEST_BID + ask]) + 1])
        resting = ladder[steps]
        near = np.column_stack(
            (head[LOW_BID + ask] + steps * head[TICK], resting >> COUNT_BITS, resting & COUNT_MASK)
        )
        if not head[FAR_BIDS + ask]:
            return near
        both = np.concatenate((near, self._far(row, ask)))
        return both[np.argsort(both[:, LEVEL_KEY])]

    def take_said(self) -> Longs:
        """Every top since the last call, if they are written down."""
        rows = self.said[: self.marks[SAID] * top_rows.WIDTH].reshape(-1, top_rows.WIDTH)
        if len(rows) > _MANY_SAID:
            self.said = np.zeros(_FIRST_SAID * top_rows.WIDTH, np.int64)
        else:
            rows = rows.copy()
        self.marks[SAID] = 0
        return rows

    def make_room(self, more: int) -> None:
        """For so many more orders; those of before a clear go."""
        needed = int(self.marks[SLOTS]) + more
        if 3 * needed <= 2 * (len(self.orders) // ORDER_WIDTH):
            return
        rows = self.orders.reshape(-1, ORDER_WIDTH)
        rows = rows[rows[:, ORDER_REST] != 0]
        owners = self.heads.reshape(-1, HEAD_WIDTH)[: self.count, OWNER]
        alive = rows[np.isin(rows[:, ORDER_REST] >> OWNER_BIT, owners)]
        needed += len(alive) - int(self.marks[SLOTS])
        self.orders = _table(alive, max(_FIRST_ORDERS, _power_of_two(2 * needed)))
        self.order_shift = _shift(len(self.orders) // ORDER_WIDTH)
        self.marks[SLOTS] = len(alive)

    def make_way(self) -> None:
        """For the record at which a pass stopped."""
        reason, who = int(self.marks[REASON]), int(self.marks[WHO])
        if reason == NEW:
            self._open(who)
        elif reason == FULL:
            far = self._far(who, 0).copy(), self._far(who, 1).copy()
            self._renew_far(who, far, 2 * int(self.head(who)[FAR_ROOM]))
        elif reason == FAR:
            self._fit(who)
        else:
            self.said = np.concatenate((self.said, np.zeros_like(self.said)))

    def _open(self, key: int) -> None:
        """A book for an instrument that has none."""
        if 4 * (self.count + 1) > len(self.index):
            self._widen()
        row, self.count = self.count, self.count + 1
        self.index[self._place(self.index, key)] = key << ROW_BITS | row
        head = self.head(row)
        self.marks[OWNERS] += 1
        head[[OWNER, INSTRUMENT]] = self.marks[OWNERS], key >> 1
        if key & 1 == OF_RECORDS:
            head[[LADDER, SYNCED]] = self._take_levels(RECORD_LONGS), WHOLE
            return
        head[[TOP_BID, TOP_ASK, SAID_BID, SAID_ASK]] = UNDEF_PRICE, ~UNDEF_PRICE, UNDEF_PRICE, ~UNDEF_PRICE
        head[[LOW_BID, LOW_ASK, BEST_BID, BEST_ASK]] = 1, 1, -1, -1
        head[FAR_LIMIT] = _FAR_OPS
        self._renew_far(row, (_NOBODY, _NOBODY), _FIRST_ROOM)

    def _widen(self) -> None:
        heads = np.zeros(2 * len(self.heads), np.int64)
        heads[: len(self.heads)] = self.heads
        touched = np.zeros(2 * len(self.touched), np.int64)
        touched[: len(self.touched)] = self.touched
        index = np.zeros(2 * len(self.index), np.int64)
        for entry in self.index[self.index != 0].tolist():
            index[self._place(index, entry >> ROW_BITS)] = entry
        self.heads, self.touched, self.index, self.index_shift = heads, touched, index, _shift(len(index))

    def _fit(self, row: int) -> None:
        """The ladder anew, around the best prices as they are now."""
        head, now = self.head(row), int(self.marks[RECORDS])
        sides = self.side(row, 0), self.side(row, 1)
        limit, since = int(head[FAR_LIMIT]), now - int(head[FITTED])
        if since < _IN_VAIN * limit:
            limit = min(2 * limit, _FAR_OPS_MOST)
        head[[FITTED, FAR_OPS, FAR_LIMIT]] = now, 0, limit
        bids, asks = sides
        grid = ladder_fit.grid(
            bids[:, LEVEL_KEY], bids[:, LEVEL_COUNT], asks[:, LEVEL_KEY], asks[:, LEVEL_COUNT]
        )
        if grid is not None:
            self._renew_ladder(row, *grid)
        far = self._place_levels(row, 0, sides[0]), self._place_levels(row, 1, sides[1])
        self._renew_far(row, far, int(head[FAR_ROOM]))

    def _renew_ladder(self, row: int, low: int, tick: int, width: int) -> None:
        head = self.head(row)
        if width > head[WIDTH]:
            head[[LADDER, WIDTH]] = self._take_levels(2 * width), width
        first, width = int(head[LADDER]), int(head[WIDTH])
        self.levels[first : first + 2 * width] = 0
        high = low + (width - 1) * tick
        head[[LOW_BID, HIGH_BID, LOW_ASK, HIGH_ASK]] = low, high, ~high, ~low
        head[[TICK, INVERSE]] = tick, -(-(1 << INVERSE_BITS) // tick)
        head[[BEST_BID, BEST_ASK]] = -1

    def _place_levels(self, row: int, ask: int, rows: Longs) -> Longs:
        """On the ladder, those that have a place there; the others are handed back."""
        head = self.head(row)
        low, high, tick, width = (int(head[n]) for n in (LOW_BID + ask, HIGH_BID + ask, TICK, WIDTH))
        key = rows[:, LEVEL_KEY]
        inside = (key >= low) & (key <= high)
        if tick:
            inside[inside] = (key[inside] - low) % tick == 0
        near = rows[inside]
        places = (near[:, LEVEL_KEY] - low) // max(tick, 1)
        first = int(head[LADDER]) + ask * width
        self.levels[first + places] = (near[:, LEVEL_SIZE] << COUNT_BITS) + near[:, LEVEL_COUNT]
        head[BEST_BID + ask] = places[-1] if len(places) else -1
        return rows[~inside]

    def _far(self, row: int, ask: int) -> Longs:
        head = self.head(row)
        first = int(head[FAR_AT]) + ask * int(head[FAR_ROOM]) * LEVEL_WIDTH
        return self.levels[first : first + int(head[FAR_BIDS + ask]) * LEVEL_WIDTH].reshape(-1, LEVEL_WIDTH)

    def _renew_far(self, row: int, sides: tuple[Longs, Longs], room: int) -> None:
        """The far prices, with room for so many on each side, and for the one that a record can add."""
        head = self.head(row)
        room = max(room, _power_of_two(max(map(len, sides)) + 1))
        if room > head[FAR_ROOM]:
            head[[FAR_AT, FAR_ROOM]] = self._take_levels(2 * room * LEVEL_WIDTH), room
        head[[FAR_BIDS, FAR_ASKS]] = tuple(map(len, sides))
        for ask, rows in enumerate(sides):
            self._far(row, ask)[:] = rows

    def _take_levels(self, longs: int) -> int:
        first, self._levels_used = self._levels_used, self._levels_used + longs
        if self._levels_used > len(self.levels):
            wide = np.zeros(max(2 * len(self.levels), self._levels_used), np.int64)
            wide[: len(self.levels)] = self.levels
            self.levels = wide
        return first

    @staticmethod
    def _place(index: Longs, key: int) -> int:
        """Where a book is noted, or would be."""
        place = (key * HASH & LOW_HALF) >> _shift(len(index))
        while (entry := int(index[place])) and entry >> ROW_BITS != key:
            place = (place + 1) & (len(index) - 1)
        return place


def _shift(length: int) -> int:
    return 32 - (length.bit_length() - 1)


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def _table(rows: Longs, length: int) -> Longs:
    """Orders in an open-addressed table: those with one home lie in a run from there on.

    In order of their homes each goes to its home or behind the one before it. What would run over the end
    begins at the front again, where places are searched one by one.
    """
    table = np.zeros((length, ORDER_WIDTH), np.int64)
    number, owner = rows[:, ORDER_ID], rows[:, ORDER_REST] >> OWNER_BIT
    home = ((number ^ number >> 32 ^ owner * SPREAD) & LOW_HALF) * HASH & LOW_HALF
    home >>= _shift(length)
    order = np.argsort(home, kind="stable")
    step = np.arange(len(rows))
    places = np.maximum.accumulate(home[order] - step) + step
    inside = places < length
    table[places[inside]] = rows[order[inside]]
    free = 0
    for late in order[~inside].tolist():
        while table[free, ORDER_REST]:
            free += 1
        table[free] = rows[late]
    return table.reshape(-1)
