"""What the chart of the futures shows beyond bars: volume at price, quotes by the second, large prints, bars
of so many trades, flow by size, sweeps, absorption. Fed by an intake, and told four times a second.

Trades wait in between: summing them at each look at the feed would cost ten times as much.
"""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Final

from app.domain.absorption import Absorptions
from app.domain.large_prints import LargePrints, Threshold
from app.domain.price_volume import PriceVolumeBook
from app.domain.quote_seconds import QuoteSecond, QuoteSeconds
from app.domain.routing import Fidelity, Provenance, SourceId
from app.domain.sized_flow import SizedFlowBook
from app.domain.sweeps import Sweeps
from app.domain.tick_bars import TickBars
from app.domain.ticks import SideQuality, TopColumns, TradeColumns
from app.domain.units import MINUTE, Ns
from app.domain.updates import (
    AbsorptionChanged,
    LargeFromChanged,
    LargePrintChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    SizedFlowChanged,
    State,
    SweepChanged,
    TickBarChanged,
)
from app.engine.columns import in_time, joined
from app.engine.desk import Desk
from app.engine.instruments import Instruments
from app.engine.large_from import LargeFrom

# beats, of which there are twenty a second; by the clock, a paused replay would show no step
_TOLD_EVERY: Final = 5
# trades; summing so many takes about 3 ms
_MOST_WAITING: Final = 4_000
# trades that wait for what is missing before them; then they are taken as they came
_MOST_UNORDERED: Final = 500_000
# values told at one beat: a day that is read again has thousands
_MOST_TOLD: Final = 300


