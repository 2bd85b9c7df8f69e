"""One question with one line as answer."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget


def ask_line(parent: QWidget, title: str, question: str, then: Callable[[str], object]) -> QDialog:
    """`then` gets the answer, which is not empty; nothing happens when the user thinks better of it."""
    dialog = QDialog(parent.window())
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    words, line = QLabel(question), QLineEdit()
    words.setWordWrap(True)
    words.setBuddy(line)
    line.setAccessibleName(question)
    line.setMinimumWidth(340)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
    ok.setEnabled(False)
    line.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    dialog.accepted.connect(lambda: then(line.text().strip()))
    box = QVBoxLayout(dialog)
    box.setContentsMargins(18, 16, 18, 14)
    box.setSpacing(10)
    for widget in (words, line, buttons):
        box.addWidget(widget)
    dialog.open()
    return dialog
