"""What has changed, in sentences a trader understands."""

from PySide6.QtWidgets import QTextBrowser, QWidget

from app.ui.dialogs.frame import Dialog
from app.ui.resources import RESOURCES


class WhatsNew(Dialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "What's new")
        page = QTextBrowser()
        page.setAccessibleName("What's new")
        page.setOpenLinks(False)
        page.setMarkdown(changelog())
        self.box.addWidget(page)
        self.add_close()
        self.resize(620, 560)


def changelog() -> str:
    """The text shipped with the program; a missing file is said, not hidden."""
    file = RESOURCES / "changelog.md"
    return file.read_text(encoding="utf-8") if file.is_file() else "The changelog is not part of this build."
