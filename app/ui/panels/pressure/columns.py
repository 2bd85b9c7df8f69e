"""What is kept of one instrument by time: bars, quotes, prints, bars of trades, flow by size, sweeps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.bars import PressureBar
from app.domain.chart_updates import QuoteSecondChanged
from app.domain.sized_flow import SizedFlow
from app.domain.sweeps import Sweep
from app.domain.tick_bars import TickBar
from app.domain.units import POINT, Ns
from app.ui.panels.pressure.growing import Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """A view into the columns of bars: valid until the next one is put."""

    start: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    bought: Ints
    sold: Ints
    unknown: Ints
    trades: Ints
    low_delta: Ints
    high_delta: Ints
    side: Ints
    source: Ints
    revised: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Quotes:
    """A view into the columns of quotes by the second, in points and contracts, NaN where nobody said it."""

    start: Ints
    bid: Floats
    ask: Floats
    low_bid: Floats
    high_ask: Floats
    bid_size: Floats
    ask_size: Floats
    imbalance: Floats
    microprice: Floats
    flow: Floats

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """A view into the columns of large prints: points, contracts, 1 bought, −1 sold, 0 nobody said."""

    start: Ints
    price: Floats
    size: Floats
    side: Floats

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Ticks:
    """A view into the columns of bars of 100 trades, by number."""

    number: Ints
    begin: Ints
    end: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    bought: Ints
    sold: Ints
    unknown: Ints
    trades: Ints
    low_delta: Ints
    high_delta: Ints

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, slots=True, eq=False)
class Sized:
    """A view into the columns of bought less sold by size of the trade: to 4, to 19, from 20 contracts."""

    start: Ints
    small: Ints
    middling: Ints
    large: Ints

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """A view into the columns of sweeps: how far they reached in points, levels, contracts, side."""

    start: Ints
    reach: Floats
    levels: Floats
    size: Floats
    side: Floats

    def __len__(self) -> int:
        return len(self.start)


class BarColumns(Columns[Bars]):
    def __init__(self, seconds: int) -> None:
        super().__init__(13, np.int64, Bars)
        self.seconds = seconds

    def put(self, bar: PressureBar, source: int) -> None:
        """A bar of another width is refused."""
        if bar.seconds != self.seconds:
            raise ValueError(f"a bar of {bar.seconds} s among bars of {self.seconds} s")
        self.put_row(bar.start, (
            bar.open, bar.high, bar.low, bar.close, bar.bought, bar.sold, bar.unknown, bar.trades,
            bar.low_delta, bar.high_delta, bar.last_side, source, bar.revised,
        ))  # fmt: skip


class QuoteColumns(Columns[Quotes]):
    def __init__(self) -> None:
        super().__init__(9, np.float64, Quotes)

    def put(self, second: QuoteSecondChanged) -> None:
        prices = (second.bid, second.ask, second.low_bid, second.high_ask)
        counts = (second.bid_size, second.ask_size, second.imbalance, second.microprice, second.flow)
        self.put_row(second.start, (
            *(np.nan if value is None else value / POINT for value in prices),
            *(np.nan if value is None else value for value in counts),
        ))  # fmt: skip


class PrintColumns(Columns[Prints]):
    def __init__(self) -> None:
        super().__init__(3, np.float64, Prints)

    def put(self, at: Ns, price: float, size: int, side: int) -> None:
        """Buyers and sellers of one nanosecond are kept apart."""
        self.put_row(at + side, (price, size, side))


class TickColumns(Columns[Ticks]):
    def __init__(self) -> None:
        super().__init__(12, np.int64, Ticks)

    def put(self, bar: TickBar) -> None:
        self.put_row(bar.number, (
            bar.start, bar.end, bar.open, bar.high, bar.low, bar.close, bar.bought, bar.sold, bar.unknown,
            bar.trades, bar.low_delta, bar.high_delta,
        ))  # fmt: skip


class SizedColumns(Columns[Sized]):
    def __init__(self) -> None:
        super().__init__(3, np.int64, Sized)

    def put(self, flow: SizedFlow) -> None:
        self.put_row(flow.start, flow.deltas)


class SweepColumns(Columns[Swept]):
    def __init__(self) -> None:
        super().__init__(4, np.float64, Swept)

    def put(self, sweep: Sweep) -> None:
        self.put_row(sweep.at + sweep.side, (sweep.reach / POINT, sweep.levels, sweep.size, sweep.side))
