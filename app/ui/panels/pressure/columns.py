"""What is kept of one instrument by time: bars, quotes, prints, bars of trades, flow by size, marks."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.absorption import Absorption
from app.domain.bars import PressureBar
from app.domain.chart_updates import QuoteSecondChanged
from app.domain.sized_flow import LARGEST, SizedFlow
from app.domain.sweeps import Sweep
from app.domain.tick_bars import TickBar
from app.domain.units import FUTURE_TICK, POINT, Ns
from app.ui.panels.pressure.growing import Columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# prices, counted in ticks, that are told apart at one nanosecond
_NEIGHBOURS: Final = 4_096


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
    """A view into the columns of bought less sold by size of the trade, that of one contract first."""

    start: Ints
    by_size: tuple[NDArray[np.int32], ...]

    def __len__(self) -> int:
        return len(self.start)

    def between(self, low: int, high: int) -> Ints:
        """Of trades from `low` to `high` contracts, both included; nobody's where there are no such sizes."""
        found = np.zeros(len(self), np.int64)
        for column in self.by_size[low - 1 : high]:
            found += column
        return found


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


@dataclass(frozen=True, slots=True, eq=False)
class Absorbed:
    """A view into the columns of absorption: price in points, contracts, the side that was absorbed."""

    start: Ints
    price: Floats
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
        super().__init__(LARGEST, np.int32, lambda start, *rows: Sized(start, rows))

    def put(self, flow: SizedFlow) -> None:
        row = np.zeros(LARGEST, np.int32)
        row[np.array(flow.sizes, np.int64) - 1] = flow.deltas
        self.put_row(flow.start, row.tolist())


class SweepColumns(Columns[Swept]):
    def __init__(self) -> None:
        super().__init__(4, np.float64, Swept)

    def put(self, sweep: Sweep) -> None:
        self.put_row(sweep.at + sweep.side, (sweep.reach / POINT, sweep.levels, sweep.size, sweep.side))


class AbsorbedColumns(Columns[Absorbed]):
    """Of the start of one nanosecond, neighbouring prices and both sides are kept apart."""

    def __init__(self) -> None:
        super().__init__(3, np.float64, Absorbed)

    def put(self, one: Absorption) -> None:
        place = one.began + (one.price // FUTURE_TICK % _NEIGHBOURS * 2 + (one.side > 0))
        self.put_row(place, (one.price / POINT, one.size, one.side))
