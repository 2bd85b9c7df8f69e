"""A button of a panel's own row: a few letters, and in words what it does."""

from PySide6.QtWidgets import QToolButton

from app.ui.theme import SMALL_PX, font


def small_button(text: str, about: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setFont(font(SMALL_PX))
    button.setProperty("small", True)
    button.setAccessibleName(about)
    button.setToolTip(about)
    return button
