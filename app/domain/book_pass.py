"""The order book along a tape: what its best bid and ask were after each complete event.

A pass in plain Python, and the same one compiled for long tapes; both tell the same tops.
"""

import struct
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain.book import ASK, BID, F_LAST, Level, OrderBook
from app.domain.units import Ns

_MBO: Final = struct.Struct("<IqQqIBxcc").unpack_from
_RECV: Final = struct.Struct("<qiI").unpack_from


@dataclass(frozen=True, slots=True)
class BookTop:
    """The best prices when an event was complete."""

    ts_recv: Ns
    ts_event: Ns
    sequence: int
    bid: Level | None
    ask: Level | None


@dataclass(frozen=True, slots=True)
class BookSummary:
    """`crossed` and `locked` count complete events that left the bid above the ask, or at it: before the open
    both are regular. `is_synced`: the tape began with a clear or a snapshot.
    """

    records: int
    orders: int
    bid_levels: int
    ask_levels: int
    unknown: int
    ignored: int
    crossed: int
    locked: int
    is_synced: bool


class BookAlong(Protocol):
    """Called with whole records only; `take` tells the tops that changed since the last call."""

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None: ...
    def take(self) -> tuple[BookTop, ...]: ...
    def summary(self) -> BookSummary: ...


class PlainBook:
    """The yardstick of the compiled one, and quicker than loading that for a short tape."""

    def __init__(self, instrument: int) -> None:
        self.book = OrderBook()
        self._instrument = instrument
        self._tops: list[BookTop] = []
        self._last: tuple[Level | None, Level | None] = (None, None)
        self._records = 0
        self._crossed = 0
        self._locked = 0

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None:
        data = buffer.data
        offset = start
        while offset < end:
            if data[offset + 1] == layout.MBO:
                self._record(data, offset)
            offset += data[offset] * 4

    def take(self) -> tuple[BookTop, ...]:
        tops, self._tops = tuple(self._tops), []
        return tops

    def summary(self) -> BookSummary:
        return BookSummary(
            records=self._records,
            orders=len(self.book),
            bid_levels=len(self.book.levels(BID)),
            ask_levels=len(self.book.levels(ASK)),
            unknown=self.book.unknown,
            ignored=self.book.ignored,
            crossed=self._crossed,
            locked=self._locked,
            is_synced=self.book.is_synced,
        )

    def _record(self, data: memoryview, offset: int) -> None:
        instrument, ts_event, order, price, size, flags, action, side = _MBO(data, offset + 4)
        if instrument != self._instrument:
            return
        self._records += 1
        self.book.apply(action.decode("latin-1"), side.decode("latin-1"), order, price, size)
        if flags & F_LAST:
            ts_recv, _, sequence = _RECV(data, offset + 40)
            self._event_ends(Ns(ts_recv), Ns(ts_event), sequence)

    def _event_ends(self, ts_recv: Ns, ts_event: Ns, sequence: int) -> None:
        bid, ask = self.book.bid, self.book.ask
        if bid is not None and ask is not None:
            self._crossed += bid.price > ask.price
            self._locked += bid.price == ask.price
        if (bid, ask) != self._last:
            self._last = (bid, ask)
            self._tops.append(BookTop(ts_recv, ts_event, sequence, bid, ask))
