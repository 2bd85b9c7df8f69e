"""Recorded tapes from the palette: the days that are kept, and a run of their own for the one chosen."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.errors import ConfigError
from app.domain.replay import RecordedDay
from app.domain.units import HOUR, Ns
from app.domain.updates import Mode
from app.ui.dialogs.tapes import TapesDialog
from tests.ui.conftest import Room, click


def choose(room: Room, words: str) -> None:
    next(a for a in room.window.actions_offered.all() if a.text() == words).trigger()
    QApplication.processEvents()
    room.frames(2)


def kept(room: Room) -> tuple[RecordedDay, ...]:
    begun = Ns(room.clock.now() - 26 * HOUR)
    return (
        RecordedDay(date(2025, 6, 10), ("/tapes/b.dbn.zst", "/tapes/c.dbn.zst"), 4_000_000, begun, False),
        RecordedDay(date(2025, 6, 9), ("/tapes/a.dbn.zst",), 900_000, None, True),
    )


def asked_to_replay(room: Room) -> list[tuple[str, ...]]:
    asked: list[tuple[str, ...]] = []
    room.window.actions_offered.saved.replay_requested.connect(asked.append)
    return asked


def test_a_recorded_day_is_listed_with_its_age_and_replayed_by_the_keyboard(room: Room, shots: Path) -> None:
    room.open_market(Mode.LIVE)
    room.commands.answer = kept(room)
    asked = asked_to_replay(room)
    choose(room, "Replay saved tapes…")
    dialog = room.dialog()
    assert isinstance(dialog, TapesDialog)
    lines = [dialog.days.item(n).text() for n in range(dialog.days.count())]
    assert lines[0].startswith("Tue 2025-06-10 · 2 tapes · 4.0 MB")
    assert lines[0].endswith(", 1 d ago")
    assert lines[1] == "Mon 2025-06-09 · 1 tape · 900 kB · simulated market"
    dialog.grab().save(str(shots / "tapes.png"))
    QTest.keyClick(dialog.days, Qt.Key.Key_Down)
    click(dialog.replay)
    assert asked == [("/tapes/a.dbn.zst",)]


def test_without_recordings_it_says_so(room: Room) -> None:
    room.open_market(Mode.LIVE)
    room.commands.answer = ()
    choose(room, "Replay saved tapes…")
    dialog = room.dialog()
    assert "No tape was recorded yet" in dialog.note.text()
    assert not dialog.replay.isEnabled()


def test_a_refusal_is_said_in_the_dialog_and_a_closed_one_hears_nothing(room: Room) -> None:
    room.open_market(Mode.LIVE)
    room.commands.error = ConfigError("The disk is gone.")
    choose(room, "Replay saved tapes…")
    dialog = room.dialog()
    assert dialog.note.text() == "The disk is gone."
    room.commands.error, room.commands.hold = None, True
    dialog.close()
    choose(room, "Replay saved tapes…")
    room.dialog().close()
    room.frames(3)


def test_going_back_is_for_a_replay_only(room: Room) -> None:
    gone: list[bool] = []
    room.window.actions_offered.saved.live_requested.connect(lambda: gone.append(True))
    room.open_market(Mode.LIVE)
    choose(room, "Back from the replay")
    assert gone == []
    room.open_market(Mode.REPLAY)
    choose(room, "Back from the replay")
    assert gone == [True]
