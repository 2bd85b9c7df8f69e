"""A small line to type a filter into, with a button that empties it."""

from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from app.ui.theme import SMALL_PX, font


class FilterField(QLineEdit):
    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("small", True)
        self.setFont(font(SMALL_PX))
        self.setClearButtonEnabled(True)
        _name(self)


def name_clear_buttons(*within: QWidget) -> None:
    """Qt gives the button that empties a field no name: a screen reader needs one."""
    for field in (field for widget in within for field in widget.findChildren(QLineEdit)):
        _name(field)


def _name(field: QLineEdit) -> None:
    for button in field.findChildren(QToolButton):
        button.setAccessibleName(f"Clear: {field.accessibleName()}")
