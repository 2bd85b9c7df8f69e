"""The hand-drawn chart: scales, ticks, and how little of it is painted again."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.application import make_application
from app.ui.format import zone
from app.ui.palettes import DARK
from app.ui.widgets.plot.bars import Candles, SignedBars
from app.ui.widgets.plot.bubbles import Bubbles, radius_of
from app.ui.widgets.plot.ornaments import Band, Bands, Upright, Uprights
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.plot import AXIS_PX, CLOCK_PX, Plot
from app.ui.widgets.plot.series import Curve, Ribbon
from app.ui.widgets.plot.ticks import round_step, time_ticks, value_ticks

START = 1_800_000_000.0


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[Plot]:
    make_application([])
    made = Plot(DARK)
    curve = Curve("price")
    curve.set(START + np.arange(100.0), np.linspace(10.0, 20.0, 100))
    pane = Pane("price", 1, (curve,), 0.25)
    pane.fit(10.0, 20.0)
    made.arrange([pane])
    made.resize(AXIS_PX + 400, CLOCK_PX + 200)
    made.set_span(START, START + 100)
    made.show()
    made.flush()
    QApplication.processEvents()
    yield made
    made.deleteLater()


def test_only_the_end_is_painted_when_only_the_end_changed(plot: Plot) -> None:
    assert plot.painted_all == 1
    for second in range(90, 99):
        plot.redraw(START + second)
        plot.flush()
        QApplication.processEvents()
    assert plot.painted_all == 1
    plot.set_span(START + 1, START + 101)  # four pixels on
    plot.flush()
    QApplication.processEvents()
    assert plot.painted_all == 1
    plot.set_span(START + 1, START + 201)
    plot.flush()
    QApplication.processEvents()
    assert plot.painted_all == 2


def test_a_strip_leaves_the_picture_as_painting_all_of_it_would(plot: Plot) -> None:
    plot.redraw(START + 60)
    plot.flush()
    QApplication.processEvents()
    strip = plot.grab().toImage()
    plot.redraw()
    plot.flush()
    QApplication.processEvents()
    assert plot.grab().toImage() == strip


def test_another_scale_paints_its_pane_and_no_other(plot: Plot) -> None:
    below = Pane("below", 1, (plot.panes[0].marks[0],))
    below.fit(10.0, 20.0)
    plot.arrange([*plot.panes, below])
    plot.flush()
    QApplication.processEvents()
    painted, before = plot.painted_all, plot.grab().toImage()
    below.fix(0.0, 40.0)
    plot.flush()
    QApplication.processEvents()
    after = plot.grab().toImage()
    above = plot.rect().adjusted(0, 0, 0, int(below.top) - plot.height())
    assert plot.painted_all == painted
    assert after.copy(above) == before.copy(above)
    assert after != before
    plot.redraw()
    plot.flush()
    QApplication.processEvents()
    assert plot.grab().toImage() == after


def test_a_price_painted_over_its_ground_looks_as_if_both_were_painted_at_once(plot: Plot) -> None:
    times = START + np.arange(100.0)
    ribbon, curve = Ribbon("info"), plot.panes[0].marks[0]
    assert isinstance(curve, Curve)
    ribbon.set(times, np.full(100, 12.0), np.full(100, 14.0), 1.0)
    pane = Pane("price", 1, (curve,), 0.25, ground=(ribbon,))
    pane.fit(10.0, 20.0)
    plot.arrange([pane])
    plot.flush()
    QApplication.processEvents()
    for second in range(90, 96):  # the ground with every third change only, and moved with the picture
        values = curve.values.copy()
        values[second:] = 11.0 + second % 5
        curve.set(times, values)
        plot.set_span(START + second - 89, START + second + 11)
        plot.redraw(START + second, ground=second % 3 == 0)
        plot.flush()
        QApplication.processEvents()
    picture, painted = plot.grab().toImage(), plot.painted_all
    plot.redraw()
    plot.flush()
    QApplication.processEvents()
    assert plot.painted_all == painted + 1
    assert plot.grab().toImage() == picture


def test_an_error_in_a_mark_does_not_end_the_process(plot: Plot, qtbot: QtBot) -> None:
    pane = plot.panes[0]
    good = pane.marks[0]
    assert isinstance(good, Curve)
    bad = Curve("no such colour")
    bad.set(good.times, good.values)
    for marks in (pane.marks, pane.ground):
        marks.append(bad)
        plot.redraw()
        with qtbot.capture_exceptions() as told:
            plot.flush()
            QApplication.processEvents()
        assert any("no such colour" in str(error) for _, error, _ in told)
        marks.remove(bad)
        plot.redraw()
        plot.flush()
        QApplication.processEvents()
        assert not plot.grab().isNull()


def test_what_changed_beyond_the_right_edge_leaves_the_axis_as_it_is(plot: Plot) -> None:
    before = plot.grab().toImage()
    plot.redraw(START + 130)
    plot.flush()
    QApplication.processEvents()
    assert plot.grab().toImage() == before


def test_a_picture_moved_by_whole_pixels_is_the_one_that_would_be_painted(plot: Plot) -> None:
    plot.set_span(START + 25, START + 125)
    plot.flush()
    QApplication.processEvents()
    assert plot.painted_all == 1
    moved = plot.grab().toImage()
    plot.redraw()
    plot.flush()
    QApplication.processEvents()
    assert plot.painted_all == 2
    assert plot.grab().toImage() == moved


def test_a_chart_without_room_is_painted_all_the_same(plot: Plot) -> None:
    plot.gutter = 96
    for width, height in ((30, 10), (AXIS_PX + 1, CLOCK_PX), (200, 60)):
        plot.resize(width, height)
        plot.flush()
        QApplication.processEvents()
        view = plot.view(plot.panes[0])
        assert view.pixels_a_second > 0
        assert view.pixels_a_unit > 0
        assert view.x1 == view.edge
        assert plot.grab().width() == width


def test_pixels_and_values_are_each_others_reverse(plot: Plot) -> None:
    view = plot.view(plot.panes[0])
    assert view.seconds(view.x(START + 33)) == pytest.approx(START + 33)
    assert view.value(view.y(12.5)) == pytest.approx(12.5)
    assert view.x(START) == 0
    assert plot.pane_at(10) is plot.panes[0]
    assert plot.pane_at(plot.height()) is None


@given(st.floats(0.01, 1e6), st.sampled_from([0.25, 1.0]))
def test_a_step_of_an_axis_is_a_whole_number_of_the_least(wanted: float, least: float) -> None:
    step = round_step(wanted, least)
    assert step >= min(wanted, least)
    assert step / least == pytest.approx(round(step / least))
    assert step <= max(least, 2.5 * wanted + least)


def test_prices_are_ticked_in_quarters_and_counts_in_whole_contracts() -> None:
    assert [word for _, word in value_ticks(100.0, 101.0, 200, 0.25)] == [
        "100.00", "100.25", "100.50", "100.75", "101.00",
    ]  # fmt: skip
    assert all("." not in word for _, word in value_ticks(-3.0, 4.0, 200, 1.0))


def test_times_are_ticked_at_round_clock_times_of_the_zone() -> None:
    india = zone("Asia/Kolkata")
    words = [word for _, word in time_ticks(START, START + 7200, 900, india)]
    assert all(word.endswith((":00", ":15", ":30", ":45")) for word in words)


def test_a_scale_that_still_fits_is_kept_and_another_is_chosen_when_it_does_not() -> None:
    pane = Pane("price", 1, (), 0.25)
    pane.fit(100.0, 110.0)
    kept = pane.low, pane.high
    pane.fit(100.5, 109.5)
    assert (pane.low, pane.high) == kept
    pane.fit(100.0, 130.0)
    assert pane.high > 130
    pane.fit(120.0, 122.0)
    assert pane.high - pane.low < 4


def test_four_times_the_size_has_twice_the_radius() -> None:
    assert radius_of(100, 400) * 2 == pytest.approx(radius_of(400, 400))


def test_of_very_many_bubbles_the_largest_are_kept() -> None:
    bubbles, sizes = Bubbles(), np.arange(1_000.0)
    bubbles.set(sizes, sizes, sizes, sizes, 300)
    assert (bubbles.sizes.min(), bubbles.left_out) == (700, 700)
    assert np.diff(bubbles.times).min() > 0


def test_the_least_bubble_stays_while_new_ones_come(plot: Plot) -> None:
    bubbles, sizes = Bubbles(), np.arange(1_000.0)
    seen = []
    for count in range(500, 1_000):
        some = sizes[:count]
        bubbles.set(some, some, some, some, 300)
        assert 150 <= len(bubbles.sizes) <= 300
        assert bubbles.sizes.min() + len(bubbles.sizes) == count  # the largest, without an exception
        seen.append(bubbles.sizes.min())
    assert len(set(seen)) < 10
    same = np.ones(1_000)
    bubbles.set(sizes, same, same, same, 300)
    assert (len(bubbles.sizes), bubbles.left_out) == (300, 700)


def test_words_of_lines_close_together_do_not_run_into_each_other(plot: Plot) -> None:
    uprights = Uprights(worded=True)
    uprights.lines = tuple(Upright(START + at, "barchart takes over", "dim") for at in (0, 15, 30, 3_600))
    rows = uprights.rows(0.25)
    assert [row for row, _ in rows] == [0, 1, 2, 0]
    assert all(words == "barchart takes over" for _, words in rows)
    uprights.lines = tuple(Upright(START + at, "barchart takes over", "dim") for at in range(20))
    assert len({row for row, words in uprights.rows(0.25) if words}) == 5
    assert sum(not words for _, words in uprights.rows(0.25)) == 15


def test_a_band_that_grows_is_painted_again_from_its_beginning(plot: Plot) -> None:
    bands = Bands(worded=True)
    filled, growing = Band(START, START + 9, "#fff", 30), Band(START + 50, START + 60, "#fff", 30)
    assert bands.change((filled, growing), 1.0) == START
    assert bands.change((filled, growing), 1.0) is None
    assert bands.change((filled, Band(START + 50, START + 61, "#fff", 30)), 1.0) == START + 50
    named = Band(START + 50, START + 61, "#fff", 30, words="gap")
    changed = bands.change((filled, named), 1.0)
    assert changed is not None
    assert changed < START + 50


def test_bars_with_widths_of_their_own_and_doubtful_ones_are_painted(plot: Plot) -> None:
    bars, candles = SignedBars(), Candles()
    times, ones = START + np.array([10.0, 30.0, 60.0]), np.ones(3)
    width = np.array([10.0, 20.0, 40.0])
    bars.set(times, np.array([12.0, -3.0, 5.0]), np.array([True, True, False]), width)
    candles.set(times, 12 * ones, 15 * ones, 11 * ones, 14 * ones, width, np.array([False, False, True]))
    assert bars.counts() == (1, 1, 1, 0)
    plot.arrange([Pane("bars", 1, (bars, candles), 1.0)])
    plot.panes[0].fit(-5, 20)
    plot.flush()
    QApplication.processEvents()
    picture = plot.grab().toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(0, 400, 2) for y in range(0, 200, 2)}
    assert {DARK.up, DARK.down, DARK.idle} <= seen
