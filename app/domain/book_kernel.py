"""The order book along a tape, compiled: tells what `book_pass.PlainBook` tells, without the queues.

Orders lie in one open-addressed table; the prices of a side lie sorted with the best at the end, so that a
change near the market touches a few neighbouring entries whatever the tick or the depth. Imported only when
a long tape asks for it.
"""

from typing import Any, Final

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain.book import F_LAST, Level
from app.domain.book_pass import BookSummary, BookTop
from app.domain.units import UNDEF_PRICE, Ns, Px

_A, _B, _C, _M, _R = (ord(letter) for letter in "ABCMR")
_MBO: Final = layout.MBO
_MBO_SIZE: Final = 56
_UNDEF_SIZE: Final = 2**32 - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15

# an order: its id, its price as sorted, its size (0: no order here) and its side (0 bid, 1 ask)
_ID, _KEY, _SIZE, _SIDE = range(4)
_MARKS: Final = 16
(
    _ORDERS, _BIDS, _ASKS, _RECORDS, _UNKNOWN, _IGNORED, _CROSSED, _LOCKED, _SYNCED, _TOPS,
    _LAST_BID, _LAST_BID_SIZE, _LAST_BID_COUNT, _LAST_ASK, _LAST_ASK_SIZE, _LAST_ASK_COUNT,
) = range(_MARKS)  # fmt: skip
_TOP_WIDTH: Final = 9
_FIRST_ORDERS: Final = 65_536
_FIRST_LEVELS: Final = 8_192
_FIRST_TOPS: Final = 4_096

_BYTES, _WORDS, _LONGS = (types.Array(kind, 1, "C") for kind in (types.uint8, types.uint32, types.int64))
_ROWS = types.Array(types.int64, 2, "C")
_PASS = types.void(
    _BYTES, _WORDS, _LONGS, types.int64, types.int64, types.int64, types.int64,
    _ROWS, _LONGS, _LONGS, _LONGS, _LONGS, _ROWS,
)  # fmt: skip


