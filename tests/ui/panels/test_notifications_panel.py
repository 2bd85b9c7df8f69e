"""What was told stays in a list: one line a matter, repeats counted, what ended marked."""

from dataclasses import replace
from pathlib import Path

from app.domain.units import SECOND, Ns
from app.domain.updates import Notice
from app.ui.format import CT
from app.ui.panels.notifications.model import ALL, OPEN, Notifications
from app.ui.panels.notifications.view import NotificationsPanel
from tests.ui.conftest import Room, button_of, click
from tests.ui.feed import OPENING

DOWN = Notice(OPENING, "ERROR", "Databento does not answer.", "databento", first=OPENING)


def test_repeats_are_one_line_with_a_count(room: Room, shots: Path) -> None:
    room.open_market()
    room.window.show_panel("notifications")
    panel = room.window.panels["notifications"]
    assert isinstance(panel, NotificationsPanel)
    room.feed.put(DOWN)
    room.frames()
    room.feed.put(replace(DOWN, at=Ns(OPENING + 60 * SECOND), count=4))
    room.feed.put(Notice(OPENING, "INFO", "A new day began.", "day"))
    room.frames()
    rows = panel.table.grid.rows()
    assert [row.cells[3].text for row in rows] == ["A new day began.", "Databento does not answer."]
    assert rows[1].cells[2].text == "×4"
    assert "1 still so" in panel.title_bar.hint_text()
    room.window.notices.drop("databento")
    room.window.grab().save(str(shots / "notifications.png"))
    room.frames()
    assert len(panel.table.grid.rows()) == 2


def test_what_has_ended_is_no_longer_among_what_is_still_so() -> None:
    told = Notifications()
    told.take(DOWN)
    assert told.open() == 1
    assert len(told.rows(CT, OPEN, "")) == 1
    told.take(replace(DOWN, severity="INFO", sentence="Databento is back.", over=True))
    assert told.open() == 0
    assert told.rows(CT, OPEN, "") == ()
    assert told.rows(CT, ALL, "back")[0].cells[1].text == "over"


def test_a_withdrawn_sentence_leaves_no_line() -> None:
    told = Notifications()
    told.take(DOWN)
    told.take(replace(DOWN, sentence=""))
    assert len(told) == 0


def test_an_alert_is_taken_note_of_and_does_not_come_back_to_the_header(room: Room) -> None:
    room.open_market()
    room.feed.put(DOWN)
    room.window.show_panel("notifications")
    room.frames()
    panel = room.window.panels["notifications"]
    assert isinstance(panel, NotificationsPanel)
    panel.table.selectRow(panel.table.grid.number_of(DOWN.topic) or 0)
    panel.take_note()
    assert room.commands.asked[-1] == ("acknowledge", DOWN.topic)
    room.feed.put(replace(DOWN, seen=True))
    room.frames()
    assert DOWN.sentence not in room.window.notices.sentences()
    row = panel.table.grid.row(panel.table.grid.number_of(DOWN.topic) or 0)
    assert row.cells[1].text == "error, seen"


def test_a_dismissed_line_is_taken_note_of(room: Room) -> None:
    room.open_market()
    room.feed.put(DOWN)
    room.frames()
    click(button_of(room.window.notices, f"Dismiss: {DOWN.sentence}"))
    assert room.commands.asked[-1] == ("acknowledge", DOWN.topic)
