"""The order books of all instruments of one stream, kept along its tape.

From orders where they come, exact and whole from a clear or a snapshot on; else as records of ten levels or
of one say. Who feeds the tape moves the books, anyone may look: under the tape's guard, at no more than is
asked for.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain import books_pass, books_tell
from app.domain import books_state as at
from app.domain import tape_state as top_at
from app.domain.books_state import BooksState, Longs
from app.domain.tape_state import TapeState
from app.domain.ticks import NO_TOPS, TopColumns
from app.domain.units import UNDEF_PRICE, Ns

MBO: Final = "mbo"
MBP_10: Final = "mbp-10"
MBP_1: Final = "mbp-1"


class Passes(Protocol):
    """Both passes of `books_pass` over a stream's memory."""

    def walk(self, buffer: NDArray[np.uint8], places: Longs, first: int, state: BooksState, /) -> int: ...
    def tell(self, state: BooksState, told: Longs, /) -> int: ...


class Plain:
    """The passes as they are written, in plain Python."""

    def walk(self, buffer: NDArray[np.uint8], places: Longs, first: int, state: BooksState, /) -> int:
        data = buffer.data
        return books_pass.walk(
            data, data.cast("I"), data.cast("q"), places.data, first, state.index.data, state.index_shift,
            state.orders.data, state.order_shift, state.heads.data, state.levels.data, state.touched.data,
            state.said.data, state.marks.data,
        )  # fmt: skip

    def tell(self, state: BooksState, told: Longs, /) -> int:
        return books_tell.tell(
            state.heads.data, state.levels.data, state.touched.data, state.marks.data, told.data
        )


PLAIN: Final = Plain()
_passes: Passes = PLAIN


