"""What the viewer offers beside the tabs: strip, steps, card, search, locators, pictures one on the other."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.domain.updates import CaptureForgotten
from app.ui.palettes import colours_for
from app.ui.panels.capture import tabs
from app.ui.panels.capture.heat import heat_of, share_changed
from app.ui.panels.capture.sheet import Sheet
from app.ui.panels.capture.source_paint import pieces
from tests.sources.conftest import make_context
from tests.ui.panels.samples import NOW
from tests.ui.panels.test_capture_viewer import Viewer, texts, viewer

__all__ = ["make_context", "viewer"]


@pytest.fixture
def pictured(viewer: Viewer) -> Viewer:
    viewer.morning._pictures = True
    return viewer


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[Viewer, str], None]:
    folder = Path(os.environ.get("SHOTS_FOLDER", tmp_path))

    def save(viewer: Viewer, name: str) -> None:
        QApplication.processEvents()
        assert viewer.panel.grab().save(str(folder / f"viewer-{name}.png"))

    return save


def test_a_bar_of_the_strip_looks_at_its_capture_and_a_drag_leaves_only_a_stretch(
    qtbot: QtBot, viewer: Viewer
) -> None:
    ids = [viewer.morning.chain() for _ in range(4)]
    viewer.give()
    strip = viewer.panel.timeline
    spot = [QPoint(round(strip.place(n)), 10) for n in range(4)]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=spot[1])
    viewer.panel.refresh(NOW)
    assert viewer.panel.model.shown is not None
    assert viewer.panel.model.shown.id == ids[1]
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=spot[0])
    qtbot.mouseMove(strip, spot[2])
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=spot[2])
    viewer.panel.refresh(NOW)
    assert [line.id for line in viewer.panel.model.found] == [ids[2], ids[1], ids[0]]
    assert viewer.panel.strip.none.text() == "3 of 4 captures"
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    viewer.panel.refresh(NOW)
    assert len(viewer.panel.model.found) == 4
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert viewer.panel.model.shown is not None
    assert viewer.panel.model.shown.id == ids[2]


def test_an_entry_says_series_days_left_size_and_pin(viewer: Viewer) -> None:
    viewer.morning.page()
    capture_id = viewer.morning.chain()
    viewer.morning.store.pin_capture(capture_id, True)
    viewer.give()
    spoken = viewer.panel.strip.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("8 rows, MC7M25 · 9 Jun (0 d) · 6.1 kB, pinned")


def test_a_field_that_went_missing_is_shown_then_and_now(
    qtbot: QtBot, pictured: Viewer, keep: Callable[[Viewer, str], None]
) -> None:
    pictured.panel.resize(1240, 640)
    pictured.morning.page()
    pictured.morning.chain()
    seen = pictured.show(qtbot, pictured.morning.chain("drift"), tabs.DRIFT)
    row = next(n for n, text in enumerate(texts(seen.checks.table)) if text.startswith("bidPrice given"))
    seen.checks.table.selectRow(row)
    pictured.wait(qtbot)
    card = pictured.panel.side.card
    said = dict(row.split(" | ", 1) for row in texts(card.table))
    assert said["status"] == "missing"
    assert said["value"] == "—"
    assert said["last good"] != "—"
    assert card.crops.isVisible()
    assert card.crops.then[2] == card.crops.now[2]
    assert not card.crops.then[1].isNull()
    assert not card.crops.now[1].isNull()
    keep(pictured, "drift")
    seen.setCurrentIndex(tabs.LOCATE)
    assert any("new, " in row for row in texts(seen.locate.trials))


def test_the_source_is_searched_forth_and_back(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.FIELDS)
    viewer.panel.tabs.setFocus()
    seen.setCurrentIndex(tabs.PICTURE)
    qtbot.keyClick(viewer.panel.tabs, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert seen.currentIndex() == tabs.SOURCE
    viewer.wait(qtbot)
    qtbot.keyClicks(seen.source.search, '"askPrice"')
    found = seen.source.about.text()
    assert found == "19 lines found"
    for _ in range(2):
        qtbot.keyClick(seen.source.search, Qt.Key.Key_Return)
    assert seen.source.about.text() == "2 of 19 lines found"
    qtbot.keyClick(seen.source.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert seen.source.about.text() == "1 of 19 lines found"


def test_a_line_of_a_page_leads_to_its_field_and_back(qtbot: QtBot, pictured: Viewer) -> None:
    seen = pictured.show(qtbot, pictured.morning.page(), tabs.SOURCE)
    seen.source.search.setText("<strong>06/09/25")
    seen.source.find_next()
    here = seen.source._here
    qtbot.keyClick(seen.source.table, Qt.Key.Key_Up)
    qtbot.keyClick(seen.source.table, Qt.Key.Key_Down)
    assert seen._field is not None
    assert seen._field.name in ("expiry", "days to expiry")
    seen.choose("chain/expiry")
    assert "06/09/25" in (seen.source.lines.source or pytest.fail("no source")).lines[seen.source._here].text
    assert here >= 0
    assert seen.picture.marked is not None


def test_a_locator_of_the_users_own_is_tried_at_once(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.LOCATE)
    qtbot.keyClicks(seen.locate.own, "$.data.Call[].bidPrice")
    assert texts(seen.locate.trials) == ["4 | $.data.Call[].bidPrice | your own"]
    assert len(texts(seen.locate.matches)) == 4
    seen.locate.matches.selectRow(2)
    assert seen._field is not None
    assert seen._field.name == "bid"
    seen.locate.own.setText("$.data[")
    assert "not understood" in seen.locate.about.text()


def test_two_pictures_differ_where_their_numbers_do(
    qtbot: QtBot, pictured: Viewer, keep: Callable[[Viewer, str], None]
) -> None:
    pictured.morning.page()
    pictured.morning.chain()
    seen = pictured.show(qtbot, pictured.morning.chain("drift"), tabs.COMPARE)
    seen.compare.choices.chosen.emit(5)
    seen.compare.heat.setChecked(True)
    pictured.wait(qtbot)
    assert "of the picture differs" in seen.compare.changed.text()
    keep(pictured, "pictures")
    white = QImage(80, 40, QImage.Format.Format_RGB32)
    white.fill(0xFFFFFFFF)
    assert share_changed(heat_of(white, white, "#ff0000")) == 0.0
    half = white.copy(0, 0, 40, 40)
    half.fill(0xFF000000)
    assert share_changed(heat_of(white, half, "#ff0000")) == 0.5
    assert share_changed(heat_of(white, QImage(), "#ff0000")) is None


def test_what_changed_on_a_page_is_told_in_lines(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.morning.page()
    seen = viewer.show(qtbot, viewer.morning.page(), tabs.COMPARE)
    assert texts(seen.compare.text) != []
    viewer.morning.chain()
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.COMPARE)
    assert texts(seen.compare.text)[0].startswith("both are data")


def test_a_capture_is_deleted_only_after_a_question(qtbot: QtBot, viewer: Viewer) -> None:
    capture_id = viewer.morning.chain()
    viewer.give()
    next(a for a in viewer.panel.actions() if "delete" in a.text()).trigger()
    box = viewer.panel.window().findChild(QMessageBox)
    assert box is not None
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)
    assert viewer.asked.calls == [("forget_capture", (capture_id,))]
    viewer.panel.apply(CaptureForgotten(capture_id))
    viewer.panel.refresh(NOW)
    assert viewer.panel.strip.list.count() == 0
    assert viewer.panel._stack.currentIndex() == 0


def test_captures_and_tabs_are_reached_by_keyboard(qtbot: QtBot, viewer: Viewer) -> None:
    ids = [viewer.morning.chain() for _ in range(3)]
    viewer.give()
    viewer.panel.strip.list.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(viewer.panel.strip.list, Qt.Key.Key_Down, alt)
    qtbot.keyClick(viewer.panel.strip.list, Qt.Key.Key_4, alt)
    assert viewer.panel.model.shown is not None
    assert viewer.panel.model.shown.id == ids[1]
    assert viewer.panel.tabs.currentIndex() == tabs.NETWORK


def test_a_line_of_source_is_coloured_by_what_stands_there() -> None:
    assert pieces('"bid": "1.0", "n": 5')[0] == ("info", '"bid"')
    assert ("up", '"1.0"') in pieces('"bid": "1.0", "n": 5')
    for line in ('<a href="x">y</a>', "▸ { … }  MC7", "", "null -1.5e3"):
        assert "".join(piece for _, piece in pieces(line)) == line


def test_captures_are_found_by_symbol_date_and_verdict(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.morning.chain()
    bad = viewer.morning.chain("block_page")
    viewer.give()
    qtbot.keyClicks(viewer.panel.strip.search, "mc7m25 2025-06-09 block")
    viewer.panel.refresh(NOW)
    assert [line.id for line in viewer.panel.model.found] == [bad]
    assert viewer.panel.strip.list.count() == 1


def test_another_panel_may_point_at_one_field(qtbot: QtBot, viewer: Viewer) -> None:
    ids = [viewer.morning.chain(), viewer.morning.chain()]
    viewer.give()
    viewer.panel.focus_on(f"{ids[0]}#MC7M5|21500C/bid")
    viewer.wait(qtbot)
    assert viewer.panel.side.card.title.text() == "bid · MC7M5|21500C"
    assert viewer.panel.model.shown is not None
    assert viewer.panel.model.shown.id == ids[0]
    viewer.panel.focus_on(f"{ids[0]}#MC7M5|21500P/ask")
    viewer.wait(qtbot)
    assert viewer.panel.side.card.title.text() == "ask · MC7M5|21500P"
    viewer.panel.focus_on(ids[1])
    viewer.wait(qtbot)
    assert viewer.panel.side.card.title.text() == "No field chosen"


def test_what_is_read_again_is_looked_at_again(qtbot: QtBot, viewer: Viewer) -> None:
    capture_id = viewer.morning.chain()
    viewer.show(qtbot, capture_id, tabs.FIELDS)
    next(a for a in viewer.panel.actions() if "read the stored" in a.text()).trigger()
    for _ in range(2):
        viewer.wait(qtbot)
    assert [name for name, _ in viewer.asked.calls] == [
        "examine_capture",
        "reread_capture",
        "examine_capture",
    ]


def test_the_heading_of_the_table_stays_while_its_rows_are_scrolled(qtbot: QtBot, qapp: QApplication) -> None:
    sheet = Sheet(colours_for("dark", "LIVE"))
    qtbot.addWidget(sheet)
    sheet.resize(600, 200)
    sheet.show()
    image = QImage(960, 3_000, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    for shape, stays in (("13x120+92", True), ("0x0+92", False), ("page", False), ("", False)):
        image.setText("shape", shape)
        sheet.verticalScrollBar().setValue(0)
        sheet.show_image(image.copy())
        assert not sheet._heading.isVisible()
        sheet.verticalScrollBar().setValue(900)
        assert sheet._heading.isVisible() == stays
