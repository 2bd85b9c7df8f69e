"""The series of the chart are those of the trades: bars, delta, average, profile, prints, footprint."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.absorption import Absorption
from app.domain.ticks import BUY, SELL, SideQuality
from app.domain.units import POINT, SECOND, Ns, iso, px
from app.domain.updates import AbsorptionChanged
from app.ui.format import CT
from app.ui.panels.pressure.looks import Style
from app.ui.panels.pressure.view import PressurePanel
from app.ui.panels.pressure.words import cvd_legend
from tests.ui.conftest import Room, click
from tests.ui.feed import NQ, OPENING, origin
from tests.ui.flow import LARGE
from tests.ui.panels.chart import action, choose, panel_of, point


def is_opened(panel: PressurePanel) -> bool:
    return panel.chart.opened.shown


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


def test_before_its_anchor_there_is_no_cumulative_delta(room: Room) -> None:
    panel = panel_of(room)
    action(panel, "Cumulative delta since: a click").trigger()
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, pos=point(panel, 0.8))
    room.frames(20)
    anchor = panel.clicked_anchor
    assert anchor is not None
    x = panel.chart.view(panel.chart.pane("price")).x(anchor / SECOND)
    for aside, is_there in ((-100, False), (100, True)):
        QTest.mouseMove(panel.chart, QPoint(round(x) + aside, 60))
        QApplication.processEvents()
        assert ("CVD —" not in panel.readout_text()) is is_there
    table = panel.takeaway.table()
    assert table is not None
    sums = next(column.values for column in table.columns if column.name == "cumulative_delta")
    ends = next(column.values for column in table.columns if column.name == "end_utc")
    assert [value is None for value in sums] == [end <= iso(anchor) for end in map(str, ends)]
    assert None in sums
    assert sums[-1] == panel.chart.cvd_line.values[-1]


def test_what_has_not_begun_yet_says_so() -> None:
    (name,), tip = cvd_legend(None, "08:30 CT", True, 0, SideQuality.EXCHANGE, CT)
    assert name.name == "CVD from 08:30 CT on: not yet"
    assert "reset at: 08:30 CT" in tip
    (name,), _ = cvd_legend(OPENING, "session open", False, 2, SideQuality.EXCHANGE, CT)
    assert name.name.endswith("(2 gaps)")


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
    changed = replace(room.window.desk.settings, chart_small=2, chart_large=3)
    assert room.window.settings_changed(changed)
    room.frames(20)
    assert "2 and less  3 and more" in panel.chart.legends["cvd"].text
    shown = [curve for curve in panel.chart.sized if curve.shown]
    assert len(shown) == 2
    assert sum(float(curve.values[-1]) for curve in shown) == panel.chart.cvd_line.values[-1]


def test_what_was_absorbed_is_bracketed_at_its_price_from_the_large_size_on(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    choose(room, panel, "absorption")
    now, price = room.clock.now(), px(21_500)
    for began, size, side in ((10, LARGE, BUY), (20, LARGE - 1, SELL), (30, 3 * LARGE, SELL)):
        at = Ns(now - began * SECOND)
        held = Absorption(NQ, side, price, at, at, size, 3)
        room.feed.put(AbsorptionChanged(held, origin(at)))
    room.frames(20)
    large = [one for one in panel.model.absorbed[NQ].all().size.tolist() if one >= LARGE]
    assert len(panel.chart.absorbed.times) == len(large) >= 2
    assert {1.0, -1.0} <= set(panel.chart.absorbed.sides.tolist())
    assert 21_500.0 in panel.chart.absorbed.values
    assert f"absorbed ≥ {LARGE}" in panel.chart.legends["price"].text
    assert room.window.shot(shots / "absorbed.png")


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


def test_pressure_instead_of_contracts_is_bounded_by_one(room: Room) -> None:
    panel = panel_of(room)
    choose(room, panel, "bar_pressure")
    pane = panel.chart.pane("delta")
    assert pane.low < -1.0 < 1.0 < pane.high
    assert panel.chart.legends["delta"].text.startswith("Pressure / ")


def test_averages_bands_and_naked_pocs_lie_over_the_price(room: Room, shots: Path) -> None:
    panel = panel_of(room, minutes=90)
    for flag in ("sma", "ema", "bollinger", "naked"):
        choose(room, panel, flag)
    wide = panel.drawing.wide
    assert wide is not None
    closes = wide.candles.close[-20:] / POINT
    assert panel.chart.sma[0].values[-1] == pytest.approx(closes.mean())
    low, high = (curve.values[-1] for curve in panel.chart.bollinger)
    assert (low + high) / 2 == pytest.approx(closes.mean())
    assert np.isfinite(panel.chart.ema[1].values[-1])
    rows = panel.chart.naked
    assert len(rows.times)
    for begin, level in zip(rows.times.tolist(), rows.values.tolist(), strict=True):
        later = wide.between(int(begin * SECOND), 2**62).candles
        inside = (later.low / POINT < level + 0.5) & (later.high / POINT >= level - 0.5)
        assert not (inside & (later.low / POINT >= level - 0.5) & (later.high / POINT < level + 0.5)).any()
    for word in ("SMA 20", "EMA 50", "Bollinger 20", "naked POC"):
        assert word in panel.chart.legends["price"].text
    assert room.window.shot(shots / "overlays.png")
