"""Profiles and the verification as dialogs: what a change costs before it is made, what was measured."""

from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.source_profile import ProfileChanged, ProfileDiff, ProfileLine, SourceProfile
from app.domain.units import MicroUsd
from app.domain.updates import Mode
from app.domain.verification import CheckDone, Checked, Verdict, Verification, VerificationChanged
from app.domain.verify_plan import PlannedSource, VerifyPlan
from app.ui.dialogs.difference import cost_words
from app.ui.dialogs.profiles import ProfilesDialog
from app.ui.dialogs.verify import VerifyDialog
from app.ui.panels.health.view import HealthPanel
from app.ui.verify_words import evidence
from tests.ui.conftest import Room, click
from tests.ui.feed import BARCHART, DATABENTO, OPENING

ALL = SourceProfile("all_sources", "Every source that has its key.", (DATABENTO, BARCHART), ())
CHEAP = SourceProfile("barchart_only", "Delayed chains, no fees.", (BARCHART,), ())
OWN = SourceProfile("own", "Mine.", (DATABENTO,), (), shipped=False)
TOLD = ProfileChanged(ALL, (ALL, CHEAP, OWN), OPENING)
DIFF = ProfileDiff(
    "all_sources", "barchart_only",
    (ProfileLine("Databento", "on", "off"), ProfileLine("least for chain", "SNAPSHOT", "DELAYED(30)")),
    MicroUsd(179_000_000), MicroUsd(0), "No metered requests.",
)  # fmt: skip
FOUND = Verification(
    OPENING, "demo",
    (
        CheckDone(DATABENTO, Checked.KEY, Verdict.PASS, {"keys_required": 1}),
        CheckDone(DATABENTO, Checked.LOGIN, Verdict.FAIL, {"login_ms": 12.5}, "The key was refused."),
        CheckDone(DATABENTO, Checked.CACHE, Verdict.SKIPPED, {}, "A stream is not cached."),
        CheckDone(BARCHART, Checked.KEY, Verdict.PASS, {"keys_required": 0}),
    ),
)  # fmt: skip


def health(room: Room) -> HealthPanel:
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    return panel


def profiles(room: Room) -> ProfilesDialog:
    room.open_market()
    room.feed.put(TOLD)
    room.frames()
    health(room).open_profiles()
    dialog = room.dialog()
    assert isinstance(dialog, ProfilesDialog)
    return dialog


def test_a_profile_shows_what_it_would_change_and_cost_before_it_is_applied(room: Room, shots: Path) -> None:
    dialog = profiles(room)
    assert dialog.names.chosen() == "all_sources"
    room.commands.answer = DIFF
    dialog.names.selectRow(1)
    room.frames(2)
    assert [row.cells[0].text for row in dialog.lines.grid.rows()] == ["Databento", "least for chain"]
    assert "$179.00 → $0.00 (−$179.00)" in dialog.money.text()
    dialog.grab().save(str(shots / "profiles.png"))
    click(dialog.use)
    assert ("apply_profile", "barchart_only") in room.commands.asked


def test_a_refused_profile_cannot_be_applied_and_a_shipped_one_not_forgotten(room: Room) -> None:
    dialog = profiles(room)
    refused = ProfileDiff("all_sources", "own", (), MicroUsd(0), MicroUsd(0), "", refused="No key is there.")
    room.commands.answer = refused
    dialog.names.selectRow(2)
    room.frames(2)
    assert not dialog.use.isEnabled()
    assert dialog.words.text() == "No key is there."
    assert dialog.forget.isEnabled()
    dialog.names.selectRow(1)
    assert not dialog.forget.isEnabled()


def test_a_profile_of_ones_own_is_renamed_and_another_comes_from_a_file(room: Room) -> None:
    dialog = profiles(room)
    dialog.names.selectRow(0)
    assert not dialog.rename.isEnabled()
    dialog.names.selectRow(2)
    assert dialog.rename.isEnabled()
    click(dialog.rename)
    question = room.dialog()
    line = question.findChild(QLineEdit)
    QTest.keyClicks(line, "My Night Set")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert room.commands.asked[-1] == ("rename_profile", "own", "my_night_set")
    room.frames(2)
    brought = replace(OWN, name="brought")
    answer: Future[SourceProfile] = Future()
    answer.set_result(brought)
    room.commands.answers["import_profile"] = answer
    dialog.bring_in("/somewhere/brought.toml")
    assert ("import_profile", "/somewhere/brought.toml") in room.commands.asked
    room.feed.put(replace(TOLD, available=(*TOLD.available, brought)))
    room.frames()
    assert dialog.names.chosen() == "brought"


