"""Bars in columns, and what the chart computes from them."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.units import POINT, SECOND, Ns, Px, px
from app.ui.panels.pressure import columns as columns_module
from app.ui.panels.pressure.columns import BarColumns
from app.ui.panels.pressure.running import Running
from app.ui.panels.pressure.series import breaks, segments, solid_from, thin, widen


def bar(start_s: int, bought: int = 1, sold: int = 0, price: float = 21_000, unknown: int = 0) -> PressureBar:
    at = px(price)
    return PressureBar(1, Ns(start_s * SECOND), 1, bought, sold, unknown, 1, at, at, at, at)


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


@given(some_bars, st.sampled_from([5, 15, 60]))
def test_wider_bars_keep_every_contract(bars: list[PressureBar], seconds: int) -> None:
    columns = filled(bars)
    wide = widen(columns.all(), seconds)
    assert wide.bought.sum() == columns.all().bought.sum()
    assert wide.sold.sum() == columns.all().sold.sum()
    assert (wide.start % (seconds * SECOND) == 0).all()
    assert (np.diff(wide.start) > 0).all()


def test_a_wider_bar_has_the_extremes_and_the_last_close() -> None:
    columns = filled([bar(0, price=100), bar(1, price=103), bar(2, price=99), bar(61, price=104)])
    wide = widen(columns.all(), 60)
    assert wide.high.tolist() == [px(103), px(104)]
    assert wide.low.tolist() == [px(99), px(104)]
    assert wide.close.tolist() == [px(99), px(104)]


def test_pressure_of_a_bar_without_sides_is_not_a_number() -> None:
    wide = widen(filled([bar(0, bought=0, sold=0, unknown=5), bar(60, bought=3, sold=1)]).all(), 60)
    assert np.isnan(wide.pressure[0])
    assert wide.pressure[1] == 0.5


def test_a_bar_of_another_width_is_refused() -> None:
    wrong = PressureBar(1, Ns(0), 5, 1, 1, 0, 2, *(px(1),) * 4)
    with pytest.raises(ValueError, match="5 s among bars of 1 s"):
        BarColumns(1).put(wrong, 0)


def test_the_oldest_bars_leave_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_module, "MOST_BARS", 50)
    columns = filled([bar(i) for i in range(120)])
    assert len(columns) <= 50
    assert columns.last == 119 * SECOND
    assert columns.all().start.tolist() == sorted(columns.all().start.tolist())


@given(some_bars, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9)), max_size=20))
def test_running_sums_continued_equal_sums_from_the_start(
    bars: list[PressureBar], later: list[tuple[int, int]]
) -> None:
    columns, anchor = filled(bars), 50 * SECOND
    running = Running(columns, anchor)
    running.update()
    for start, bought in later:
        columns.put(bar(start, bought=bought, price=21_000 + bought), 0)
        running.update()
    inside = columns.between(anchor, 2**62)
    assert running.delta_at(inside).tolist() == np.cumsum(inside.bought - inside.sold).tolist()
    volume = np.cumsum(inside.bought + inside.sold + inside.unknown)
    money = np.cumsum((inside.bought + inside.sold + inside.unknown) * (inside.close / POINT))
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.where(volume > 0, money / volume, np.nan)
    np.testing.assert_allclose(running.vwap_at(inside), plain, rtol=1e-9)


def test_a_line_breaks_at_a_gap_and_at_a_source_switch() -> None:
    columns = filled([bar(i) for i in range(10)])
    for second in range(20, 25):
        columns.put(bar(second), 0)
    for second in range(25, 30):
        columns.put(bar(second), 1)
    cuts = breaks(columns.all(), ((9 * SECOND, 20 * SECOND),))
    assert cuts.tolist() == [10, 15]
    x = columns.all().start / SECOND
    assert [len(piece) for piece, _ in segments(x, x, cuts)] == [10, 5, 5]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=2_000), st.integers(2, 60))
def test_thinning_keeps_the_extremes_and_bounds_the_points(values: list[float], pixels: int) -> None:
    y = np.array(values)
    x = np.arange(len(y), dtype=np.float64)
    _, thin_y = thin(x, y, 0.0, float(len(y)), pixels)
    assert thin_y.max() == y.max()
    assert thin_y.min() == y.min()
    assert len(thin_y) <= max(2 * pixels, 2) + 2


def test_few_contracts_are_hollow_by_the_width_of_the_bar() -> None:
    assert [solid_from(seconds) for seconds in (1, 5, 15, 60, 300)] == [10, 10, 25, 25, 100]


def test_prices_stay_whole_integers() -> None:
    price = Px(21_400_250_000_000)
    one = PressureBar(1, Ns(0), 1, 1, 0, 0, 1, price, price, price, price)
    assert filled([one]).all().close.tolist() == [price]
