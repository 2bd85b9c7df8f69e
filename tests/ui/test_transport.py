"""The strip that moves a replay, used as a person would."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QSlider, QToolButton

from app.domain.replay import ReplayChanged, Wish
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import Mode
from tests.ui.conftest import Room
from tests.ui.feed import OPENING


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    room = make_room()
    room.open_market(Mode.REPLAY)
    tell(room, playing=True)
    return room


def tell(room: Room, *, playing: bool) -> None:
    begin, end = Ns(OPENING - MINUTE), Ns(OPENING + 10 * MINUTE)
    room.outbox.put_state(ReplayChanged("tape.dbn", begin, end, playing, 2.0, simulated=True))
    room.frames(20)


def button(room: Room, name: str) -> QToolButton:
    found = [b for b in room.window.transport.findChildren(QToolButton) if name in b.accessibleName()]
    return found[0]


def test_it_shows_only_while_a_tape_is_replayed(make_room: Callable[..., Room]) -> None:
    live = make_room()
    live.open_market(Mode.LIVE)
    assert not live.window.transport.isVisible()
    tell(live, playing=True)
    assert live.window.transport.isVisible()


def test_play_step_and_speed_are_asked_of_the_engine(room: Room) -> None:
    QTest.mouseClick(button(room, "Play"), Qt.MouseButton.LeftButton)
    tell(room, playing=False)
    QTest.mouseClick(button(room, "Play"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(room, "Next event"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(room, "10 times"), Qt.MouseButton.LeftButton)
    asked = [a[1:] for a in room.commands.asked if a[0] == "replay"]
    assert asked == [(Wish.PAUSE, 0.0), (Wish.PLAY, 0.0), (Wish.STEP, 0.0), (Wish.SPEED, 10.0)]


def test_forwards_is_a_jump_and_backwards_a_new_start(room: Room) -> None:
    slider = room.window.transport.findChildren(QSlider)[0]
    back: list[int] = []
    room.window.back_requested.connect(back.append)
    at = room.clock.now()
    slider.triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)
    assert not back
    (jump,) = [a for a in room.commands.asked if a[0] == "replay"]
    assert jump[1] is Wish.JUMP
    assert abs(jump[2] - at - MINUTE) <= SECOND
    slider.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
    assert back == [OPENING - MINUTE]


def test_the_strip_says_where_the_tape_is_and_that_it_was_a_demo(room: Room) -> None:
    room.frames(20)
    slider = room.window.transport.findChildren(QSlider)[0]
    assert slider.value() == (room.clock.now() - OPENING + MINUTE) // SECOND
    words = {label.text() for label in room.window.transport.findChildren(type(room.window.transport._time))}
    assert "recorded in a demo" in words
    assert any("of 10:10:00 CT" in text for text in words)
