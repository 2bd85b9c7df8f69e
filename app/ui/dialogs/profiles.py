"""Profiles: what another one would change, money included, seen before one click applies it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.domain.source_profile import ProfileChanged, ProfileDiff, SourceProfile
from app.domain.units import MicroUsd
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.dialogs.ask import ask_line
from app.ui.dialogs.frame import Dialog
from app.ui.widgets.cells import Cell, Column, Mark, Row
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 23
_ABOUT: Final = (
    "A profile says which sources run, who goes first on which channel, how good data must be and how often "
    "is asked. Choose one to see what it would change."
)
_NAMES: Final = (Column("Profile", 170), Column("What it is for", 0))
_LINES: Final = (Column("What would change", 230), Column("Now", 240), Column("Then", 0))


class ProfilesDialog(Dialog):
    """`told` gives what the engine said last about profiles."""

    def __init__(self, parent: QWidget, desk: Desk, told: Callable[[], ProfileChanged | None]) -> None:
        super().__init__(parent, "Profiles", "Profiles", _ABOUT)
        self._desk, self._told, self._closed = desk, told, False
        self._asked = ""
        self.finished.connect(self._leave)
        self.names = Grid("Profiles", _NAMES, desk.colours, row_px=_ROW_PX)
        self.names.setMinimumHeight(7 * _ROW_PX)
        self.lines = Grid("What would change", _LINES, desk.colours, row_px=_ROW_PX)
        self.words, self.money = QLabel(""), QLabel("")
        for label in (self.words, self.money):
            label.setWordWrap(True)
        self.use, self.copy = QPushButton("Apply"), QPushButton("Copy as my own…")
        self.forget = QPushButton("Forget")
        self.use.clicked.connect(lambda _=False: self._apply())
        self.copy.clicked.connect(lambda _=False: self._copy())
        self.forget.clicked.connect(lambda _=False: self._forget())
        row = QHBoxLayout()
        for button in (self.use, self.copy, self.forget):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        for widget in (self.names, self.words, self.lines, self.money):
            self.box.addWidget(widget)
        self.box.setStretchFactor(self.lines, 1)
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
        watch = self._desk.pending.watch
        watch(self._desk.commands.profile_diff(profile.name), self._show, self._say)

    def _show(self, diff: ProfileDiff | None) -> None:
        told = self._told()
        if self._closed or told is None or diff is None or diff.after != self._asked:
            return
        current = diff.after == told.profile.name
        self.use.setEnabled(not current and not diff.refused)
        rows = (
            Row(
                f"{number}",
                (Cell(line.what), Cell(line.before or text.DASH, "dim"), Cell(line.after or text.DASH)),
            )
            for number, line in enumerate(diff.lines)
        )
        self.lines.set_rows(tuple(rows))
        said = [diff.refused] if diff.refused else []
        if current:
            said.append(f"{diff.after} is in force.")
        elif not diff.lines and not diff.refused:
            said.append("Nothing would change.")
        if diff.missing_keys:
            said.append(f"Off until their key is there: {', '.join(diff.missing_keys)}.")
        count = len(diff.lines)
        counted = "One thing would change." if count == 1 else f"{count} things would change."
        self.words.setText(" ".join(said) or counted)
        self.money.setText(cost_words(diff))

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
        own = replace(profile, name=name.strip().replace(" ", "_"), shipped=False)
        watch = self._desk.pending.watch
        watch(self._desk.commands.save_profile(own), lambda _: self._say(f"{own.name} is kept."), self._say)

    def _forget(self) -> None:
        if (profile := self._profile()) is not None:
            watch = self._desk.pending.watch
            watch(
                self._desk.commands.forget_profile(profile.name), lambda _: self._say("Forgotten."), self._say
            )

    def _say(self, sentence: str) -> None:
        if not self._closed:
            self.words.setText(sentence)

    def _leave(self, _: int) -> None:
        self._closed = True


def cost_words(diff: ProfileDiff) -> str:
    """The fixed fees a month, now and then."""
    change = MicroUsd(diff.fixed_after - diff.fixed_before)
    sign = "+" if change > 0 else ""
    moved = f" ({sign}{text.money(change)})" if change else ", unchanged"
    fees = f"Fixed fees a month: {text.money(diff.fixed_before)} → {text.money(diff.fixed_after)}{moved}."
    return f"{fees} {diff.cost}".strip()


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
