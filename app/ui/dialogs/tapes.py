"""The days of which tapes are kept, each with its true age; one of them can be played."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QWidget

from app.domain.replay import RecordedDay
from app.domain.units import Ns
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.format import Zone, age_between, clock, megabytes

_ABOUT: Final = (
    "A replay runs alone: Pitwall begins anew with the tapes, nothing is connected meanwhile, and everything "
    "on screen is recorded. “Back from the replay” begins anew with what is live."
)
_NONE: Final = "No tape was recorded yet: the setting recorder_enabled keeps them."
_FILES: Final = Qt.ItemDataRole.UserRole


class TapesDialog(Dialog):
    """`chosen` carries the files of a day; `files_wanted`: the user has tapes elsewhere."""

    chosen = Signal(object)
    files_wanted = Signal()

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "Saved tapes", "Saved tapes", _ABOUT)
        self._desk = desk
        self._closed = False
        self.finished.connect(self._leave)
        self.days = QListWidget()
        self.days.setAccessibleName("Recorded days")
        self.days.itemActivated.connect(self._play)
        self.note = QLabel("Looking for recordings…")
        self.note.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.replay = self.buttons.addButton("Replay this day", QDialogButtonBox.ButtonRole.AcceptRole)
        other = self.buttons.addButton("Tape files…", QDialogButtonBox.ButtonRole.ActionRole)
        self.replay.setEnabled(False)
        self.buttons.accepted.connect(self._play)
        self.buttons.rejected.connect(self.reject)
        other.clicked.connect(self._elsewhere)
        for part in (self.days, self.note, self.buttons):
            self.box.addWidget(part)
        self.resize(640, 380)
        desk.pending.watch(desk.commands.recorded_days(), self._fill, self._refused)

    def _leave(self) -> None:
        self._closed = True

    def _fill(self, found: object) -> None:
        if self._closed:
            return
        days = found if isinstance(found, tuple) else ()
        now = self._desk.clock.now()
        for day in days:
            item = QListWidgetItem(_words(day, now, self._desk.zone))
            item.setData(_FILES, day.files)
            self.days.addItem(item)
        self.days.setCurrentRow(0)
        self.replay.setEnabled(bool(days))
        self.note.setText("" if days else _NONE)
        self.note.setVisible(not days)
        self.days.setFocus()

    def _refused(self, sentence: str) -> None:
        if not self._closed:
            self.note.setText(sentence)

    def _play(self, *_: object) -> None:
        item = self.days.currentItem()
        if item is not None:
            self.accept()
            self.chosen.emit(item.data(_FILES))

    def _elsewhere(self) -> None:
        self.accept()
        self.files_wanted.emit()


def _words(day: RecordedDay, now: Ns, zone: Zone) -> str:
    tapes = f"{len(day.files)} tape{'s' if len(day.files) > 1 else ''}"
    begun = (
        "" if day.begins is None else f" · from {clock(day.begins, zone)}, {age_between(day.begins, now)} ago"
    )
    simulated = " · simulated market" if day.simulated else ""
    return f"{day.day:%a %Y-%m-%d} · {tapes} · {megabytes(day.bytes)}{begun}{simulated}"
