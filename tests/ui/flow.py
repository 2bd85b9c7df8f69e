"""What the engine makes of trades besides bars: volume at price, large prints, quotes by the second."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from app.domain.absorption import Absorptions
from app.domain.bars import PressureBar
from app.domain.large_prints import Basis, Threshold
from app.domain.price_volume import PriceVolumeBook
from app.domain.routing import TICK, Provenance, SourceId
from app.domain.sized_flow import SizedFlowBook
from app.domain.sweeps import Sweeps
from app.domain.tick_bars import TickBars
from app.domain.ticks import SideQuality, TradeColumns
from app.domain.units import FUTURE_TICK, POINT, SECOND, Ns, Px
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

LARGE = 40


def origin(at: Ns) -> Provenance:
    return Provenance(SourceId("databento"), TICK, at, at, at, "scripted")


def _traded(bar: PressureBar, price: Px, size: int, side: int) -> PressureBar:
    """The bar after one more trade."""
    delta = bar.delta + size * side
    return replace(
        bar, bought=bar.bought + size * (side == 1), sold=bar.sold + size * (side == -1),
        unknown=bar.unknown + size * (side == 0), trades=bar.trades + 1, high=max(bar.high, price),
        low=min(bar.low, price), close=price, low_delta=min(bar.low_delta, delta),
        high_delta=max(bar.high_delta, delta), last_side=side,
    )  # fmt: skip


@dataclass
class Flow:
    """Trades as (time, price, size, side); `updates` gives what changed since it was asked last."""

    instrument: int
    trades: list[tuple[int, int, int, int]] = field(default_factory=list)
    book: PriceVolumeBook = field(default_factory=PriceVolumeBook)
    tick_bars: TickBars = field(default_factory=TickBars)
    sized: SizedFlowBook = field(default_factory=SizedFlowBook)
    sweeps: Sweeps = field(default_factory=Sweeps)
    absorptions: Absorptions = field(default_factory=Absorptions)

    def trade(self, bar: PressureBar, at: Ns, price: Px, size: int, side: int) -> PressureBar:
        """The bar with this trade, too."""
        self.trades.append((at, price, size, side))
        return _traded(bar, price, size, side)

    def updates(self) -> Iterator[State]:
        new, self.trades = self.trades, []
        if not new:
            return
        self.book.add(self._columns(new))
        for minute in self.book.changed():
            yield PriceVolumeChanged(
                minute.instrument, minute.start, minute.seconds, minute.low, minute.tick, minute.bought,
                minute.sold, minute.unknown, SideQuality.EXCHANGE, origin(minute.start),
            )  # fmt: skip
        columns = self._columns(new)
        self.tick_bars.add(columns)
        self.sized.add(columns)
        self.sweeps.add(columns)
        self.absorptions.add(columns)
        for flow in self.sized.changed():
            yield SizedFlowChanged(flow, SideQuality.EXCHANGE, origin(flow.start))
        yield from self._marks()
        for bar in self.tick_bars.changed():
            yield TickBarChanged(bar, SideQuality.EXCHANGE, origin(bar.end))
        yield LargeFromChanged(
            self.instrument, Threshold(LARGE, Basis.PRIOR_SESSION, 40_000), origin(Ns(new[-1][0]))
        )
        for at, price, size, side in new:
            if size >= LARGE:
                yield LargePrintChanged(self.instrument, Ns(at), Px(price), size, 1, side, origin(Ns(at)))
        yield from self._quotes(new)

    def _marks(self) -> Iterator[State]:
        for sweep in self.sweeps.changed():
            yield SweepChanged(sweep, origin(sweep.at))
        for held in self.absorptions.changed():
            yield AbsorptionChanged(held, origin(held.at))

    def _quotes(self, trades: list[tuple[int, int, int, int]]) -> Iterator[QuoteSecondChanged]:
        """A tick on each side of the last price; the heavier side is that of the second's buyers."""
        seconds: dict[int, list[tuple[int, int, int, int]]] = {}
        for trade in trades:
            seconds.setdefault(trade[0] // SECOND, []).append(trade)
        for second, inside in seconds.items():
            price, leaning = inside[-1][1], sum(size * side for _, _, size, side in inside)
            bids, asks = 5 + max(0, min(9, leaning)), 5 + max(0, min(9, -leaning))
            bid, ask = Px(price - FUTURE_TICK), Px(price + FUTURE_TICK)
            yield QuoteSecondChanged(
                self.instrument, Ns(second * SECOND), bid, ask, bid, ask, bids, asks,
                (bids - asks) / (bids + asks), (ask * bids + bid * asks) / (bids + asks) / POINT, 4,
                origin(Ns(second * SECOND)), leaning,
            )  # fmt: skip

    def _columns(self, trades: list[tuple[int, int, int, int]]) -> TradeColumns:
        at, price, size, side = np.array(trades, np.int64).T
        return TradeColumns(
            np.full(len(at), self.instrument, np.uint32), at, at, price, size.astype(np.uint32),
            side.astype(np.int8), np.arange(len(at), dtype=np.uint32),
        )  # fmt: skip
