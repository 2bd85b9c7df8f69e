"""Trades into bars of pressure in batches of 25 ms, beside the plain loop anyone would write first."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.bench.duel import Case, Effort, Outcome, duel, rate_of
from app.domain.errors import ConfigError
from app.domain.pressure import PressureBook
from app.domain.ticks import BUY, NO_SIDE, SELL, TradeColumns
from app.domain.units import POINT, SECOND
from app.sim.noise import generator

_WINDOW_S: Final = 30
_OPTIONS: Final = 500
# of all trades of the complex, by number
_IN_FUTURES: Final = 0.8
_BEGIN: Final = 1_700_000_000 * SECOND
# trades of 25 ms at 20,000 a second
_BATCH: Final = 500
_BETWEEN: Final = SECOND // 20_000
_LEVEL: Final = 20_000 * POINT

Sums = dict[tuple[int, int], list[int]]


def bars(case: Case, effort: Effort) -> Outcome:
    batches = _batches(effort.records // 4)
    if _total(_plain(batches)) != _total_of(_book(batches)):
        raise ConfigError(f"{case.name}: the bars and the plain loop do not add up to the same.")
    count = sum(len(batch) for batch in batches)
    return duel(
        case, effort, "trades/s", "a dict of sums, in a Python loop",
        lambda: rate_of(lambda: (_book(batches), count)[1]),
        lambda: rate_of(lambda: (_plain(batches), count)[1]),
    )  # fmt: skip


def _book(batches: list[TradeColumns]) -> PressureBook:
    book = PressureBook(_WINDOW_S)
    for batch in batches:
        book.add(batch)
    return book


def _plain(batches: list[TradeColumns]) -> Sums:
    sums: Sums = {}
    for batch in batches:
        columns = batch.instrument_id, batch.ts_event, batch.price, batch.size, batch.side
        for instrument, at, price, size, side in zip(*(c.tolist() for c in columns), strict=True):
            key = instrument, at // (_WINDOW_S * SECOND)
            bar = sums.get(key)
            if bar is None:
                bar = sums[key] = [0, 0, 0, 0, price, price, price, price]
            bar[0 if side == BUY else 1 if side == SELL else 2] += size
            bar[3] += 1
            bar[5] = max(price, bar[5])
            bar[6] = min(price, bar[6])
            bar[7] = price
    return sums


def _total(sums: Sums) -> tuple[int, int, int, int]:
    return tuple(sum(bar[place] for bar in sums.values()) for place in range(4))  # type: ignore[return-value]


def _total_of(book: PressureBook) -> tuple[int, int, int, int]:
    made = [bar for instrument in book.instruments() for bar in book.bars(instrument)]
    return (
        sum(b.bought for b in made), sum(b.sold for b in made), sum(b.unknown for b in made),
        sum(b.trades for b in made),
    )  # fmt: skip


def _batches(count: int) -> list[TradeColumns]:
    chance = generator(1, "bench-bars", count)
    at = _BEGIN + np.arange(count) * _BETWEEN
    options = 3 + (chance.random(count) ** 2 * _OPTIONS).astype(np.int64)
    ids = np.where(chance.random(count) < _IN_FUTURES, 1 + (chance.random(count) < 0.1), options)
    price = _LEVEL + chance.integers(-40, 40, count) * (POINT // 4)
    size = chance.integers(1, 12, count).astype(np.uint32)
    side = chance.choice(np.array([BUY, SELL, NO_SIDE], np.int8), count, p=(0.48, 0.48, 0.04))
    sequence: NDArray[np.uint32] = np.arange(count, dtype=np.uint32)
    ids32 = ids.astype(np.uint32)
    return [
        TradeColumns(ids32[p], at[p], at[p] + 20_000, price[p], size[p], side[p], sequence[p])
        for p in (slice(n, n + _BATCH) for n in range(0, count, _BATCH))
    ]
