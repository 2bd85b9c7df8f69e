"""The chain board as its user sees it."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from app.domain.chain import ListedSeries
from app.domain.health import Freshness
from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import ChainMissing, SeriesOffered, Update
from app.ui.application import make_application
from app.ui.panels.chain.view import ChainPanel
from tests.ui.panels.samples import NOW, Asked, arrived, desk


def shown_panel(qtbot: QtBot, *updates: Update) -> tuple[ChainPanel, Asked, list[str]]:
    make_application([])
    asked, said = Asked(), list[str]()
    panel = ChainPanel(desk(asked, said))
    qtbot.addWidget(panel)
    panel.resize(1080, 520)
    panel.show()
    for update in updates:
        panel.apply(update)
    panel.refresh(NOW)
    QApplication.processEvents()
    return panel, asked, said


def shot(panel: ChainPanel, name: str, folder: Path) -> None:
    target = Path(os.environ.get("SHOTS_FOLDER", folder)) / f"{name}.png"
    assert panel.grab().save(str(target))


def board(panel: ChainPanel) -> QTableView:
    found = panel.findChild(QTableView)
    assert found is not None
    return found


def cell(panel: ChainPanel, row: int, column: int, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    table = board(panel).model()
    return table.data(table.index(row, column), role)


def texts(panel: ChainPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def headings(panel: ChainPanel) -> list[object]:
    table = board(panel).model()
    return [table.headerData(i, Qt.Orientation.Horizontal, 0) for i in range(table.columnCount())]


def test_the_board_mirrors_calls_and_puts_around_the_strike(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    shot(panel, "chain", tmp_path)
    heads = headings(panel)
    middle = heads.index("Strike")
    assert heads[:middle] == list(reversed(heads[middle + 1 :]))
    rows = board(panel).model().rowCount()
    assert rows == 41
    assert cell(panel, rows // 2, middle) == "25,010"
    assert "DELAYED(10)" in texts(panel)
    assert "25,013.25" in texts(panel)
    assert "received 12 s ago" in texts(panel)


def test_a_missing_bid_is_a_dash_and_a_settlement_is_marked(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    qtbot.mouseClick(button(panel, "Only strikes near the money"), Qt.MouseButton.LeftButton)
    panel.refresh(NOW)
    heads = headings(panel)
    put_last = heads.index("Strike") + 4
    last = board(panel).model().rowCount() - 1
    call_bid = heads.index("Strike") - 1
    assert cell(panel, last, call_bid) == "—"
    assert str(cell(panel, 0, put_last)).endswith(" s")
    tip = cell(panel, 0, put_last, Qt.ItemDataRole.ToolTipRole)
    assert tip == "settlement, not a trade"


def button(panel: ChainPanel, name: str) -> QPushButton:
    return next(b for b in panel.findChildren(QPushButton) if b.accessibleName() == name)


def test_a_failed_renewal_strikes_the_last_good_chain_and_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    failed = ChainMissing(
        SourceId("barchart"), "MM8X26", "Barchart refused the login.", Ns(NOW + 60 * SECOND)
    )
    panel, _, _ = shown_panel(qtbot, arrived(), failed)
    shot(panel, "chain_stale", tmp_path)
    assert "NO DATA for MM8X26: Barchart refused the login." in texts(panel)
    assert "12 s old" in texts(panel)
    font = cell(panel, 20, 0, Qt.ItemDataRole.FontRole)
    assert font is not None
    assert font.strikeOut()  # type: ignore[attr-defined]


def test_an_unknown_age_is_dressed_like_a_stale_one(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived(freshness=Freshness.UNKNOWN))
    assert panel.model.is_stale
    assert "STALE" in texts(panel)


def test_without_a_chain_the_board_says_what_will_fill_it(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot)
    shot(panel, "chain_empty", tmp_path)
    assert "No chain yet" in texts(panel)
    assert board(panel).model().rowCount() == 0


def test_choosing_a_series_asks_the_engine_for_it(qtbot: QtBot) -> None:
    listed = tuple(
        ListedSeries(key, title, "") for key, title in (("MM8X26", "Week 3"), ("MQ3X26", "Friday"))
    )
    panel, asked, _ = shown_panel(
        qtbot, arrived(), SeriesOffered(SourceId("barchart"), (), listed, None, None)
    )
    picker = panel.findChild(QComboBox)
    assert picker is not None
    picker.setFocus()
    qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert asked.calls == [("choose_series", ("MQ3X26",))]
    panel.refresh(NOW)
    assert "No chain yet" in texts(panel)


def test_refresh_is_asked_once_until_it_is_answered(qtbot: QtBot) -> None:
    panel, asked, _ = shown_panel(qtbot, arrived())
    again = button(panel, "Fetch this chain again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert not again.isEnabled()
    panel.desk.pending.settle()
    assert again.isEnabled()
    assert asked.calls == [("refresh", ("MM8X26",))]
