"""What the chart says around its series: gaps, switches, sessions, freshness, legends, figures."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.domain.market_state import MarketState, SaidBy, SessionMoment
from app.domain.routing import Channel
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns
from app.domain.updates import (
    BarChanged,
    GapChanged,
    MarketChanged,
    Mode,
    RouteSwitched,
)
from app.ui.panels.pressure.looks import OVERLAYS, Style
from app.ui.panels.pressure.view import PressurePanel
from tests.ui.conftest import Room
from tests.ui.feed import DATABENTO, TODAY, TRADOVATE, origin
from tests.ui.panels.chart import action, choose, panel_of


def is_dashed(panel: PressurePanel) -> bool:
    return panel.chart.cvd_line.dashed


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
    room.feed.put(GapChanged(DATABENTO, Channel.NQ_TRADES, start, end, False, "cut", lost=True))
    room.frames()
    (band,) = panel.chart.gap_bands["price"].bands
    assert band.words == "gap 1 m 00 s · lost for good"
    assert "filling" not in panel.title_bar.hint_text()
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


def test_figures_beside_the_panes_say_value_words_and_what_has_no_side(room: Room) -> None:
    panel = panel_of(room)
    captions = [row.caption for row in panel.chart.figures["pressure"].rows]
    assert captions == ["5 m", "30 s", "5 s"]
    assert all(row.words for row in panel.chart.figures["pressure"].rows)
    assert "no side" in panel.chart.legends["pressure"].text
    for name in ("delta", "cvd"):
        assert [row.caption for row in panel.chart.figures[name].rows][-1] == "no side"


def test_of_an_earlier_stretch_the_figures_do_not_claim_to_be_of_now(room: Room) -> None:
    panel = panel_of(room)

    def captions() -> list[str]:
        return [panel.chart.figures[name].rows[0].caption for name in ("delta", "cvd", "volume")]

    assert captions() == ["this bar", "now", "this bar"]
    action(panel, "Chart: earlier").trigger()
    room.frames(20)
    assert captions() == ["last shown"] * 3


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


def test_another_sources_sides_say_nothing_of_the_contract_on_screen(room: Room) -> None:
    panel = panel_of(room)
    bar = room.feed.bar
    assert bar is not None
    elsewhere = replace(bar, instrument=7_000_001)
    room.feed.put(BarChanged(elsewhere, SideQuality.INFERRED, origin(bar.start, TRADOVATE)))
    room.frames()
    assert not is_dashed(panel)
    assert "inferred" not in panel.chart.legends["delta"].text


def test_every_legend_says_formula_unit_and_reset(room: Room) -> None:
    panel = panel_of(room)
    for flag in ("quotes", "ofi", "volume"):
        choose(room, panel, flag)
    for legend in panel.chart.legends.values():
        assert "=" in legend.toolTip()
        assert "reset" in legend.toolTip()
        assert "·" in legend.toolTip()


def test_whatever_is_shown_on_the_price_is_named_with_unit_and_reset(room: Room) -> None:
    panel = panel_of(room)
    names = panel.chart.legends["price"]
    named = {
        "bbo": "bid to ask", "vwap": "VWAP", "sma": "SMA 20", "ema": "EMA 50", "bollinger": "Bollinger",
        "poc_line": "POC", "naked": "naked POC", "prints": "prints ≥", "sweeps": "sweeps",
        "absorption": "absorbed", "microprice": "microprice",
    }  # fmt: skip
    assert named.keys() == {name for name, _ in OVERLAYS} - {"sides", "profile"}
    for flag in named:
        choose(room, panel, flag, False)
    for flag, name in named.items():
        room.frames(20)
        assert name not in names.text
        choose(room, panel, flag)
        room.frames(20)
        assert name in names.text
        assert "reset" in names.toolTip().partition("\n")[2]
        assert "index points" in names.toolTip() or "contracts" in names.toolTip()
        choose(room, panel, flag, False)


@pytest.mark.parametrize("style", [Style.LINE, Style.CANDLES])
def test_a_chart_painted_piece_by_piece_is_the_one_painted_at_once(room: Room, style: Style) -> None:
    panel = panel_of(room)
    panel.apply_looks(panel.looks.with_value("style", style).with_flag("cvd_candles", style is Style.CANDLES))
    for flag in ("volume", "quotes", "ofi", "poc_line", "sma"):
        panel.apply_looks(panel.looks.with_flag(flag, True))
    room.frames(20)
    for step in range(60):  # time goes on by more than a pixel
        room.feed.step(0.3, trades=step % 4)
        room.frames(2)
    pieces, paints = pixels(panel), panel.chart.painted_all
    panel.chart.redraw()
    panel.chart.flush()
    QApplication.processEvents()
    assert panel.chart.painted_all == paints + 1
    other = np.abs(pieces - pixels(panel)).max(axis=2) > 40
    # at the left edge a line that began outside of it may be cut
    assert other[:, 8:].sum() < other.size / 2000


def pixels(panel: PressurePanel) -> NDArray[np.int64]:
    picture = panel.chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(picture.constBits(), np.uint8).astype(np.int64)
    return flat.reshape(picture.height(), picture.width(), 4)[:, :, :3]


def test_of_a_replayed_tape_nothing_is_called_live(room: Room) -> None:
    room.open_market(Mode.REPLAY)
    room.frames(20)
    panel = room.window.panels["pressure"]
    assert panel.title_bar.hint_text().endswith("TICK · played")
