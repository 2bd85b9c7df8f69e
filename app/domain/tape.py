"""One pass over the records of a live stream or a file: trades, last quotes, and the rare ones beside them.

Records are walked in place by the compiled pass, or by the plain one until `warm_up` has run. Bytes may come
in any pieces; a header that cannot be raises TapeError, and what came before it can still be taken.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain import books, dbn_rare, pressure, quote_seconds, tape_columns, tape_reference, top_rows
from app.domain import dbn_layout as layout
from app.domain import tape_state as at
from app.domain.books import Books
from app.domain.tape_state import TapeState
from app.domain.ticks import TOP_FIELDS, Rare, TickBatch, TopColumns, VendorNotice
from app.domain.units import Ns

# so much at once that what a read costs besides its records counts little, and so little that its bytes are
# still in the second-level cache when the passes come to them: of 64 KB to 1 MB these were the quickest
PIECE: Final = 256 * 1024
# for the larger reads of a stream that is behind
_ROOM: Final = 4 * PIECE


class TapeError(ValueError):
    """A record header that cannot be, `offset` bytes behind the stream's; nothing after it is certain."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(f"the record at byte {offset} {why}")
        self.offset = offset
        self.why = why


class Walk(Protocol):
    def __call__(
        self, buffer: NDArray[np.uint8], start: int, end: int, slack: int, state: TapeState
    ) -> int: ...


class Along(Protocol):
    """What else looks at the records while they are at hand: whole, checked, each on a multiple of 8."""

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None: ...


_walk: Walk = tape_reference.walk


def warm_up(cache_dir: str | None = None) -> None:
    """Load the compiled pass, compiling it first where no earlier process did; every tape then uses it.

    Blocks; for a worker. Compiling took 1.1 s, in which another thread once waited for 50 ms and never else
    for more than 27; loading took 0.4 s and 18 ms (switch interval 0.5 ms). So no child process compiles.
    `cache_dir` is where compiled code is kept, if this comes before anybody else's import of numba.
    """
    global _walk
    if cache_dir is not None:
        os.environ["NUMBA_CACHE_DIR"] = cache_dir
    from app.domain import tape_kernel

    for part in (books, pressure, quote_seconds):
        part.warm_up()
    _walk = tape_kernel.walk


def is_warm() -> bool:
    return _walk is not tape_reference.walk


