"""The pass over a tape in plain Python: yardstick of the compiled pass, and its stand-in until it is ready.

It goes on with the same packed memory, so the one may take over from the other between two records.
"""

import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain import tape_state as at
from app.domain import top_rows
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import UNDEF_PRICE

# all times are read as signed: an undefined or impossible one is then negative
_WHO_WHEN = struct.Struct("<Iq").unpack_from
_MBO = struct.Struct("<qI2xssq4xI").unpack_from
_PRINT = struct.Struct("<qIss2xq4xI").unpack_from
_LEVEL = struct.Struct("<4q").unpack_from
_RECV = struct.Struct("<q").unpack_from
_UNDEF_SIZE = 2**32 - 1
_SIDES = {b"B": BUY, b"A": SELL}
_TRADE = b"T"


def walk(
    buffer: NDArray[np.uint8],
    start: int,
    end: int,
    slack: int,
    state: at.TapeState,
) -> int:
    """Take in the whole records of `buffer[start:end]`; the offset reached, or -1 - the offset of a header
    that cannot be. `slack` is what a record may be longer than its layout (a ts_out). Stops before a record
    that does not begin on a multiple of 8, so that whoever looks along may read whole words, and where there
    may be no room for what comes (`state` then says so).
    """
    sizes = state.sizes.tolist()
    data = buffer.data
    pass_ = _Pass(state, data)
    counts = state.counts
    offset = start
    while offset + 2 <= end and not offset & 7 and not pass_.is_full():
        length, rtype = data[offset] * 4, data[offset + 1]
        size = sizes[rtype]
        if length < layout.HEADER or (size and length not in (size, size + slack)):
            offset = -1 - offset
            break
        if offset + length > end:
            break
        counts[rtype] += 1
        pass_.records += 1
        take_in = _HOT.get(rtype)
        if take_in is not None:
            take_in(pass_, offset, rtype)
        elif rtype in layout.RARE:
            pass_.rare(offset)
        offset += length
    pass_.done()
    return offset


class _Pass:
    """Views of the packed memory that are cheap to write item by item."""

    def __init__(self, state: at.TapeState, data: memoryview) -> None:
        self.data = data
        self.records = 0
        self._state = state
        self._marks = state.marks.tolist()
        self._trades = state.trades.data.cast("B").cast("q")
        self._tops = state.tops.data.cast("B").cast("q")
        self._index = state.index.data
        self._said = state.said.data.cast("B").cast("q")
        self._most = tuple(len(rows) - at.TOGETHER for rows in (state.trades, state.tops, state.said))

    def done(self) -> None:
        self._marks[at.RECORDS] += self.records
        self._state.marks[:] = self._marks

    def is_full(self) -> bool:
        marks = self._marks
        held = marks[at.TRADE_COUNT], marks[at.TOP_COUNT], marks[at.SAID_COUNT]
        full = any(count > most for count, most in zip(held, self._most, strict=True))
        marks[at.FULL] = int(full)
        return full

    def book(self, offset: int) -> None:
        self._state.book[self._marks[at.BOOK_COUNT]] = offset
        self._marks[at.BOOK_COUNT] += 1

    def rare(self, offset: int) -> None:
        self._state.rare[self._marks[at.RARE_COUNT]] = offset
        self._marks[at.RARE_COUNT] += 1

    def saw(self, ts_recv: int) -> None:
        if ts_recv > self._marks[at.NEWEST]:
            self._marks[at.NEWEST] = ts_recv

    def trade(self, *row: int) -> None:
        if row[at.EVENT] < 0 or row[at.PRICE] == UNDEF_PRICE or row[at.SIZE] == _UNDEF_SIZE:
            self._marks[at.INCOMPLETE] += 1
            return
        base = self._marks[at.TRADE_COUNT] * at.TRADE_WIDTH
        for place, value in enumerate(row, base):
            self._trades[place] = value
        self._marks[at.TRADE_COUNT] += 1

    def top(self, instrument: int, ts_event: int, ts_recv: int, offset: int) -> None:
        marks, tops = self._marks, self._tops
        marks[at.QUOTES] += 1
        base = self._row(instrument + 1)
        if tops[base + at.TOP_TAKE] != marks[at.TAKE]:
            tops[base + at.TOP_TAKE] = marks[at.TAKE]
            self._state.touched[marks[at.TOUCHED_COUNT]] = base // at.TOP_WIDTH
            marks[at.TOUCHED_COUNT] += 1
        tops[base + at.TOP_EVENT] = ts_event
        tops[base + at.TOP_RECV] = ts_recv
        bid, ask, sizes, counts = _LEVEL(self.data, offset + 48)
        tops[base + at.TOP_BID] = bid
        tops[base + at.TOP_ASK] = ask
        tops[base + at.TOP_SIZES] = sizes
        tops[base + at.TOP_COUNTS] = counts
        if marks[at.SAYS]:
            row = instrument, ts_event, ts_recv, bid, ask, sizes & at.LOW_HALF, sizes >> 32 & at.LOW_HALF
            for place, value in enumerate(row, marks[at.SAID_COUNT] * top_rows.WIDTH):
                self._said[place] = value
            marks[at.SAID_COUNT] += 1

    def _row(self, key: int) -> int:
        place = at.slot(self._index, key)
        if not self._index[place]:
            row = self._marks[at.TOP_COUNT]
            self._index[place] = key << at.ROW_BITS | row
            self._tops[row * at.TOP_WIDTH] = key
            self._marks[at.TOP_COUNT] += 1
            return row * at.TOP_WIDTH
        return (self._index[place] & at.ROW_MASK) * at.TOP_WIDTH


def _order(seen: _Pass, offset: int, rtype: int) -> None:
    price, size, action, side, ts_recv, sequence = _MBO(seen.data, offset + 24)
    seen.saw(ts_recv)
    seen.book(offset)
    if action == _TRADE:
        instrument, ts_event = _WHO_WHEN(seen.data, offset + 4)
        seen.trade(ts_event, ts_recv, price, size, _SIDES.get(side, NO_SIDE), sequence, instrument, rtype)


def _print(seen: _Pass, offset: int, rtype: int) -> None:
    price, size, action, side, ts_recv, sequence = _PRINT(seen.data, offset + 16)
    instrument, ts_event = _WHO_WHEN(seen.data, offset + 4)
    seen.saw(ts_recv)
    if action == _TRADE:
        seen.trade(ts_event, ts_recv, price, size, _SIDES.get(side, NO_SIDE), sequence, instrument, rtype)
    if rtype == layout.MBP_10:
        seen.book(offset)
    if rtype != layout.TRADES:
        seen.top(instrument, ts_event, ts_recv, offset)


def _quote(seen: _Pass, offset: int, _: int) -> None:
    """A quote sampled by the clock: its ts_event is that of the last trade and says nothing of the quote."""
    instrument = _WHO_WHEN(seen.data, offset + 4)[0]
    ts_recv = _RECV(seen.data, offset + 32)[0]
    seen.saw(ts_recv)
    seen.top(instrument, ts_recv, ts_recv, offset)


_HOT: dict[int, Callable[[_Pass, int, int], None]] = {
    layout.MBO: _order,
    layout.TRADES: _print,
    layout.MBP_1: _print,
    layout.MBP_10: _print,
    layout.BBO_1S: _quote,
    layout.BBO_1M: _quote,
}
