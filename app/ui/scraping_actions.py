"""What the palette offers about sites that are read, and the note before the first of them is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.updates import Mode
from app.ui.dialogs.first_run import FirstRun
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.terms import TermsNote

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

BARCHART: Final = SourceId("barchart")
_CONSENT: Final = "barchart_enabled"
_SAVED: Final = "Saved answers (*.json *.html *.htm *.nqcap *.har);;All files (*)"


class ScrapingActions:
    def __init__(self, window: "MainWindow") -> None:
        self._window = window
        self._agreed = False

    def offered(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        return (
            ("Log in to Barchart by hand…", self._log_in),
            ("Open a saved chain…", self._open_saved),
            ("Back to the live chain", self._back_to_live),
            ("Judge Barchart's chains by what comes from now on", self._compare_anew),
        )

    def may_take(self, before: Settings, after: Settings) -> bool:
        """Switching the site on needs a person's consent first, once a run; simulators need none."""
        switched_on = after.barchart_enabled and not before.barchart_enabled
        if not switched_on or self._agreed or self._window.desk.mode is Mode.DEMO:
            return True
        TermsNote(self._window, after, self._agree).open()
        return False

    def _agree(self) -> None:
        self._agreed = True
        self._window.change_setting(_CONSENT, True)
        window = self._window
        for dialog in window.findChildren(SettingsDialog):
            dialog.show_value(_CONSENT, True)
        for steps in window.findChildren(FirstRun):
            steps.show_value(_CONSENT, True)

    def _log_in(self) -> None:
        window, desk = self._window, self._window.desk
        window.notices.say("visit", "A window of the browser opens for your own visit to Barchart…", "INFO")
        desk.pending.watch(desk.commands.log_in_by_hand(BARCHART), self._visited, self._visited)

    def _visited(self, sentence: object) -> None:
        self._window.notices.drop("visit")
        self._window.say(str(sentence))

    def _open_saved(self) -> None:
        dialog = QFileDialog(self._window, "Open a saved chain")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_SAVED)
        dialog.fileSelected.connect(self.open_file)
        dialog.open()

    def open_file(self, path: str) -> None:
        desk = self._window.desk
        desk.pending.watch(desk.commands.show_saved_file(path), self._shown)

    def _shown(self, sentence: object) -> None:
        self._window.say(str(sentence))
        self._window.show_panel("chain")

    def _back_to_live(self) -> None:
        desk = self._window.desk
        desk.pending.watch(desk.commands.back_to_live_chains(), self._window.say)

    def _compare_anew(self) -> None:
        desk = self._window.desk
        desk.pending.watch(desk.commands.compare_anew(BARCHART), self._window.say)
