"""A small line to type a filter into, with a button that empties it."""

from PySide6.QtWidgets import QLineEdit, QToolButton

from app.ui.theme import SMALL_PX, font


class FilterField(QLineEdit):
    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("small", True)
        self.setFont(font(SMALL_PX))
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(f"Clear: {name}")
