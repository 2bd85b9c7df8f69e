"""Closed history: what of it is on the shelf, what the rest costs, and buying that rest, never more.

A note lies beside each purchase from before it is sent until money and index entry are written in one step.
So whatever a crash interrupts is found again: a whole file is adopted and settled, anything else stays
reserved until it is compared with the vendor's bill.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from app.domain.cost import Approval
from app.domain.errors import BadPayload, ConfigError, OverBudget, SourceError
from app.domain.history import (
    HistoryPiece,
    HistoryQuote,
    HistoryWant,
    PriceTag,
    held_by_symbol,
    share_of,
    to_buy,
)
from app.domain.history_updates import Buying, HistoryChanged
from app.domain.purchase import Purchase, Purse, cap_of, needs_no_question
from app.domain.routing import SourceId
from app.domain.units import HOUR, SECOND, MicroUsd, usd
from app.domain.updates import Notice
from app.engine.desk import Desk
from app.engine.drafts import Drafts
from app.engine.history_counts import HistoryCounts
from app.engine.history_feed import HistoryFeed
from app.engine.ledger import Ledger
from app.engine.shelf import Note, Shelf
from app.engine.workers import DB

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_STORE_LIMIT_S: Final = 15.0
_PRICE_LIMIT_S: Final = 60.0
_FETCH_LIMIT_S: Final = 6 * HOUR / SECOND
_MOST_PIECES: Final = 50
_TOLD_EVERY_BYTES: Final = 256 * 1024
_COARSER: Final = {
    "mbo": ("mbp-10", "mbp-1", "trades"),
    "mbp-10": ("mbp-1", "trades"),
    "mbp-1": ("tbbo", "trades", "ohlcv-1s"),
    "tbbo": ("ohlcv-1s", "ohlcv-1m"),
    "trades": ("ohlcv-1s", "ohlcv-1m"),
    "ohlcv-1s": ("ohlcv-1m",),
}


class History:
    """`feeds` makes the history feed of a source; one of each is used, on a lane of its own."""

    def __init__(
        self,
        desk: Desk,
        ledger: Ledger,
        shelf: Shelf | None,
        feeds: Mapping[SourceId, Callable[[], HistoryFeed]],
    ) -> None:
        self.drafts: Final = Drafts(desk)
        self._counts = HistoryCounts(desk)
        self._desk = desk
        self._ledger = ledger
        self._shelf = shelf
        self._make = feeds
        self._feeds: dict[SourceId, HistoryFeed] = {}
        self._stop = threading.Event()
        self._running = False

    @property
    def sources(self) -> tuple[SourceId, ...]:
        return tuple(self._make) if self._shelf is not None else ()

    async def begin(self) -> None:
        """What an earlier run left behind."""
        shelf = self._shelf
        if shelf is None:
            return
        await self.tell_counts()
        for note, piece in await self._run("history", shelf.left_behind, _STORE_LIMIT_S):
            await self._adopt(note, piece)
            await self._run("history", partial(shelf.finish, shelf.file_of(note)), _STORE_LIMIT_S)

    async def tell_counts(self) -> None:
        for source in self.sources:
            await self._counts.tell(source)

    async def close(self) -> None:
        self._stop.set()
        for source, feed in self._feeds.items():
            self._desk.workers.post("close history", feed.close, _lane(source))

    async def held(self, want: HistoryWant) -> float:
        return share_of(want, held_by_symbol(want, await self._pieces(want)))

    async def quote(self, want: HistoryWant) -> HistoryQuote:
        """What is missing, priced by the vendor; costs nothing. Raises SourceError if it cannot be asked."""
        pieces = await self._pieces(want)
        held = held_by_symbol(want, pieces)
        wanted = to_buy(want, held)
        if len(wanted) > _MOST_PIECES:
            raise ConfigError(f"What is missing lies in {len(wanted)} pieces; ask for less at once.")
        feed, lane = self._feed(want.source), _lane(want.source)
        tags = [await self._run("price", partial(feed.price, one), _PRICE_LIMIT_S, lane) for one in wanted]
        share = share_of(want, held)
        whole = await self._cost(feed, want, lane) if 0 < share < 1 else None
        others = [(schema, cost) for schema in _COARSER.get(want.schema, ()) if tags
                  and (cost := await self._cheaper(feed, want, schema, lane)) is not None]  # fmt: skip
        return self._quote(want, tuple(tags), share, whole, await self._ledger.purse(), tuple(others))

    async def buy(
        self, quote: HistoryQuote, approval: Approval | None, override: str = "", *, everything: bool = False
    ) -> tuple[str, ...]:
        """Buys what is missing, piece by piece, or all of it anew; the answer are the files that hold it.

        Raises OverBudget or AskFirst before anything is spent. `approval` is the user's word.
        """
        if self._running:
            raise ConfigError("Another purchase is still running.")
        feed, lane = self._feed(quote.want.source), _lane(quote.want.source)
        tags = quote.tags
        if everything:
            tags = (await self._run("price", lambda: feed.price(quote.want), _PRICE_LIMIT_S, lane),)
        self._running = True
        self._stop.clear()
        spent = MicroUsd(0)
        try:
            for number, tag in enumerate(tags):
                self._tell(quote.want, Buying.RUNNING, number, len(tags), 0, spent)
                spent = MicroUsd(spent + await self._piece(tag, approval, override, number, len(tags), spent))
            self._tell(quote.want, Buying.DONE, len(tags), len(tags), 0, spent)
            await self._counts.asked(quote)
        except (SourceError, ConfigError, TimeoutError) as e:
            state = Buying.STOPPED if self._stop.is_set() else Buying.FAILED
            self._tell(quote.want, state, 0, len(tags), 0, spent, str(e))
            raise
        finally:
            self._running = False
        return await self.files(quote.want)

    async def stop_buying(self) -> None:
        """The piece under way is given up; what was sent of it may be billed."""
        self._stop.set()

    async def files(self, want: HistoryWant) -> tuple[str, ...]:
        """The files that hold all of it. Raises ConfigError when anything is missing or no longer whole."""
        shelf = self._shelf
        if shelf is None:
            raise ConfigError("Nothing is kept here.")
        pieces = [p for p in await self._pieces(want) if p.want.span.common(want.span) is not None]
        for piece in pieces:
            if not await self._run("check", partial(shelf.is_whole, piece), _FETCH_LIMIT_S):
                await self._run("drop", partial(self._desk.store.drop_piece, piece.file), lane=DB)
                raise ConfigError(f"{piece.file} is damaged or gone; its range counts as missing again.")
        held = held_by_symbol(want, pieces)
        if to_buy(want, held):
            raise ConfigError(f"Only {share_of(want, held):.0%} of this range is on the shelf.")
        return tuple(shelf.path(piece) for piece in pieces)

    async def _piece(
        self, tag: PriceTag, approval: Approval | None, override: str, done: int, files: int, spent: MicroUsd
    ) -> MicroUsd:
        shelf, want = self._shelf, tag.want
        if shelf is None or tag.cost is None:
            raise OverBudget("The price of this request could not be found out, so it was not sent.")
        cost = tag.cost
        purchase = Purchase(
            want.source, want.dataset, want.schema, cost, want.request, one_off=True,
            approval=approval, override=override, start=want.span.start, end=want.span.end,
        )  # fmt: skip
        reservation = await self._ledger.reserve(purchase)
        note = Note(want, reservation, cost)
        feed, lane = self._feed(want.source), _lane(want.source)

        told = 0

        def go_on(size: int) -> bool:
            nonlocal told
            if size - told >= _TOLD_EVERY_BYTES:
                told = size
                self._tell(want, Buying.RUNNING, done, files, size, spent)
            return not self._stop.is_set()

        file = shelf.file_of(note)
        try:
            target = await self._run("note", lambda: shelf.begin(note), _STORE_LIMIT_S)
            await self._run("history", lambda: feed.fetch(tag, target, go_on), _FETCH_LIMIT_S, lane)
        except (BadPayload, TimeoutError):
            self._tell_waiting(note)
            await self._run("note", lambda: shelf.finish(file), _STORE_LIMIT_S)
            raise
        except (SourceError, ConfigError):
            await self._ledger.release(reservation)
            await self._run("note", lambda: shelf.finish(file), _STORE_LIMIT_S)
            raise
        piece = await self._run("digest", lambda: shelf.piece(want, target), _FETCH_LIMIT_S)
        await self._keep(note, piece)
        await self._counts.kept(want.source, piece.size)
        await self._run("note", lambda: shelf.finish(file), _STORE_LIMIT_S)
        self._tell(want, Buying.RUNNING, done + 1, files, piece.size, spent)
        return cost

    async def _adopt(self, note: Note, piece: HistoryPiece | None) -> None:
        if piece is None:
            return self._tell_waiting(note)
        try:
            await self._keep(note, piece)
        except ConfigError as e:  # it is in the books already, or these are other books
            _log.info("%s was found again: %s", piece.file, e)

    async def _keep(self, note: Note, piece: HistoryPiece) -> None:
        store, now = self._desk.store, self._desk.clock.now()
        await self._ledger.settle(
            note.reservation, note.cost, piece.size, also=lambda: store.add_piece(piece, now)
        )

    def _quote(
        self,
        want: HistoryWant,
        tags: tuple[PriceTag, ...],
        held: float,
        whole: MicroUsd | None,
        purse: Purse,
        others: tuple[tuple[str, MicroUsd], ...],
    ) -> HistoryQuote:
        costs = [tag.cost for tag in tags]
        cost = None if None in costs else MicroUsd(sum(one or 0 for one in costs))
        month = self._ledger.cost()
        before = (
            month.forecast if month.forecast is not None else month.fixed + month.metered + month.reserved
        )
        refused = "" if cost is not None else "The vendor did not say what this costs, so it is not bought."
        if tags and any(tag.resolved == 0 for tag in tags):
            refused = "The vendor knows none of these symbols."
        return HistoryQuote(
            want=want,
            tags=tags,
            held=held,
            whole=whole,
            left=MicroUsd(max(0, purse.left)),
            after=MicroUsd(before + (cost or 0)),
            unasked=cost is not None and len(tags) < 2 and needs_no_question(cost, purse),
            must_type=any((one or 0) > cap_of(want.schema) for one in costs),
            refused=refused,
            others=others,
        )

    async def _cheaper(self, feed: HistoryFeed, want: HistoryWant, schema: str, lane: str) -> MicroUsd | None:
        other = HistoryWant(want.source, want.dataset, schema, want.symbols, want.symbols_as, want.span)
        return await self._cost(feed, other, lane)

    async def _cost(self, feed: HistoryFeed, want: HistoryWant, lane: str) -> MicroUsd | None:
        """A comparison only: without it the purchase can still be made."""
        try:
            return await self._run("price", lambda: feed.cost(want), _PRICE_LIMIT_S, lane)
        except (SourceError, TimeoutError):
            return None

    async def _pieces(self, want: HistoryWant) -> tuple[HistoryPiece, ...]:
        store = self._desk.store
        return tuple(await self._run("history", lambda: store.pieces(want), lane=DB))

    def _feed(self, source: SourceId) -> HistoryFeed:
        make = self._make.get(source)
        if make is None or self._shelf is None:
            raise ConfigError(f"{source} sells no history here.")
        if source not in self._feeds:
            self._feeds[source] = make()
        return self._feeds[source]

    def _tell(
        self, want: HistoryWant, state: Buying, done: int, files: int, size: int, spent: MicroUsd,
        sentence: str = "",
    ) -> None:  # fmt: skip
        told = HistoryChanged(self._desk.clock.now(), want.request, state, done, files, size, spent, sentence)
        self._desk.outbox.put_state(told)

    def _tell_waiting(self, note: Note) -> None:
        sentence = (
            f"A download of {note.want.schema} history broke off. ${usd(note.cost):.2f} stays reserved until "
            "it is compared with the vendor's bill."
        )
        self._desk.outbox.put_state(Notice(self._desk.clock.now(), "WARNING", sentence, "history"))

    async def _run(
        self, name: str, fn: Callable[[], _T], limit_s: float = _STORE_LIMIT_S, lane: str = "history"
    ) -> _T:
        return await self._desk.workers.run(name, fn, limit_s, lane)


def _lane(source: SourceId) -> str:
    return f"history-{source}"
