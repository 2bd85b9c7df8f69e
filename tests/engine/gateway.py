"""A tick vendor in memory: keeps what was traded, replays it, and misbehaves when a test says so."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.books import Books
from app.domain.errors import NotEntitled, PastGone, SourceError, Unavailable
from app.domain.ticks import (
    BUY,
    TOP_FIELDS,
    InstrumentMapped,
    LadderSaid,
    Rare,
    SideQuality,
    TickBatch,
    TopColumns,
    TopOfBook,
    TradeColumns,
    VendorNotice,
)
from app.domain.units import Ns, px
from app.engine.feeds import TickWant
from app.engine.ports import Clock


@dataclass(frozen=True, slots=True)
class Trade:
    at: int
    price: float = 21_500.0
    size: int = 1
    side: int = BUY
    instrument: int = 1
    sequence: int = 0


def columns(trades: Sequence[Trade]) -> TradeColumns:
    at = np.array([t.at for t in trades], np.int64)
    return TradeColumns(
        np.array([t.instrument for t in trades], np.uint32),
        at,
        at,
        np.array([px(t.price) for t in trades], np.int64),
        np.array([t.size for t in trades], np.uint32),
        np.array([t.side for t in trades], np.int8),
        np.array([t.sequence for t in trades], np.uint32),
    )


def top_columns(tops: Sequence[TopOfBook]) -> TopColumns:
    """Of each instrument its newest, as a feed hands them over; all of them have two sides."""
    newest = {top.instrument_id: top for top in tops}.values()
    columns = {name: np.array([getattr(top, name) for top in newest], np.int64) for name in TOP_FIELDS}
    ids, bid_size, ask_size = (columns.pop(n).astype(np.uint32) for n in (TOP_FIELDS[0], *TOP_FIELDS[5:]))
    return TopColumns(instrument_id=ids, bid_size=bid_size, ask_size=ask_size, **columns)


@dataclass
class Gateway:
    """What all connections share. `names` maps instruments; `refusals` meet the next logins, one each;
    `refused` schemas end the session that asks for them, with these words; so does the past
    before `oldest`."""

    clock: Clock
    names: dict[int, str] = field(default_factory=lambda: {1: "NQM5", 2: "NQU5"})
    history: list[Trade] = field(default_factory=list)
    feeds: list["GatewayFeed"] = field(default_factory=list)
    wants: list[TickWant] = field(default_factory=list)
    refusals: list[SourceError] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    oldest: int = 0
    down: bool = False
    heartbeats: bool = True
    hang_open: threading.Event | None = None
    hang_close: threading.Event | None = None
    rare: list[Rare] = field(default_factory=list)
    books: Books | None = None
    ladders: list[LadderSaid] = field(default_factory=list)

    def make(self, _: object = None) -> "GatewayFeed":
        return GatewayFeed(self)

    def trade(self, *trades: Trade) -> None:
        """Happens now; who is connected gets it, who is not must ask for it later."""
        self.history += trades
        for feed in self.living(trades=True):
            feed.queue += trades

    def quote(self, bid: float, ask: float, instrument: int = 1) -> None:
        now = self.clock.now()
        top = TopOfBook(instrument, now, now, px(bid), px(ask), 3, 4)
        for feed in self.living(trades=False):
            feed.tops.append(top)

    def say(self, *rare: Rare) -> None:
        for feed in self.living():
            feed.rare += rare

    def cut(self, error: Exception | None = None, trades: bool | None = None) -> None:
        for feed in self.living(trades):
            feed.end = error or Unavailable("The gateway ended the connection.")

    def living(self, trades: bool | None = None) -> list["GatewayFeed"]:
        return [
            f for f in self.feeds
            if f.want is not None and f.end is None and not f.closed and trades in (None, f.want.trades)
        ]  # fmt: skip


class GatewayFeed:
    side_quality = SideQuality.EXCHANGE

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.want: TickWant | None = None
        self.queue: list[Trade] = []
        self.tops: list[TopOfBook] = []
        self.rare: list[Rare] = []
        self.end: Exception | None = None
        self.closed = False
        self._sign: Ns | None = None

    def open(self, want: TickWant) -> None:
        gateway = self._gateway
        gateway.wants.append(want)
        if gateway.hang_open is not None:
            gateway.hang_open.wait(30)
        if gateway.refusals:
            raise gateway.refusals.pop(0)
        if gateway.down:
            raise Unavailable("Nobody listens.")
        self.rare = [InstrumentMapped(n, name, name) for n, name in gateway.names.items()]
        self.rare += gateway.rare
        if want.trades and want.since is not None:
            self.queue = [t for t in gateway.history if t.at >= want.since]
            self.rare.append(VendorNotice(3, "Finished trades replay", False, False, gateway.clock.now()))
        asked = {want.schema} if want.quotes else {"trades", "status", "facts"} - want.without
        for schema, words in gateway.refused.items():
            if schema in asked:
                self.end = NotEntitled(f"Refused: {words}", words=f"{words} ({schema})")
        if want.since is not None and want.since < gateway.oldest:
            self.end, self.queue = PastGone("Gone."), []
        self._sign = gateway.clock.monotonic()
        self.want = want
        gateway.feeds.append(self)

    def drain(self) -> TickBatch:
        trades, self.queue = self.queue, []
        tops, self.tops = self.tops, []
        rare, self.rare = self.rare, []
        if trades or tops or rare or (self._gateway.heartbeats and self.end is None):
            self._sign = self._gateway.clock.monotonic()
        now, quotes = self._gateway.clock.now(), self.want is not None and not self.want.trades
        ladders: tuple[LadderSaid, ...] = ()
        if quotes:
            ladders, self._gateway.ladders = tuple(self._gateway.ladders), []
        return TickBatch(
            columns(trades), top_columns(tops), tuple(rare), len(trades) + len(tops), len(tops),
            48 * len(trades), None, now, self._gateway.books if quotes else None, ladders,
        )  # fmt: skip

    def last_sign(self) -> Ns | None:
        return self._sign

    def closed_by(self) -> Exception | None:
        return None if self.queue else self.end

    def close(self) -> None:
        self.closed = True
        if self._gateway.hang_close is not None:
            self._gateway.hang_close.wait(30)
