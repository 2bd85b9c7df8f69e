"""The icon in the system's tray, where there is one: the worst state, pop-up alerts, mute, the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget


@dataclass(frozen=True, slots=True)
class TrayDeeds:
    """What its menu does."""

    show_window: Callable[[], object]
    mute: Callable[[bool], object]
    leave: Callable[[], object]


class Tray(Protocol):
    @property
    def is_there(self) -> bool: ...
    def show_state(self, icon: QIcon, words: str) -> None: ...
    def alert(self, sentence: str, *, serious: bool) -> None: ...
    def show_muted(self, muted: bool) -> None: ...
    def end(self) -> None: ...


class NoTray:
    """A system without one: nothing is missing but the icon."""

    is_there = False

    def show_state(self, icon: QIcon, words: str) -> None:
        return

    def alert(self, sentence: str, *, serious: bool) -> None:
        return

    def show_muted(self, muted: bool) -> None:
        return

    def end(self) -> None:
        return


class SystemTray:
    is_there = True

    def __init__(self, window: QWidget, deeds: TrayDeeds) -> None:
        self._icon = QSystemTrayIcon(window)
        self._menu = QMenu(window)
        self._mute = QAction("Mute alerts", self._menu)
        self._mute.setCheckable(True)
        self._mute.toggled.connect(deeds.mute)
        back, leave = QAction("Show window", self._menu), QAction("Quit Pitwall", self._menu)
        back.triggered.connect(lambda _=False: deeds.show_window())
        leave.triggered.connect(lambda _=False: deeds.leave())
        for action in (back, self._mute, leave):
            self._menu.addAction(action)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(lambda why: self._pressed(why, deeds))
        self._shown = False

    def show_state(self, icon: QIcon, words: str) -> None:
        self._icon.setIcon(icon)
        self._icon.setToolTip(words)
        if not self._shown:
            self._shown = True
            self._icon.show()

    def alert(self, sentence: str, *, serious: bool) -> None:
        kind = QSystemTrayIcon.MessageIcon.Critical if serious else QSystemTrayIcon.MessageIcon.Warning
        self._icon.showMessage("Pitwall", sentence, kind)

    def show_muted(self, muted: bool) -> None:
        self._mute.blockSignals(True)
        self._mute.setChecked(muted)
        self._mute.blockSignals(False)

    def end(self) -> None:
        self._icon.hide()

    def _pressed(self, why: QSystemTrayIcon.ActivationReason, deeds: TrayDeeds) -> None:
        if why is QSystemTrayIcon.ActivationReason.Trigger:
            deeds.show_window()


def tray_for(window: QWidget, deeds: TrayDeeds) -> Tray:
    return SystemTray(window, deeds) if QSystemTrayIcon.isSystemTrayAvailable() else NoTray()
