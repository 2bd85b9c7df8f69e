"""All settings, made from their description. A change is sent when its field is left, or refused in words."""

from collections.abc import Callable
from dataclasses import fields
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFormLayout, QLabel, QScrollArea, QWidget

from app.domain.settings import Settings, Value
from app.ui.desk import Desk
from app.ui.dialogs.editors import SettingEditors
from app.ui.dialogs.frame import Dialog
from app.ui.theme import SMALL_PX, font

_GROUPS = {
    "profile": "Profile", "screen": "Screen", "chart": "Chart", "flow": "Flow", "databento": "Databento",
    "barchart": "Barchart", "cache": "Cache", "capture": "Captures", "cost": "Cost", "option": "Options",
    "log": "Log",
}  # fmt: skip


class SettingsDialog(Dialog):
    """`changed` is told the new settings at once and says whether they hold; the engine keeps them."""

    def __init__(self, parent: QWidget, desk: Desk, changed: Callable[[Settings], bool]) -> None:
        super().__init__(parent, "Settings", "Settings")
        self.complaint = QLabel("")
        self._all = SettingEditors(desk, changed, self.complaint.setText)
        self.editors = self._all.editors
        self.complaint.setWordWrap(True)
        page = QWidget()
        form = QFormLayout(page)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setContentsMargins(4, 4, 14, 4)
        form.setVerticalSpacing(7)
        all_fields = sorted(fields(Settings), key=lambda f: _place(_group(f.name)))
        for group, members in groupby(all_fields, key=lambda f: _group(f.name)):
            head = QLabel(_GROUPS.get(group, group).upper())
            head.setFont(font(SMALL_PX, QFont.Weight.DemiBold, spacing=0.6))
            form.addRow(head)
            for f in members:
                editor = self._all.make(f.name)
                words = QLabel(f.metadata["description"])
                words.setWordWrap(True)
                words.setMinimumWidth(330)
                form.addRow(words, editor)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.box.addWidget(scroll)
        self.box.addWidget(self.complaint)
        self.add_close()
        self.resize(720, 640)

    def show_value(self, name: str, value: Value) -> None:
        """Of a switch that was set elsewhere, or could not be set here."""
        self._all.show_value(name, value)


def _group(name: str) -> str:
    return name.split("_", 1)[0]


def _place(group: str) -> int:
    """Known groups in their order, others after them."""
    return list(_GROUPS).index(group) if group in _GROUPS else len(_GROUPS)
