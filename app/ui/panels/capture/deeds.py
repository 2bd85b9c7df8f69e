"""What can be done with the capture that is looked at: keep, compare, read again, write to a file, delete."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton, QWidget

from app.domain.capture import CaptureLine
from app.ui.desk import Desk
from app.ui.panels.capture.words import asked
from app.ui.theme import SMALL_PX, font

_EXPORTS: Final = (
    ("bundle", "Everything as a bundle (.nqcap)…", "nqcap"),
    ("har", "Request and answer as HAR…", "har"),
    ("warc", "Request and answer as WARC…", "warc"),
    ("fixture", "A regression fixture: answer and expected values…", ""),
)


class Deeds:
    """`shown` gives the capture they are about; `compare` is told which one the others are held against.

    `again` is called when what was made of the capture may have changed.
    """

    def __init__(
        self,
        panel: QWidget,
        desk: Desk,
        shown: Callable[[], CaptureLine | None],
        compare: Callable[[str | None], None],
        again: Callable[[], None],
    ) -> None:
        self._panel, self._desk, self._shown, self._compare = panel, desk, shown, compare
        self._look_again = again
        self._against: str | None = None
        self.pin, self.against, self.again = QToolButton(), QToolButton(), QToolButton()
        self.more = QToolButton()
        menu = QMenu(self.more)
        self._dress(self.pin, "Pin", "Pin this capture: it is never thinned", self._pin, "pin or unpin")
        self._dress(
            self.against, "Hold", "Hold this capture: others are compared with it, not the last good one",
            self._hold, "hold it, to compare others with it",
        )  # fmt: skip
        self._dress(
            self.again, "Read again", "Read the stored answer again with today's parser", self._reread,
            "read the stored answer again",
        )  # fmt: skip
        self._dress(self.more, "Export ▾", "Write this capture to a file, or delete it", self.more.showMenu)
        self.pin.setCheckable(True)
        self.against.setCheckable(True)
        for kind, words, suffix in _EXPORTS:
            action = QAction(f"Capture: export {words[0].lower()}{words[1:]}", panel)
            action.triggered.connect(lambda _=False, k=kind, s=suffix: self.ask_file(k, s))
            action.setIconText(words)
            panel.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        check = QAction("Capture: check against a regression fixture…", panel)
        check.triggered.connect(lambda _=False: self.ask_fixture())
        panel.addAction(check)
        menu.addAction(check)
        board = QAction("Capture: show its chain on the board, as a recording", panel)
        board.triggered.connect(lambda _=False: self.show_on_board())
        panel.addAction(board)
        menu.addAction(board)
        gone = QAction("Capture: delete it…", panel)
        gone.triggered.connect(lambda _=False: self.ask_to_delete())
        panel.addAction(gone)
        menu.addAction(gone)
        self.more.setMenu(menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        return self.pin, self.against, self.again, self.more

    def refresh(self) -> None:
        line = self._shown()
        for button in self.buttons:
            button.setEnabled(line is not None)
        self.pin.setChecked(line is not None and line.pinned)
        self.against.setChecked(line is not None and line.id == self._against)

    def ask_file(self, kind: str, suffix: str) -> None:
        line = self._shown()
        if line is None:
            return
        dialog = QFileDialog(self._panel.window(), "Write this capture")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if suffix:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(suffix)
            dialog.setNameFilter(f"*.{suffix}")
            dialog.selectFile(f"{line.id}.{suffix}")
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda file: self.write(line.id, kind, file))
        dialog.open()

    def ask_fixture(self) -> None:
        """The values that it must be read as, as they were written once; those that differ are said."""
        line = self._shown()
        if line is None:
            return
        dialog = QFileDialog(self._panel.window(), "Check against a fixture")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("*.expected.json")
        dialog.fileSelected.connect(lambda file: self.write(line.id, "check", file))
        dialog.open()

    def write(self, capture_id: str, kind: str, file: str) -> None:
        desk = self._desk
        desk.pending.watch(desk.commands.export_capture(capture_id, kind, file), lambda said: desk.say(said))

    def show_on_board(self) -> None:
        """Only on a user's click: a saved chain is never taken by itself."""
        line, desk = self._shown(), self._desk
        if line is not None:
            desk.pending.watch(desk.commands.show_saved_capture(line.id), self._on_board)

    def _on_board(self, said: str) -> None:
        self._desk.say(said)
        self._desk.show("chain", "")

    def ask_to_delete(self) -> None:
        line = self._shown()
        if line is None:
            return
        box = QMessageBox(self._panel.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Delete this capture")
        box.setText(
            f"Delete the capture {asked(line)} with its answer and picture? It cannot be brought back."
        )
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.buttonClicked.connect(
            lambda button: (
                self.delete(line.id) if box.standardButton(button) is QMessageBox.StandardButton.Yes else None
            )
        )
        box.open()

    def delete(self, capture_id: str) -> None:
        desk = self._desk
        desk.pending.watch(desk.commands.forget_capture(capture_id), lambda said: desk.say(said))

    def _reread(self) -> None:
        line, desk = self._shown(), self._desk
        if line is not None:
            desk.pending.watch(desk.commands.reread_capture(line.id), self._reread_done)

    def _reread_done(self, said: str) -> None:
        self._desk.say(said)
        self._look_again()

    def _pin(self) -> None:
        line = self._shown()
        if line is not None:
            self._desk.pending.watch(self._desk.commands.pin_capture(line.id, not line.pinned))

    def _hold(self) -> None:
        line = self._shown()
        self._against = None if line is None or line.id == self._against else line.id
        self._compare(self._against)
        self.refresh()

    def _dress(
        self, button: QToolButton, text: str, words: str, act: Callable[[], object], offered: str = ""
    ) -> None:
        """`offered` is what the command palette calls it."""
        button.setText(text)
        button.setFont(font(SMALL_PX))
        button.setProperty("small", True)
        button.setAccessibleName(words)
        button.setToolTip(words)
        if offered:
            button.clicked.connect(lambda _=False: act())
            action = QAction(f"Capture: {offered}", self._panel)
            action.triggered.connect(lambda _=False: act())
            self._panel.addAction(action)
