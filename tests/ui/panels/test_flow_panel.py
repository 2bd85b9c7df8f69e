"""The windowed pressure table per strike."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.bars import PressureBar
from app.domain.contract import Contract, Right, Series
from app.domain.flow_window import FlowFilter, Significance
from app.domain.health import Freshness, SourceHealth
from app.domain.routing import TICK, Channel, Provenance, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.domain.updates import (
    BarChanged,
    CoverageChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    RouteChanged,
    Update,
)
from app.ui.application import make_application
from app.ui.format import CT
from app.ui.panels.flow.model import FlowModel
from app.ui.panels.flow.page import Kind, Order, Wish, hint_words, window_words
from app.ui.panels.flow.view import FlowPanel
from tests.ui.feed import channel
from tests.ui.panels.samples import NOW, Asked, desk

TICKS = SourceId("databento")
WINDOW = 300
START = Ns(NOW // (WINDOW * SECOND) * WINDOW * SECOND)
ALL = FlowFilter(0.0, 0, 0.0)
SERIES = Series("Q3D", 2026, 11)


def known(instrument: int, strike: float, right: Right = Right.CALL) -> InstrumentKnown:
    option = Contract(SERIES, px(strike), right)
    return InstrumentKnown(instrument, option.raw, None, option, None, origin())


def origin(source: SourceId = TICKS) -> Provenance:
    return Provenance(source, TICK, NOW, NOW, NOW, "s")


def bar(instrument: int, bought: int, sold: int, trades: int, start: Ns = START, *, unknown: int = 0,
        closed: bool = False, revised: bool = False, source: SourceId = TICKS) -> BarChanged:  # fmt: skip
    made = PressureBar(instrument, start, WINDOW, bought, sold, unknown, trades, *(px(12.5),) * 4,
                       closed=closed, revised=revised)  # fmt: skip
    return BarChanged(made, SideQuality.EXCHANGE, origin(source))


def live() -> HealthChanged:
    one = channel(TICKS, Channel.OPT_TRADES, freshness=Freshness.LIVE)
    return HealthChanged(SourceHealth(TICKS, "Databento", (one,)))


def model(*updates: Update) -> FlowModel:
    made = FlowModel()
    for update in (known(1, 25_000), known(2, 25_010, Right.PUT), known(3, 25_020), live(), *updates):
        made.apply(update, WINDOW)
    return made


def test_a_row_says_who_pressed_and_how_far_that_can_be_trusted() -> None:
    page = model(bar(1, 150, 30, 40, unknown=20)).page(Wish(admitted=ALL))
    (row,) = page.rows
    said = [cell.text for cell in row.cells]
    assert said == ["Q3DX6 C25000", "150", "30", "10%", "40", "5.0", "+0.67", "▲ BUY", "0.67", ""]
    assert page.is_open


def test_a_significant_row_is_marked_and_can_be_all_that_is_shown() -> None:
    made = model(bar(1, 190, 10, 40), bar(2, 60, 40, 40, revised=True))
    rows = made.page(Wish(admitted=ALL)).rows
    assert [row.cells[9].text for row in rows] == ["★ significant", "revised"]
    only = made.page(Wish(admitted=ALL, significant_only=True))
    assert [row.key for row in only.rows] == ["1"]
    assert only.hidden == 1


def test_the_filters_of_the_start_hold_back_what_says_little() -> None:
    made = model(bar(1, 190, 10, 40), bar(2, 20, 5, 40), bar(3, 52, 50, 60))
    page = made.page(Wish())
    assert [row.key for row in page.rows] == ["1"]
    assert page.hidden == 2


def test_without_a_side_there_is_no_pressure_rather_than_none_of_it() -> None:
    (row,) = model(bar(1, 0, 0, 5, unknown=80)).page(Wish(admitted=ALL)).rows
    assert [cell.text for cell in row.cells[3:9]] == ["100%", "5", "16.0", "—", "—", "—"]


@pytest.mark.parametrize(
    ("order", "upwards", "keys"),
    [
        (Order.BOUGHT, False, ["1", "3", "2"]),
        (Order.SOLD, False, ["2", "3", "1"]),
        (Order.CONTRACT, True, ["1", "2", "3"]),
        (Order.PRESSURE, True, ["2", "3", "1"]),
    ],
)
def test_rows_are_sorted_by_any_column(order: Order, upwards: bool, keys: list[str]) -> None:
    made = model(bar(1, 190, 10, 40), bar(2, 10, 190, 40), bar(3, 100, 100, 60))
    page = made.page(Wish(admitted=ALL, order=order, upwards=upwards))
    assert [row.key for row in page.rows] == keys


def test_windows_are_stepped_through_and_the_newest_is_followed() -> None:
    older = Ns(START - WINDOW * SECOND)
    made = model(bar(1, 5, 1, 3, older, closed=True), bar(1, 9, 1, 3))
    wish = Wish(admitted=ALL)
    assert window_words(made.page(wish), CT) == "10:30–10:35 CT · open"
    back = made.step(wish, 1)
    assert window_words(made.page(back), CT) == "10:25–10:30 CT · closed"
    assert made.step(back, 5) == back
    assert made.step(back, -1) == wish


def test_what_is_significant_is_judged_by_both_bounds_of_the_settings() -> None:
    made = model(bar(1, 190, 10, 40), bar(2, 70, 30, 40))
    loose = Significance(ratio=2.0, confidence=0.3)
    rows = made.page(Wish(admitted=ALL, mark=loose)).rows
    assert [row.cells[9].text for row in rows] == ["★ significant", "★ significant"]
    rows = made.page(Wish(admitted=ALL, mark=Significance(ratio=30.0, confidence=0.3))).rows
    assert [row.cells[9].text for row in rows] == ["", ""]


def test_a_window_of_which_trades_are_missing_says_so_until_they_are_filled_in() -> None:
    older = Ns(START - WINDOW * SECOND)
    made = model(bar(1, 5, 1, 3, older, closed=True), bar(1, 9, 1, 3))
    begin, end = Ns(START + 20 * SECOND), Ns(START + 30 * SECOND)

    def gap(end: Ns | None, *, filled: bool = False, lost: bool = False) -> GapChanged:
        return GapChanged(TICKS, Channel.OPT_TRADES, begin, end, filled, "cut", lost)

    wish = Wish(admitted=ALL)
    for missing in (gap(None), gap(end), gap(end, lost=True)):
        made.apply(missing, WINDOW)
        assert window_words(made.page(wish), CT) == "10:30–10:35 CT · open · gap in it"
        assert not made.page(made.step(wish, 1)).has_gap
        assert not made.page(Wish(kind=Kind.FUTURES)).has_gap
    made.apply(gap(end, filled=True), WINDOW)
    assert not made.page(wish).has_gap


def test_what_is_left_out_of_the_table_is_counted() -> None:
    made = model(bar(1, 190, 10, 40))
    page = made.page(Wish(admitted=ALL))
    assert hint_words(page, SideQuality.EXCHANGE, made.coverage) == "1 row · side: exchange"
    made.apply(CoverageChanged(TICKS, 11, 22, 730, 1_204, 5), WINDOW)
    made.apply(CoverageChanged(SourceId("other"), 1, 1, 1, 9, 9), WINDOW)
    words = hint_words(page, SideQuality.EXCHANGE, made.coverage)
    assert words.endswith(" · 1,204 spreads and strategies left out · 5 symbols unresolved")


def test_a_silent_feed_strikes_the_open_window_and_leaves_the_closed_ones() -> None:
    older = Ns(START - WINDOW * SECOND)
    made = model(bar(1, 5, 1, 3, older, closed=True), bar(1, 9, 1, 3))
    stale = channel(TICKS, Channel.OPT_TRADES, freshness=Freshness.STALE)
    made.apply(HealthChanged(SourceHealth(TICKS, "Databento", (stale,))), WINDOW)
    wish = Wish(admitted=ALL)
    assert made.page(wish).rows[0].cells[1].struck
    assert not made.page(made.step(wish, 1)).rows[0].cells[1].struck


def test_two_sources_never_share_a_table() -> None:
    other = SourceId("tradovate")
    made = model(bar(1, 190, 10, 40), bar(2, 190, 10, 40, source=other))
    assert len(made.page(Wish(admitted=ALL)).rows) == 1
    made.apply(RouteChanged(Channel.OPT_TRADES, other, TICKS, False, "failed over", NOW), WINDOW)
    assert made.page(Wish(admitted=ALL)).rows == ()
    made.apply(bar(2, 1, 1, 2, source=other), WINDOW)
    assert [row.key for row in made.page(Wish(admitted=ALL)).rows] == ["2"]


def test_bars_of_another_width_are_none_of_its_business() -> None:
    made = model()
    one = bar(1, 190, 10, 40)
    made.apply(one, 60)
    assert made.page(Wish(admitted=ALL, kind=Kind.OPTIONS)).start is None


def panel_with(qtbot: QtBot, *updates: Update) -> FlowPanel:
    make_application([])
    panel = FlowPanel(desk(Asked(), []))
    qtbot.addWidget(panel)
    panel.dress()
    panel.resize(960, 260)
    panel.show()
    for update in updates:
        panel.apply(update)
    drawn(panel)
    return panel


def drawn(panel: FlowPanel) -> None:
    panel.refresh_texts(NOW)
    QApplication.processEvents()


def some() -> tuple[Update, ...]:
    names = [known(n, 24_900 + 10 * n, Right.CALL if n % 2 else Right.PUT) for n in range(1, 21)]
    bars = [bar(n, 20 + 13 * n, 160 - 7 * n, 12 + 2 * n, unknown=n) for n in range(1, 21)]
    return (*names, live(), *bars)


def test_the_panel_filters_as_one_types_and_says_what_it_holds_back(qtbot: QtBot, tmp_path: Path) -> None:
    panel = panel_with(qtbot, *some())
    target = Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "flow.png"
    panel.fields["confidence"].setValue(0.2)
    drawn(panel)
    assert panel.grab().save(str(target))
    some_rows = panel.table.grid.rowCount()
    assert 0 < some_rows < 20
    assert f"{20 - some_rows} held back by the filters" in panel.title_bar.hint_text()
    panel.fields["volume"].setValue(10_000)
    drawn(panel)
    assert panel.table.grid.rowCount() == 0
    assert panel.title_bar.hint_text().startswith("0 rows · 20 held back")


def test_a_heading_sorts_and_again_turns_round(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *some())
    panel.fields["confidence"].setValue(0.0)
    heads = panel.table.horizontalHeader()
    place = heads.sectionViewportPosition(1) + 5
    for biggest_first in (True, False):
        qtbot.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place, 8))
        drawn(panel)
        bought = [int(row.cells[1].text) for row in panel.table.grid.rows()]
        assert bought == sorted(bought, reverse=biggest_first)


def test_what_was_chosen_is_remembered(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *some())
    panel.fields["volume"].setValue(120)
    panel.sort(Order.SOLD.value)
    panel.show_kind(Kind.FUTURES)
    other = panel_with(qtbot, *some())
    other.recall(panel.remember())
    assert other.wish == panel.wish
    other.recall({"filters": "x", "order": "none"})
    assert other.wish == panel.wish


def test_arrow_keys_step_through_the_windows(qtbot: QtBot) -> None:
    older = Ns(START - WINDOW * SECOND)
    panel = panel_with(qtbot, *some(), bar(3, 300, 20, 60, older, closed=True))
    QTest.keyClick(panel.table, Qt.Key.Key_Left)
    drawn(panel)
    assert [row.key for row in panel.table.grid.rows()] == ["3"]
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    drawn(panel)
    assert panel.wish.start is None


def test_a_window_is_copied_with_its_filters_and_its_source(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *some())
    panel.export.copy()
    panel.fields["confidence"].setValue(0.5)
    panel.export.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "# source: databento"
    assert "# filters: |P| >= 0.09, volume >= 50, confidence >= 0.5" in copied
    assert "# window: 2026-11-18T16:30:00Z to 2026-11-18T16:35:00Z" in copied
    heads, first, *_ = (line.split("\t") for line in copied if not line.startswith("#"))
    row = dict(zip(heads, first, strict=True))
    assert (row["contract"], row["bought"], row["sold"], row["leaning"]) == (
        "Q3DX6 P25100",
        "280",
        "20",
        "BUY",
    )
