"""The first start: demo or own data, keys, money, the site, the profile."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from app.domain.source_profile import EVERY, ProfileChanged, ProfileDiff, SourceProfile
from app.domain.units import MicroUsd
from app.domain.updates import Mode
from app.ui.dialogs.first_run import FirstRun
from tests.ui.conftest import Room, click
from tests.ui.feed import OPENING


def test_the_first_steps_offer_the_demo_and_force_nothing(room: Room, qtbot: QtBot, shots: Path) -> None:
    room.window.open_first_steps()
    first = room.dialog()
    assert isinstance(first, FirstRun)
    first.grab().save(str(shots / "first-run.png"))
    click(first.skip)
    assert room.commands.asked == []
    room.window.open_first_steps()
    with qtbot.waitSignal(room.window.demo_requested):
        click(room.dialog().steps["demo"])


def test_the_first_steps_lead_through_keys_money_site_and_profile(
    room: Room, qtbot: QtBot, shots: Path
) -> None:
    first = room.window.open_first_steps()
    with qtbot.waitSignal(first.own_data):
        click(first.steps["own"])
    assert first.keys.fields == {}
    room.feed.begin(Mode.LIVE)
    room.feed.put(profiles())
    room.frames(2)
    assert set(first.keys.fields) == {"databento", "massive"}
    first.grab().save(str(shots / "first-run-keys.png"))
    click(first.next)
    budget = first.editors.editors["cost_budget"]
    assert isinstance(budget, QDoubleSpinBox)
    budget.setValue(180.0)
    QTest.keyClick(budget, Qt.Key.Key_Return)
    assert ("change_setting", "cost_budget", 180.0) in room.commands.asked
    first.grab().save(str(shots / "first-run-money.png"))
    click(first.next)
    first.grab().save(str(shots / "first-run-site.png"))
    click(first.next)
    room.commands.answer = ProfileDiff("all", "free", (), MicroUsd(179_000_000), MicroUsd(0), "")
    first.profiles.choices["free"].click()
    room.frames(2)
    assert "$179 now, $0 with it" in first.profiles.difference.text()
    first.grab().save(str(shots / "first-run-profile.png"))
    click(first.next)
    assert ("apply_profile", "free") in room.commands.asked


def test_the_site_is_not_read_before_its_terms_were_agreed_to(room: Room) -> None:
    room.feed.begin(Mode.LIVE)
    room.frames(2)
    first = room.window.open_first_steps()
    for _ in range(3):
        first.next.click()
    consent = first.editors.editors["barchart_enabled"]
    assert isinstance(consent, QCheckBox)
    consent.click()
    assert not consent.isChecked()
    assert room.commands.asked == []


def profiles() -> ProfileChanged:
    own = [SourceProfile(name, f"About {name}.", (EVERY,), ()) for name in ("all", "free")]
    return ProfileChanged(own[0], tuple(own), OPENING)