class Tape:
    """`guard` is a lock where one thread feeds and another takes; the two then exclude each other.

    `books`: also keep the order book of every instrument whose orders, or ten levels, come; or go on with
    the books of orders of a tape that has ended. `named`: mappings that say the same are left
    out, see `dbn_rare.is_known`. `every_top`: batches hold every top in order, too.
    """

    def __init__(
        self,
        version: int = 3,
        ts_out: bool = False,
        *,
        walk: Walk | None = None,
        also: Sequence[Along] = (),
        guard: AbstractContextManager[object] | None = None,
        books: bool | Books = False,
        every_top: bool = False,
        named: Mapping[int, bytes] | None = None,
    ) -> None:
        self._version = version
        self._slack = layout.TS_OUT if ts_out else 0
        self._own_walk = walk
        self._also = tuple(also)
        self._named = {} if named is None else named
        self._state = TapeState(version, _ROOM)
        self._buffer: NDArray[np.uint8] = np.zeros(_ROOM // 8, np.int64).view(np.uint8)
        self._room = self._buffer.data
        self._tail = 0
        self._offset = 0
        self._rare: list[Rare] = []
        self._bytes = 0
        self._told = (0, 0)
        self._broken: TapeError | None = None
        self._guard = guard or nullcontext()
        self._state.marks[at.SAYS] = int(every_top)
        own = Books(self._state, guard, every_top=every_top) if books is True else None
        self.books: Final = books if isinstance(books, Books) else own

    @property
    def offset(self) -> int:
        """Bytes of whole records walked so far."""
        return self._offset

    @property
    def pending(self) -> int:
        """Bytes of a record whose rest has not come."""
        return self._tail

    @property
    def records(self) -> int:
        return int(self._state.marks[at.RECORDS])

    @property
    def incomplete(self) -> int:
        """Trades without a price, a size or a time: not handed over, because they fit in no bar."""
        return int(self._state.marks[at.INCOMPLETE])

    @property
    def by_type(self) -> Mapping[str, int]:
        counts = self._state.counts
        return {layout.record_name(rtype): int(counts[rtype]) for rtype in np.flatnonzero(counts).tolist()}

    @property
    def unknown(self) -> int:
        """Records of an rtype that has no meaning here; they were stepped over by their length."""
        counts = self._state.counts
        return sum(int(counts[r]) for r in np.flatnonzero(counts).tolist() if not layout.is_known(r))

    def space(self) -> memoryview:
        """Where the next bytes may be read into, before `fed` says how many came."""
        return self._room[self._tail :]

    def fed(self, count: int) -> int:
        """Walk what was read into `space`; returns the whole records found."""
        if self._broken is not None:
            raise self._broken
        with self._guard:
            before = self.records
            self._bytes += count
            self._pass(self._tail + count)
            return self.records - before

    def feed(self, data: bytes | memoryview | NDArray[np.uint8]) -> int:
        view = (data.data if isinstance(data, np.ndarray) else memoryview(data)).cast("B")
        records = 0
        for start in range(0, len(view), PIECE):
            piece = view[start : start + PIECE]
            self.space()[: len(piece)] = piece
            records += self.fed(len(piece))
        return records

    def take(self, received: Ns) -> TickBatch:
        """Everything since the last call, in the order in which it came."""
        return self.take_with_kinds(received)[0]

    def take_with_kinds(self, received: Ns) -> tuple[TickBatch, NDArray[np.uint8]]:
        """And beside the trades the rtype of the record that told each."""
        with self._guard:
            marks = self._state.marks
            rows, tops = self._state.take_trades(), tape_columns.tops(self._state.take_tops())
            moved, events = self._take_books(tops)
            said = self._take_said()
            rare, self._rare = self._rare, []
            told, self._told = self._told, (int(marks[at.RECORDS]), int(marks[at.QUOTES]))
            seen, self._bytes = self._bytes, 0
            newest = int(marks[at.NEWEST])
        batch = TickBatch(
            trades=tape_columns.trades(rows),
            tops=moved,
            rare=tuple(rare),
            records=self._told[0] - told[0],
            quotes=self._told[1] - told[1] + events,
            bytes_seen=seen,
            last_ts_recv=None if newest < 0 else Ns(newest),
            received=received,
            books=self.books,
            every_top=said,
        )
        return batch, tape_columns.kinds(rows)

    def _pass(self, end: int) -> None:
        """Walk up to `end`, then move the partial record to the front, where the next bytes join it."""
        state, buffer = self._state, self._buffer
        walk = self._own_walk or _walk
        start = 0
        while True:
            state.make_room()
            reached = walk(buffer, start, end, self._slack, state)
            stop = reached if reached >= 0 else -1 - reached
            self._keep_rare(buffer)
            self._move_books(buffer)
            for along in self._also:
                along(buffer, start, stop)
            self._offset += stop - start
            if reached < 0:
                self._broken = TapeError(self._offset, self._wrong_with(buffer, stop))
                raise self._broken
            if state.marks[at.FULL]:
                start = stop
                continue
            moved = end - stop
            buffer[:moved] = buffer[stop:end].copy()
            self._tail = moved
            if not stop & 7 or stop == start:
                return
            start, end = 0, moved

    def _move_books(self, buffer: NDArray[np.uint8]) -> None:
        marks = self._state.marks
        if self.books is not None and marks[at.BOOK_COUNT]:
            self.books.walk(buffer, self._state.book[: marks[at.BOOK_COUNT]])
        marks[at.BOOK_COUNT] = 0

    def _take_books(self, tops: TopColumns) -> tuple[TopColumns, int]:
        """Tops of records and of books. What has both is told as the book of orders says, the truth of it."""
        if self.books is None:
            return tops, 0
        moved, events = self.books.take_tops()
        if not len(moved):
            return tops, events
        if not len(tops):
            return moved, events
        tops = tops.chosen(~np.isin(tops.instrument_id, moved.instrument_id))
        columns = ((getattr(one, name) for one in (tops, moved)) for name in TOP_FIELDS)
        return TopColumns(*(tape_columns.frozen(np.concatenate(tuple(both))) for both in columns)), events

    def _take_said(self) -> TopColumns | None:
        """Of an instrument whose orders come, what its book says."""
        if not self._state.marks[at.SAYS]:
            return None
        rows = self._state.take_said()
        if self.books is not None:
            of_orders = self.books.take_said()
            rows = rows[~np.isin(rows[:, top_rows.INSTRUMENT], self.books.of_orders())] if len(rows) else rows
            rows = np.concatenate((rows, of_orders)) if len(rows) else of_orders
        return top_rows.columns(rows)

    def _keep_rare(self, buffer: NDArray[np.uint8]) -> None:
        """Decoded at once, by who feeds: tens of thousands of definitions would hold up who takes."""
        marks = self._state.marks
        if not marks[at.RARE_COUNT]:
            return
        offsets, room, version = self._state.rare[: marks[at.RARE_COUNT]], self._room, self._version
        for offset in dbn_rare.of_use(buffer, offsets, version).tolist():
            record = bytes(room[offset : offset + room[offset] * 4])
            if not self._named or not dbn_rare.is_known(record, version, self._named):
                said = dbn_rare.decode(record, version)
                self._rare.append(said)
                if self.books is not None and isinstance(said, VendorNotice) and said.skipped:
                    self.books.doubted = True
        marks[at.RARE_COUNT] = 0

    def _wrong_with(self, buffer: NDArray[np.uint8], offset: int) -> str:
        length, rtype = int(buffer[offset]) * 4, int(buffer[offset + 1])
        size = int(self._state.sizes[rtype])
        if length < layout.HEADER or not size:
            return f"claims {length} bytes, less than its own header"
        return f"claims {length} bytes, but a {layout.record_name(rtype)} has {size}"
