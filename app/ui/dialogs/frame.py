"""What all dialogs share: opened over the window, gone when closed, one heading."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.ui.theme import font


class Dialog(QDialog):
    def __init__(self, parent: QWidget | None, title: str, heading: str = "", about: str = "") -> None:
        super().__init__(parent.window() if parent is not None else None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(20, 18, 20, 16)
        self.box.setSpacing(10)
        if heading:
            head = QLabel(heading)
            head.setFont(font(16, QFont.Weight.DemiBold))
            self.box.addWidget(head)
        if about:
            words = QLabel(about)
            words.setWordWrap(True)
            self.box.addWidget(words)

    def add_close(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)  # Enter in a field must not close the dialog
        close.setDefault(False)
        self.box.addWidget(buttons)
