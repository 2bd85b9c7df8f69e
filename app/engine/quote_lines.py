"""The connections for quotes: of the futures, and of the options around the money.

A missed quote is history: the live ones go on at once, what was missed is filled beside them if it can be.
"""

from collections.abc import Callable

from app.domain.books import Books
from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.ticks import TickBatch
from app.domain.units import Ns
from app.engine.connection import Restarted, Session
from app.engine.feeds import TickWant
from app.engine.lines import Day, Line


class QuoteLine(Line):
    """Top of book of the futures. `fill` begins to fill a hole, if it can be filled; `check` compares the
    books of before a gap, carried over it, with those of after it."""

    channels = (Channel.NQ_QUOTES,)
    fill: Callable[[Day, Channel], bool] | None = None
    check: Callable[[Day, Ns, Books, Books], None] | None = None
    _books: Books | None = None
    _carried: tuple[Ns, Books] | None = None

    async def want(self) -> TickWant:
        await self.entitlement.load()
        self._begin_again = ""
        futures = tuple(f.raw for f in self.day.futures)
        schema, named = self.entitlement.schema, self.day.intake.instruments.names()
        return TickWant(futures=futures, trades=False, quotes=True, schema=schema, named=named)

    async def take(self, session: Session, batch: TickBatch) -> None:
        self._notices(session, batch)
        await self._names(session, batch)
        if self._begin_again:
            raise Restarted(self._begin_again)
        if batch.books is not None and Channel.NQ_QUOTES in self.channels:
            self.day.intake.depth.kept(batch.books, self.entitlement.schema, session.name)
        self.day.intake.depth.said(batch.ladders, session.name)
        for channel, top in self.day.intake.tops(batch.tops, session.name, batch.every_top).items():
            if channel not in self.channels or top.ts_recv < session.live_from:
                continue
            self.day.gaps.record(channel, top.ts_event)
            self._check(batch.books)
            self._end_hole(channel, top.ts_event)
            self._desk.health.of(self._source, channel).schema = self.entitlement.schema
            self._desk.health.data(self._source, channel, batch.quotes, top.ts_event, top.ts_recv)

    def _end_hole(self, channel: Channel, at: Ns) -> None:
        """It stays marked for good, unless somebody will fill it."""
        if self.fill is not None and self.fill(self.day, channel):
            self.day.gaps.refilling(channel)
        else:
            self.day.gaps.replayed(channel, None, at)

    def _check(self, books: Books | None) -> None:
        """Once there are quotes again, and with them the whole book."""
        if books is None or books is self._books or not self.entitlement.builds:
            return
        carried, self._carried, self._books = self._carried, None, books
        if carried is not None and self.check is not None:
            self.check(self.day, *carried, books)

    def _skipped(self, text: str) -> None:
        """The next quote is right again; a book of which something is missing never is."""
        super()._skipped(text)
        if self.entitlement.builds:
            self._begin_again = f"the vendor skipped records: {text}"

    def lost(self, reason: str) -> None:
        if Channel.NQ_QUOTES in self.channels:
            self.day.intake.charting.quotes_lost()
            self.day.intake.depth.lost()
        super().lost(reason)
        hole = self.day.gaps.hole(self.channels[0])
        if self._books is not None and hole is not None:
            self._carried, self._books = (hole[0], self._books), None


class OptionQuoteLine(QuoteLine):
    """Top of book of the options around the money, as soon as it is known which those are."""

    channels = (Channel.OPT_QUOTES,)
    symbols: tuple[str, ...] = ()

    def obstacle(self) -> tuple[Link, str] | None:
        if self.gate is None and not self.symbols:
            return Link.CONNECTING, "waits for definitions and a price"
        return self.gate

    async def want(self) -> TickWant:
        await self.entitlement.load()
        schema, named = self.entitlement.schema, self.day.intake.instruments.names()
        return TickWant(
            option_quote_symbols=self.symbols, trades=False, quotes=True, schema=schema, named=named
        )
