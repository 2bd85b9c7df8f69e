"""Keys that a widget keeps for itself while it has the focus, whatever the window uses them for."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent


def keeps(event: QEvent, keys: frozenset[int]) -> bool:
    """True when Qt asked whether a key is a shortcut of the window and it is not: `event` is dealt with.

    Without this a window-wide arrow key would never reach the table that has the focus.
    """
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() not in keys or event.modifiers().value:
        return False
    event.accept()
    return True
