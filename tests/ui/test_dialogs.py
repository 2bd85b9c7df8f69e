"""Dialogs, used with keyboard and mouse."""

from pathlib import Path

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
from pytestqt.qtbot import QtBot

from app.domain.errors import AppError
from app.domain.settings import described
from app.ui.dialogs.first_run import FirstRun
from app.ui.dialogs.keys import KeyDialog
from app.ui.dialogs.palette import CommandPalette
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.whats_new import changelog
from tests.ui.conftest import Room, click

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
    QTest.keyClicks(palette.words, "show source")
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
    keys = [key.toString() for action in room.window.actions_offered.all() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


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
    field = dialog.fields["massive"]
    QTest.keyClicks(field, SECRET)
    assert field.displayText() == ""
    dialog.grab().save(str(shots / "keys.png"))
    room.commands.answer = "keyring"
    click(button(dialog, "Save the key massive"))
    room.frames(2)
    assert room.commands.asked == [("save_key", "massive", SECRET)]
    assert field.text() == ""
    assert dialog.answers["massive"].text() == "in the system keyring"
    shown = [label.text() for label in dialog.findChildren(QLabel)]
    shown += [line.text() for line in dialog.findChildren(QLineEdit)]
    names = [w.accessibleName() + w.toolTip() for w in dialog.findChildren(QWidget)]
    assert not any(part in text for text in (*shown, *names) for part in (SECRET, SECRET[:6]))


def test_a_key_test_says_its_result_or_its_refusal(room: Room) -> None:
    dialog = key_dialog(room)
    room.commands.answer = "one record in 212 ms"
    click(button(dialog, "Test the key databento"))
    room.frames(2)
    assert dialog.answers["databento"].text() == "one record in 212 ms"
    room.commands.error = AppError("Databento refused this key.")
    click(button(dialog, "Test the key databento"))
    assert dialog.answers["databento"].text() == "asking…"
    room.frames(2)
    assert dialog.answers["databento"].text() == "Databento refused this key."


def test_an_empty_key_is_not_saved(room: Room) -> None:
    dialog = key_dialog(room)
    click(button(dialog, "Save the key massive"))
    assert room.commands.asked == []
    assert dialog.answers["massive"].text() == "nothing was pasted"


def test_an_answer_for_a_dialog_that_was_closed_is_no_error(room: Room) -> None:
    dialog = key_dialog(room)
    click(button(dialog, "Test the key databento"))
    dialog.close()
    QApplication.processEvents()
    room.frames(3)
    assert len(room.window.desk.pending) == 0


def test_the_first_steps_offer_the_demo_and_force_nothing(room: Room, qtbot: QtBot, shots: Path) -> None:
    room.window.open_first_steps()
    first = room.dialog()
    assert isinstance(first, FirstRun)
    first.grab().save(str(shots / "first-run.png"))
    click(button(first, "Skip for now"))
    assert room.commands.asked == []
    room.window.open_first_steps()
    with qtbot.waitSignal(room.window.demo_requested):
        click(room.dialog().steps["demo"])
    room.window.open_first_steps()
    click(room.dialog().steps["settings"])
    assert isinstance(room.dialog(), SettingsDialog)


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
