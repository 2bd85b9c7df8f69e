"""From batches of one tick source to instruments, bars, session sums and quotes.

All records of a source pass here, whichever of its connections brought them. For one trading day: the next
begins with a new intake, because instrument numbers may mean something else then.
"""

import asyncio
import time
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.contract import Future
from app.domain.pressure import PressureBook
from app.domain.routing import Channel, Fidelity, SourceId
from app.domain.ticks import (
    InstrumentDefined,
    InstrumentMapped,
    Rare,
    SideQuality,
    StatisticSaid,
    TopColumns,
    TopOfBook,
    TradeColumns,
    TradingStatus,
)
from app.domain.units import HOUR, Ns
from app.engine.charting import Charting
from app.engine.columns import chosen, joined
from app.engine.depth import Depth
from app.engine.desk import Desk
from app.engine.flow import Flow
from app.engine.instruments import EXCLUDED, FUTURE, OPTION, UNKNOWN, Instruments
from app.engine.option_day import OptionDay
from app.engine.quotes import Quotes
from app.engine.telling import Telling

# then others have their turn
_SLICE_S: Final = 0.004
_MOST_HELD: Final = 200_000
# A session, and the hour that the chart looks back beyond it.
_BARS_KEPT: Final = 25 * HOUR
_CHANNELS: Final = {FUTURE: Channel.NQ_TRADES, OPTION: Channel.OPT_TRADES}
_QUOTES: Final = {FUTURE: Channel.NQ_QUOTES, OPTION: Channel.OPT_QUOTES}


