"""The last run ended badly: what was kept of it, read by the user before anybody else."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget

from app.ui.dialogs.frame import Dialog


class CrashNotice(Dialog):
    """`report` is already free of secrets; it stays on this machine."""

    def __init__(self, parent: QWidget, report: str, where: str) -> None:
        super().__init__(
            parent, "Pitwall ended unexpectedly", "The last run ended unexpectedly",
            f"Your layout and data are safe. What is known about it was kept in {where} and is not sent "
            "anywhere. Keys have been taken out.",
        )  # fmt: skip
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Crash report")
        self.box.addWidget(self.text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        buttons.rejected.connect(self.reject)
        self.box.addWidget(buttons)
        self.resize(680, 460)
