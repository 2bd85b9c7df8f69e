"""How what one tick source delivered is told to the screen: with provenance and age, never too often."""

from collections import deque
from typing import Final

import numpy as np

from app.domain.bars import PressureBar
from app.domain.health import Freshness
from app.domain.pressure import PressureBook
from app.domain.routing import Channel, Fidelity, Provenance, SourceId
from app.domain.ticks import SideQuality, TopColumns, TopOfBook, TradeColumns
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import BarChanged, Prints, TopChanged
from app.engine.columns import chosen
from app.engine.desk import Desk
from app.engine.flow import PRESSURE_WINDOW_S, Flow, Pressing
from app.engine.instruments import Instrument, Instruments, known_update
from app.engine.quotes import Quotes

# Half a thousand bars take 4 ms.
_MOST_BARS: Final = 500
_PRINTS_KEPT: Final = 2 * MINUTE
# Of one channel, at once: 6,000 options a second, each at least twice a second if there are 3,000. All of
# them, at every look at the feed, took more than a core. Nobody sees one option's quote change more often.
_MOST_TOPS: Final = 600
_TOPS_EVERY: Final = {Channel.OPT_QUOTES: SECOND // 10}
_FLOW_EVERY: Final = SECOND // 10
_FLOW_AT_LEAST_EVERY: Final = SECOND


class Telling:
    def __init__(self, desk: Desk, source: SourceId, fidelity: Fidelity, side_quality: SideQuality) -> None:
        self._desk = desk
        self._source = source
        self._fidelity = fidelity
        self._side_quality = side_quality
        self._bars: deque[PressureBar] = deque()
        self._flow_told: dict[int, tuple[Ns, int, Freshness]] = {}
        self.quotes: Final[dict[Channel, Quotes]] = {}
        self._top_from: dict[Channel, str] = {}
        self._top_freshness: dict[Channel, Freshness] = {}
        self._tops_told: dict[Channel, int] = {}

    def instrument(self, instrument: Instrument, connection: str) -> None:
        update = known_update(instrument, self._provenance(None, self._desk.clock.now(), connection))
        if update is not None:
            self._desk.outbox.put_state(update)

    def bars(self, book: PressureBook, received: Ns, connection: str) -> None:
        """Not all of a replay at once: what is left over is told at the next beat, in order."""
        now = self._desk.clock.now()
        self._bars.extend(book.changed())
        for _ in range(min(len(self._bars), _MOST_BARS)):
            bar = self._bars.popleft()
            provenance = Provenance(self._source, self._fidelity, bar.start, received, now, connection)
            self._desk.outbox.put_state(BarChanged(bar, self._side_quality, provenance))

    def flow(self, flow: Flow, book: PressureBook, horizon: Ns, missing: bool, connection: str) -> None:
        """At most ten times a second for each future, at least once."""
        if self._desk.router.is_fed_by_another(self._source, Channel.NQ_TRADES):
            return
        freshness = self._desk.health.freshness(self._source, Channel.NQ_TRADES)
        monotonic = self._desk.clock.monotonic()
        flow.tick(monotonic)
        for instrument in flow.instruments():
            event, received = flow.newest(instrument)
            if not self._flow_due(instrument, monotonic, event, freshness):
                continue
            self._flow_told[instrument] = monotonic, event, freshness
            pressing = Pressing(*book.pressure(instrument, PRESSURE_WINDOW_S, horizon))
            provenance = self._provenance(event, received, connection)
            self._desk.outbox.put_state(
                flow.update(instrument, pressing, missing, freshness, provenance, monotonic)
            )

    def tops(self, tops: TopColumns, channel: Channel, connection: str) -> None:
        self._top_from[channel] = connection
        self.quotes.setdefault(channel, Quotes()).add(tops)
        self._waiting_tops(channel)

    def fill(self, tops: TopColumns, channel: Channel) -> None:
        """In order of arrival; what is known to be newer stays."""
        if not len(tops):
            return
        quotes = self.quotes.setdefault(channel, Quotes())
        _, last = np.unique(tops.instrument_id[::-1], return_index=True)
        newest = np.zeros(len(tops), np.bool_)
        newest[len(tops) - 1 - last] = True
        those = tops.chosen(newest)
        quotes.add(those.chosen(those.ts_event > quotes.times(those.instrument_id)))
        self._top_from.setdefault(channel, "replay")
        self._waiting_tops(channel)

    def waiting_tops(self) -> None:
        """The next of those that a burst left over."""
        for channel in self.quotes:
            self._waiting_tops(channel)

    def refresh_tops(self) -> None:
        """Once more where the age of the channel changed what its quotes are worth."""
        for channel, quotes in self.quotes.items():
            if self._ages(channel):
                quotes.again()
                self._waiting_tops(channel)

    def prints(
        self, trades: TradeColumns, instruments: Instruments, channel: Channel, connection: str
    ) -> None:
        """Every trade for time and sales, unless it is too old to be kept there."""
        if self._desk.router.is_fed_by_another(self._source, channel):
            return
        now = self._desk.clock.now()
        recent = chosen(trades, trades.ts_event >= now - _PRINTS_KEPT)
        if not len(recent):
            return
        symbols = {
            number: known.raw_symbol
            for number in np.unique(recent.instrument_id).tolist()
            if (known := instruments.get(number)) is not None
        }
        event, received = int(recent.ts_event[-1]), int(recent.ts_recv[-1])
        origin = Provenance(self._source, self._fidelity, event, received, now, connection)
        self._desk.outbox.put_stream(Prints(recent, symbols, origin, self._side_quality))

    def _flow_due(self, instrument: int, now: Ns, event: int, freshness: Freshness) -> bool:
        told = self._flow_told.get(instrument)
        if told is None or now - told[0] >= _FLOW_AT_LEAST_EVERY or freshness is not told[2]:
            return True
        return event != told[1] and now - told[0] >= _FLOW_EVERY

    def _ages(self, channel: Channel) -> bool:
        """Whether the channel's freshness is another than the one its quotes were told with."""
        now = self._desk.health.freshness(self._source, channel)
        before, self._top_freshness[channel] = self._top_freshness.get(channel, now), now
        return before is not now

    def _waiting_tops(self, channel: Channel) -> None:
        if self._desk.router.is_fed_by_another(self._source, channel):
            return
        now = self._desk.clock.monotonic()
        if now - self._tops_told.get(channel, 0) < _TOPS_EVERY.get(channel, 0):
            return
        self._tops_told[channel] = now
        freshness = self._desk.health.freshness(self._source, channel)
        self._top_freshness.setdefault(channel, freshness)
        for top in self.quotes[channel].tell(_MOST_TOPS):
            self._desk.outbox.put_state(self._top(top, freshness, self._top_from[channel]))

    def _top(self, top: TopOfBook, freshness: Freshness, connection: str) -> TopChanged:
        provenance = self._provenance(top.ts_event, top.ts_recv, connection)
        return TopChanged(
            top.instrument_id, top.bid, top.ask, top.bid_size, top.ask_size, freshness, provenance
        )

    def _provenance(self, event: int | None, received: int, connection: str) -> Provenance:
        now = self._desk.clock.now()
        return Provenance(self._source, self._fidelity, event, received, now, connection)
