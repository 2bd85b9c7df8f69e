"""Bars in columns, and what the chart computes from them."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.tick_bars import TickBar
from app.domain.units import POINT, SECOND, Ns, Px, px
from app.ui.panels.pressure import growing
from app.ui.panels.pressure.columns import BarColumns, TickColumns
from app.ui.panels.pressure.series import begins, cut_at, level_for, solid_from, steps, switches
from app.ui.panels.pressure.trailing import Kept, Sums, pressure, pressure_now
from app.ui.panels.pressure.wide import Widened, few_of, tick_bars, wide_of


def bar(
    start_s: int, bought: int = 1, sold: int = 0, price: float = 21_000, unknown: int = 0, side: int = 0
) -> PressureBar:
    at, delta = px(price), bought - sold
    return PressureBar(
        1, Ns(start_s * SECOND), 1, bought, sold, unknown, 1, at, at, at, at, min(0, delta), max(0, delta),
        last_side=side,
    )  # fmt: skip


def filled(bars: Sequence[PressureBar], source: int = 0) -> BarColumns:
    columns = BarColumns(1)
    for one in bars:
        columns.put(one, source)
    return columns


some_bars = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 50), st.integers(0, 50)).map(lambda t: bar(*t)), max_size=80
)


@given(some_bars)
def test_the_newest_bar_of_a_start_counts_in_whatever_order_they_come(bars: list[PressureBar]) -> None:
    newest = {one.start: one for one in bars}
    seen = filled(bars).all()
    assert seen.start.tolist() == sorted(newest)
    assert seen.bought.tolist() == [newest[Ns(start)].bought for start in sorted(newest)]


@given(some_bars, st.sampled_from([1, 5, 60]), st.integers(-50, 50))
def test_bars_widened_one_by_one_equal_those_widened_by_arrays(
    bars: list[PressureBar], seconds: int, run: int
) -> None:
    seen = filled(bars).all()
    one_by_one, by_arrays = few_of(seen, seconds, run), wide_of(seen, 1, seconds, run)
    assert one_by_one.table.tolist() == by_arrays.table.tolist()
    assert one_by_one.candles.seconds == by_arrays.candles.seconds


@given(
    some_bars,
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9)), max_size=20),
    st.sampled_from([5, 60]),
)
def test_wider_bars_kept_while_the_market_goes_on_equal_those_made_at_once(
    bars: list[PressureBar], later: list[tuple[int, int]], seconds: int
) -> None:
    columns = filled(bars)
    kept = Widened(columns, seconds)
    kept.update()
    for start, bought in later:
        columns.put(bar(start, bought=bought, price=21_000 + bought), 0)
        kept.update()
    told, made = kept.update(), Widened(columns, seconds).update()
    assert told.candles.start.tolist() == made.candles.start.tolist()
    assert told.run.tolist() == made.run.tolist()
    assert told.end_run.tolist() == np.cumsum(made.candles.delta).tolist()
    assert told.candles.bought.sum() == columns.all().bought.sum()
    assert (told.candles.start % (seconds * SECOND) == 0).all()


def test_a_wider_bar_has_the_extremes_the_last_close_and_its_side() -> None:
    bars = [bar(0, price=100), bar(1, price=103), bar(2, price=99, side=-1), bar(61, price=104, side=1)]
    wide = Widened(filled(bars), 60).update()
    assert wide.candles.high.tolist() == [px(103), px(104)]
    assert wide.candles.low.tolist() == [px(99), px(104)]
    assert wide.candles.close.tolist() == [px(99), px(104)]
    assert wide.side.tolist() == [-1, 1]


def test_bars_are_never_finer_than_their_source() -> None:
    columns = BarColumns(5)
    columns.put(PressureBar(1, Ns(0), 5, 1, 1, 0, 2, *(px(1),) * 4), 0)
    assert Widened(columns, 1).update().candles.seconds == 5
    assert Widened(columns, 12).update().candles.seconds == 15


def test_a_bar_of_another_width_is_refused() -> None:
    wrong = PressureBar(1, Ns(0), 5, 1, 1, 0, 2, *(px(1),) * 4)
    with pytest.raises(ValueError, match="5 s among bars of 1 s"):
        BarColumns(1).put(wrong, 0)


def test_the_oldest_bars_leave_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MOST_ROWS", 50)
    columns = BarColumns(1)
    kept = Widened(columns, 5)
    for second in range(120):
        columns.put(bar(second), 0)
        kept.update()
    assert len(columns) <= 50
    assert columns.last == 119 * SECOND
    assert columns.all().start.tolist() == sorted(columns.all().start.tolist())
    assert kept.update().candles.bought.sum() == len(columns)


@given(some_bars, st.integers(1, 420), st.sampled_from([5, 30, 300]))
def test_pressure_over_a_window_is_that_of_its_trades(bars: list[PressureBar], at: int, seconds: int) -> None:
    columns = filled(bars)
    sums = Sums(columns)
    sums.update()
    inside = [b for b in {b.start: b for b in bars}.values() if at - seconds <= b.start // SECOND < at]
    bought, sold = sum(b.bought for b in inside), sum(b.sold for b in inside)
    found = pressure(sums, np.array([float(at)]), seconds)
    now = pressure_now(sums, float(at), seconds)
    assert now.contracts == bought + sold
    if bought + sold:
        assert found.values[0] == pytest.approx((bought - sold) / (bought + sold))
        assert now.value == pytest.approx(found.values[0])
    else:
        assert np.isnan(found.values[0])
        assert now.value is None


@given(some_bars, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9)), max_size=12), st.integers(1, 9))
def test_pressure_kept_from_frame_to_frame_is_that_of_one_look(
    bars: list[PressureBar], later: list[tuple[int, int]], step: int
) -> None:
    columns, kept = filled(bars), Kept(30)
    sums, holes, now = Sums(columns), ((50 * SECOND, 60 * SECOND),), 300
    for start, bought in [(0, 1), *later]:
        columns.put(bar(start, bought=bought), 0)
        sums.update()
        now += 1
        left = (now - 290) // step * step
        times = np.arange(left, now, step).astype(np.float64)
        found, plain = kept.at(sums, times, float(start), holes), pressure(sums, times, 30, holes)
        np.testing.assert_array_equal(found.values, plain.values)
        np.testing.assert_array_equal(found.weak, plain.weak)


def test_pressure_is_weak_on_few_contracts_and_absent_inside_a_hole() -> None:
    sums = Sums(filled([bar(second, bought=30) for second in range(200)]))
    sums.update()
    times = np.array([2.0, 100.0, 110.0, 120.0, 130.0])
    found = pressure(sums, times, 30, ((105 * SECOND, 115 * SECOND),))
    assert found.weak.tolist() == [False, False, False, True, True]
    assert np.isnan(found.values).tolist() == [False, False, True, False, False]
    few = Sums(filled([bar(1, bought=9)]))
    few.update()
    assert pressure(few, np.array([2.0]), 5).weak.tolist() == [True]


def test_a_line_breaks_at_a_gap_and_at_a_source_switch() -> None:
    columns = filled([bar(i) for i in range(10)])
    for second in range(20, 25):
        columns.put(bar(second), 0)
    for second in range(25, 30):
        columns.put(bar(second), 1)
    wide = Widened(columns, 1).update()
    anew = begins(wide, ((9 * SECOND, 20 * SECOND),), switches(columns.all()))
    assert np.flatnonzero(anew).tolist() == [10, 15]
    line = steps(wide, anew, 1.0)
    assert np.flatnonzero(line.begins).tolist() == [10, 15]
    values, times = np.arange(20.0), np.arange(20.0)
    cut_times, cut_values = cut_at(values, anew, times)
    assert np.flatnonzero(np.isnan(cut_values)).tolist() == [10, 16]
    assert len(cut_times) == len(cut_values) == 22


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=500), st.integers(2, 60))
def test_the_price_line_loses_no_extreme(moves: list[int], pixel_s: int) -> None:
    prices = 21_000 + np.cumsum(moves) / 4
    columns = filled([bar(second, price=float(price)) for second, price in enumerate(prices)])
    wide = Widened(columns, 1).update()
    line = steps(wide, np.zeros(len(wide), np.bool_), float(pixel_s))
    assert line.high.max() == prices.max()
    assert line.low.min() == prices.min()
    assert line.close[-1] == prices[-1]
    assert len(line.times) <= len(prices) // pixel_s + 1


def test_bars_of_trades_join_those_of_a_hundred_and_know_a_hole_before_them() -> None:
    columns = TickColumns()
    for number in range(5):
        start = Ns(number * 10 * SECOND)
        at = px(100 + number)
        columns.put(TickBar(1, number, start, Ns(start + 9 * SECOND), 100, at, at, at, at, 3, 1, 0, 0, 2))
    sums = Sums(filled([bar(second) for second in range(50)]))
    wide = tick_bars(columns.all(), 200, ((25 * SECOND, 28 * SECOND),), sums)
    assert wide.candles.trades.tolist() == [200, 200, 100]
    assert wide.candles.open.tolist() == [px(100), px(102), px(104)]
    assert wide.candles.start.tolist() == [0, 20 * SECOND, 40 * SECOND]
    assert wide.ends.tolist() == [19 * SECOND, 39 * SECOND, 49 * SECOND]
    assert wide.doubtful.tolist() == [False, True, True]
    assert wide.end_run.tolist() == [20, 40, 50]


def test_few_contracts_are_hollow_by_the_width_of_the_bar() -> None:
    assert [solid_from(seconds) for seconds in (1, 5, 15, 60, 300)] == [10, 10, 25, 25, 100]


def test_lines_are_drawn_from_the_widest_bars_that_are_finer_than_a_pixel() -> None:
    assert [level_for(seconds) for seconds in (0.2, 1.0, 4.9, 5.0, 61.0, 1e6)] == [1, 1, 1, 5, 60, 300]


def test_prices_stay_whole_integers() -> None:
    price = Px(21_400_250_000_000)
    one = PressureBar(1, Ns(0), 1, 1, 0, 0, 1, price, price, price, price)
    assert filled([one]).all().close.tolist() == [price]
    assert price / POINT == 21_400.25
