"""Profiles: what another one would change, money included, seen before one click applies it; one's own kept,
renamed, brought in from a file and forgotten here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from app.domain.source_profile import ProfileChanged, ProfileDiff, SourceProfile
from app.ui.desk import Desk
from app.ui.dialogs.ask import ask_line
from app.ui.dialogs.difference import Difference
from app.ui.dialogs.frame import Dialog
from app.ui.widgets.cells import Cell, Column, Mark, Row
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 23
_ABOUT: Final = (
    "A profile says which sources run, who goes first on which channel, how good data must be and how often "
    "is asked. Choose one to see what it would change."
)
_NAMES: Final = (Column("Profile", 170), Column("What it is for", 0))


class ProfilesDialog(Dialog):
    """`told` gives what the engine said last about profiles."""

    def __init__(self, parent: QWidget, desk: Desk, told: Callable[[], ProfileChanged | None]) -> None:
        super().__init__(parent, "Profiles", "Profiles", _ABOUT)
        self._desk, self._told, self._closed = desk, told, False
        self._asked, self._brought_in = "", ""
        self.finished.connect(self._leave)
        self.names = Grid("Profiles", _NAMES, desk.colours, row_px=_ROW_PX)
        self.names.setMinimumHeight(7 * _ROW_PX)
        self.difference = Difference(desk.colours)
        self.lines, self.words, self.money = (
            self.difference.lines, self.difference.words, self.difference.money,
        )  # fmt: skip
        self.use, self.copy = QPushButton("Apply"), QPushButton("Copy as my own…")
        self.rename, self.bring = QPushButton("Rename…"), QPushButton("Import…")
        self.forget = QPushButton("Forget")
        self.bring.setToolTip("A profile in a file, which becomes one of your own")
        row = QHBoxLayout()
        for button, act in (
            (self.use, self._apply),
            (self.copy, self._copy),
            (self.rename, self._rename),
            (self.forget, self._forget),
            (self.bring, self._bring),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch(1)
        self.box.addWidget(self.names)
        self.box.addWidget(self.difference, 1)
        self.box.addLayout(row)
        self.add_close()
        self.resize(860, 620)
        self.names.selectionModel().selectionChanged.connect(lambda *_: self._chosen())
        self.refresh()

    def refresh(self) -> None:
        """The engine said something new of profiles."""
        told = self._told()
        if self._closed or told is None:
            return
        self.names.set_rows(tuple(_row(p, told) for p in told.available))
        if self.names.grid.number_of(self._brought_in) is not None:
            self.names.selectRow(self.names.grid.number_of(self._brought_in) or 0)
            self._brought_in = ""
        if self.names.chosen() is None and self.names.grid.rowCount():
            self.names.selectRow(self.names.grid.number_of(told.profile.name) or 0)
        self._ask_again()

    def _profile(self) -> SourceProfile | None:
        told, name = self._told(), self.names.chosen()
        if told is None:
            return None
        return next((one for one in told.available if one.name == name), None)

    def _chosen(self) -> None:
        name = self.names.chosen()
        if name is not None and name != self._asked:
            self._ask_again()

    def _ask_again(self) -> None:
        profile, told = self._profile(), self._told()
        if profile is None or told is None:
            return
        self._asked = profile.name
        self.use.setEnabled(False)
        self.forget.setEnabled(not profile.shipped and profile.name != told.profile.name)
        self.rename.setEnabled(not profile.shipped)
        watch = self._desk.pending.watch
        watch(self._desk.commands.profile_diff(profile.name), self._show, self._say)

    def _show(self, diff: ProfileDiff | None) -> None:
        told = self._told()
        if self._closed or told is None or diff is None or diff.after != self._asked:
            return
        current = diff.after == told.profile.name
        self.use.setEnabled(not current and not diff.refused)
        self.difference.show_diff(diff, in_force=current)

    def _apply(self) -> None:
        if (profile := self._profile()) is not None:
            watch = self._desk.pending.watch
            watch(self._desk.commands.apply_profile(profile.name), self._applied, self._say)

    def _applied(self, _: object) -> None:
        self._say("Applied.")
        if not self._closed:
            self._ask_again()

    def _copy(self) -> None:
        profile = self._profile()
        if profile is not None:
            ask_line(
                self, "Copy the profile", "Name of your own profile", lambda name: self._save(profile, name)
            )

    def _save(self, profile: SourceProfile, name: str) -> None:
        own = replace(profile, name=_plain(name), shipped=False)
        if self._is_there(own.name):
            return
        watch = self._desk.pending.watch
        watch(self._desk.commands.save_profile(own), lambda _: self._say(f"{own.name} is kept."), self._say)

    def _rename(self) -> None:
        profile = self._profile()
        if profile is not None:
            ask_line(self, "Rename the profile", f"New name of {profile.name}",
                     lambda name: self._renamed(profile.name, _plain(name)))  # fmt: skip

    def _renamed(self, before: str, name: str) -> None:
        if not self._is_there(name):
            answer = self._desk.commands.rename_profile(before, name)
            self._desk.pending.watch(answer, lambda _: self._say(f"{before} is {name} now."), self._say)

    def _bring(self) -> None:
        dialog = QFileDialog(self, "Import a profile")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Profiles (*.toml)")
        dialog.fileSelected.connect(self.bring_in)
        dialog.open()

    def bring_in(self, file: str) -> None:
        """A file's profile, kept as one of the user's own and chosen, so that its difference is seen."""
        self._desk.pending.watch(self._desk.commands.import_profile(file), self._brought, self._say)

    def _brought(self, profile: SourceProfile) -> None:
        """It may be told of only later that there is one more."""
        if not self._closed:
            self._brought_in = profile.name
            self.refresh()

    def _is_there(self, name: str) -> bool:
        told = self._told()
        if told is None or all(one.name != name for one in told.available):
            return False
        self._say(f"There is a profile called {name} already.")
        return True

    def _forget(self) -> None:
        if (profile := self._profile()) is not None:
            watch = self._desk.pending.watch
            watch(
                self._desk.commands.forget_profile(profile.name), lambda _: self._say("Forgotten."), self._say
            )

    def _say(self, sentence: str) -> None:
        if not self._closed:
            self.difference.say(sentence)

    def _leave(self, _: int) -> None:
        self._closed = True


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _row(profile: SourceProfile, told: ProfileChanged) -> Row:
    current = profile.name == told.profile.name
    mark = Mark.GOOD if current else Mark.OFF
    name = profile.name if profile.shipped else f"{profile.name} (yours)"
    cells = (
        Cell(name, "text", bold=current, mark=mark, mark_colour="up" if current else "idle",
             spoken=f"{name}{', in force' if current else ''}"),
        Cell(profile.about, "dim", profile.about),
    )  # fmt: skip
    return Row(profile.name, cells)
