"""What can be done with the chain board: choose, look closer, take away."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.domain.chain import ListedSeries
from app.domain.health import Freshness
from app.domain.quick_picks import Pick
from app.domain.routing import Channel
from app.domain.updates import CoverageChanged, RouteChanged, SeriesOffered
from app.ui.panels.chain.columns import Column
from app.ui.panels.chain.export import packed
from app.ui.panels.chain.model import Span
from tests.ui.panels.chain_screen import (
    BARCHART,
    TICKS,
    board,
    button,
    cell,
    drawn,
    headings,
    offered,
    shot,
    shown_panel,
    tab_texts,
    texts,
)
from tests.ui.panels.samples import NOW, arrived


def test_tabs_say_day_family_and_days_left(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    assert tab_texts(panel) == [
        "Thu 19 Nov · wk 3 · 1 d",
        "Fri 20 Nov · wk 3 · 2 d",
        "Mon 30 Nov · EOM · 12 d",
        "Fri 18 Dec · Qtr · 30 d",
        "Odd one",
    ]
    assert panel.tabs.bar.currentIndex() == 0
    assert "as its page says" in panel.tabs.bar.tabToolTip(0)
    assert "by rule" in panel.tabs.bar.tabToolTip(1)


def test_choosing_an_expiry_asks_the_engine_for_it(qtbot: QtBot) -> None:
    panel, asked, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    panel.tabs.bar.setCurrentIndex(1)
    assert asked.calls == [("choose_series", ("MQ3X26",))]
    drawn(panel)
    assert "No chain yet" in texts(panel)


def test_quick_picks_choose_what_a_trader_asks_for(qtbot: QtBot) -> None:
    panel, asked, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    assert not panel.tabs.picks[Pick.TODAY].isEnabled()
    qtbot.mouseClick(panel.tabs.picks[Pick.MONTH_END], Qt.MouseButton.LeftButton)
    assert asked.calls == [("choose_series", ("MQ6X26",))]


def test_arrow_keys_walk_strikes_and_expiries_and_home_is_the_money(qtbot: QtBot) -> None:
    panel, asked, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    panel.board.setFocus()
    at = panel.board.currentIndex().row()
    QTest.keyClick(panel.board, Qt.Key.Key_Up)
    QTest.keyClick(panel.board, Qt.Key.Key_Up)
    assert panel.board.currentIndex().row() == at - 2
    QTest.keyClick(panel.board, Qt.Key.Key_PageUp)
    assert panel.board.currentIndex().row() < at - 2
    QTest.keyClick(panel.board, Qt.Key.Key_Home)
    assert panel.board.currentIndex().row() == at
    QTest.keyClick(panel.board, Qt.Key.Key_Right)
    assert asked.calls == [("choose_series", ("MQ3X26",))]


def test_columns_are_chosen_and_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    menu = panel.columns_menu()
    for action in menu.actions():
        if action.text()[0] in "ΓΘV" or action.text().startswith("ΔOI"):
            action.trigger()
    menu.close()
    panel.show_span(Span.TEN)
    drawn(panel)
    shot(panel, "chain_columns", tmp_path)
    heads = headings(panel)
    assert {"Γ", "Θ", "V", "ΔOI"} <= set(heads)
    change = heads.index("Strike") + 1 + panel.columns.index(Column.INTEREST_CHANGE)
    assert cell(panel, 10, change) == "−7"
    other, _, _ = shown_panel(qtbot, arrived())
    other.recall(panel.remember())
    drawn(other)
    assert headings(other) == heads
    assert board(other).model().rowCount() == 21
    other.recall({"columns": "nonsense", "strikes": "few"})
    drawn(other)
    assert "Bid" in headings(other)


def test_roots_are_counted_against_the_definitions(qtbot: QtBot) -> None:
    listed = ("NQ", "Q3D", "QN3", "QNE", "Q4A")
    covered = CoverageChanged(TICKS, 5, 5, 9_000, 12, 0, listed)
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived(), covered)
    assert "roots covered 4/5" in texts(panel)


def test_another_source_takes_the_board_over_with_the_same_series(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    own = arrived()
    series = own.chain.series
    theirs = replace(own, chain=replace(own.chain, source=TICKS, vendor_series="Q3DX6"))
    listed = (ListedSeries("Q3DX6", "", "", series=series),)
    panel.apply(SeriesOffered(TICKS, (), listed, None, None))
    panel.apply(theirs)
    drawn(panel)
    assert "Barchart" in texts(panel)
    panel.apply(RouteChanged(Channel.OPT_CHAIN, TICKS, BARCHART, False, "Barchart is down", NOW))
    drawn(panel)
    assert panel.model.chosen == "Q3DX6"
    assert "Databento" in texts(panel)
    panel.apply(RouteChanged(Channel.OPT_CHAIN, None, TICKS, False, "nobody", NOW))
    drawn(panel)
    assert panel.model.current is theirs


def test_the_smile_stands_beside_the_board_when_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    assert not panel.smile.isVisible()
    later = arrived()
    strip = later.strip
    assert strip is not None
    panel.apply(
        replace(
            later,
            chain=replace(later.chain, vendor_series="MQ3X26", expiry=date(2026, 11, 20)),
            strip=replace(strip, days=2.2, atm_vol=0.201),
        )
    )
    button(panel, "Volatility by strike beside the board").click()
    drawn(panel)
    shot(panel, "chain_smile", tmp_path)
    assert panel.smile.isVisible()
    assert "strikes; 2 expiries" in panel.smile.accessibleName()
    panel.apply(arrived(freshness=Freshness.STALE))
    drawn(panel)
    assert "not fresh" in panel.smile.accessibleName()


def test_refresh_is_asked_once_until_it_is_answered(qtbot: QtBot) -> None:
    panel, asked, _ = shown_panel(qtbot, arrived())
    again = button(panel, "Fetch this chain again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert not again.isEnabled()
    panel.desk.pending.settle()
    assert again.isEnabled()
    assert asked.calls == [("refresh", ("MM8X26",))]


def test_the_chain_on_screen_is_written_and_copied_with_its_provenance(qtbot: QtBot) -> None:
    panel, asked, said = shown_panel(qtbot, arrived())
    shown = panel.model.current
    assert shown is not None
    parcel = packed(panel.desk, shown)
    assert parcel is not None
    assert parcel.name == "barchart-MM8X26-20261118T163048Z"
    panel.export.write(parcel, "chain.csv")
    assert asked.calls == [("export_chain", (shown, "chain.csv"))]
    panel.export.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "# source: barchart"
    assert "# fidelity: DELAYED(10)" in copied
    assert any(line.startswith("Q3DX6 C25010\t") for line in copied)
    assert said[-1] == "400 rows of chain-MM8X26 are on the clipboard."


def test_the_board_keeps_its_arrow_keys_from_the_window(qtbot: QtBot) -> None:
    """The chart beside it pans with the same keys, window-wide."""
    panel, asked, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    panned: list[bool] = []
    pan = QAction(panel)
    pan.setShortcut(QKeySequence(Qt.Key.Key_Right))
    pan.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    pan.triggered.connect(panned.append)
    panel.addAction(pan)
    panel.activateWindow()
    panel.board.setFocus()
    QTest.keyClick(panel.board, Qt.Key.Key_Right)
    assert asked.calls == [("choose_series", ("MQ3X26",))]
    assert not panned
