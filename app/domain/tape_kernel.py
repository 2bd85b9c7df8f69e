"""The compiled pass over a tape: whole records in place, without the interpreter lock.

Importing this module compiles it or loads what an earlier process compiled; nobody imports it before
`tape.warm_up` does. The result equals `tape_reference` row by row.
"""

from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain import tape_state as at
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import UNDEF_PRICE

_T, _B, _A = ord("T"), ord("B"), ord("A")
_UNDEF_SIZE = 2**32 - 1
_HEADER = layout.HEADER

# what a record is to the pass
_NOTHING, _RARE, _ORDER, _PRINT, _BOOK, _DEEP, _SAMPLE = range(7)
_KINDS = np.zeros(256, np.uint8)
_KINDS[list(layout.RARE)] = _RARE
_KINDS[layout.MBO] = _ORDER
_KINDS[layout.TRADES] = _PRINT
_KINDS[layout.MBP_1] = _BOOK
_KINDS[layout.MBP_10] = _DEEP
_KINDS[[layout.BBO_1S, layout.BBO_1M]] = _SAMPLE

_BYTES, _WORDS, _LONGS = (types.Array(kind, 1, "C") for kind in (types.uint8, types.uint32, types.int64))
_ROWS = types.Array(types.int64, 2, "C")
_PASS = types.int64(
    _BYTES, _WORDS, _LONGS, types.int64, types.int64, types.int64,
    _LONGS, _LONGS, _LONGS, _ROWS, _ROWS, _LONGS, _LONGS, _LONGS,
)  # fmt: skip


def walk(buffer: NDArray[np.uint8], start: int, end: int, slack: int, state: at.TapeState) -> int:
    """As `tape_reference.walk`."""
    return int(
        _walk(
            buffer, buffer.view(np.uint32), buffer.view(np.int64), start, end, slack,
            state.sizes, state.counts, state.marks, state.trades, state.tops, state.touched, state.rare,
            state.book,
        )
    )  # fmt: skip


@numba.njit(_PASS, nogil=True, cache=True, error_model="numpy")
def _walk(  # noqa: C901  # pragma: no cover - runs as machine code
    u8: Any, u32: Any, i64: Any, start: int, end: int, slack: int, sizes: Any, counts: Any, marks: Any,
    trades: Any, tops: Any, touched: Any, rare: Any, book: Any,
) -> int:  # fmt: skip
    """All in one function: numba counts references around each helper, and the mixed pass fell from 85 to
    36 million records a second when trades and tops had functions of their own.
    """
    offset = start
    records = 0
    quotes = 0
    prints = marks[at.TRADE_COUNT]
    booked = marks[at.BOOK_COUNT]
    newest = marks[at.NEWEST]
    take = marks[at.TAKE]
    mask = tops.shape[0] - 1
    while offset + 2 <= end and offset & 7 == 0:
        length: Any = np.int64(u8[offset]) << 2
        rtype = np.int64(u8[offset + 1])
        size = sizes[rtype]
        if length < _HEADER or (size != 0 and length != size and length != size + slack):
            offset = -1 - offset
            break
        if offset + length > end:
            break
        counts[rtype] += 1
        records += 1
        kind = _KINDS[rtype]
        long, word, byte = offset >> 3, offset >> 2, offset
        offset += length
        if kind == _NOTHING:
            continue
        if kind == _RARE:
            rare[marks[at.RARE_COUNT]] = byte
            marks[at.RARE_COUNT] += 1
            continue
        if kind in (_ORDER, _DEEP):
            book[booked] = byte
            booked += 1
        if kind == _ORDER:
            recv = i64[long + 5]
            action = byte + 38
            p_price, p_size, p_sequence = long + 3, word + 8, word + 13
        else:
            recv = i64[long + 4]
            action = byte + 28
            p_price, p_size, p_sequence = long + 2, word + 6, word + 11
        if recv > newest:
            newest = recv
        event = i64[long + 1]
        if kind != _SAMPLE and u8[action] == _T:
            price = i64[p_price]
            lots = np.int64(u32[p_size])
            if event < 0 or price == UNDEF_PRICE or lots == _UNDEF_SIZE:
                marks[at.INCOMPLETE] += 1
            else:
                letter = u8[action + 1]
                side = NO_SIDE
                if letter == _B:
                    side = BUY
                elif letter == _A:
                    side = SELL
                trades[prints, at.EVENT] = event
                trades[prints, at.RECV] = recv
                trades[prints, at.PRICE] = price
                trades[prints, at.SIZE] = lots
                trades[prints, at.SIDE] = side
                trades[prints, at.SEQUENCE] = np.int64(u32[p_sequence])
                trades[prints, at.INSTRUMENT] = np.int64(u32[word + 1])
                trades[prints, at.KIND] = rtype
                prints += 1
        if kind >= _BOOK:
            quotes += 1
            key = np.int64(u32[word + 1]) + 1
            product = key * at.HASH & at.HASH_SPACE
            row = (product ^ product >> at.HASH_FOLD) & mask
            while tops[row, at.TOP_KEY] != key:
                if tops[row, at.TOP_KEY] == 0:
                    tops[row, at.TOP_KEY] = key
                    marks[at.TOP_COUNT] += 1
                    break
                row = (row + 1) & mask
            if tops[row, at.TOP_TAKE] != take:
                tops[row, at.TOP_TAKE] = take
                touched[marks[at.TOUCHED_COUNT]] = row
                marks[at.TOUCHED_COUNT] += 1
            tops[row, at.TOP_EVENT] = recv if kind == _SAMPLE else event
            tops[row, at.TOP_RECV] = recv
            tops[row, at.TOP_BID] = i64[long + 6]
            tops[row, at.TOP_ASK] = i64[long + 7]
            tops[row, at.TOP_SIZES] = i64[long + 8]
            tops[row, at.TOP_COUNTS] = i64[long + 9]
    marks[at.TRADE_COUNT] = prints
    marks[at.BOOK_COUNT] = booked
    marks[at.NEWEST] = newest
    marks[at.QUOTES] += quotes
    marks[at.RECORDS] += records
    return offset
