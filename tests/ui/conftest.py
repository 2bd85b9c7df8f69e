"""A window in a room: scripted market, recorded commands, a layout in memory."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.domain.settings import Settings
from app.domain.updates import Mode
from app.engine.outbox import Outbox
from app.ui.application import make_application
from app.ui.layout_store import MemoryLayout
from app.ui.main_window import MainWindow
from app.ui.panel import Panel
from tests.ui.feed import Feed, RecordedCommands, ScriptedClock

# a second: each text was drawn meanwhile
_ENOUGH_FRAMES = 31


@dataclass
class Room:
    window: MainWindow
    feed: Feed
    clock: ScriptedClock
    outbox: Outbox
    commands: RecordedCommands
    layout: MemoryLayout

    def frames(self, count: int = _ENOUGH_FRAMES) -> None:
        """Frames in which time goes on a little."""
        for _ in range(count):
            self.clock.forward(0.033)
            self.window.pump.frame()
            QApplication.processEvents()

    def open_market(self, mode: Mode = Mode.DEMO, minutes: int = 10) -> None:
        self.feed.begin(mode)
        self.feed.history(minutes)
        self.feed.furniture()
        self.frames(20)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifiers)
        QApplication.processEvents()

    def dialog(self) -> Any:
        """The dialog on top."""
        found = QApplication.activeModalWidget()
        assert isinstance(found, QDialog)
        return found


@pytest.fixture
def make_room(qtbot: QtBot) -> Iterator[Callable[..., Room]]:
    rooms: list[Room] = []

    def make(layout: MemoryLayout | None = None, **settings: Any) -> Room:
        app = make_application([])
        app.setQuitOnLastWindowClosed(False)
        clock, outbox, commands = ScriptedClock(), Outbox(), RecordedCommands()
        kept = layout or MemoryLayout()
        window = MainWindow(outbox, commands, replace(Settings(), **settings), kept, clock)
        rooms.append(Room(window, Feed(clock, outbox), clock, outbox, commands, kept))
        window.begin()
        qtbot.waitExposed(window)
        return rooms[-1]

    yield make
    for room in rooms:
        for dialog in room.window.findChildren(QDialog):
            dialog.close()
        room.window.end()
        room.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # else windows pile up
    QApplication.processEvents()


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    return make_room()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: a folder to look at when SHOTS_FOLDER names one."""
    folder = Path(os.environ.get("SHOTS_FOLDER", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def button_of(within: QWidget, name: str) -> QAbstractButton:
    parts = [within, *([within.title_bar] if isinstance(within, Panel) else [])]
    for part in parts:
        for child in part.findChildren(QAbstractButton):
            if child.accessibleName() == name:
                return child
    raise AssertionError(f"nothing is called {name!r}")
