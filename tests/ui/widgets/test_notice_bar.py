"""Sentences under the header: few lines, the worst of them always among those that are seen."""

from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.ui.palettes import colours_for
from app.ui.widgets.notice_bar import LOW_PX, NoticeBar
from tests.ui.conftest import Room


def told(bar: NoticeBar, count: int) -> None:
    bar.say("key", "The key was refused.", "ERROR")
    for number in range(count):
        bar.say(f"n{number}", f"Something {number}.", "WARNING")


def seen(bar: NoticeBar) -> list[str]:
    closing = [one for one in bar.findChildren(QToolButton) if one.toolTip() == "Dismiss"]
    lines = [(one.accessibleName().removeprefix("Dismiss: "), one.parentWidget()) for one in closing]
    return [words for words, line in lines if line is not None and not line.isHidden()]


def test_the_worst_is_seen_however_much_came_after_it(qtbot: QtBot) -> None:
    bar = NoticeBar(colours_for("dark", ""))
    qtbot.addWidget(bar)
    bar.resize(800, LOW_PX)
    told(bar, 6)
    assert set(seen(bar)) == {"The key was refused.", "Something 5.", "Something 4."}
    bar.drop("key")
    assert "Something 3." in seen(bar)


def test_a_low_window_has_one_line_and_a_way_to_the_others(room: Room) -> None:
    room.window.resize(1280, 780)
    room.frames(2)
    bar = room.window.notices
    told(bar, 2)
    assert seen(bar) == ["The key was refused."]
    more = next(one for one in bar.findChildren(QToolButton) if one.text() == "and 2 more")
    more.click()
    room.frames(2)
    assert room.window.panels["notifications"].seen
    bar.drop("key")
    bar.drop("n0")
    assert not more.isVisible()
    assert seen(bar) == ["Something 1."]
