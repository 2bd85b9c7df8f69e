"""Dialogs, used with keyboard and mouse."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from app.domain.connection_test import ConnectionTested, Step, StepDone
from app.domain.errors import AppError
from app.domain.settings import described
from app.domain.updates import KeyAbout, KeyringState
from app.domain.verification import Verdict
from app.ui.dialogs.connection import ConnectionDialog
from app.ui.dialogs.keys import KeyDialog
from app.ui.dialogs.palette import CommandPalette
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.whats_new import changelog
from tests.ui.conftest import Room, click
from tests.ui.feed import DATABENTO, OPENING

CONTROL = Qt.KeyboardModifier.ControlModifier
SECRET = "db-only-a-test-0123456789abcdef"


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_every_action_is_in_the_palette_and_enter_does_it(room: Room, shots: Path) -> None:
    room.open_market()
    room.window.docks.dock("health").hide()
    room.press(Qt.Key.Key_K, CONTROL)
    palette = room.dialog()
    assert isinstance(palette, CommandPalette)
    listed = {palette.list.item(i).text().split("    ")[0] for i in range(palette.list.count())}
    menu = {action.text() for action in room.window.actions_offered.all()}
    assert menu == listed
    palette.grab().save(str(shots / "palette.png"))
    QTest.keyClicks(palette.words, "show source health")
    assert palette.list.count() == 1
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert room.window.docks.dock("health").isVisible()


def test_the_palette_is_moved_through_with_arrows(room: Room) -> None:
    room.press(Qt.Key.Key_K, CONTROL)
    palette = room.dialog()
    QTest.keyClick(palette.words, Qt.Key.Key_Down)
    QTest.keyClick(palette.words, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 2
    QTest.keyClicks(palette.words, "no such command")
    QTest.keyClick(palette.words, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_the_shortcut_sheet_opens_with_a_question_mark(room: Room, shots: Path) -> None:
    QTest.keyClicks(room.window, "?")
    QApplication.processEvents()
    sheet = room.dialog()
    assert sheet.windowTitle() == "Keyboard shortcuts"
    sheet.grab().save(str(shots / "shortcuts.png"))


def test_no_key_does_two_things(room: Room) -> None:
    """In the window; or in one panel, where its own keys count only while it has the focus."""
    anywhere, panels = [], []
    for action in room.window.actions_offered.all():
        near = action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
        keys = [key.toString() for key in action.shortcuts()]
        panels += [(key, id(action.parent())) for key in keys if near]
        anywhere += [] if near else keys
    assert len(anywhere) == len(set(anywhere)), sorted(k for k in anywhere if anywhere.count(k) > 1)
    assert len(panels) == len(set(panels)), sorted(key for key, _ in panels)
    assert {key for key, _ in panels} & set(anywhere) == set()


def settings_dialog(room: Room) -> SettingsDialog:
    room.press(Qt.Key.Key_Comma, CONTROL)
    dialog = room.dialog()
    assert isinstance(dialog, SettingsDialog)
    return dialog


def test_every_setting_can_be_edited_and_is_described(room: Room, shots: Path) -> None:
    dialog = settings_dialog(room)
    assert set(dialog.editors) == {line.name for line in described()}
    assert all(editor.accessibleName() for editor in dialog.editors.values())
    dialog.grab().save(str(shots / "settings.png"))


def test_a_setting_takes_effect_at_once_and_is_told_to_the_engine(room: Room) -> None:
    room.open_market()
    dialog = settings_dialog(room)
    theme = dialog.editors["screen_theme"]
    assert isinstance(theme, QComboBox)
    theme.setFocus()
    QTest.keyClick(theme, Qt.Key.Key_Down)
    QApplication.processEvents()
    assert room.window.desk.settings.screen_theme == "light"
    assert room.window.desk.colours.is_dark is False
    barchart = dialog.editors["barchart_enabled"]
    assert isinstance(barchart, QCheckBox)
    QTest.keyClick(barchart, Qt.Key.Key_Space)
    frames = dialog.editors["screen_frames"]
    assert isinstance(frames, QSpinBox)
    frames.selectAll()
    QTest.keyClicks(frames, "20")
    QTest.keyClick(frames, Qt.Key.Key_Return)
    asked = [call[1:] for call in room.commands.asked]
    assert asked == [("screen_theme", "light"), ("barchart_enabled", True), ("screen_frames", 20)]


def test_a_refused_setting_is_said(room: Room) -> None:
    dialog = settings_dialog(room)
    room.commands.error = AppError("The settings file cannot be written.")
    recorder = dialog.editors["recorder_enabled"]
    QTest.keyClick(recorder, Qt.Key.Key_Space)
    room.frames(2)
    assert "The settings file cannot be written." in room.window.notices.sentences()


def key_dialog(room: Room) -> KeyDialog:
    room.open_market()
    room.window.actions_offered.open_keys()
    dialog = room.dialog()
    assert isinstance(dialog, KeyDialog)
    return dialog


def button(dialog: QDialog, name: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if name in (b.accessibleName(), b.text()))


def test_a_key_goes_to_the_engine_and_is_never_on_screen(room: Room, shots: Path) -> None:
    dialog = key_dialog(room)
    field = dialog.list.fields["massive"]
    QTest.keyClicks(field, SECRET)
    assert field.displayText() == ""
    dialog.grab().save(str(shots / "keys.png"))
    room.commands.answer = "keyring"
    click(button(dialog, "Save the key massive"))
    room.frames(2)
    assert room.commands.asked == [("save_key", "massive", SECRET)]
    assert field.text() == ""
    assert dialog.list.answers["massive"].text() == "in the system keyring"
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    shown += [line.text() for line in dialog.findChildren(QLineEdit)]
    names = [w.accessibleName() + w.toolTip() for w in dialog.findChildren(QWidget)]
    assert not any(part in text for text in (*shown, *names) for part in (SECRET, SECRET[:6]))


def connection(*found: StepDone, doing: Step | None = None) -> ConnectionTested:
    return ConnectionTested(DATABENTO, "Databento", found, doing, OPENING, None if doing else OPENING)


def test_a_key_is_tested_step_by_step_and_a_failure_says_what_to_do(room: Room, shots: Path) -> None:
    dialog = key_dialog(room)
    answer: Future[Any] = Future()
    room.commands.answers["test_connection"] = answer
    click(button(dialog, "Test the key databento"))
    test = room.dialog()
    assert isinstance(test, ConnectionDialog)
    assert room.commands.asked == [("test_connection", "databento")]
    there = StepDone(Step.KEY, Verdict.PASS, "It is never shown.")
    room.feed.put(connection(there, doing=Step.LOGIN))
    room.frames(2)
    assert (test.marks[Step.KEY].text(), test.marks[Step.LOGIN].text()) == ("✓", "…")
    refused = StepDone(Step.LOGIN, Verdict.FAIL, "Databento refuses it.", "Copy the key again.")
    rest = StepDone(Step.RECORD, Verdict.SKIPPED, "The market is closed.")
    answer.set_result(connection(there, refused, rest))
    room.frames(2)
    assert test.fixes[Step.LOGIN].text() == "Copy the key again."
    assert "fails at “key is accepted”" in test.verdict.text()
    assert test.words[Step.RECORD].text().startswith("The market is closed. It opens Wed 18 Nov 10:00 CT")
    test.grab().save(str(shots / "connection.png"))


@pytest.mark.parametrize(
    ("record", "verdict", "row"),
    [
        (StepDone(Step.RECORD, Verdict.PASS, "586 contracts."), "It works.", "586 contracts."),
        (
            StepDone(Step.RECORD, Verdict.SKIPPED, "The market is closed."),
            "Nothing was refused. Only a record proves that the data is yours: test again when one can come.",
            "The market is closed. It opens Wed 18 Nov 10:00 CT.",
        ),
    ],
)
def test_a_source_works_by_a_record_and_by_nothing_else(
    room: Room, record: StepDone, verdict: str, row: str
) -> None:
    room.open_market()
    key = StepDone(Step.KEY, Verdict.PASS, "It is never shown.")
    room.commands.answer = connection(key, StepDone(Step.LOGIN, Verdict.PASS, "Accepted."), record)
    panel = room.window.panels["health"]
    next(one for one in panel.actions() if one.text() == "Test the connection of Databento…").trigger()
    room.frames(2)
    test = room.dialog()
    assert room.commands.asked[-1] == ("test_connection", "databento")
    assert (test.verdict.text(), test.words[Step.RECORD].text()) == (verdict, row)


def test_keys_that_become_known_later_appear_in_the_open_dialog(room: Room) -> None:
    room.window.actions_offered.open_keys()
    dialog = room.dialog()
    assert dialog.list.fields == {}
    about = (KeyAbout("databento", "Databento API key", "Databento"),)
    room.feed.put(KeyringState("ready", "Keys are kept.", (("databento", "missing"),), about))
    room.frames(2)
    assert dialog.list.answers["databento"].text() == "not set"
    assert "Databento API key" in words(dialog)
    room.feed.put(KeyringState("ready", "Keys are kept.", (("databento", "keyring"),), about))
    room.frames(2)
    assert dialog.list.answers["databento"].text() == "in the system keyring"


def test_an_empty_key_is_not_saved(room: Room) -> None:
    dialog = key_dialog(room)
    click(button(dialog, "Save the key massive"))
    assert room.commands.asked == []
    assert dialog.list.answers["massive"].text() == "nothing was pasted"


def test_an_answer_for_a_dialog_that_was_closed_is_no_error(room: Room) -> None:
    dialog = key_dialog(room)
    click(button(dialog, "Forget the key databento"))
    dialog.close()
    QApplication.processEvents()
    room.frames(3)
    assert len(room.window.desk.pending) == 0


def test_a_crash_report_is_shown_and_copied(room: Room) -> None:
    room.window.open_crash_notice("Traceback: something broke", "the crash folder")
    notice = room.dialog()
    assert notice.findChild(QPlainTextEdit).toPlainText() == "Traceback: something broke"
    assert "not sent anywhere" in words(notice)
    click(button(notice, "Copy"))
    assert QGuiApplication.clipboard().text() == "Traceback: something broke"


def test_whats_new_shows_the_changelog_or_says_it_is_missing(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.ui.dialogs.whats_new.RESOURCES", tmp_path)
    assert changelog() == "The changelog is not part of this build."
    (tmp_path / "changelog.md").write_text("# 1.0\nThe first light.", encoding="utf-8")
    assert "The first light." in changelog()