class Charting:
    """Of one trading day, as the instruments given are named."""

    def __init__(
        self,
        desk: Desk,
        source: SourceId,
        fidelity: Fidelity,
        side_quality: SideQuality,
        day: date,
        instruments: Instruments,
    ) -> None:
        self._desk = desk
        self._source = source
        self._fidelity = fidelity
        self._side_quality = side_quality
        self._volumes = PriceVolumeBook()
        self._large = LargePrints(desk.market.calendar.session(day)[0])
        self._large_from = LargeFrom(desk, source, day)
        self._instruments = instruments
        self._tick_bars = TickBars()
        self._sized = SizedFlowBook()
        self._sweeps = Sweeps()
        self._absorptions = Absorptions()
        self._quotes = QuoteSeconds()
        self._quoted = Ns(0)
        self._waiting: list[TradeColumns] = []
        self._count = 0
        self._unordered: list[TradeColumns] = []
        self._whole, self._late = True, False
        self._untold: dict[str, State] = {}
        self._beats = 0
        self._thresholds: dict[int, Threshold] = {}

    @property
    def volumes(self) -> PriceVolumeBook:
        """By minute, with every trade that came."""
        self._sum()
        return self._volumes

    @property
    def tick_bars(self) -> TickBars:
        self._sum()
        return self._tick_bars

    async def load(self) -> None:
        """What the session before taught."""
        await self._large_from.load()

    def trades(self, trades: TradeColumns) -> None:
        """Of the charted futures only, each once."""
        if not len(trades):
            return
        self._waiting.append(trades)
        self._count += len(trades)
        if self._count >= _MOST_WAITING:
            self._sum()

    def tops(self, tops: TopColumns) -> None:
        """Of the charted futures only; every one that was said, where all are known."""
        if len(tops):
            self._quoted = Ns(max(self._quoted, int(tops.ts_recv.max())))
            self._quotes.add(tops)

    def quotes_lost(self) -> None:
        self._quotes.cut()

    def fill_quotes(self, tops: TopColumns, since: Ns, until: Ns, connection: str) -> None:
        """Whole seconds told anew, from quotes that were missing among them."""
        again, received = QuoteSeconds(), Ns(int(tops.ts_recv.max()) if len(tops) else since)
        again.add(tops)
        again.close_until(Ns(until + MINUTE))
        for one in again.changed():
            if since <= one.start < until:
                update = self._quote_update(one, received, connection)
                self._untold[update.key] = update

    def missing(self) -> None:
        """Trades are missing that will come behind later ones: what depends on their order waits for them."""
        self._sum()
        self._whole, self._late = False, True

    def complete(self) -> None:
        self._whole = True

    def tell(self, received: Ns, trades_from: str, quotes_from: str) -> None:
        """`trades_from` and `quotes_from` name the connections. To be called at every beat."""
        self._beats += 1
        if self._beats % _TOLD_EVERY == 1:
            self._sum()
            self._quotes.close_until(self._desk.clock.now())
            for update in (*self._trade_updates(received, trades_from), *self._quote_updates(quotes_from)):
                self._untold[update.key] = update
        for key in list(islice(self._untold, _MOST_TOLD)):
            self._desk.outbox.put_state(self._untold.pop(key))

    def forget(self, horizon: Ns) -> None:
        """And keeps what the session taught; once a minute."""
        self._volumes.drop_before(horizon)
        self._sized.drop_before(horizon)
        for known in self._instruments.futures():
            learnt = self._large.session(known.id)
            if known.future is not None and learnt is not None:
                self._large_from.keep(known.future, learnt)

    def _sum(self) -> None:
        if self._waiting:
            trades, self._waiting, self._count = joined(self._waiting), [], 0
            self._volumes.add(trades)
            self._sized.add(trades)
            self._unordered.append(trades)
        if self._unordered and (self._whole or sum(map(len, self._unordered)) > _MOST_UNORDERED):
            trades, self._unordered = joined(self._unordered), []
            self._in_order(in_time(trades) if self._late else trades)
            self._late = not self._whole

    def _in_order(self, trades: TradeColumns) -> None:
        self._large.add(trades)
        self._tick_bars.add(trades)
        self._sweeps.add(trades)
        self._absorptions.add(trades)

    def _trade_updates(self, received: Ns, connection: str) -> Iterable[State]:
        for one in self._volumes.changed():
            yield PriceVolumeChanged(
                one.instrument, one.start, one.seconds, one.low, one.tick, one.bought, one.sold, one.unknown,
                self._side_quality, self._provenance(one.start, received, connection),
            )  # fmt: skip
        for flow in self._sized.changed():
            yield SizedFlowChanged(
                flow, self._side_quality, self._provenance(flow.start, received, connection)
            )
        for bar in self._tick_bars.changed():
            yield TickBarChanged(bar, self._side_quality, self._provenance(bar.end, received, connection))
        yield from self._mark_updates(received, connection)
        instruments = set()
        for order in self._large.changed():
            instruments.add(order.instrument)
            yield LargePrintChanged(
                order.instrument, order.at, order.price, order.size, order.prints, order.side,
                self._provenance(order.at, received, connection),
            )  # fmt: skip
        for instrument in instruments:
            threshold = self._threshold(instrument)
            if threshold != self._thresholds.get(instrument):
                self._thresholds[instrument] = threshold
                provenance = self._provenance(received, received, connection)
                yield LargeFromChanged(instrument, threshold, provenance)

    def _mark_updates(self, received: Ns, connection: str) -> Iterable[State]:
        for sweep in self._sweeps.changed():
            yield SweepChanged(sweep, self._provenance(sweep.at, received, connection))
        for held in self._absorptions.changed():
            yield AbsorptionChanged(held, self._provenance(held.at, received, connection))

    def _threshold(self, instrument: int) -> Threshold:
        """Of two accounts of the prior session the one that saw more of it."""
        known = self._instruments.get(instrument)
        kept = None if known is None or known.future is None else self._large_from.prior(known.future)
        seen = self._large.prior(instrument)
        if kept is not None and (seen is None or kept.orders >= seen.orders):
            return kept
        return self._large.threshold(instrument)

    def _quote_updates(self, connection: str) -> Iterable[State]:
        for one in self._quotes.changed():
            yield self._quote_update(one, self._quoted, connection)

    def _quote_update(self, one: QuoteSecond, received: Ns, connection: str) -> QuoteSecondChanged:
        return QuoteSecondChanged(
            one.instrument, one.start, one.bid, one.ask, one.low_bid, one.high_ask, one.bid_size,
            one.ask_size, one.imbalance, one.microprice, one.quotes,
            self._provenance(one.start, received, connection), one.flow,
        )  # fmt: skip

    def _provenance(self, event: int, received: int, connection: str) -> Provenance:
        return Provenance(self._source, self._fidelity, event, received, self._desk.clock.now(), connection)
