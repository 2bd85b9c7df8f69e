"""The order book along a tape, compiled: tells what `book_pass.PlainBook` tells, by the pass of all books.

Imported only when a long tape asks for it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import books_kernel, top_rows
from app.domain import books_state as at
from app.domain import dbn_layout as layout
from app.domain.book import Level
from app.domain.book_pass import BookSummary, BookTop
from app.domain.books_state import BooksState, Longs
from app.domain.units import UNDEF_PRICE, Ns, Px

_MBO_SIZE: Final = 56


class CompiledBook:
    """As `book_pass.PlainBook`."""

    def __init__(self, instrument: int) -> None:
        self._instrument = instrument
        self._state = BooksState()
        self._state.marks[at.SAYS] = at.ALL

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None:
        places, state, done = _places(buffer, start, end, self._instrument), self._state, 0
        state.make_room(len(places))
        while (done := books_kernel.walk(buffer, places, done, state)) < len(places):
            state.make_way()

    def take(self) -> tuple[BookTop, ...]:
        return tuple(map(_top, self._state.take_said().tolist()))

    def summary(self) -> BookSummary:
        state, row = self._state, self._state.row(self._instrument, at.OF_ORDERS)
        head = [0] * at.HEAD_WIDTH if row is None else state.head(row).tolist()
        bids, asks = (0 if row is None else len(state.side(row, ask)) for ask in (0, 1))
        return BookSummary(
            records=int(state.marks[at.RECORDS]),
            orders=head[at.ORDERS],
            bid_levels=bids,
            ask_levels=asks,
            unknown=head[at.UNKNOWN],
            ignored=head[at.IGNORED],
            crossed=head[at.CROSSED],
            locked=head[at.LOCKED],
            # a book has another owner after each clear
            is_synced=bool(state.marks[at.OWNERS] > 1),
        )


def _places(buffer: NDArray[np.uint8], start: int, end: int, instrument: int) -> Longs:
    """Where the records of its orders lie."""
    if (end - start) % _MBO_SIZE == 0:
        rows = buffer[start:end].reshape(-1, _MBO_SIZE)
        if (rows[:, 0] == _MBO_SIZE // 4).all() and (rows[:, 1] == layout.MBO).all():
            ids = np.ascontiguousarray(rows[:, 4:8]).view(np.uint32)[:, 0]
            return start + np.flatnonzero(ids == instrument) * _MBO_SIZE
    data, offset, found = buffer.data, start, []
    while offset < end:
        of = int.from_bytes(data[offset + 4 : offset + 8], "little")
        if data[offset + 1] == layout.MBO and of == instrument:
            found.append(offset)
        offset += data[offset] * 4
    return np.array(found, np.int64)


def _top(row: list[int]) -> BookTop:
    return BookTop(
        ts_recv=Ns(row[top_rows.RECV]),
        ts_event=Ns(row[top_rows.EVENT]),
        sequence=row[top_rows.SEQUENCE],
        bid=_level(row[top_rows.BID], row[top_rows.BID_SIZE], row[top_rows.BID_COUNT]),
        ask=_level(row[top_rows.ASK], row[top_rows.ASK_SIZE], row[top_rows.ASK_COUNT]),
    )


def _level(price: int, size: int, orders: int) -> Level | None:
    return None if price == UNDEF_PRICE else Level(Px(price), size, orders)