def warm_up() -> None:
    """Load the compiled passes, or compile them first; all books then use them. Blocks."""
    global _passes
    from app.domain import books_kernel

    _passes = books_kernel


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Levels from the best outwards."""

    price: Longs
    size: Longs
    orders: Longs

    def __len__(self) -> int:
        return len(self.price)

    def at_prices(self, low: int, tick: int, count: int) -> Longs:
        """What rests at the prices `low + i * tick`."""
        place = (self.price - low) // tick
        inside = (place >= 0) & (place < count)
        sizes = np.zeros(count, np.int64)
        np.add.at(sizes, place[inside], self.size[inside])
        return sizes


@dataclass(frozen=True, slots=True, eq=False)
class BookView:
    """The best levels of one book after a complete event. `synced`: known to be whole. `resting`, `unknown`
    and `ignored` count orders (None where the schema does not tell them): at rest; changed without having
    been seen; without a price, side or size.
    """

    instrument: int
    ts_event: Ns
    ts_recv: Ns
    bids: Side
    asks: Side
    schema: str
    synced: bool
    resting: int | None
    unknown: int | None
    ignored: int | None


class Books:
    def __init__(
        self,
        tops: TapeState,
        guard: AbstractContextManager[object] | None = None,
        *,
        passes: Passes | None = None,
        every_top: bool = False,
    ) -> None:
        self._tops = tops
        self._guard = guard or nullcontext()
        self._own_passes = passes
        self._state = BooksState()
        self._state.marks[at.SAYS] = int(every_top)
        self.doubted = False
        """Records were left out of the stream: of orders, what rests is not certain from then on."""

    def walk(self, buffer: NDArray[np.uint8], places: Longs) -> None:
        """Whole records of orders or of ten levels, by their offsets; by the tape, which holds the guard."""
        state, done = self._state, 0
        state.make_room(len(places))
        passes = self._own_passes or _passes
        while (done := passes.walk(buffer, places, done, state)) < len(places):
            state.make_way()

    def take_tops(self) -> tuple[TopColumns, int]:
        """Of books of orders that are whole, those whose best prices or sizes changed since the last call;
        and how many events of orders came. By the tape, which holds the guard.
        """
        state = self._state
        events, state.marks[at.EVENTS] = int(state.marks[at.EVENTS]), 0
        told = np.zeros(int(state.marks[at.TOUCHED]), np.int64)
        count = (self._own_passes or _passes).tell(state, told) if len(told) else 0
        if not count:
            return NO_TOPS, events
        rows = state.heads.reshape(-1, at.HEAD_WIDTH)[told[:count]]
        tops = TopColumns(
            instrument_id=rows[:, at.INSTRUMENT].astype(np.uint32),
            ts_event=_column(rows[:, at.EVENT]),
            ts_recv=_column(rows[:, at.RECV]),
            bid=_column(rows[:, at.TOP_BID]),
            ask=_column(~rows[:, at.TOP_ASK]),
            bid_size=np.minimum(rows[:, at.TOP_BID_SIZE], at.LOW_HALF).astype(np.uint32),
            ask_size=np.minimum(rows[:, at.TOP_ASK_SIZE], at.LOW_HALF).astype(np.uint32),
        )
        return tops, events

    def take_said(self) -> Longs:
        """Every top since the last call, see `every_top`. By the tape, which holds the guard."""
        return self._state.take_said()

    def instruments(self) -> tuple[int, ...]:
        """Those with a book of their own, of orders or of ten levels."""
        with self._guard:
            heads = self._state.heads.reshape(-1, at.HEAD_WIDTH)[1 : self._state.count]
            return tuple(np.unique(heads[:, at.INSTRUMENT]).tolist())

    def of_orders(self) -> Longs:
        """Whose orders come. By the tape, which holds the guard."""
        heads = self._state.heads.reshape(-1, at.HEAD_WIDTH)[1 : self._state.count]
        found: Longs = heads[heads[:, at.FAR_ROOM] > 0, at.INSTRUMENT]
        return found

    def view(self, instrument: int, levels: int) -> BookView | None:
        """The best `levels` of each side; None without a book, and in the middle of an event."""
        with self._guard:
            row = self._state.row(instrument, at.OF_ORDERS)
            if row is not None:
                return self._of_orders(instrument, row, levels)
            return self._of_records(instrument, levels)

    def _of_orders(self, instrument: int, row: int, levels: int) -> BookView | None:
        head = self._state.head(row).tolist()
        if head[at.OPEN]:
            return None
        bids, asks = self._state.side(row, 0)[::-1][:levels], self._state.side(row, 1)[::-1][:levels]
        return BookView(
            instrument, Ns(head[at.EVENT]), Ns(head[at.RECV]),
            _side(bids[:, at.LEVEL_KEY], bids), _side(~asks[:, at.LEVEL_KEY], asks),
            MBO, head[at.SYNCED] == at.WHOLE, head[at.ORDERS], head[at.UNKNOWN], head[at.IGNORED],
        )  # fmt: skip

    def _of_records(self, instrument: int, levels: int) -> BookView | None:
        row = self._state.row(instrument, at.OF_RECORDS)
        if row is not None:
            head = self._state.head(row).tolist()
            event, recv, first, schema = head[at.EVENT], head[at.RECV], head[at.LADDER], MBP_10
            told = self._state.levels[first : first + at.RECORD_LONGS].reshape(-1, 4)[:levels]
        else:
            top = self._tops.top(instrument)
            if top is None:
                return None
            event, recv, schema = int(top[top_at.TOP_EVENT]), int(top[top_at.TOP_RECV]), MBP_1
            told = top[top_at.TOP_BID : top_at.TOP_COUNTS + 1].reshape(1, 4)
        bids, asks = _told(told, ask=False), _told(told, ask=True)
        return BookView(instrument, Ns(event), Ns(recv), bids, asks, schema, True, None, None, None)


def _side(price: Longs, levels: Longs) -> Side:
    return Side(_column(price), _column(levels[:, at.LEVEL_SIZE]), _column(levels[:, at.LEVEL_COUNT]))


def _told(levels: Longs, *, ask: bool) -> Side:
    """One side of the levels of a record: two prices, two sizes in one, two numbers of orders in one."""
    there = levels[levels[:, int(ask)] != UNDEF_PRICE]
    shift = 32 if ask else 0
    halves = ((there[:, place] >> shift) & at.LOW_HALF for place in (2, 3))
    return Side(*map(_column, (there[:, int(ask)], *halves)))


def _column(values: NDArray[Any]) -> Longs:
    column: Longs = values.astype(np.int64)
    column.flags.writeable = False
    return column
