"""A row of small buttons of which one is pressed."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from app.ui.theme import SMALL_PX, font


class Choices(QWidget):
    chosen = Signal(object)

    def __init__(self, name: str, choices: Sequence[tuple[str, object, str]]) -> None:
        """Each choice is its text, its value, and what a tooltip and a screen reader say of it."""
        super().__init__()
        self._values: list[object] = [value for _, value, _ in choices]
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for number, (text, _, words) in enumerate(choices):
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setFont(font(SMALL_PX))
            button.setProperty("small", True)
            button.setAccessibleName(f"{name}: {words}")
            button.setToolTip(words)
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._values[number]))

    @property
    def value(self) -> object | None:
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def choose(self, value: object) -> None:
        """Presses the button of a value without a signal; a value without one releases all."""
        self._group.setExclusive(False)
        for number, own in enumerate(self._values):
            self._group.button(number).setChecked(own == value)
        self._group.setExclusive(True)

    def press_value(self, text: str) -> None:
        """Clicks the choice whose value reads like this; a text of none does nothing."""
        for number, own in enumerate(self._values):
            if text == str(own) and not self._group.button(number).isChecked():
                self._group.button(number).click()

    def press(self, step: int) -> None:
        """The next or previous choice, as a key would ask for it."""
        number = max(0, min(len(self._values) - 1, self._group.checkedId() + step))
        self._group.button(number).click()
