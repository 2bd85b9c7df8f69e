"""What the palette offers about recorded tapes: a run of the program in which they are played, and back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from app.domain.updates import Mode
from app.ui.dialogs.tapes import TapesDialog

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_TAPES: Final = "Recorded tapes (*.dbn *.dbn.zst *.dbn.zstd);;All files (*)"


class SavedActions(QObject):
    """`replay_requested` carries the files to play; `live_requested`: the replay is to end. Both need another
    start of the program: what is live and what is played never share a chart."""

    replay_requested = Signal(object)
    live_requested = Signal()

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window

    def offered(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        return (
            ("Replay saved tapes…", self._list_days),
            ("Replay tape files…", self.choose_files),
            ("Back from the replay", self._go_back),
        )

    def choose_files(self) -> None:
        dialog = QFileDialog(self._window, "Replay tape files")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_TAPES)
        dialog.filesSelected.connect(self.play)
        dialog.open()

    def play(self, files: object) -> None:
        chosen = tuple(map(str, files)) if isinstance(files, list | tuple) else ()
        if chosen:
            self.replay_requested.emit(chosen)

    def _list_days(self) -> None:
        dialog = TapesDialog(self._window, self._window.desk)
        dialog.chosen.connect(self.play)
        dialog.files_wanted.connect(self.choose_files)
        dialog.open()

    def _go_back(self) -> None:
        if self._window.desk.mode is Mode.REPLAY:
            self.live_requested.emit()
        else:
            self._window.say("Nothing is being replayed.")
