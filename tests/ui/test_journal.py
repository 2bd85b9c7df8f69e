"""Bounded, filtered lists of lines: the log and the audit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.domain.updates import AuditLine, LogLine
from app.ui.journal import Filter, Journal, Line
from app.ui.panels.audit.view import AuditPanel
from app.ui.panels.log.view import LogPanel
from app.ui.widgets.cells import Cell, Row
from tests.ui.conftest import Room, click
from tests.ui.feed import OPENING

LEVELS = ("DEBUG", "INFO", "ERROR")


def line(number: int, level: str = "INFO", source: str = "engine") -> Line:
    return Line(Row(str(number), (Cell(f"line {number}"),)), level, source, f"line {number}")


@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.booleans()), max_size=120), st.sampled_from(LEVELS))
def test_what_is_shown_is_what_passes_of_the_newest(steps: list[tuple[str, bool]], wanted: str) -> None:
    journal, shown = Journal(most=20), list[Row]()
    journal.choose(Filter(frozenset({wanted})))
    for number, (level, look) in enumerate(steps):
        journal.add(line(number, level))
        if look and (moved := journal.moved()) is not None:
            shown = list(moved.rows) if moved.reset else [*shown[moved.dropped :], *moved.rows]
    if (moved := journal.moved()) is not None:
        shown = list(moved.rows) if moved.reset else [*shown[moved.dropped :], *moved.rows]
    newest = list(enumerate(steps))[-20:]
    assert [row.key for row in shown] == [str(n) for n, (level, _) in newest if level == wanted]
    assert journal.shown == len(shown)


def test_nothing_new_means_nothing_to_paint() -> None:
    journal = Journal()
    journal.add(line(1))
    assert journal.moved() is not None
    assert journal.moved() is None


def log_of(room: Room) -> LogPanel:
    panel = room.window.panels["log"]
    assert isinstance(panel, LogPanel)
    return panel


def said(panel: LogPanel | AuditPanel) -> list[str]:
    return [row.cells[-1].text for row in panel.view.table.grid.rows()]


def test_the_log_is_filtered_by_level_source_and_search(room: Room) -> None:
    room.open_market()
    panel = log_of(room)
    room.feed.put(
        LogLine(OPENING, "DEBUG", "databento", "ping"), LogLine(OPENING, "ERROR", "x", "BROKEN pipe", 3)
    )
    room.frames()
    assert "ping" not in said(panel)
    assert "BROKEN pipe  ×3" in said(panel)
    panel.view.level.setCurrentIndex(3)
    assert "ping" in said(panel)
    panel.view.source.setCurrentIndex(panel.view.source.findData("databento"))
    assert said(panel) == ["Subscribed to trades and mbp-1 of NQZ6, NQH7", "ping"]
    QTest.keyClicks(panel.view.search, "PING")
    assert said(panel) == ["ping"]
    assert panel.journal.shown == 1


def test_chosen_lines_or_all_are_copied(room: Room) -> None:
    room.open_market()
    panel = log_of(room)
    click(panel.view.copy)
    assert len(QGuiApplication.clipboard().text().splitlines()) == len(said(panel))
    panel.view.table.setFocus()
    panel.view.table.selectRow(1)
    QTest.keyClick(panel.view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("Chain MQUZ26: 500 rows, accepted")


@pytest.mark.parametrize("lines", [200])
def test_the_log_stays_at_its_end_unless_the_user_looks_back(room: Room, lines: int) -> None:
    room.open_market()
    panel = log_of(room)
    bar = panel.view.table.verticalScrollBar()
    for number in range(lines):
        room.feed.put(LogLine(OPENING, "INFO", "engine", f"line {number}"))
    room.frames()
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    room.feed.put(LogLine(OPENING, "INFO", "engine", "one more"))
    room.frames()
    assert bar.value() == 10


def test_a_decision_is_shown_with_its_rule(room: Room) -> None:
    room.open_market()
    room.window.show_panel("audit")
    room.feed.put(AuditLine(OPENING, "auto", "nq.trades", "databento", "", "stale for 12 s"))
    room.frames()
    panel = room.window.panels["audit"]
    assert isinstance(panel, AuditPanel)
    last = panel.view.table.grid.rows()[-1]
    assert [cell.text for cell in last.cells[1:]] == ["auto", "nq.trades", "databento → —", "stale for 12 s"]
