"""The price and pressure chart, used with mouse and keyboard; what is taken along of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.contract import Future
from app.domain.routing import Channel
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.domain.updates import (
    BarChanged,
    GapChanged,
    RollChanged,
)
from tests.ui.conftest import Room, click
from tests.ui.feed import DATABENTO, NQ, origin
from tests.ui.panels.chart import action, choose, drag, panel_of, point, span


def test_a_click_on_a_span_or_a_key_for_bars_changes_the_chart(room: Room) -> None:
    panel = panel_of(room)
    assert round(span(panel)) == 3600
    click(panel.controls.spans.findChildren(type(panel.controls.follow))[0])
    room.frames(2)
    assert round(span(panel)) == 900
    room.press(Qt.Key.Key_BracketRight)
    room.frames(2)
    assert panel.drawing.bar_s == 300


def test_a_width_too_narrow_for_the_screen_is_widened_and_said(room: Room) -> None:
    panel = panel_of(room)
    panel.recall({"bar": "5 s", "span": "14400"})
    room.frames()
    assert panel.drawing.bar_s > 5
    assert "too narrow" in panel.chart.legends["delta"].text


def test_the_wheel_zooms_and_a_double_click_goes_back(room: Room) -> None:
    panel = panel_of(room)
    at = point(panel, 0.5)
    event = QWheelEvent(
        QPointF(at), QPointF(panel.chart.mapToGlobal(at)), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.chart, event)
    room.frames(2)
    assert span(panel) < 3000
    assert panel.span.following
    QTest.mouseDClick(panel.chart, Qt.MouseButton.LeftButton, pos=at)
    room.frames(2)
    assert round(span(panel)) == 3600


def test_candles_come_with_their_volume_at_seven_to_three(room: Room) -> None:
    panel = panel_of(room)
    action(panel, "Chart: price as candles").trigger()
    for flag in ("pressure", "delta", "cvd"):
        choose(room, panel, flag, False)
    price, volume = (panel.chart.pane(name) for name in ("price", "volume"))
    assert [pane.name for pane in panel.chart.panes] == ["price", "volume"]
    assert (price.bottom - price.top) / (volume.bottom - volume.top) == pytest.approx(7 / 3, rel=0.02)
    choose(room, panel, "volume", False)
    assert [pane.name for pane in panel.chart.panes] == ["price"]


def test_a_button_and_the_menu_go_back_to_the_newest_trade_and_the_chosen_span(room: Room) -> None:
    panel = panel_of(room)
    offered = [one.text() for one in panel.controls.menu.actions()]
    assert offered[:2] == ["Price as", "Chart: reset to the newest trade and the chosen span"]
    action(panel, "Chart: earlier").trigger()
    action(panel, "Chart: zoom in").trigger()
    room.frames(2)
    assert (panel.span.following, round(span(panel))) == (False, 2520)
    panel.controls.reset.click()
    room.frames(2)
    assert (panel.span.following, round(span(panel))) == (True, 3600)


def test_dragging_looks_back_and_f_follows_again(room: Room) -> None:
    panel = panel_of(room)
    drag(panel, point(panel, 0.4), point(panel, 0.7), Qt.KeyboardModifier.NoModifier)
    room.frames(2)
    assert (panel.span.following, panel.controls.follow.isChecked()) == (False, False)
    room.press(Qt.Key.Key_F)
    room.frames(2)
    assert (panel.span.following, panel.controls.follow.isChecked()) == (True, True)


def test_keys_zoom_and_pan_while_the_chart_has_the_focus(room: Room) -> None:
    panel = panel_of(room)
    panel.chart.setFocus()
    QTest.keyClick(panel.chart, Qt.Key.Key_Plus)
    room.frames(2)
    assert span(panel) == pytest.approx(3600 * 0.7, rel=0.01)
    right = panel.chart.right
    QTest.keyClick(panel.chart, Qt.Key.Key_Left)
    room.frames(2)
    assert panel.chart.right < right - 300
    QTest.keyClick(panel.chart, Qt.Key.Key_End)
    room.frames(2)
    assert panel.span.following


def test_the_crosshair_reads_the_bar_under_it_in_all_panes(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    QTest.mouseMove(panel.chart, point(panel, 0.7))
    QApplication.processEvents()
    words = panel.readout_text()
    for part in (" CT · ", " ET", "O ", "Δ ", "P ", "CVD ", "spread 0.50", "databento · TICK"):
        assert part in words
    cross, wide = panel.chart.overlay.cross, panel.drawing.wide
    assert cross is not None
    assert wide is not None
    assert (cross.at - 30) * SECOND in wide.candles.start
    assert cross.clock.endswith(":00 CT")
    assert room.window.shot(shots / "crosshair.png")
    QTest.mouseMove(panel.chart, QPoint(panel.chart.width() - 5, 40))
    QApplication.processEvents()
    assert panel.chart.overlay.cross is None
    assert "shown" in panel.readout_text()


def test_under_a_mouse_that_rests_the_crosshair_reads_what_comes_there(room: Room) -> None:
    panel = panel_of(room)
    at = point(panel, 0.9)
    QTest.mouseMove(panel.chart, at)
    room.frames(2)
    before = panel.chart.overlay.cross
    action(panel, "Chart: last 15 minutes").trigger()
    room.frames(20)
    view, cross = panel.chart.view(panel.chart.pane("price")), panel.chart.overlay.cross
    assert before is not None
    assert cross is not None
    assert cross.clock != before.clock
    assert cross.at - 30 <= view.seconds(at.x()) <= cross.at + 30
    assert cross.text == f"{round(view.value(at.y()) * 4) / 4:,.2f}"


def test_a_range_is_measured_with_shift(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    drag(panel, point(panel, 0.6, 0.7), point(panel, 0.8, 0.3), Qt.KeyboardModifier.ShiftModifier)
    measure = panel.chart.overlay.measure
    assert measure is not None
    assert measure.lines[0].startswith("+")
    assert " points · " in measure.lines[0]
    assert "volume" in measure.lines[2]
    assert panel.span.following
    assert room.window.shot(shots / "measure.png")
    click(panel.chart)
    assert panel.chart.overlay.measure is None


def test_panes_are_shown_and_hidden_by_key_and_menu_and_come_back(room: Room) -> None:
    panel = panel_of(room)
    assert [pane.name for pane in panel.chart.panes] == ["price", "pressure", "delta", "cvd"]
    room.press(Qt.Key.Key_D)
    room.press(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    action(panel, "Chart: Quote pressure").trigger()
    room.frames()
    assert [pane.name for pane in panel.chart.panes] == ["price", "pressure", "quotes", "delta", "volume"]
    assert panel.chart.legends["cvd"].isHidden()
    kept = panel.remember()
    choose(room, panel, "volume", False)
    panel.recall(kept)
    assert [pane.name for pane in panel.chart.panes] == ["price", "pressure", "quotes", "delta", "volume"]


def test_a_bar_that_a_late_trade_changed_says_so_under_the_crosshair(room: Room) -> None:
    panel = panel_of(room)
    wide = panel.drawing.wide
    bar = room.feed.bar
    assert wide is not None
    assert bar is not None
    late = replace(bar, start=Ns(int(wide.candles.start[-4])), closed=True, revised=True)
    room.feed.put(BarChanged(late, SideQuality.EXCHANGE, origin(bar.start)))
    room.frames()
    view = panel.chart.view(panel.chart.pane("price"))
    x = view.x(float(wide.candles.start[-4]) / SECOND + 30)
    QTest.mouseMove(panel.chart, QPoint(int(x), 60))
    QApplication.processEvents()
    assert "revised by late trades" in panel.readout_text()


def test_the_roll_is_offered_and_asked_for_with_a_click(room: Room) -> None:
    panel = panel_of(room)
    front, following = Future(2026, 12), Future(2027, 3)
    room.feed.put(RollChanged(front, following, 0.61, 0.39, 4, False, front))
    room.frames()
    assert panel.texts.roll_bar.text == "NQZ26 → NQH27: volume 61/39 · 4 days left"
    room.commands.answer = "Charting NQH27."
    click(panel.texts.roll_bar.button)
    assert room.commands.asked[-1] == ("follow_future", following)
    room.feed.put(RollChanged(front, following, 0.61, 0.39, 4, False, following))
    room.frames()
    assert panel.texts.roll_bar.isHidden()
    assert room.window.watch.future == following
    room.window.watch.pick(NQ)
    room.frames()
    assert panel.chart.uprights["price"].lines[-1].words == "NQZ26 → NQH27"


def test_the_bars_taken_along_say_where_they_come_from(room: Room) -> None:
    panel = panel_of(room)
    start, end = Ns(room.clock.now() - 600 * SECOND), Ns(room.clock.now() - 540 * SECOND)
    room.feed.put(GapChanged(DATABENTO, Channel.NQ_TRADES, start, end, False, "cut"))
    room.frames()
    action(panel, "Chart: Copy bars").trigger()
    said = QGuiApplication.clipboard().text()
    for fact in ("# contract: NQZ26", "# mode: LIVE", "# source: databento", "# fidelity: TICK", "# gap: "):
        assert fact in said
    wide = panel.drawing.wide
    assert wide is not None
    rows = [line for line in said.splitlines() if not line.startswith("#")]
    assert len(rows) == 1 + len(wide)
    panel.takeaway.save_bars("bars.csv")
    name, table, target = room.commands.asked[-1]
    assert (name, target, table.rows) == ("export_table", "bars.csv", len(wide))


def test_the_picture_taken_along_carries_its_provenance(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    picture = panel.takeaway.picture()
    assert picture.height() > panel.chart.height()
    target = shots / "chart.png"
    panel.takeaway.save_picture(str(target))
    assert target.stat().st_size > 10_000
    panel.takeaway.save_picture("/nowhere/at/all.png")
    assert "could not be written" in room.window.notices.sentences()[0]


def test_nothing_of_one_contract_stays_on_the_chart_of_another(room: Room) -> None:
    panel = panel_of(room)
    (other,) = (number for number, _ in room.window.watch.futures() if number != NQ)
    bar = room.feed.bar
    assert bar is not None
    strange = px(9_000)
    room.feed.put(
        BarChanged(
            type(bar)(other, bar.start, 1, 2, 1, 0, 3, strange, strange, strange, strange),
            SideQuality.EXCHANGE, origin(bar.start),
        )
    )  # fmt: skip
    room.window.watch.pick(other)
    room.frames()
    assert panel.chart.price_line.high.max() == 9_000
    assert len(panel.chart.vwap.values) == len(panel.chart.bubbles.sizes) == 0
    assert len(panel.chart.profile.bought) == 0
    assert panel.chart.cvd_line.values[-1] == 1
