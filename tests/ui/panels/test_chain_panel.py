"""The chain board as its user sees it."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTableView
from pytestqt.qtbot import QtBot

from app.domain.chain import ListedSeries, Quote, Reject
from app.domain.contract import Series
from app.domain.health import Freshness
from app.domain.quick_picks import Pick
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import ChainMissing, CoverageChanged, RouteChanged, SeriesOffered, Update
from app.ui.application import make_application
from app.ui.panels.chain.columns import Column
from app.ui.panels.chain.model import Span
from app.ui.panels.chain.view import ChainPanel
from tests.ui.panels.samples import NOW, Asked, arrived, desk

BARCHART, TICKS = SourceId("barchart"), SourceId("databento")
LISTED = tuple(
    ListedSeries(key, title, "")
    for key, title in (
        ("MM8X26", "Week 3"), ("MQ3X26", "Week 3"), ("ZZ1X26", "Odd one"), ("MM2X26", "Week 2"),
        ("MQ6X26", "EOM"), ("NQZ26", "Dec"),
    )
)  # fmt: skip


def offered(chosen: str | None = None) -> SeriesOffered:
    return SeriesOffered(BARCHART, (), LISTED, chosen, None)


def shown_panel(
    qtbot: QtBot, *updates: Update, size: tuple[int, int] = (1080, 520)
) -> tuple[ChainPanel, Asked, list[str]]:
    make_application([])
    asked, said = Asked(), list[str]()
    panel = ChainPanel(desk(asked, said))
    qtbot.addWidget(panel)
    panel.dress()
    panel.resize(*size)
    panel.show()
    for update in updates:
        panel.apply(update)
    drawn(panel)
    return panel, asked, said


def drawn(panel: ChainPanel) -> None:
    panel.touch()
    panel.refresh(NOW)
    QApplication.processEvents()


def shot(panel: ChainPanel, name: str, folder: Path) -> None:
    target = Path(os.environ.get("SHOTS_FOLDER", folder)) / f"{name}.png"
    assert panel.grab().save(str(target))


def board(panel: ChainPanel) -> QTableView:
    return panel.board


def cell(panel: ChainPanel, row: int, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    table = board(panel).model()
    return table.data(table.index(row, column), role)


def texts(panel: ChainPanel) -> str:
    labels = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    strip = [f"{one.caption} {one.value} {one.note}" for one in panel.strip.items]
    return "\n".join((*labels, *strip, panel.title_bar.hint_text()))


def headings(panel: ChainPanel) -> list[object]:
    table = board(panel).model()
    return [table.headerData(i, Qt.Orientation.Horizontal, 0) for i in range(table.columnCount())]


def tab_texts(panel: ChainPanel) -> list[str]:
    return [panel.tabs.bar.tabText(i) for i in range(panel.tabs.bar.count())]


def button(panel: ChainPanel, name: str) -> QAbstractButton:
    return next(b for b in panel.findChildren(QAbstractButton) if b.accessibleName() == name)


def test_the_board_mirrors_calls_and_puts_around_the_strike(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    shot(panel, "chain", tmp_path)
    heads = headings(panel)
    middle = heads.index("Strike")
    assert heads[:middle] == list(reversed(heads[middle + 1 :]))
    rows = board(panel).model().rowCount()
    assert rows == 41
    assert cell(panel, rows // 2, middle) == "25,010"
    assert board(panel).currentIndex().row() == rows // 2
    said = texts(panel)
    assert "DELAYED(10)" in said
    assert "NQZ26 25,013.25 page" in said
    assert "received 12 s ago" in said
    assert "Expires in 1 d 5 h" in said


def test_a_missing_bid_is_a_dash_and_a_settlement_is_marked_with_its_date(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    qtbot.mouseClick(button(panel, "Strikes: all strikes listed"), Qt.MouseButton.LeftButton)
    drawn(panel)
    heads = headings(panel)
    put_last = heads.index("Strike") + 4
    last = board(panel).model().rowCount() - 1
    call_bid = heads.index("Strike") - 1
    assert cell(panel, last, call_bid) == "—"
    assert str(cell(panel, last, call_bid, Qt.ItemDataRole.ToolTipRole)).startswith("no quote yet")
    assert str(cell(panel, 0, put_last)).endswith(" s")
    tip = str(cell(panel, 0, put_last, Qt.ItemDataRole.ToolTipRole))
    assert tip.startswith("settlement, not a trade\nsettlement of Tue 17 Nov")


def test_every_cell_says_how_old_it_is(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    heads = headings(panel)
    middle, row = heads.index("Strike"), 21
    bid = str(cell(panel, row, middle + 1, Qt.ItemDataRole.ToolTipRole))
    assert "no time; as of 10:20:48 CT, 10 m ago" in bid
    age = len(heads) - 1
    assert heads[age] == "Age"
    assert cell(panel, row, age) == "16 m"


@pytest.mark.parametrize("freshness", [Freshness.STALE, Freshness.UNKNOWN, Freshness.CLOSED])
def test_without_a_fresh_future_there_is_no_volatility(qtbot: QtBot, freshness: Freshness) -> None:
    panel, _, _ = shown_panel(qtbot, arrived(freshness=freshness))
    heads = headings(panel)
    vol = heads.index("Strike") + 1 + [c.value for c in panel.columns].index("IV")
    assert cell(panel, 20, vol) == "—"
    tip = str(cell(panel, 20, vol, Qt.ItemDataRole.ToolTipRole))
    assert tip.startswith("not worked out")
    assert "ATM IV —" in texts(panel)


def test_a_failed_renewal_strikes_the_last_good_chain_and_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    failed = ChainMissing(BARCHART, "MM8X26", "Barchart refused the login.", Ns(NOW + 60 * SECOND))
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived(), failed)
    shot(panel, "chain_stale", tmp_path)
    assert "NO DATA for MM8X26: Barchart refused the login." in texts(panel)
    assert "12 s old" in texts(panel)
    assert panel.model.is_stale
    assert panel.strip.accessibleName().endswith("(stale)")


def test_an_unknown_age_is_dressed_like_a_stale_one(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived(freshness=Freshness.UNKNOWN))
    assert panel.model.is_stale
    assert "STALE" in texts(panel)


def test_without_a_chain_the_board_says_what_will_fill_it(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, said = shown_panel(qtbot)
    shot(panel, "chain_empty", tmp_path)
    assert "No chain yet" in texts(panel)
    assert board(panel).model().rowCount() == 0
    panel.export.ask()
    assert said == ["There is no chain to take away yet."]


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


def test_a_crossed_quote_has_no_middle_and_is_called_invalid(qtbot: QtBot) -> None:
    said = arrived()
    board_of = said.board
    assert board_of is not None
    at = board_of.at_the_money or 0

    def crossed(quote: Quote | None) -> Quote | None:
        return None if quote is None else replace(quote, bid=quote.ask, ask=quote.bid)

    calls = tuple(crossed(q) if i == at else q for i, q in enumerate(board_of.calls))
    panel, _, _ = shown_panel(qtbot, replace(said, board=replace(board_of, calls=calls)))
    middle = headings(panel).index("Strike")
    assert str(cell(panel, 20, middle - 1, Qt.ItemDataRole.ToolTipRole)).startswith("bid above ask")
    assert cell(panel, 20, middle - 3) == "—"


def test_the_strip_sums_all_chains_held_and_names_what_was_rejected(qtbot: QtBot) -> None:
    first = arrived()
    second = replace(
        first,
        chain=replace(
            first.chain, vendor_series="MQ3X26", series=Series("QN3", 2026, 11), expiry=date(2026, 11, 20),
            rejects=(Reject("no strike", "x"), Reject("no strike", "y")),
        ),
    )  # fmt: skip
    panel, _, _ = shown_panel(qtbot, offered("MQ3X26"), first, second)
    said = texts(panel)
    assert "2 rejected (2 no strike)" in said
    assert "P/C vol 1.00 all 1.00" in said
    assert "OI 17 Nov" in said


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
    panel.export.write(shown, "chain.csv")
    assert asked.calls == [("export_chain", (shown, "chain.csv"))]
    panel.export.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "# source: barchart"
    assert "# fidelity: DELAYED(10)" in copied
    assert any(line.startswith("Q3DX6 C25010\t") for line in copied)
    assert said[-1] == "400 contracts of MM8X26 are on the clipboard."
