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
from app.domain import top_rows
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import UNDEF_PRICE

_T, _B, _A = ord("T"), ord("B"), ord("A")
_UNDEF_SIZE = 2**32 - 1
_HEADER = layout.HEADER
# says what is so anyhow: without it each access is first tried for an index from the end
_INSIDE = 2**40 - 1

# what a record is to the pass
_NOTHING, _RARE, _ORDER, _PRINT, _BOOK, _DEEP, _SAMPLE = range(7)
_KINDS = np.zeros(256, np.uint8)
_KINDS[list(layout.RARE)] = _RARE
_KINDS[layout.MBO] = _ORDER
_KINDS[layout.TRADES] = _PRINT
_KINDS[layout.MBP_1] = _BOOK
_KINDS[layout.MBP_10] = _DEEP
_KINDS[[layout.BBO_1S, layout.BBO_1M]] = _SAMPLE

# where, in longs, each kind keeps the time at which the vendor received it; those without one: the header
_RECV_AT = np.array([0, 0, 5, 4, 4, 4, 4], np.int64)
# and in bytes the letter of what happened
_ACTION_AT = np.array([0, 0, 38, 28, 28, 28, 0], np.int64)

_BYTES, _WORDS, _LONGS = (types.Array(kind, 1, "C") for kind in (types.uint8, types.uint32, types.int64))
_ROWS = types.Array(types.int64, 2, "C")
_PASS = types.int64(
    _BYTES, _WORDS, _LONGS, types.int64, types.int64, types.int64,
    _LONGS, _LONGS, _LONGS, _ROWS, _ROWS, _LONGS, _LONGS, _LONGS, _LONGS, _ROWS, _ROWS,
)  # fmt: skip


def walk(buffer: NDArray[np.uint8], start: int, end: int, slack: int, state: at.TapeState) -> int:
    """As `tape_reference.walk`."""
    return int(
        _walk(
            buffer, buffer.view(np.uint32), buffer.view(np.int64), start, end, slack,
            state.sizes, state.counts, state.marks, state.trades, state.tops, state.index, state.touched,
            state.rare, state.book, state.at_hand, state.said,
        )
    )  # fmt: skip


