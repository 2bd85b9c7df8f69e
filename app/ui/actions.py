"""Every action of the window in one list, from which menu, command palette and shortcut sheet are made."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog

from app.ui.dialogs.keys import KeyDialog
from app.ui.dialogs.palette import CommandPalette
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.shortcuts import ShortcutSheet
from app.ui.dialogs.whats_new import WhatsNew
from app.ui.palettes import PALETTES
from app.ui.saved_actions import SavedActions
from app.ui.scraping_actions import ScrapingActions

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


class Actions:
    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._own: list[QAction] = []
        self.scraping = ScrapingActions(window)
        self.saved = SavedActions(window)
        self._make()
        self._fill_menu()

    def all(self) -> tuple[QAction, ...]:
        """The window's own, then what the panels offer; the palette lists exactly these."""
        offered = [action for panel in self._window.panels.values() for action in panel.actions()]
        return (*self._own, *offered)

    def open_palette(self) -> None:
        CommandPalette(self._window, self.all()).open()

    def open_shortcuts(self) -> None:
        ShortcutSheet(self._window, self.all()).open()

    def open_keys(self) -> None:
        KeyDialog(self._window, self._window.desk).open()

    def open_settings(self) -> None:
        SettingsDialog(self._window, self._window.desk, self._window.settings_changed).open()

    def _make(self) -> None:
        window = self._window
        for number, (spec, _, dock) in enumerate(window.docks.all(), 1):
            key = f"Ctrl+{number}" if number < 10 else ""
            self._add(f"Show {spec.title}", partial(window.show_panel, spec.id), key)
            toggle = dock.toggleViewAction()
            toggle.setText(f"{spec.title} on or off")
            self._own.append(toggle)
        self._add("Reset layout", window.docks.reset, "Ctrl+Shift+R")
        self._add("Full screen", self._full_screen, "F11")
        for name in PALETTES:
            self._add(f"Colours: {name}", partial(window.change_setting, "screen_theme", name))
        for name, words in _ZONES:
            self._add(f"Clock: {words}", partial(window.change_setting, "screen_zone", name))
        self._add("Settings…", self.open_settings, "Ctrl+,")
        self._add("Keys…", self.open_keys, "Ctrl+Shift+K")
        self._add("First steps…", window.open_first_steps)
        self._add("Save picture of the window…", self._save_picture, "Ctrl+P")
        self._add("Recompute today's CVD from the recording", self._recheck)
        self._add("Ask again for refused data", self._retry_schema)
        for words, act in (*self.scraping.offered(), *self.saved.offered()):
            self._add(words, act)
        self._add("Command palette", self.open_palette, "Ctrl+K", "Ctrl+Shift+P")
        self._add("Keyboard shortcuts", self.open_shortcuts, "?", "F1")
        self._add("What's new", lambda: WhatsNew(window).open())
        self._add("Quit Pitwall", window.ask_to_leave, "Ctrl+Q")

    def _add(self, words: str, act: Callable[[], object], *keys: str) -> QAction:
        action = QAction(words, self._window)
        action.setShortcuts([QKeySequence(key) for key in keys if key])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _=False: act())
        self._window.addAction(action)
        self._own.append(action)
        return action

    def _fill_menu(self) -> None:
        menu = self._window.menu
        panels = menu.addMenu("Panels")
        colours, clocks = menu.addMenu("Colours"), menu.addMenu("Clock")
        for action in self._own:
            words = action.text()
            if words.endswith("on or off"):
                panels.addAction(action)
            elif words.startswith("Colours: "):
                colours.addAction(action)
            elif words.startswith("Clock: "):
                clocks.addAction(action)
            elif not words.startswith("Show "):
                menu.addAction(action)

    def _full_screen(self) -> None:
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def _recheck(self) -> None:
        desk = self._window.desk
        desk.pending.watch(desk.commands.recheck(), self._window.say)

    def _retry_schema(self) -> None:
        desk = self._window.desk
        desk.pending.watch(desk.commands.retry_schema(), self._window.say)

    def _save_picture(self) -> None:
        dialog = QFileDialog(self._window, "Save picture of the window")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setNameFilter("Pictures (*.png)")
        dialog.fileSelected.connect(self._picture_chosen)
        dialog.open()

    def _picture_chosen(self, file: str) -> None:
        if not self._window.shot(Path(file)):
            self._window.say(f"The picture could not be written to {file}.")


_ZONES = (
    ("America/Chicago", "Chicago (CT)"),
    ("America/New_York", "New York (ET)"),
    ("local", "this computer"),
    ("UTC", "UTC"),
)
