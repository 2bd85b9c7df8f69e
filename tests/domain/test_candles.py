from collections.abc import Iterable
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.candles import Candles, widened
from app.domain.pressure import PressureBook
from app.domain.units import HOUR, SECOND
from tests.domain.prints import T0, of, sessions
from tests.domain.trade_columns import Print, columns


def seconds_of(prints: list[Print], instrument: int = 1, width: int = 1) -> tuple[PressureBar, ...]:
    book = PressureBook(width)
    book.add(columns(prints))
    return book.bars(instrument)


def candles_of(bars: Iterable[PressureBar], seconds: int) -> Candles:
    """Columns of bars that are all of one instrument, of that width, and in order."""
    rows = [
        (
            b.start, b.open, b.high, b.low, b.close, b.bought, b.sold, b.unknown, b.trades,
            b.low_delta, b.high_delta,
        )
        for b in bars
    ]  # fmt: skip
    table = np.array(rows, np.int64).reshape(-1, 11)
    return Candles(seconds, *table.T)


def rows(bars: Candles) -> list[tuple[int, ...]]:
    fields = ("start", "open", "high", "low", "close", "bought", "sold", "unknown", "trades", "low_delta",
              "high_delta")  # fmt: skip
    return [tuple(int(getattr(bars, name)[n]) for name in fields) for n in range(len(bars))]


@given(sessions, st.sampled_from([5, 15, 60, 300]))
def test_candles_equal_bars_made_of_the_trades(prints: list[Print], seconds: int) -> None:
    fine = candles_of(seconds_of(prints), 1)
    made = widened(fine, seconds)

    assert made.seconds == seconds
    assert rows(made) == rows(candles_of(seconds_of(prints, width=seconds), seconds))
    assert int(made.volume.sum()) == sum(p.size for p in of(prints, 1))
    assert int(made.delta.sum()) == sum(p.size * p.side for p in of(prints, 1))


def test_no_bars_give_no_candles() -> None:
    none = candles_of((), 1)

    assert len(widened(none, 60)) == 0


def test_narrower_or_crooked_bars_are_refused() -> None:
    bars = candles_of(seconds_of([Print(T0)], width=5), 5)

    for seconds in (1, 7):
        with pytest.raises(ValueError, match="do not add up"):
            widened(bars, seconds)


def test_a_session_of_seconds_is_widened_at_once() -> None:
    count = 23 * HOUR // SECOND
    chance = np.random.default_rng(1)
    start = T0 + np.arange(count) * SECOND
    columns_ = [chance.integers(0, 50, count) for _ in range(10)]
    bars = Candles(1, start, *columns_)
    worst = 0.0
    for seconds in (5, 60, 300):
        began = process_time()
        assert len(widened(bars, seconds)) >= count // seconds
        worst = max(worst, process_time() - began)

    # measured: 2 to 4 ms
    assert worst < 0.05