class Intake:
    def __init__(
        self, desk: Desk, source: SourceId, fidelity: Fidelity, side_quality: SideQuality, day: date
    ) -> None:
        self.day: Final = day
        self.instruments: Final = Instruments(source, day)
        self.options: Final = OptionDay(day)
        self.flow: Final = Flow(day, *desk.market.calendar.session(day))
        self.charted: frozenset[Future] = frozenset()
        self.trades_seen = 0
        self.trades_excluded = 0
        self.trades_lost = 0
        self._desk = desk
        self._telling = Telling(desk, source, fidelity, side_quality)
        self.charting: Final = Charting(desk, source, fidelity, side_quality, day, self.instruments)
        self.depth: Final = Depth(desk, source, fidelity)
        self._fine = PressureBook(1)
        self._coarse = PressureBook(desk.settings().flow_window)
        self._held: list[TradeColumns] = []
        self._status_at: dict[int, Ns] = {}
        self._received = Ns(0)
        self._connection = self._quotes_from = ""

    @property
    def held(self) -> int:
        """Trades whose instrument nobody has named yet."""
        return sum(len(part) for part in self._held)

    @property
    def seconds(self) -> PressureBook:
        """The bars of one second of the charted futures."""
        return self._fine

    async def rare(self, rare: tuple[Rare, ...], live_from: Ns, connection: str) -> None:
        """In slices of time: at the start of a day tens of thousands of definitions come at once."""
        named, began = False, time.perf_counter()
        for one in rare:
            named = self._rare(one, live_from, connection) or named
            if time.perf_counter() - began > _SLICE_S:
                await asyncio.sleep(0)
                began = time.perf_counter()
        if named and self._held:
            self._release(live_from, connection)

    def trades(self, trades: TradeColumns, live_from: Ns, connection: str) -> dict[Channel, TradeColumns]:
        """Counts them everywhere; hands back those that belong to a channel."""
        if not len(trades):
            return {}
        self.trades_seen += len(trades)
        self._connection = connection
        self._received = Ns(max(self._received, int(trades.ts_recv.max())))
        kinds = self.instruments.kinds(trades.instrument_id)
        if (kinds == UNKNOWN).any():
            self._hold(chosen(trades, kinds == UNKNOWN))
        self.trades_excluded += int((kinds == EXCLUDED).sum())
        self._coarse.add(chosen(trades, (kinds == FUTURE) | (kinds == OPTION)))
        found = {
            channel: chosen(trades, kinds == kind)
            for kind, channel in _CHANNELS.items()
            if (kinds == kind).any()
        }
        futures = found.get(Channel.NQ_TRADES)
        if futures is not None:
            self._future_trades(futures, live_from)
        options = found.get(Channel.OPT_TRADES)
        if options is not None:
            self.options.trades(options)
        for channel, those in found.items():
            self._telling.prints(those, self.instruments, channel, connection)
        return found

    def tops(
        self, tops: TopColumns, connection: str, every: TopColumns | None = None
    ) -> dict[Channel, TopOfBook]:
        """The newest top of each channel touched. `every`: all that were said, where they are known."""
        self._charted_tops(tops if every is None else every, connection)
        if not len(tops):
            return {}
        found: dict[Channel, TopOfBook] = {}
        kinds = self.instruments.kinds(tops.instrument_id)
        for kind, channel in _QUOTES.items():
            those = tops.chosen(kinds == kind)
            if len(those):
                self._telling.tops(those, channel, connection)
                found[channel] = those.row(int(np.argmax(those.ts_recv)))
        return found

    def fill_quotes(self, tops: TopColumns, channel: Channel) -> None:
        """Quotes that were missed: of each instrument the newest, unless a newer one is known."""
        self._telling.fill(tops, channel)

    def close_until(self, horizon: Ns) -> None:
        self._fine.close_until(horizon)
        self._coarse.close_until(horizon)

    def tell_bars(self) -> None:
        self._telling.bars(self._fine, self._received, self._connection)

    def tell_chart(self) -> None:
        self.charting.tell(self._received, self._connection, self._quotes_from)

    def tell_windows(self) -> None:
        self._telling.bars(self._coarse, self._received, self._connection)

    def tell_flow(self, horizon: Ns, missing: bool) -> None:
        self._telling.flow(self.flow, self._fine, horizon, missing, self._connection)

    def quotes(self, channel: Channel) -> Quotes | None:
        """The newest top of every instrument of the channel that has been quoted."""
        return self._telling.quotes.get(channel)

    def tell_tops(self) -> None:
        """What a burst left over."""
        self._telling.waiting_tops()

    def tell_depth(self) -> None:
        self.depth.tell([i.id for i in self.instruments.futures() if i.future in self.charted])

    def tell_ages(self) -> None:
        self._telling.refresh_tops()

    def tell_coverage(self) -> None:
        held = {int(i) for part in self._held for i in np.unique(part.instrument_id)}
        self._desk.outbox.put_state(self.instruments.coverage(held))

    def forget(self) -> None:
        horizon = Ns(self._desk.clock.now() - _BARS_KEPT)
        self._fine.drop_before(horizon)
        self._coarse.drop_before(horizon)
        self.charting.forget(horizon)

    def _rare(self, one: Rare, live_from: Ns, connection: str) -> bool:
        """True when it named an instrument."""
        changed = None
        match one:
            case InstrumentMapped():
                changed = self.instruments.mapped(one)
            case InstrumentDefined():
                changed = self.instruments.defined(one)
            case StatisticSaid():
                self.flow.settled(one)
                self.options.statistic(one)
            case TradingStatus():
                self._status(one)
            case _:
                return False
        if changed is None:
            return False
        self._telling.instrument(changed, connection)
        return True

    def _status(self, said: TradingStatus) -> None:
        """Also of what was said during a gap, as long as nothing newer is known."""
        known = self.instruments.get(said.instrument_id)
        newest = self._status_at.get(said.instrument_id, self.flow.opens)
        if known is not None and known.future in self.charted and said.ts_event >= newest:
            self._status_at[said.instrument_id] = said.ts_event
            self._desk.market.said(said)

    def _future_trades(self, trades: TradeColumns, live_from: Ns) -> None:
        """The front and the next future; others that a parent subscription brings have no chart."""
        charted = chosen(trades, self._is_charted(trades.instrument_id))
        live = bool(len(charted)) and int(charted.ts_recv.max()) >= live_from
        self._fine.add(charted)
        self.charting.trades(charted)
        self.flow.add(charted, live, self._desk.clock.monotonic())

    def _is_charted(self, instruments: NDArray[np.uint32]) -> NDArray[np.bool_]:
        numbers = [i.id for i in self.instruments.futures() if i.future in self.charted]
        return np.isin(instruments, numbers)

    def _charted_tops(self, tops: TopColumns, connection: str) -> None:
        tops = tops.chosen(self._is_charted(tops.instrument_id))
        if not len(tops):
            return
        if connection != self._quotes_from:
            # between two connections nobody knows what was quoted
            self.charting.quotes_lost()
        self._quotes_from = connection
        self.charting.tops(tops)

    def _hold(self, trades: TradeColumns) -> None:
        room = _MOST_HELD - self.held
        if len(trades) > room:
            self.trades_lost += len(trades) - room
            trades = chosen(trades, np.arange(len(trades)) < room)
        self._held.append(trades)

    def _release(self, live_from: Ns, connection: str) -> None:
        held, self._held = joined(self._held), []
        self.trades_seen -= len(held)
        self.trades(held, live_from, connection)
