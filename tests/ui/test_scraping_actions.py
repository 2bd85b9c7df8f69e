"""What a person does about a site that is read: consent, a visit by hand, a saved chain."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.domain.updates import Mode
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.terms import TermsNote
from app.ui.scraping_actions import BARCHART
from tests.ui.conftest import Room, click


def choose(room: Room, words: str) -> None:
    action = next(a for a in room.window.actions_offered.all() if a.text() == words)
    action.trigger()
    QApplication.processEvents()


def consent(room: Room) -> tuple[SettingsDialog, QCheckBox]:
    room.open_market(Mode.LIVE)
    room.window.actions_offered.open_settings()
    dialog = room.dialog()
    assert isinstance(dialog, SettingsDialog)
    switch = dialog.editors["barchart_enabled"]
    assert isinstance(switch, QCheckBox)
    switch.setChecked(True)
    QApplication.processEvents()
    return dialog, switch


def note(room: Room) -> TermsNote:
    return next(d for d in room.window.findChildren(TermsNote) if d.isVisible())


def test_nothing_is_read_before_the_user_has_agreed(room: Room, shots: Path) -> None:
    _, switch = consent(room)
    assert not switch.isChecked()
    assert ("change_setting", "barchart_enabled", True) not in room.commands.asked
    note(room).grab().save(str(shots / "terms.png"))
    click(note(room).agree)
    assert ("change_setting", "barchart_enabled", True) in room.commands.asked
    assert switch.isChecked()
    assert room.window.desk.settings.barchart_enabled


def test_who_does_not_agree_leaves_it_off(room: Room) -> None:
    _, switch = consent(room)
    QTest.keyClick(note(room), Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not switch.isChecked()
    assert not room.window.desk.settings.barchart_enabled
    assert not [asked for asked in room.commands.asked if asked[0] == "change_setting"]


def test_a_visit_by_hand_says_that_a_window_opens_and_what_came_of_it(room: Room) -> None:
    room.open_market()
    room.commands.answer = "Barchart is read with the cookies of your visit."
    choose(room, "Log in to Barchart by hand…")
    assert ("log_in_by_hand", BARCHART) in room.commands.asked
    room.frames(2)
    assert any("cookies of your visit" in said for said in room.window.notices.sentences())


def test_a_saved_chain_is_asked_for_by_its_file_and_taken_off_again(room: Room) -> None:
    room.open_market()
    room.commands.answer = "Shown."
    room.window.actions_offered.scraping.open_file("/somewhere/saved.nqcap")
    choose(room, "Back to the live chain")
    choose(room, "Judge Barchart's chains by what comes from now on")
    asked = [one for one in room.commands.asked if one[0] in ("show_saved_file", "back_to_live_chains",
                                                             "compare_anew")]  # fmt: skip
    assert asked == [
        ("show_saved_file", "/somewhere/saved.nqcap"), ("back_to_live_chains",), ("compare_anew", BARCHART),
    ]  # fmt: skip
