"""The viewer by keyboard: tabs, captures and search from anywhere in the panel, all in the palette too."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.panels.capture.tabs import TITLES

_MOVES: Final = (("Alt+Down", "next in the list", 1), ("Alt+Up", "previous in the list", -1))


def bind(
    panel: QWidget,
    turn: Callable[[int], None],
    step: Callable[[int], None],
    search: Callable[[], None],
    latest: Callable[[], None],
) -> None:
    for number, title in enumerate(TITLES):
        _bind(panel, f"Alt+{number + 1}", f"show {title}", partial(turn, number))
    for key, words, by in _MOVES:
        _bind(panel, key, words, partial(step, by))
    _bind(panel, "Ctrl+F", "search what is shown", search)
    _bind(panel, "Alt+End", "follow the newest", latest)


def _bind(panel: QWidget, key: str, words: str, act: Callable[[], None]) -> None:
    action = QAction(f"Capture: {words}", panel)
    action.setShortcut(QKeySequence(key))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: act())
    panel.addAction(action)
