"""Choosing a profile: what each one means, and what it would change and cost, before it is taken."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from app.domain.source_profile import ProfileChanged, ProfileDiff
from app.domain.updates import Update
from app.ui.desk import Desk
from app.ui.format import money
from app.ui.theme import SMALL_PX, font

_ABOUT = "A profile decides which sources may feed what, and in which order. It can be changed at any time."


class ProfilePage(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._closed = desk, False
        self._current, self._chosen = "", ""
        self.choices: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.about = QLabel("Waiting for the list of profiles…")
        self.difference = QLabel("")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 6, 0, 0)
        self._box.setSpacing(6)
        self._list = QVBoxLayout()
        for label in (self.about, self.difference):
            label.setWordWrap(True)
        self.difference.setTextFormat(Qt.TextFormat.PlainText)
        self._box.addWidget(self.about)
        self._box.addLayout(self._list)
        self._box.addWidget(self.difference)
        self._box.addStretch(1)
        desk.bulletin.told.connect(self._told)
        said = desk.bulletin.latest(ProfileChanged)
        if said is not None:
            self._show(said)

    def use(self) -> None:
        """Applies what was chosen, if that is another one."""
        if self._chosen and self._chosen != self._current:
            self._desk.pending.watch(self._desk.commands.apply_profile(self._chosen))

    def leave(self) -> None:
        self._closed = True

    def _told(self, update: Update) -> None:
        if isinstance(update, ProfileChanged) and not self._closed:
            self._show(update)

    def _show(self, said: ProfileChanged) -> None:
        self._current = said.profile.name
        self.about.setText(_ABOUT)
        for profile in said.available:
            if profile.name not in self.choices:
                choice, words = QRadioButton(profile.name), QLabel(profile.about)
                words.setFont(font(SMALL_PX))
                words.setWordWrap(True)
                words.setContentsMargins(22, 0, 0, 4)
                choice.setAccessibleDescription(profile.about)
                choice.clicked.connect(lambda _=False, name=profile.name: self._choose(name))
                self._group.addButton(choice)
                self._list.addWidget(choice)
                self._list.addWidget(words)
                self.choices[profile.name] = choice
        if not self._chosen and self._current in self.choices:
            self.choices[self._current].setChecked(True)

    def _choose(self, name: str) -> None:
        self._chosen = name
        self.difference.setText("")
        if name != self._current:
            answer = self._desk.commands.profile_diff(name)
            self._desk.pending.watch(answer, self._differs, self._differs)

    def _differs(self, found: ProfileDiff | str) -> None:
        if self._closed:
            return
        if isinstance(found, str):
            self.difference.setText(found)
        elif found.after == self._chosen:
            self.difference.setText(difference_words(found))


def difference_words(diff: ProfileDiff) -> str:
    if diff.refused:
        return f"Cannot be applied: {diff.refused}"
    fees = f"Fixed fees a month: {money(diff.fixed_before, 0)} now, {money(diff.fixed_after, 0)} with it."
    words = [fees]
    if diff.missing_keys:
        words.append(f"Stay off until their keys are saved: {', '.join(diff.missing_keys)}.")
    return " ".join(words)
