"""Runs one tick source through one trading day after the other: its connections, its timer, its day's sums.

Trades and quotes have connections of their own, because a subscription cannot be taken back: a new set of
option strikes must not interrupt the trades.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from app.domain.contract import Series
from app.domain.health import Link
from app.domain.roll import watched
from app.domain.routing import TICK, Channel
from app.domain.ticks import SideQuality
from app.domain.units import Px
from app.engine.book_check import BookCheck
from app.engine.connection import Connection
from app.engine.desk import Desk
from app.engine.entitlement import Entitlement
from app.engine.feeds import Ladder, PastOrders, PastQuotes, SourceSpec, TickFeed
from app.engine.gapwatch import GapWatch
from app.engine.intake import Intake
from app.engine.lines import TRADES, Day, Line, TradeLine
from app.engine.quote_fill import QuoteFill
from app.engine.quote_lines import OptionQuoteLine, QuoteLine
from app.engine.strikes import around_the_money, moved_out

_BEAT_S: Final = 0.05
_WINDOWS_EVERY: Final = 5
_SECONDLY: Final = 20
_STRIKES_EVERY: Final = 100
_FORGET_EVERY: Final = 1_200
_HEARTBEAT_S: Final = 5.0


class Streamer:
    def __init__(
        self,
        desk: Desk,
        spec: SourceSpec,
        make: Callable[[], TickFeed],
        side_quality: SideQuality,
        gate: Callable[[], tuple[Link, str] | None],
        past_quotes: Callable[[], PastQuotes] | None = None,
        past_orders: Callable[[], PastOrders] | None = None,
    ) -> None:
        self.source: Final = spec.id
        self._desk = desk
        self._spec = spec
        self._make = make
        self._gate = gate
        self._side_quality = side_quality
        self._offers = {offer.channel: offer.fidelity for offer in spec.offers}
        self._records_before = self._bytes_before = 0
        self._beats = 0
        self._coverage = -1
        self._on_screen: Series | None = None
        self._looks_elsewhere = False
        self.day: Day = self._begin()
        trades = tuple(c for c in TRADES if c in self._offers)
        self.trades = TradeLine(desk, spec.id, self.day, trades, self._entitlement(Channel.NQ_TRADES))
        self.trades.replays = spec.replays
        self._lines: list[Line] = [self.trades]
        if Channel.NQ_QUOTES in self._offers:
            quotes = QuoteLine(desk, spec.id, self.day, self._entitlement(Channel.NQ_QUOTES))
            if past_quotes is not None:
                quotes.fill = QuoteFill(desk, f"{spec.id}-quotes", past_quotes).begin
            if past_orders is not None:
                quotes.check = BookCheck(desk, f"{spec.id}-book", spec.title, past_orders).begin
            self._lines.append(quotes)
        self._option_quotes = OptionQuoteLine(desk, spec.id, self.day, self._entitlement(Channel.OPT_QUOTES))
        if Channel.OPT_QUOTES in self._offers:
            if past_quotes is not None:
                options, name = self._option_quotes, f"{spec.id}-option-quotes"
                options.fill = QuoteFill(desk, name, past_quotes, lambda: options.symbols).begin
            self._lines.append(self._option_quotes)
        self._lines = [line for line in self._lines if line.channels]
        self._connections = tuple(self._connection(line) for line in self._lines)

    @property
    def records(self) -> int:
        return self._records_before + self.day.records

    @property
    def bytes(self) -> int:
        return self._bytes_before + self.day.bytes

    def start(self) -> None:
        self.reconsider()
        for connection in self._connections:
            self._desk.supervisor.spawn(connection.name, connection.run)
        self._desk.supervisor.spawn(f"{self.source}-beat", self._keep_time)

    def reconsider(self) -> None:
        """A key, a setting or the market changed: what was in the way may be gone, or be there now."""
        for line, connection in zip(self._lines, self._connections, strict=True):
            gate = self._gate() or self._switched_off(line)
            closing = gate is not None and line.gate is None
            line.gate = gate
            if closing and connection.session is not None:
                connection.restart(gate[1] if gate else "")
            else:
                connection.retry()

    def _switched_off(self, line: Line) -> tuple[Link, str] | None:
        """By the user, every channel of it: a connection that serves another one stays."""
        off = self._desk.overrides.off(self.source, line.channels)
        return None if off is None else (Link.DISABLED, f"Switched off by you: {off}.")

    def retry_lost(self) -> None:
        """Somebody answers at its address: what waits to try again need not wait."""
        for connection in self._connections:
            connection.retry_lost()

    def restart(self, reason: str) -> None:
        for connection in self._connections:
            connection.restart(reason)

    def lacks(self, schema: str) -> bool:
        """It comes beside the trades, and the vendor refuses it."""
        return schema in self.trades.entitlement.without

    async def ask_again(self) -> bool:
        """For everything that was refused; False when nothing was."""
        asked = False
        for line, connection in zip(self._lines, self._connections, strict=True):
            if await line.entitlement.forget() or connection.is_refused:
                connection.restart("what was refused is asked for again")
                asked = True
        return asked

    def new_day(self) -> None:
        self._records_before += self.day.records
        self._bytes_before += self.day.bytes
        self.day = self._begin()
        self._option_quotes.symbols = ()
        for line in self._lines:
            line.day = self.day
        self.restart("a new trading day")

    def beat(self) -> None:
        """Closes windows and tells the screen; twenty times a second."""
        self._beats += 1
        intake, horizon = self.day.intake, self.trades.horizon()
        if horizon is not None:
            intake.close_until(horizon)
            intake.tell_bars()
            missing = self.day.gaps.unfilled_since(Channel.NQ_TRADES, intake.flow.opens)
            intake.tell_flow(horizon, missing)
        intake.tell_tops()
        intake.tell_depth()
        intake.tell_chart()
        if self._beats % _WINDOWS_EVERY == 0:
            intake.tell_windows()
        if self._beats % _SECONDLY == 0:
            self._secondly()
        if self._beats % _STRIKES_EVERY == _SECONDLY:
            self._choose_strikes()
        if self._beats % _FORGET_EVERY == 0:
            intake.forget()

    def look_at(self, series: Series) -> None:
        """Its chain is on the screen: its quotes are wanted, if they are not streamed already."""
        if series != self._on_screen:
            self._on_screen, self._looks_elsewhere = series, True
            self._choose_strikes()

    async def _keep_time(self) -> None:
        while True:
            self.beat()
            await asyncio.sleep(_BEAT_S)

    def _secondly(self) -> None:
        intake = self.day.intake
        intake.tell_ages()
        self._tell_volumes()
        version = intake.instruments.version + intake.held + len(intake.instruments.unresolved)
        if version != self._coverage:
            self._coverage = version
            intake.tell_coverage()

    def _tell_volumes(self) -> None:
        """Of the source that is charted only; another one's gaps are not the market's."""
        if self._desk.router.is_fed_by_another(self.source, Channel.NQ_TRADES):
            return
        intake = self.day.intake
        known = {one.future: intake.flow.volume(one.id) for one in intake.instruments.futures() if one.future}
        volumes = {future: volume for future, volume in known.items() if future in self.day.futures}
        if any(volumes.values()):
            self._desk.roll.seen(volumes)
        if self._beats % _FORGET_EVERY == 0:
            self._desk.roll.keep()

    def _choose_strikes(self) -> None:
        line = self._option_quotes
        if line not in self._lines:
            return
        each_side = int(self._desk.pace(self.source, "strikes", 0))
        options, now = self.day.intake.instruments.options(), self._desk.clock.now()
        expiries = int(self._desk.pace(self.source, "expiries", 1))
        wanted = around_the_money(options, self._money(), now, each_side, expiries, self._on_screen)
        if moved_out(line.symbols, wanted) or (self._looks_elsewhere and set(wanted) - set(line.symbols)):
            line.symbols, self._looks_elsewhere = wanted, False
            self._connections[self._lines.index(line)].restart("strikes around the money moved")

    def _money(self) -> Px | None:
        """The last price of the future that is charted."""
        charted = self._desk.roll.charted
        for instrument in self.day.intake.instruments.futures():
            if instrument.future == charted:
                return self.day.intake.flow.last(instrument.id)
        return None

    def _begin(self) -> Day:
        day = self._desk.market.day
        fidelity = self._offers.get(Channel.NQ_TRADES, TICK)
        intake = Intake(self._desk, self.source, fidelity, self._side_quality, day)
        futures = watched(day)
        intake.charted = frozenset(futures)
        return Day(intake, GapWatch(self.source, self._desk.outbox, self._desk.health), futures)

    def _entitlement(self, channel: Channel) -> Entitlement:
        ladder = self._spec.ladders.get(channel, Ladder())
        return Entitlement(self._desk, self.source, self._spec.title, channel, ladder)

    def _connection(self, line: Line) -> Connection:
        name = {TradeLine: "trades", QuoteLine: "quotes"}.get(type(line), "option-quotes")
        heartbeat = lambda: self._desk.pace(self.source, "heartbeat", _HEARTBEAT_S)  # noqa: E731
        return Connection(self._desk, self.source, name, line.channels, self._make, line, heartbeat)
