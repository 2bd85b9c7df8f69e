"""The icon in the system's tray, where there is one: the worst state, pop-up alerts, mute, the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class TrayDeeds:
    """What its menu does."""

    show_window: Callable[[], object]
    show_alerts: Callable[[], object]
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
        self.menu = QMenu(window)
        self._mute = QAction("Mute alerts", self.menu)
        self._mute.setCheckable(True)
        self._mute.toggled.connect(deeds.mute)
        self._state = QAction("", self.menu)
        self._state.setEnabled(False)
        back, leave = QAction("Show window", self.menu), QAction("Quit Pitwall", self.menu)
        alerts = QAction("Show alerts", self.menu)
        alerts.triggered.connect(lambda _=False: deeds.show_alerts())
        back.triggered.connect(lambda _=False: deeds.show_window())
        leave.triggered.connect(lambda _=False: deeds.leave())
        self.menu.addAction(self._state)
        self.menu.addSeparator()
        for action in (back, alerts, self._mute, leave):
            self.menu.addAction(action)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(lambda why: self._pressed(why, deeds))
        self._shown = False

    def show_state(self, icon: QIcon, words: str) -> None:
        self._icon.setIcon(icon)
        self._icon.setToolTip(words)
        self._state.setText(words.splitlines()[-1])
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


def tray_for(window: "MainWindow") -> Tray:
    def alerts() -> None:
        window.come_forward()
        window.show_panel("notifications")

    if not QSystemTrayIcon.isSystemTrayAvailable():
        return NoTray()
    mute = partial(window.change_setting, "screen_mute")
    return SystemTray(window, TrayDeeds(window.come_forward, alerts, mute, window.ask_to_leave))
