"""The order books of the charted futures as the screen sees them: a ladder, and columns of a heatmap.

Looked at four times a second between two events, never inside one. A column says nothing of prices that its
schema does not reach, and there is none of a book that is not known to be whole, or not of now. What a vendor
has added up itself is a ladder of its own, never joined with a book of orders.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.books import MBO, MBP_1, MBP_10, Books, BookView, Side
from app.domain.books_state import RECORD_LEVELS
from app.domain.chart_updates import BookChanged, DepthColumn, DepthLevel
from app.domain.health import Freshness
from app.domain.routing import Channel, Fidelity, Provenance, SourceId
from app.domain.ticks import LadderSaid
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px
from app.engine.desk import Desk

_COLUMN: Final = SECOND // 4
_COLUMN_MS: Final = _COLUMN * 1_000 // SECOND
# ticks on each side of the middle
_REACH: Final = 60
_LADDER: Final = 20
# as the screen names it
DOM: Final = "aggregated DOM"
# from so many levels on, nothing is known beyond the last
_LEVELS_OF: Final = {MBP_10: RECORD_LEVELS, MBP_1: 1, DOM: 1}
# of now: what is older must not be painted into a column of now
_CURRENT: Final = (Freshness.LIVE, Freshness.QUIET)
# a ladder may rest for so long without being old
_LADDER_STANDS_S: Final = 5.0
_MOST_BOOKS: Final = 4
_MOST_SIZE: Final = 2**31 - 1


class Depth:
    def __init__(self, desk: Desk, source: SourceId, fidelity: Fidelity) -> None:
        self._desk = desk
        self._source = source
        self._fidelity = fidelity
        self._books: list[Books] = []
        self._ladders: dict[int, LadderSaid] = {}
        self._granted = ""
        self._connection = ""
        self._told: dict[int, BookChanged] = {}
        self._looked: dict[int, int] = {}

    def kept(self, books: Books, granted: str, connection: str) -> None:
        """Where the books of the connection are. `granted`: the schema that was asked for, if it is known."""
        if not any(books is one for one in self._books):
            self._books = [*self._books, books][-_MOST_BOOKS:]
        self._granted, self._connection = granted, connection

    def said(self, ladders: Iterable[LadderSaid], connection: str) -> None:
        for ladder in ladders:
            self._ladders[ladder.instrument_id], self._connection = ladder, connection

    def lost(self) -> None:
        """The connection: until the next one has told its whole book, none is known to be whole."""
        self._books = []
        self._ladders = {}
        for instrument, told in self._told.items():
            self._told[instrument] = unsynced = replace(told, synced=False)
            if not self._is_idle():
                self._desk.outbox.put_state(unsynced)

    def tell(self, futures: Iterable[int]) -> None:
        """Once in each quarter of a second; in the middle of an event at the next beat."""
        if self._is_idle():
            return
        slot = self._desk.clock.now() // _COLUMN
        for instrument in futures:
            if self._looked.get(instrument) == slot:
                continue
            view = self._view(instrument)
            if view is None:
                continue
            self._looked[instrument] = slot
            self._tell(view, Ns((slot - 1) * _COLUMN))

    def _is_idle(self) -> bool:
        return self._desk.router.is_fed_by_another(self._source, Channel.NQ_QUOTES)

    def _view(self, instrument: int) -> BookView | None:
        # either all prices of a column are there, or as many of each side as it could hold
        for books in reversed(self._books):
            view = books.view(instrument, 2 * _REACH + 1)
            if view is not None:
                # said before the notice of it was worked through: of orders, every later state may be wrong
                doubted = books.doubted and view.schema == MBO
                return replace(view, synced=view.synced and not doubted)
        ladder = self._ladders.get(instrument)
        return None if ladder is None else _added_up(ladder)

    def _tell(self, view: BookView, start: Ns) -> None:
        freshness = self._freshness(view)
        schema = self._granted if view.schema == MBP_1 and self._granted else view.schema
        now = self._desk.clock.now()
        provenance = Provenance(
            self._source, self._fidelity, view.ts_event, view.ts_recv, now, self._connection
        )
        bids, asks = (_best(side, counted=schema != DOM) for side in (view.bids, view.asks))
        book = BookChanged(
            view.instrument, view.ts_event, bids, asks, schema, view.synced, view.unknown or 0, freshness,
            provenance,
        )  # fmt: skip
        if not _same(self._told.get(view.instrument), book):
            self._told[view.instrument] = book
            self._desk.outbox.put_state(book)
        span = _span(view)
        if span is None or not view.synced or freshness not in _CURRENT or schema not in (MBO, *_LEVELS_OF):
            return
        low, count = span
        self._desk.outbox.put_state(
            DepthColumn(
                view.instrument, start, _COLUMN_MS, Px(low), FUTURE_TICK, _sizes(view.bids, low, count),
                _sizes(view.asks, low, count), schema, provenance,
            )
        )  # fmt: skip

    def _freshness(self, view: BookView) -> Freshness:
        """A ladder that was added up elsewhere can stand still while quotes go on: its own age counts."""
        freshness = self._desk.health.freshness(self._source, Channel.NQ_QUOTES)
        if view.schema != DOM or freshness not in _CURRENT:
            return freshness
        limit = self._desk.health.of(self._source, Channel.NQ_QUOTES).stale_after_s()
        age_s = (self._desk.clock.now() - view.ts_recv) / SECOND
        return Freshness.STALE if age_s > max(limit, _LADDER_STANDS_S) else freshness


def _best(side: Side, *, counted: bool) -> tuple[DepthLevel, ...]:
    columns = (column[:_LADDER].tolist() for column in (side.price, side.size, side.orders))
    return tuple(
        DepthLevel(Px(price), size, orders if counted else None)
        for price, size, orders in zip(*columns, strict=True)
    )


def _added_up(ladder: LadderSaid) -> BookView:
    """One whose sides cross cannot be as it is told."""
    bids, asks = _side_of(ladder.bids), _side_of(ladder.asks)
    crossed = bool(ladder.bids and ladder.asks) and ladder.bids[0][0] >= ladder.asks[0][0]
    return BookView(
        ladder.instrument_id, ladder.ts_event, ladder.ts_recv, bids, asks, DOM, not crossed, None, None, None
    )


def _side_of(levels: tuple[tuple[Px, int], ...]) -> Side:
    table = np.array(levels, np.int64).reshape(len(levels), 2)
    return Side(table[:, 0], table[:, 1], np.zeros(len(levels), np.int64))


def _same(told: BookChanged | None, book: BookChanged) -> bool:
    return told is not None and replace(told, provenance=book.provenance) == book


def _span(view: BookView) -> tuple[int, int] | None:
    """The lowest price and the number of prices around the middle for which the view tells what rests."""
    best = [int(side.price[0]) for side in (view.bids, view.asks) if len(side)]
    if not best:
        return None
    middle = sum(best) // len(best) // FUTURE_TICK * FUTURE_TICK
    low, high = middle - _REACH * FUTURE_TICK, middle + _REACH * FUTURE_TICK
    levels = _LEVELS_OF.get(view.schema)
    if levels is not None and len(view.bids) >= levels:
        low = max(low, int(view.bids.price[-1]))
    if levels is not None and len(view.asks) >= levels:
        high = min(high, int(view.asks.price[-1]))
    return low, max(0, (high - low) // FUTURE_TICK) + 1


def _sizes(side: Side, low: int, count: int) -> NDArray[np.int32]:
    sizes = np.minimum(side.at_prices(low, FUTURE_TICK, count), _MOST_SIZE).astype(np.int32)
    sizes.flags.writeable = False
    return sizes