@numba.njit(_PASS, nogil=True, cache=True, error_model="numpy")
def _walk(  # noqa: C901  # pragma: no cover - runs as machine code
    u8: Any, u32: Any, i64: Any, start: int, end: int, slack: int, sizes: Any, counts: Any, marks: Any,
    trades: Any, tops: Any, index: Any, touched: Any, rare: Any, book: Any, at_hand: Any, said: Any,
) -> int:  # fmt: skip
    """All in one function: numba counts references around each helper, and the mixed pass fell from 85 to
    36 million records a second when trades and tops had functions of their own.

    A few hundred records at a time are sorted by what they tell, without a branch for the processor to guess
    wrong, and then taken in kind by kind.
    """
    offset: Any = start
    records = 0
    prints = marks[at.TRADE_COUNT]
    booked = marks[at.BOOK_COUNT]
    seldom = marks[at.RARE_COUNT]
    newest = marks[at.NEWEST]
    take = marks[at.TAKE]
    known = marks[at.TOP_COUNT]
    moved = marks[at.TOUCHED_COUNT]
    says, told = marks[at.SAYS] != 0, marks[at.SAID_COUNT]
    last = index.shape[0] - 1
    more = True
    while more:
        if (
            prints + at.TOGETHER > trades.shape[0]
            or known + at.TOGETHER > tops.shape[0]
            or told + at.TOGETHER > said.shape[0]
        ):
            marks[at.FULL] = 1
            break
        several: Any = 0
        quotes: Any = 0
        together = 0
        while together < at.TOGETHER:
            if offset + 2 > end or offset & 7 != 0:
                more = False
                break
            here = offset & _INSIDE
            length = np.int64(u8[here]) << 2
            rtype = np.int64(u8[here + 1])
            size = sizes[rtype]
            if length < _HEADER or (size != 0 and length != size and length != size + slack):
                offset = -1 - offset
                more = False
                break
            if offset + length > end:
                more = False
                break
            offset += length
            together += 1
            counts[rtype] += 1
            kind = np.int64(_KINDS[rtype])
            book[booked] = here
            booked += np.int64(kind == _ORDER) | np.int64(kind == _DEEP)
            rare[seldom] = here
            seldom += np.int64(kind == _RARE)
            at_hand[1, quotes] = here
            quotes += np.int64(kind >= _BOOK)
            at_hand[0, several] = here
            is_hot = np.int64(kind >= _ORDER)
            several += is_hot & np.int64(kind != _SAMPLE) & np.int64(u8[here + _ACTION_AT[kind]] == _T)
            recv = i64[(here >> 3) + _RECV_AT[kind]] | (is_hot - 1)
            newest = max(newest, recv)
        records += together
        for n in range(several):
            here = at_hand[0, n] & _INSIDE
            long, word = here >> 3, here >> 2
            rtype = np.int64(u8[here + 1])
            if rtype == layout.MBO:
                recv, letter = i64[long + 5], u8[here + 39]
                price, lots, sequence = i64[long + 3], np.int64(u32[word + 8]), np.int64(u32[word + 13])
            else:
                recv, letter = i64[long + 4], u8[here + 29]
                price, lots, sequence = i64[long + 2], np.int64(u32[word + 6]), np.int64(u32[word + 11])
            event = i64[long + 1]
            if event < 0 or price == UNDEF_PRICE or lots == _UNDEF_SIZE:
                marks[at.INCOMPLETE] += 1
                continue
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
            trades[prints, at.SEQUENCE] = sequence
            trades[prints, at.INSTRUMENT] = np.int64(u32[word + 1])
            trades[prints, at.KIND] = rtype
            prints += 1
        for n in range(quotes):
            here = at_hand[1, n] & _INSIDE
            long, word = here >> 3, here >> 2
            key = np.int64(u32[word + 1]) + 1
            product = key * at.HASH & at.HASH_SPACE
            place = (product ^ product >> at.HASH_FOLD) & last
            found = index[place]
            while found >> at.ROW_BITS != key:
                if found == 0:
                    found = key << at.ROW_BITS | known
                    index[place] = found
                    tops[known, at.TOP_KEY] = key
                    known += 1
                    break
                place = (place + 1) & last
                found = index[place]
            row = found & at.ROW_MASK
            touched[moved] = row
            moved += np.int64(tops[row, at.TOP_TAKE] != take)
            recv = i64[long + 4]
            is_sample = _KINDS[u8[here + 1]] == _SAMPLE
            tops[row, at.TOP_TAKE] = take
            tops[row, at.TOP_EVENT] = recv if is_sample else i64[long + 1]
            tops[row, at.TOP_RECV] = recv
            tops[row, at.TOP_BID] = i64[long + 6]
            tops[row, at.TOP_ASK] = i64[long + 7]
            tops[row, at.TOP_SIZES] = i64[long + 8]
            tops[row, at.TOP_COUNTS] = i64[long + 9]
            if says:
                said[told, top_rows.INSTRUMENT] = key - 1
                said[told, top_rows.EVENT] = recv if is_sample else i64[long + 1]
                said[told, top_rows.RECV] = recv
                said[told, top_rows.BID] = i64[long + 6]
                said[told, top_rows.ASK] = i64[long + 7]
                said[told, top_rows.BID_SIZE] = np.int64(u32[word + 16])
                said[told, top_rows.ASK_SIZE] = np.int64(u32[word + 17])
                told += 1
        marks[at.QUOTES] += quotes
    marks[at.TRADE_COUNT] = prints
    marks[at.BOOK_COUNT] = booked
    marks[at.RARE_COUNT] = seldom
    marks[at.NEWEST] = newest
    marks[at.TOP_COUNT] = known
    marks[at.TOUCHED_COUNT] = moved
    marks[at.SAID_COUNT] = told
    marks[at.RECORDS] += records
    return int(offset)
