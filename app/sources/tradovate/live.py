"""Tradovate's quotes and depth of the NQ future as a tick feed: one socket for each session."""

import threading
from dataclasses import replace
from typing import Any, Final

from app.domain.errors import BadPayload, NotEntitled, SourceError
from app.domain.ticks import InstrumentMapped, LadderSaid, Rare, SideQuality, TickBatch, VendorNotice
from app.domain.units import MINUTE, Ns
from app.engine.feeds import SourceContext, TickWant
from app.sources.tradovate.account import account_of
from app.sources.tradovate.ladder import ladder_of
from app.sources.tradovate.line import Line
from app.sources.tradovate.merging import Merging, instrument_of

_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError)
# as the tick source beside it numbers its notices: a name that means nothing, and a reader that was too slow
_UNRESOLVED, _SLOW = 4, 2
# a number of ours, which it has for nothing
_NO_DEPTH: Final = 100
_TELL_UNTOLD_EVERY: Final = MINUTE


class TradovateFeed:
    """A `TickFeed` for one session; a lost one is replaced by a new feed."""

    side_quality: SideQuality = SideQuality.INFERRED

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._account = account_of(context)
        self._line = Line(self._account, self._hear)
        self._guard = threading.Lock()
        self._merging = Merging()
        self._rare: list[Rare] = []
        self._records = self._bytes = 0
        self._sign: Ns | None = None
        self._newest: Ns | None = None
        self._failure: SourceError | None = None
        self._trades = self._quotes = True
        self._untold_told = Ns(0)
        self._ladders: dict[int, LadderSaid] = {}

    def open(self, want: TickWant) -> None:
        self._trades, self._quotes = want.trades, want.quotes
        names = self._named(want.futures)
        self._line.open()
        refused: NotEntitled | None = None
        watched = 0
        for name in names:
            try:
                self._line.ask("md/subscribeQuote", {"symbol": name})
                watched += 1
                self._watch_depth(name)
            except NotEntitled as e:
                refused = e
                self._note(f"{name}: {e.words}")
        if not watched:
            raise refused or NotEntitled(
                f"Tradovate knows none of {', '.join(want.futures) or 'no future'}.", everything=True
            )

    def drain(self) -> TickBatch:
        now = self._context.clock.now()
        with self._guard:
            merging = self._merging
            trades, tops = merging.take_trades(), merging.take_tops()
            rare = (*self._rare, *merging.rare, *self._untold(now))
            self._rare, merging.rare = [], []
            records, quotes = self._records, merging.quotes
            self._records = merging.quotes = 0
            newest = self._newest
            ladders, self._ladders = tuple(self._ladders.values()), {}
        batch = TickBatch(trades, tops, rare, records, quotes, 0, newest, now, ladders=ladders)
        empty = Merging()
        if not self._trades:
            batch = replace(batch, trades=empty.take_trades())
        return batch if self._quotes else replace(batch, tops=empty.take_tops(), quotes=0)

    def last_sign(self) -> Ns | None:
        return self._sign

    def closed_by(self) -> Exception | None:
        return self._failure or self._line.ended

    def close(self) -> None:
        self._line.close()

    def _named(self, futures: tuple[str, ...]) -> tuple[str, ...]:
        """Those that Tradovate knows; their numbers become names before any record comes."""
        found = []
        for name in futures:
            contract = self._account.contract(name)
            if contract is None:
                self._note(f"{name} is not known there")
                continue
            found.append(name)
            with self._guard:
                self._rare.append(InstrumentMapped(instrument_of(contract), name, name))
        return tuple(found)

    def _watch_depth(self, name: str) -> None:
        """Beside the quotes, which go on without it."""
        if not self._quotes:
            return
        try:
            self._line.ask("md/subscribeDOM", {"symbol": name})
        except NotEntitled as e:
            self._note(f"no depth of {name}: {e.words}", code=_NO_DEPTH)

    def _note(self, text: str, code: int = _UNRESOLVED) -> None:
        with self._guard:
            self._rare.append(
                VendorNotice(code, text, is_error=True, fatal=False, ts_event=self._context.clock.now())
            )

    def _untold(self, now: Ns) -> tuple[VendorNotice, ...]:
        """What was traded and not told apart, as the day's volume shows; said once a minute."""
        untold = self._merging.untold
        if not untold or now - self._untold_told < _TELL_UNTOLD_EVERY or not self._trades:
            return ()
        self._merging.untold, self._untold_told = 0, now
        text = f"{untold} contracts were traded but not told one by one: sums run short by them"
        return (VendorNotice(_SLOW, text, is_error=False, fatal=False, ts_event=now),)

    def _hear(self, message: dict[str, Any] | None) -> None:
        """By the line's thread."""
        self._sign = self._context.clock.monotonic()
        if message is None or message.get("e") != "md":
            return
        received = self._context.clock.now()
        with self._guard:
            try:
                for quote in message["d"].get("quotes", ()):
                    self._merging.take(quote, received)
                    self._records += 1
                    self._newest = received
                for dom in message["d"].get("doms", ()):
                    ladder = ladder_of(dom, received)
                    self._ladders[ladder.instrument_id] = ladder
                    self._records += 1
            except _UNREADABLE as e:
                said = "Tradovate sent quotes or depth that cannot be read."
                self._failure = BadPayload(said, detail=repr(e))
