"""The price and pressure chart, used with mouse and keyboard."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.contract import Future
from app.domain.market_state import MarketState, SaidBy, SessionMoment
from app.domain.routing import Channel
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.domain.updates import (
    BarChanged,
    GapChanged,
    MarketChanged,
    Mode,
    RollChanged,
    RouteSwitched,
)
from app.ui.panels.pressure.looks import Style
from app.ui.panels.pressure.view import PressurePanel
from tests.ui.conftest import Room, click
from tests.ui.feed import DATABENTO, NQ, TODAY, TRADOVATE, origin


def panel_of(room: Room, minutes: int = 30) -> PressurePanel:
    room.open_market(Mode.LIVE, minutes=minutes)
    room.frames(20)
    panel = room.window.panels["pressure"]
    assert isinstance(panel, PressurePanel)
    return panel


def span(panel: PressurePanel) -> float:
    return panel.chart.right - panel.chart.left


def point(panel: PressurePanel, share: float, height: float = 0.5) -> QPoint:
    view = panel.chart.view(panel.chart.pane("price"))
    x = view.x0 + share * (view.x1 - view.x0)
    return QPointF(x, view.y0 + height * (view.y1 - view.y0)).toPoint()


def drag(panel: PressurePanel, begin: QPoint, end: QPoint, held: Qt.KeyboardModifier) -> None:
    QTest.mousePress(panel.chart, Qt.MouseButton.LeftButton, held, begin)
    for step in range(1, 6):
        QTest.mouseMove(panel.chart, begin + (end - begin) * step / 5)
    QTest.mouseRelease(panel.chart, Qt.MouseButton.LeftButton, held, end)
    QApplication.processEvents()


def action(panel: PressurePanel, words: str) -> QAction:
    return next(one for one in panel.actions() if one.text() == words)


def choose(room: Room, panel: PressurePanel, flag: str, value: bool = True) -> None:
    panel.apply_looks(panel.looks.with_flag(flag, value))
    room.frames()


def is_opened(panel: PressurePanel) -> bool:
    return panel.chart.opened.shown


def is_dashed(panel: PressurePanel) -> bool:
    return panel.chart.cvd_line.dashed


def test_the_bars_drawn_are_the_bars_received(room: Room) -> None:
    panel = panel_of(room)
    columns = panel.model.bars(NQ)
    wide = panel.drawing.wide
    assert columns is not None
    assert wide is not None
    bars = wide.candles
    inside = columns.between(int(bars.start[0]), 2**62)
    assert bars.delta.sum() == (inside.bought - inside.sold).sum()
    assert sum(panel.chart.bars.counts()) == len(bars)
    up, down, hollow_up, hollow_down = panel.chart.bars.counts()
    assert up + hollow_up == int((bars.delta >= 0).sum())
    assert down + hollow_down == int((bars.delta < 0).sum())


def test_buyers_and_sellers_are_painted_in_their_colours(room: Room) -> None:
    panel = panel_of(room)
    picture = panel.chart.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())
    }
    assert {room.window.desk.colours.up, room.window.desk.colours.down} <= colours


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


def test_a_gap_breaks_the_line_and_is_hatched(room: Room) -> None:
    panel = panel_of(room)
    before = panel.chart.price_line.pieces()
    now = room.clock.now()
    start, end = Ns(now - 600 * SECOND), Ns(now - 540 * SECOND)
    gap = GapChanged(DATABENTO, Channel.NQ_TRADES, start, end, False, "cut")
    room.feed.put(gap)
    room.frames()
    assert panel.chart.price_line.pieces() == before + 1
    (band,) = panel.chart.gap_bands["price"].bands
    assert (band.hatched, band.left) == (True, start / SECOND)
    assert band.words == "gap 1 m 00 s · filling…"
    assert panel.title_bar.hint_text().endswith("gap, filling")
    room.feed.put(GapChanged(DATABENTO, Channel.NQ_TRADES, start, end, True, "cut"))
    room.frames()
    assert panel.chart.gap_bands["price"].bands == ()
    assert panel.chart.price_line.pieces() == before


def test_a_source_switch_draws_a_line_with_its_name(room: Room) -> None:
    panel = panel_of(room)
    at = Ns(room.clock.now() - 300 * SECOND)
    room.feed.put(RouteSwitched(Channel.NQ_TRADES, DATABENTO, TRADOVATE, "auto", "stale", at))
    room.frames()
    assert [line.words for line in panel.chart.uprights["cvd"].lines] == ["tradovate"]


def test_a_halt_is_marked_while_it_lasts_and_after(room: Room) -> None:
    panel = panel_of(room)
    now = room.clock.now()
    opened = SessionMoment(now, MarketState.RTH, TODAY, Ns(now + SECOND), MarketState.ETH, SaidBy.RULES, "")
    halted = SessionMoment(
        Ns(now - 60 * SECOND),
        MarketState.HALTED,
        TODAY,
        Ns(now + SECOND),
        MarketState.RTH,
        SaidBy.EXCHANGE,
        "",
    )
    room.feed.put(MarketChanged(halted))
    room.frames()
    room.feed.put(MarketChanged(opened))
    room.frames()
    (band,) = panel.chart.shading.bands
    assert (band.left, band.right) == (now / SECOND - 60, now / SECOND)
    assert band.words == "halted by the exchange"


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


def test_cumulative_delta_begins_where_the_user_wants(room: Room) -> None:
    panel = panel_of(room)
    columns = panel.model.bars(NQ)
    assert columns is not None
    whole = int((columns.all().bought - columns.all().sold).sum())
    assert panel.chart.cvd_line.values[-1] == whole
    action(panel, "Cumulative delta since: a click").trigger()
    click(panel.chart)
    room.frames()
    assert panel.clicked_anchor is not None
    after = columns.between(panel.clicked_anchor, 2**62)
    assert panel.chart.cvd_line.values[-1] == (after.bought - after.sold).sum()
    choose(room, panel, "cvd_candles")
    assert panel.chart.cvd_candles.close[-1] == (after.bought - after.sold).sum()
    assert (panel.chart.cvd_candles.high >= panel.chart.cvd_candles.close).all()


def test_average_bands_and_profile_are_those_of_the_trades(room: Room) -> None:
    panel = panel_of(room)
    minutes = panel.model.minutes[NQ].values()
    volume = sum(int((m.bought + m.sold + m.unknown).sum()) for m in minutes)
    money = sum(
        float(((m.bought + m.sold + m.unknown) * (m.low + m.tick * np.arange(len(m.bought)))).sum())
        for m in minutes
    )
    assert panel.chart.vwap.values[-1] == pytest.approx(money / volume / 1e9)
    low, high = panel.chart.sigmas.rows[0][-1], panel.chart.sigmas.rows[3][-1]
    assert (low + high) / 2 == pytest.approx(panel.chart.vwap.values[-1])
    profile = panel.chart.profile
    assert (profile.bought + profile.sold + profile.unknown).sum() == volume
    assert profile.poc is not None
    assert profile.area is not None
    assert profile.area[0] <= profile.poc < profile.area[1]


def test_candles_bars_of_trades_and_footprint_are_drawn(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    panel.recall({"style": Style.CANDLES.value, "bar": "100 trades"})
    room.frames()
    wide = panel.drawing.wide
    assert wide is not None
    assert wide.counted
    assert set(wide.candles.trades[1:-1].tolist()) == {100}
    assert panel.chart.legends["delta"].text.startswith("Volume delta / 100 trades")
    panel.recall({"style": Style.FOOTPRINT.value, "bar": "1 min", "span": "900"})
    room.frames()
    assert is_opened(panel)
    bar = panel.chart.opened.bars[-2]
    there = panel.drawing.wide
    assert there is not None
    at = int(np.searchsorted(there.candles.start, int(bar.left * SECOND)))
    assert bar.volume.sum() == there.candles.volume[at]
    assert "rows of " in panel.chart.legends["price"].text
    assert room.window.shot(shots / "footprint.png")
    panel.recall({"span": "86400"})
    room.frames()
    assert not is_opened(panel)
    assert "zoom in" in panel.chart.legends["price"].text


def test_large_prints_are_bubbles_from_the_threshold_on(room: Room) -> None:
    panel = panel_of(room)
    threshold = panel.model.large_from[NQ]
    assert len(panel.chart.bubbles.sizes)
    assert panel.chart.bubbles.sizes.min() >= threshold.size
    assert f"prints ≥ {threshold.size}" in panel.chart.legends["price"].text


def test_cumulative_delta_by_size_adds_up_to_the_whole(room: Room) -> None:
    panel = panel_of(room)
    choose(room, panel, "cvd_sizes")
    parts = sum(float(curve.values[-1]) for curve in panel.chart.sized)
    assert parts == panel.chart.cvd_line.values[-1]
    assert "20 and more" in panel.chart.legends["cvd"].text


def test_sweeps_are_arrows_and_order_flow_has_bars_when_wanted(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    choose(room, panel, "sweeps")
    choose(room, panel, "ofi")
    swept = panel.model.sweeps[NQ].all()
    assert len(swept)
    assert set(panel.chart.sweeps.sides.tolist()) <= {1.0, -1.0}
    assert len(panel.chart.sweeps.times) == min(len(swept), panel.chart.data_px // 12)
    quotes = panel.model.quotes[NQ].between(int(panel.chart.left * SECOND), 2**62)
    assert panel.chart.order_flow.values.sum() == quotes.flow.sum()
    assert "explains" in panel.chart.legends["ofi"].toolTip()
    assert room.window.shot(shots / "sweeps.png")


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


def test_pressure_instead_of_contracts_is_bounded_by_one(room: Room) -> None:
    panel = panel_of(room)
    choose(room, panel, "bar_pressure")
    pane = panel.chart.pane("delta")
    assert pane.low < -1.0 < 1.0 < pane.high
    assert panel.chart.legends["delta"].text.startswith("Pressure / ")


def test_figures_beside_the_panes_say_value_words_and_what_has_no_side(room: Room) -> None:
    panel = panel_of(room)
    captions = [row.caption for row in panel.chart.figures["pressure"].rows]
    assert captions == ["5 m", "30 s", "5 s"]
    assert all(row.words for row in panel.chart.figures["pressure"].rows)
    assert "no side" in panel.chart.legends["pressure"].text
    for name in ("delta", "cvd"):
        assert [row.caption for row in panel.chart.figures[name].rows][-1] == "no side"


def test_the_tag_shows_the_last_price_and_goes_grey_when_it_is_stale(room: Room) -> None:
    panel = panel_of(room)
    room.feed.step(0.1)
    room.frames()
    last = panel.chart.overlay.last
    assert last is not None
    assert last.text == room.window.header.figures()[0].value
    room.feed.stale(20)
    room.frames()
    last = panel.chart.overlay.last
    assert last is not None
    assert QColor(last.colour) == QColor(room.window.desk.colours.idle)
    assert not panel.chart.price_line.fresh


def test_only_the_end_of_the_chart_is_painted_while_trades_come(room: Room) -> None:
    panel = panel_of(room)
    for _ in range(4):  # until the scale of the newest bars has settled
        room.feed.step(0.05)
        room.frames(20)
    before = panel.chart.painted_all
    for _ in range(12):
        room.feed.step(0.01, trades=1)
        room.frames(1)
    assert panel.chart.painted_all - before <= 2


def test_sessions_are_shaded_when_the_chart_reaches_into_the_night(room: Room) -> None:
    panel = panel_of(room)
    panel.recall({"span": "14400"})
    room.frames()
    (band,) = panel.chart.shading.bands
    calendar = room.window.desk.calendar
    regular = calendar.rth(calendar.trading_day(room.clock.now()))
    assert regular is not None
    assert band.right == regular[0] / SECOND


def test_inferred_sides_are_said_and_drawn_dashed(room: Room) -> None:
    panel = panel_of(room)
    assert not is_dashed(panel)
    bar = room.feed.bar
    assert bar is not None
    room.feed.put(BarChanged(bar, SideQuality.INFERRED, origin(bar.start)))
    room.frames()
    assert is_dashed(panel)
    assert "inferred" in panel.chart.legends["delta"].text


def test_every_legend_says_formula_unit_and_reset(room: Room) -> None:
    panel = panel_of(room)
    for flag in ("quotes", "ofi", "volume"):
        choose(room, panel, flag)
    for legend in panel.chart.legends.values():
        assert "=" in legend.toolTip()
        assert "reset" in legend.toolTip()
        assert "·" in legend.toolTip()


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
