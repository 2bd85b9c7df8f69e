"""A chain board on its own, and what a person reads on it."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTableView
from pytestqt.qtbot import QtBot

from app.domain.chain import ListedSeries
from app.domain.routing import SourceId
from app.domain.updates import SeriesOffered, Update
from app.ui.application import make_application
from app.ui.panels.chain.view import ChainPanel
from tests.ui.panels.samples import NOW, Asked, desk

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