class CompiledBook:
    """As `book_pass.PlainBook`."""

    def __init__(self, instrument: int) -> None:
        self._instrument = instrument
        self._orders = np.zeros((_FIRST_ORDERS, 4), np.int64)
        self._keys, self._sizes, self._counts = (np.zeros(2 * _FIRST_LEVELS, np.int64) for _ in range(3))
        self._marks = np.zeros(_MARKS, np.int64)
        self._marks[[_LAST_BID, _LAST_ASK]] = UNDEF_PRICE
        self._tops = np.zeros((_FIRST_TOPS, _TOP_WIDTH), np.int64)

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None:
        self._make_room((end - start) // _MBO_SIZE + 1)
        _walk(
            buffer, buffer.view(np.uint32), buffer.view(np.int64), start, end, self._instrument,
            64 - (len(self._orders).bit_length() - 1),
            self._orders, self._keys, self._sizes, self._counts, self._marks, self._tops,
        )  # fmt: skip

    def take(self) -> tuple[BookTop, ...]:
        rows = self._tops[: self._marks[_TOPS]].tolist()
        self._marks[_TOPS] = 0
        return tuple(_top(row) for row in rows)

    def summary(self) -> BookSummary:
        marks = self._marks.tolist()
        return BookSummary(
            records=marks[_RECORDS],
            orders=marks[_ORDERS],
            bid_levels=marks[_BIDS],
            ask_levels=marks[_ASKS],
            unknown=marks[_UNKNOWN],
            ignored=marks[_IGNORED],
            crossed=marks[_CROSSED],
            locked=marks[_LOCKED],
            is_synced=bool(marks[_SYNCED]),
        )

    def _make_room(self, more: int) -> None:
        """For all that so many records could add."""
        orders, bids, asks = (int(self._marks[n]) + more for n in (_ORDERS, _BIDS, _ASKS))
        if 2 * orders > len(self._orders):
            wide = np.zeros((1 << (2 * orders).bit_length(), 4), np.int64)
            _move(self._orders, wide, 64 - (len(wide).bit_length() - 1))
            self._orders = wide
        depth = len(self._keys) // 2
        if max(bids, asks) > depth:
            deep = 1 << max(bids, asks).bit_length()
            self._keys, self._sizes, self._counts = (
                _deeper(side, depth, deep) for side in (self._keys, self._sizes, self._counts)
            )
        tops = int(self._marks[_TOPS]) + more
        if tops > len(self._tops):
            grown = np.zeros((1 << tops.bit_length(), _TOP_WIDTH), np.int64)
            grown[: self._marks[_TOPS]] = self._tops[: self._marks[_TOPS]]
            self._tops = grown


def _deeper(side: NDArray[np.int64], depth: int, deep: int) -> NDArray[np.int64]:
    wide = np.zeros(2 * deep, np.int64)
    wide[:depth], wide[deep : deep + depth] = side[:depth], side[depth:]
    return wide


def _top(row: list[int]) -> BookTop:
    ts_recv, ts_event, sequence, bid, bid_size, bids, ask, ask_size, asks = row
    return BookTop(
        ts_recv=Ns(ts_recv),
        ts_event=Ns(ts_event),
        sequence=sequence,
        bid=Level(Px(bid), bid_size, bids) if bids else None,
        ask=Level(Px(ask), ask_size, asks) if asks else None,
    )


@numba.njit(types.void(_ROWS, _ROWS, types.int64), nogil=True, cache=True)
def _move(old: Any, wide: Any, shift: int) -> None:  # pragma: no cover - runs as machine code
    mask = wide.shape[0] - 1
    for place in range(old.shape[0]):
        if old[place, _SIZE] != 0:
            slot = np.int64((np.uint64(old[place, _ID]) * np.uint64(_GOLDEN)) >> np.uint64(shift))
            while wide[slot, _SIZE] != 0:
                slot = (slot + 1) & mask
            for column in range(4):
                wide[slot, column] = old[place, column]


@numba.njit(_PASS, nogil=True, cache=True, error_model="numpy")
def _walk(  # noqa: C901  # pragma: no cover - runs as machine code
    u8: Any, u32: Any, i64: Any, start: int, end: int, instrument: int, shift: int,
    orders: Any, keys: Any, sizes: Any, counts: Any, marks: Any, tops: Any,
) -> None:  # fmt: skip
    """In one function, because numba counts references around each helper (`tape_kernel` has the numbers)."""
    mask = orders.shape[0] - 1
    depth = keys.shape[0] // 2
    offset: Any = start
    while offset < end:
        here = offset
        offset += np.int64(u8[here]) << 2
        word, long = here >> 2, here >> 3
        if u8[here + 1] != _MBO or u32[word + 1] != instrument:
            continue
        marks[_RECORDS] += 1
        action = u8[here + 38]
        if action == _R:
            if marks[_ORDERS] != 0:
                orders[:, _SIZE] = 0
            marks[_ORDERS] = 0
            marks[_BIDS] = 0
            marks[_ASKS] = 0
            marks[_SYNCED] = 1
        elif action in (_A, _C, _M):
            order = i64[long + 2]
            price = i64[long + 3]
            size = np.int64(u32[word + 8])
            letter = u8[here + 39]
            slot = np.int64((np.uint64(order) * np.uint64(_GOLDEN)) >> np.uint64(shift))
            while orders[slot, _SIZE] != 0 and orders[slot, _ID] != order:
                slot = (slot + 1) & mask
            held = orders[slot, _SIZE]
            # what leaves a level and what joins one: side, sorted price, lots, orders
            out_side, out_key, out_size, out_count = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
            in_side, in_key, in_size = np.int64(0), np.int64(0), np.int64(0)
            if held == 0 and action != _A:
                marks[_UNKNOWN] += 1
            if held != 0:
                out_side, out_key = orders[slot, _SIDE], orders[slot, _KEY]
                if action == _C and size < held:
                    out_size = size
                else:
                    out_size, out_count = held, np.int64(1)
            if action != _C:
                if (
                    (letter != _A and letter != _B)
                    or price == UNDEF_PRICE
                    or size == 0
                    or size == _UNDEF_SIZE
                ):
                    marks[_IGNORED] += 1
                else:
                    in_side = np.int64(letter == _A)
                    in_key = -price if in_side else price
                    in_size = size
            if in_size != 0:
                if held == 0:
                    marks[_ORDERS] += 1
                orders[slot, _ID] = order
                orders[slot, _KEY] = in_key
                orders[slot, _SIZE] = in_size
                orders[slot, _SIDE] = in_side
            elif out_count != 0:
                marks[_ORDERS] -= 1
                # close the hole, so that every search still ends at an empty place
                hole, probe = slot, (slot + 1) & mask
                while orders[probe, _SIZE] != 0:
                    home = np.int64((np.uint64(orders[probe, _ID]) * np.uint64(_GOLDEN)) >> np.uint64(shift))
                    if (probe - home) & mask >= (probe - hole) & mask:
                        for column in range(4):
                            orders[hole, column] = orders[probe, column]
                        hole = probe
                    probe = (probe + 1) & mask
                orders[hole, _SIZE] = 0
            elif out_size != 0:
                orders[slot, _SIZE] = held - out_size
            for step in range(2):
                side, key, lots, one = out_side, out_key, -out_size, -out_count
                if step == 1:
                    side, key, lots, one = in_side, in_key, in_size, np.int64(1)
                if lots == 0:
                    continue
                base = side * depth
                top = base + marks[_BIDS + side]
                place = top
                while place > base and keys[place - 1] > key and top - place < 16:
                    place -= 1
                if place > base and keys[place - 1] > key:
                    low, high = base, place - 1
                    while low < high:
                        middle = (low + high) >> 1
                        if keys[middle] > key:
                            high = middle
                        else:
                            low = middle + 1
                    place = low
                if place > base and keys[place - 1] == key:
                    place -= 1
                    sizes[place] += lots
                    counts[place] += one
                    if counts[place] == 0:
                        for n in range(place, top - 1):
                            keys[n] = keys[n + 1]
                            sizes[n] = sizes[n + 1]
                            counts[n] = counts[n + 1]
                        marks[_BIDS + side] -= 1
                elif lots > 0:
                    for n in range(top, place, -1):
                        keys[n] = keys[n - 1]
                        sizes[n] = sizes[n - 1]
                        counts[n] = counts[n - 1]
                    keys[place] = key
                    sizes[place] = lots
                    counts[place] = one
                    marks[_BIDS + side] += 1
        if u8[here + 36] & F_LAST == 0:
            continue
        bid, bid_size, bids = np.int64(UNDEF_PRICE), np.int64(0), np.int64(0)
        ask, ask_size, asks = np.int64(UNDEF_PRICE), np.int64(0), np.int64(0)
        if marks[_BIDS]:
            best = marks[_BIDS] - 1
            bid, bid_size, bids = keys[best], sizes[best], counts[best]
        if marks[_ASKS]:
            best = depth + marks[_ASKS] - 1
            ask, ask_size, asks = -keys[best], sizes[best], counts[best]
        if bids and asks and bid >= ask:
            marks[_CROSSED if bid > ask else _LOCKED] += 1
        if (
            bid != marks[_LAST_BID] or bid_size != marks[_LAST_BID_SIZE] or bids != marks[_LAST_BID_COUNT]
            or ask != marks[_LAST_ASK] or ask_size != marks[_LAST_ASK_SIZE] or asks != marks[_LAST_ASK_COUNT]
        ):  # fmt: skip
            marks[_LAST_BID], marks[_LAST_BID_SIZE], marks[_LAST_BID_COUNT] = bid, bid_size, bids
            marks[_LAST_ASK], marks[_LAST_ASK_SIZE], marks[_LAST_ASK_COUNT] = ask, ask_size, asks
            row = marks[_TOPS]
            marks[_TOPS] = row + 1
            tops[row, 0], tops[row, 1] = i64[long + 5], i64[long + 1]
            tops[row, 2] = np.int64(u32[word + 13])
            tops[row, 3], tops[row, 4], tops[row, 5] = bid, bid_size, bids
            tops[row, 6], tops[row, 7], tops[row, 8] = ask, ask_size, asks
