"""Keys of the vendors: where each is, a field to save it, a test of its connection."""

from PySide6.QtWidgets import QWidget

from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.dialogs.key_list import KeyList


class KeyDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "Keys", "Keys")
        self.list = KeyList(desk)
        self.finished.connect(lambda _: self.list.leave())
        self.box.addWidget(self.list)
        self.box.addStretch(1)
        self.add_close()
        self.setMinimumWidth(960)