def test_a_name_that_is_taken_is_refused_before_anything_is_kept(room: Room) -> None:
    dialog = profiles(room)
    click(dialog.copy)
    line = room.dialog().findChild(QLineEdit)
    QTest.keyClicks(line, "Barchart only")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert dialog.words.text() == "There is a profile called barchart_only already."
    assert not any(asked[0] == "save_profile" for asked in room.commands.asked)


@pytest.mark.parametrize(("after", "words"), [(179, ", unchanged"), (200, "(+$21.00)")])
def test_the_change_of_fees_has_its_sign(after: int, words: str) -> None:
    diff = ProfileDiff("a", "b", (), MicroUsd(179_000_000), MicroUsd(after * 1_000_000), "")
    assert words in cost_words(diff)


def test_the_verification_is_shown_check_by_check(room: Room, shots: Path) -> None:
    room.open_market()
    room.commands.hold = True
    health(room).open_verification()
    dialog = room.dialog()
    assert isinstance(dialog, VerifyDialog)
    click(dialog.start)
    assert room.commands.asked[-1] == ("verify",)
    assert not dialog.start.isEnabled()
    room.feed.put(VerificationChanged(FOUND, "Databento: data quality"))
    room.frames()
    assert dialog.words.text() == "2 passed · 1 failed · 1 skipped · now Databento: data quality"
    assert len(dialog.matrix.grid.rows()) == 2
    failed = dialog.list.grid.rows()[1]
    assert failed.cells[3].text == "login_ms 12.5; The key was refused."
    dialog.grab().save(str(shots / "verify.png"))


def test_a_verification_is_given_up_and_what_was_found_stays(room: Room) -> None:
    room.open_market()
    room.commands.hold = True
    health(room).open_verification()
    dialog = room.dialog()
    click(dialog.start)
    room.feed.put(VerificationChanged(replace(FOUND, of=40), "Databento: data quality"))
    room.frames()
    assert (dialog.progress.value(), dialog.progress.maximum()) == (4, 40)
    assert dialog.stop.isEnabled()
    click(dialog.stop)
    assert room.commands.asked[-1] == ("stop_verifying",)
    dialog.reject()
    health(room).open_verification()
    again = room.dialog()
    assert not again.start.isEnabled()
    room.feed.put(VerificationChanged(replace(FOUND, of=40), ""))
    room.frames()
    assert again.words.text() == "2 passed · 1 failed · 1 skipped · ended after 4 of 40"
    assert again.start.isEnabled()
    assert not again.stop.isEnabled()


def test_with_real_vendors_the_cost_is_said_before_it_can_be_started(room: Room, shots: Path) -> None:
    room.open_market(Mode.LIVE)
    answer: Future[VerifyPlan] = Future()
    room.commands.answers["verify_plan"] = answer
    health(room).open_verification()
    dialog = room.dialog()
    assert not dialog.start.isEnabled()
    asks, cost = "two logins, live records, one reconnect", MicroUsd(2_000_000)
    dear = PlannedSource(DATABENTO, "Databento", asks, cost)
    free = PlannedSource(BARCHART, "Barchart", "one page", left_out="No key for Barchart.")
    answer.set_result(VerifyPlan((dear, free), MicroUsd(21_000_000)))
    room.frames(2)
    assert dialog.start.text() == "Start for at most $2.00"
    assert dialog.plan.text().splitlines() == [
        "Databento: two logins, live records, one reconnect, at most $2.00",
        "Barchart: not tried. No key for Barchart.",
        "It costs at most $2.00 of the $21.00 left for metered data.",
    ]
    dialog.grab().save(str(shots / "verify-live.png"))
    room.commands.hold = True
    click(dialog.start)
    assert room.commands.asked[-1] == ("verify",)


def test_the_evidence_holds_measurements_and_nothing_else() -> None:
    table = evidence(FOUND)
    assert table.rows == 4
    assert [column.name for column in table.columns] == ["source", "check", "result", "measured", "why"]
