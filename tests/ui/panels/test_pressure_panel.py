"""The price and pressure chart, used with mouse and keyboard."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.domain.updates import GapChanged, Mode
from app.ui.panels.pressure.view import PressurePanel
from app.ui.widgets.chart.bars import SignedBars
from tests.ui.conftest import Room, click
from tests.ui.feed import DATABENTO, NQ, TRADOVATE


def panel_of(room: Room, minutes: int = 30) -> PressurePanel:
    room.open_market(Mode.LIVE, minutes=minutes)
    room.frames(20)
    panel = room.window.panels["pressure"]
    assert isinstance(panel, PressurePanel)
    return panel


def span(panel: PressurePanel) -> float:
    left, right = panel.chart.price.box.viewRange()[0]
    return float(right - left)


def point(panel: PressurePanel, share: float) -> QPoint:
    box = panel.chart.price.box
    left, right = box.viewRange()[0]
    low, high = box.viewRange()[1]
    at = box.mapViewToScene(QPointF(left + share * (right - left), (low + high) / 2))
    return panel.chart.mapFromScene(at)  # type: ignore[no-any-return]


def test_the_bars_drawn_are_the_bars_received(room: Room) -> None:
    panel = panel_of(room)
    columns = panel.model.bars(NQ)
    assert columns is not None
    wide = panel.chart.wide
    assert wide is not None
    first = int(wide.start[0])
    inside = columns.between(first, 2**62)
    assert wide.delta.sum() == (inside.bought - inside.sold).sum()
    assert sum(panel.chart.bars.counts()) == len(wide)
    up, down, hollow_up, hollow_down = panel.chart.bars.counts()
    assert up + hollow_up == int((wide.delta >= 0).sum())
    assert down + hollow_down == int((wide.delta < 0).sum())


def test_signed_bars_paint_up_and_down_in_their_colours(room: Room) -> None:
    panel = panel_of(room)
    picture = panel.chart.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())
    }
    assert {room.window.desk.colours.up, room.window.desk.colours.down} <= colours
    assert room.window.desk.colours.price in colours


def test_the_fast_rectangles_of_the_chart_library_still_work(room: Room) -> None:
    bars = SignedBars("#00ff00", "#ff0000")
    x, y = np.arange(4.0), np.array([3.0, -2.0, 1.0, -1.0])
    bars.set_columns(x, y, 0.8, np.array([True, True, False, False]))
    assert bars.counts() == (1, 1, 1, 1)
    bounds = bars.boundingRect()
    assert bounds.top() == -2.0
    assert bounds.bottom() == 3.0
    bars.set_columns(np.zeros(0), np.zeros(0), 0.8, np.zeros(0, np.bool_))
    assert bars.counts() == (0, 0, 0, 0)


def test_a_click_on_a_span_or_a_width_changes_the_chart(room: Room) -> None:
    panel = panel_of(room)
    assert round(span(panel)) == 3600
    click(panel.controls.spans.findChildren(type(panel.controls.cvd))[0])
    room.frames(2)
    assert round(span(panel)) == 900
    room.press(Qt.Key.Key_BracketRight)
    room.frames(2)
    assert panel.chart.wide_s == 300


def test_a_width_too_narrow_for_the_screen_is_widened_and_said(room: Room) -> None:
    panel = panel_of(room)
    panel.controls.widths.press_value("5")
    panel.controls.spans.press_value("14400")
    room.frames()
    assert panel.chart.wide_s > 5
    assert "too narrow" in panel.chart.legends[1].text


def test_the_wheel_zooms_and_a_double_click_goes_back(room: Room) -> None:
    panel = panel_of(room)
    at = point(panel, 0.5)
    view = panel.chart.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    room.frames(2)
    assert span(panel) < 3000
    assert panel.span.following
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    room.frames(2)
    assert round(span(panel)) == 3600


def test_dragging_looks_back_and_f_follows_again(room: Room) -> None:
    panel = panel_of(room)
    view = panel.chart.viewport()
    start, end = point(panel, 0.4), point(panel, 0.7)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(view, start + (end - start) * step / 5)
        QTest.qWait(15)  # the plot takes at most a hundred moves a second and drops the others
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    room.frames(2)
    assert (panel.span.following, panel.controls.follow.isChecked()) == (False, False)
    room.press(Qt.Key.Key_F)
    room.frames(2)
    assert (panel.span.following, panel.controls.follow.isChecked()) == (True, True)


def test_the_crosshair_reads_the_bar_under_it(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    QTest.mouseMove(panel.chart.viewport(), point(panel, 0.7))
    QApplication.processEvents()
    words = panel.readout_text()
    assert " CT · " in words
    assert " ET" in words
    assert "Δ " in words
    assert panel.chart.price.upright.isVisible()
    assert room.window.shot(shots / "crosshair.png")


def test_a_gap_breaks_the_line_and_is_hatched(room: Room) -> None:
    panel = panel_of(room)
    before = panel.chart.price_line.segments()
    now = room.clock.now()
    start, end = Ns(now - 600 * SECOND), Ns(now - 540 * SECOND)
    room.feed.put(GapChanged(DATABENTO, Channel.NQ_TRADES, start, end, False, "cut"))
    room.frames()
    assert panel.chart.price_line.segments() == before + 1
    (band,) = panel.chart.gap_bands.bands
    assert band.hatched
    assert band.left == start / SECOND
    assert panel.title_bar.hint_text().endswith("gap, filling")


def test_a_source_switch_draws_a_line_with_its_name(room: Room) -> None:
    panel = panel_of(room)
    at = Ns(room.clock.now() - 300 * SECOND)
    room.feed.put(RouteSwitched(Channel.NQ_TRADES, DATABENTO, TRADOVATE, "auto", "stale", at))
    room.frames()
    assert [line.label.format for line in panel.chart.switch_lines] == ["tradovate"]


def test_the_third_pane_shows_the_running_delta(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    room.press(Qt.Key.Key_D)
    room.frames()
    assert panel.chart.cvd_line.segments() >= 1
    assert panel.chart.legends[2].isVisible()
    assert panel.chart.legends[2].text.startswith("CVD since ")
    assert room.window.shot(shots / "cvd.png")


def test_pressure_instead_of_contracts_is_bounded_by_one(room: Room) -> None:
    panel = panel_of(room)
    panel.controls.reads.press_value("True")
    room.frames()
    low, high = panel.chart.delta.box.viewRange()[1]
    assert low < -1.0 < 1.0 < high
    assert panel.chart.legends[1].text.startswith("Pressure / ")


def test_the_tag_shows_the_last_price_and_goes_grey_when_it_is_stale(room: Room) -> None:
    panel = panel_of(room)
    room.feed.step(0.1)
    room.frames()
    assert panel.chart.tag.text == room.window.header.figures()[0].value
    room.feed.stale(20)
    room.frames()
    picture: QImage = panel.chart.tag.grab().toImage()
    assert picture.pixelColor(4, 8) == QColor(room.window.desk.colours.idle)


def test_sessions_are_shaded_when_the_chart_reaches_into_the_night(room: Room) -> None:
    panel = panel_of(room)
    panel.controls.spans.press_value("14400")
    room.frames()
    assert len(panel.chart.shading.bands) == 1
    assert (
        panel.chart.shading.bands[0].right
        == room.window.desk.calendar.rth(  # type: ignore[index]
            room.window.desk.calendar.trading_day(room.clock.now())
        )[0]
        / SECOND
    )


def test_legends_say_formula_unit_and_reset(room: Room) -> None:
    panel = panel_of(room)
    for legend in panel.chart.legends[:2]:
        assert "reset" in legend.toolTip()
        assert "=" in legend.toolTip()
    assert "estimate" in panel.chart.legends[0].toolTip()
