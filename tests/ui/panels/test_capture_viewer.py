"""The viewer beyond the picture, on captures as a simulated site gives them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from app.domain.session import Calendar
from app.domain.updates import CaptureStored
from app.engine.evidence import Evidence
from app.engine.feeds import SourceContext
from app.sources.barchart import SOURCE
from app.system.bundle import CaptureExporter
from app.ui.application import make_application
from app.ui.panels.capture import tabs
from app.ui.panels.capture.view import CapturePanel
from tests.sources.conftest import make_context
from tests.system.stored import Morning
from tests.ui.panels.samples import NOW, Asked, desk

__all__ = ["make_context"]
_NAMED = (
    QAccessible.Role.Button, QAccessible.Role.EditableText, QAccessible.Role.ComboBox,
    QAccessible.Role.Slider, QAccessible.Role.Table, QAccessible.Role.List,
)  # fmt: skip


class Answering(Asked):
    """Examines and exports at once what the morning left in its store; notes the rest."""

    def __init__(self, morning: Morning) -> None:
        super().__init__()
        self._morning, self._evidence = morning, Evidence([SOURCE], Calendar())

    def examine_capture(self, capture_id: str, against: str | None = None) -> "Future[Any]":
        self.calls.append(("examine_capture", (capture_id, against)))
        found = self._evidence.gather(self._morning.store, capture_id, against)
        return _done(None if found is None else self._evidence.examine(found))

    def export_capture(self, capture_id: str, kind: str, target: str) -> "Future[Any]":
        found = self._evidence.gather(self._morning.store, capture_id)
        assert found is not None
        export = CaptureExporter(self._morning.redactor)
        return _done(export(self._evidence.examine(found), kind, target))


class Viewer:
    """The panel with a morning behind it; `show` looks at one capture from one side."""

    def __init__(self, panel: CapturePanel, morning: Morning, asked: Answering, said: list[str]) -> None:
        self.panel, self.morning, self.asked, self.said = panel, morning, asked, said

    def give(self) -> None:
        for line in self.morning.store.capture_lines(50):
            self.panel.apply(CaptureStored(line))
        self.panel.refresh(NOW)

    def show(self, qtbot: QtBot, capture_id: str, tab: int) -> tabs.CaptureTabs:
        self.give()
        self.panel.focus_on(capture_id)
        self.panel.refresh(NOW)
        self.panel.tabs.setCurrentIndex(tab)
        self.wait(qtbot)
        return self.panel.tabs

    def wait(self, qtbot: QtBot) -> None:
        self.panel.refresh(NOW)
        qtbot.waitUntil(self._settled, timeout=60_000)

    def _settled(self) -> bool:
        self.panel.refresh(NOW)
        self.panel.desk.pending.settle()
        return len(self.panel.desk.pending) == 0


@pytest.fixture
def viewer(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, make_context: Callable[..., SourceContext]
) -> Iterator[Viewer]:
    make_application([])
    morning, said = Morning(tmp_path, make_context), list[str]()
    asked = Answering(morning)
    panel = CapturePanel(desk(asked, said))
    qtbot.addWidget(panel, before_close_func=lambda p: p.close())
    panel.resize(1240, 360)
    panel.show()
    yield Viewer(panel, morning, asked, said)
    morning.close()


def _done(result: Any) -> "Future[Any]":
    answer: Future[Any] = Future()
    answer.set_result(result)
    return answer


def texts(table: Any) -> list[str]:
    return [" | ".join(cell.text for cell in row.cells) for row in table.grid.rows()]


def test_a_chosen_field_is_marked_on_the_picture_and_found_in_the_source(
    qtbot: QtBot, viewer: Viewer
) -> None:
    viewer.morning.page()
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.FIELDS)
    subject = seen.examination.trace.subjects[1] if seen.examination else ""
    qtbot.keyClicks(seen.fields.search, f"{subject.partition('|')[2]} bid")
    assert seen.fields.table.grid.rowCount() == 1
    cell = seen.fields.table.visualRect(seen.fields.table.grid.index(0, 1)).center()
    qtbot.mouseClick(seen.fields.table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert seen.examination is not None
    assert seen.picture._page.box == seen.examination.places.box(subject, "bid")
    seen.setCurrentIndex(tabs.SOURCE)
    source = seen.source.lines.source
    assert source is not None
    at = source.seen[seen.source.table.currentIndex().row()]
    assert source.lines[at].path == "$.data.Call[0].raw.bidPrice"


def test_a_click_on_the_picture_chooses_the_field(qtbot: QtBot, viewer: Viewer, tmp_path: Path) -> None:
    viewer.morning._pictures = True
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.PICTURE)
    assert [name for name, _ in viewer.asked.calls] == []
    assert seen.picture.image.width() == 960
    spot = QPoint(round(200 * seen.picture._page.scale), round(150 * seen.picture._page.scale))
    qtbot.mouseClick(seen.picture._page, Qt.MouseButton.LeftButton, pos=spot)
    viewer.wait(qtbot)
    assert seen.examination is not None
    expected = seen.examination.places.field(200, 150)
    assert expected is not None
    assert seen.fields.table.chosen() == "/".join(expected)
    assert seen.picture.marked is not None
    assert seen.picture.marked.contains(spot.x(), spot.y())


def test_a_line_of_the_source_chooses_its_field_by_keyboard(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.SOURCE)
    seen.source.search.setFocus()
    qtbot.keyClicks(seen.source.search, '"askPrice"')
    assert "lines found" in seen.source.about.text()
    qtbot.keyClick(seen.source.search, Qt.Key.Key_Return)
    qtbot.keyClick(seen.source.table, Qt.Key.Key_Down)
    assert seen.fields.table.chosen() is not None
    rows = seen.source.lines.rowCount()
    source = seen.source.lines.source
    assert source is not None
    seen.source.table.selectRow(source.seen.index(source.places["$.data"]))
    qtbot.keyClick(seen.source.table, Qt.Key.Key_Left)
    assert seen.source.lines.rowCount() < rows
    qtbot.keyClick(seen.source.table, Qt.Key.Key_Right)
    assert seen.source.lines.rowCount() == rows


def test_drift_is_told_first_with_what_was_expected(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.morning.chain()
    seen = viewer.show(qtbot, viewer.morning.chain("drift"), tabs.DRIFT)
    first = texts(seen.checks.table)[0]
    assert first.startswith("structure | drift | ")
    assert "gone $.data.Call[].askPrice" in first
    assert seen.checks.verdict.text().startswith("Drift: The site builds its answer differently")
    assert seen.checks.again.text().startswith("When it came: 0 rows, rejected.")
    assert viewer.panel._plate.text == "DRIFT"
    assert viewer.panel._about.text().startswith("last good: 09:33:21 CT, 3 m 20 s before · MC7M25 · HTTP ")


@pytest.mark.parametrize(
    ("fault", "verdict"), [("block_page", "no answer"), ("truncated", "not ready"), ("refuse", "no answer")]
)
def test_what_is_no_drift_has_a_verdict_of_its_own(
    qtbot: QtBot, viewer: Viewer, fault: str, verdict: str
) -> None:
    viewer.morning.chain()
    seen = viewer.show(qtbot, viewer.morning.chain(fault), tabs.DRIFT)
    assert seen.checks.verdict.text().startswith(f"{verdict.capitalize()}: ")
    assert viewer.panel._plate.text == {"no answer": "NO DATA", "not ready": "NOT READY"}[verdict]
    seen.setCurrentIndex(tabs.FIELDS)
    assert texts(seen.fields.table) == []
    assert seen.fields._stack.currentIndex() == 1


def test_two_captures_are_compared_and_another_can_be_held_against_them(qtbot: QtBot, viewer: Viewer) -> None:
    ids = [viewer.morning.chain() for _ in range(3)]
    seen = viewer.show(qtbot, ids[0], tabs.PICTURE)
    hold = next(b for b in viewer.panel.findChildren(QToolButton) if b.text() == "Hold")
    qtbot.mouseClick(hold, Qt.MouseButton.LeftButton)
    viewer.show(qtbot, ids[2], tabs.COMPARE)
    assert viewer.asked.calls[-1] == ("examine_capture", (ids[2], ids[0]))
    assert "Against the held one, Mon 9 Jun 09:33 CT" in seen.compare.about.text()
    bad = viewer.morning.chain("drift")
    viewer.show(qtbot, bad, tabs.COMPARE)
    assert "$.data.Call[].bidPrice | text | absent" in texts(seen.compare.structure)
    assert any("request" in row for row in texts(seen.compare.steps))


def test_a_page_is_read_again_with_its_selectors(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.page(), tabs.FIELDS)
    row = next(row for row in texts(seen.fields.table) if "| expiry |" in row)
    assert "2025-06-09" in row
    assert seen.fields.select("chain/expiry") is not None
    seen.setCurrentIndex(tabs.NETWORK)
    assert any(row.startswith("came | status | 200") for row in texts(seen.network.headers))
    assert "[redacted]" in "\n".join(texts(seen.network.headers))


def test_another_capture_leaves_nothing_of_the_one_before(qtbot: QtBot, viewer: Viewer) -> None:
    good, failed = viewer.morning.chain(), viewer.morning.chain("refuse")
    seen = viewer.show(qtbot, good, tabs.FIELDS)
    assert seen.fields.table.grid.rowCount() > 0
    seen.setCurrentIndex(tabs.PICTURE)
    viewer.panel.focus_on(failed)
    viewer.panel.refresh(NOW)
    assert seen.examination is None
    assert seen.fields.table.grid.rowCount() == 0
    viewer.show(qtbot, good, tabs.FIELDS)
    assert seen.fields.table.grid.rowCount() > 0


def test_a_capture_is_pinned_and_exported_by_button_and_dialog(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path
) -> None:
    capture_id = viewer.morning.chain()
    viewer.give()
    pin = next(b for b in viewer.panel.findChildren(QToolButton) if b.text() == "Pin")
    qtbot.mouseClick(pin, Qt.MouseButton.LeftButton)
    assert viewer.asked.calls == [("pin_capture", (capture_id, True))]
    action = next(a for a in viewer.panel.actions() if ".nqcap" in a.text())
    action.trigger()
    dialog = viewer.panel.window().findChild(QFileDialog)
    assert dialog is not None
    assert not dialog.isModal() or dialog.isVisible()
    dialog.fileSelected.emit(str(tmp_path / "one.nqcap"))
    dialog.close()
    viewer.wait(qtbot)
    assert (tmp_path / "one.nqcap").stat().st_size > 1_000
    assert "bytes are in" in viewer.said[0]


def test_everything_that_can_be_used_has_a_name(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.show(qtbot, viewer.morning.chain(), tabs.COMPARE)
    nameless = []
    for tab in range(viewer.panel.tabs.count()):
        viewer.panel.tabs.setCurrentIndex(tab)
        waiting = [QAccessible.queryAccessibleInterface(viewer.panel)]
        while waiting:
            one = waiting.pop()
            if one.state().invisible:
                continue
            if one.role() in _NAMED and not one.text(QAccessible.Text.Name):
                nameless.append((tab, one.role(), one.object()))
            if one.role() not in (QAccessible.Role.Table, QAccessible.Role.List):
                waiting += [one.child(n) for n in range(one.childCount())]
    assert nameless == []


def test_a_field_chosen_before_source_and_picture_are_there_is_shown_when_they_come(
    qtbot: QtBot, viewer: Viewer
) -> None:
    viewer.morning._pictures = True
    capture_id = viewer.morning.chain()
    viewer.give()
    viewer.panel.focus_on(capture_id)
    seen = viewer.panel.tabs
    seen.setCurrentIndex(tabs.FIELDS)
    viewer.panel.refresh(NOW)
    qtbot.waitUntil(lambda: _examined(viewer), timeout=60_000)
    assert seen.examination is not None
    subject = seen.examination.trace.subjects[-1]
    seen.choose(f"{subject}/ask")
    viewer.wait(qtbot)
    seen.setCurrentIndex(tabs.SOURCE)
    source = seen.source.lines.source
    assert source is not None
    at = source.seen[seen.source.table.currentIndex().row()]
    assert source.lines[at].text.startswith('"askPrice"')
    seen.setCurrentIndex(tabs.PICTURE)
    assert seen.picture.marked is not None
    assert (
        seen.picture.viewport()
        .rect()
        .translated(seen.picture.horizontalScrollBar().value(), seen.picture.verticalScrollBar().value())
        .contains(seen.picture.marked.center().toPoint())
    )


def _examined(viewer: Viewer) -> bool:
    viewer.panel.refresh(NOW)
    viewer.panel.desk.pending.settle()
    return viewer.panel.tabs.examination is not None
