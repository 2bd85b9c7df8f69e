"""What a user should know before a site is read by a program: shown when he switches it on."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialogButtonBox, QLabel, QWidget

from app.domain.settings import Settings
from app.ui.dialogs.frame import Dialog


class TermsNote(Dialog):
    """`agreed` is called only if the user says so; closing the dialog is no agreement."""

    def __init__(self, parent: QWidget, settings: Settings, agreed: Callable[[], object]) -> None:
        super().__init__(
            parent, "Reading Barchart", "Before Barchart is read",
            "Barchart's terms of use restrict reading by programs, and its rules for robots keep parts of "
            "the site closed to them. Whether you may is between you and Barchart: read both first.",
        )  # fmt: skip
        most, apart = settings.barchart_per_minute, settings.barchart_spacing
        for words in (
            f"Pitwall reads as one visitor would: one request at a time, at most {most} a minute and "
            f"{apart:g} s apart, and four pages in ten minutes. It waits as long as the site asks, and stops "
            "when the site asks for a person.",
            "No account is needed. Each answer is kept on this machine as evidence, without cookies or keys.",
            "What you see is ten minutes or more behind the market, and says so.",
        ):
            line = QLabel(words)
            line.setWordWrap(True)
            self.box.addWidget(line)
        buttons = QDialogButtonBox()
        self.agree = buttons.addButton("I may: read it slowly", QDialogButtonBox.ButtonRole.AcceptRole)
        self.leave = buttons.addButton("Leave it off", QDialogButtonBox.ButtonRole.RejectRole)
        self.leave.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(agreed)
        self.box.addWidget(buttons)
        self.setMinimumWidth(520)
