"""All settings, made from their description. A change is sent when its field is left, or refused in words."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from itertools import groupby
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from app.domain.errors import ConfigError
from app.domain.settings import Settings, Value, with_value
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.theme import SMALL_PX, font

_GROUPS = {
    "profile": "Profile", "screen": "Screen", "chart": "Chart", "flow": "Flow", "databento": "Databento",
    "barchart": "Barchart", "cache": "Cache", "capture": "Captures", "cost": "Cost", "option": "Options",
    "log": "Log",
}  # fmt: skip
_UNITS = {"1/s": "per second", "1/min": "per minute"}
_NO_LIMIT = 2_000_000_000


class SettingsDialog(Dialog):
    """`changed` is told the new settings at once and says whether they hold; the engine keeps them."""

    def __init__(self, parent: QWidget, desk: Desk, changed: Callable[[Settings], bool]) -> None:
        super().__init__(parent, "Settings", "Settings")
        self._desk, self._changed = desk, changed
        self.editors: dict[str, QWidget] = {}
        self.complaint = QLabel("")
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
                editor = self._editor(f.name, f.metadata)
                editor.setToolTip(f.name)
                words = QLabel(f.metadata["description"])
                words.setWordWrap(True)
                words.setMinimumWidth(330)
                form.addRow(words, editor)
                editor.setAccessibleName(f.metadata["description"])
                self.editors[f.name] = editor
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
        editor = self.editors[name]
        if isinstance(editor, QCheckBox) and isinstance(value, bool):
            editor.setChecked(value)

    def _editor(self, name: str, described: Any) -> QWidget:
        value: Value = getattr(self._desk.settings, name)
        if described["choices"]:
            box = QComboBox()
            box.addItems(list(described["choices"]))
            box.setCurrentText(str(value))
            box.textActivated.connect(partial(self._change, name))
            return box
        if isinstance(value, bool):
            check = QCheckBox("on")
            check.setChecked(value)
            check.toggled.connect(partial(self._change, name))
            return check
        if isinstance(value, int | float):
            return self._number(name, value, described)
        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: self._change(name, line.text().strip()))
        return line

    def _number(self, name: str, value: float, described: Any) -> QWidget:
        low, high, unit = described["low"], described["high"], described["unit"]
        spin: QSpinBox | QDoubleSpinBox
        if isinstance(value, int):
            spin = QSpinBox()
            spin.setRange(-_NO_LIMIT if low is None else int(low), _NO_LIMIT if high is None else int(high))
            spin.setValue(value)
        else:
            spin = QDoubleSpinBox()
            spin.setDecimals(3 if high is not None and high <= 1 else 2)
            spin.setSingleStep(0.005 if high is not None and high <= 1 else 1.0)
            spin.setRange(-_NO_LIMIT if low is None else low, _NO_LIMIT if high is None else high)
            spin.setValue(value)
        spin.setPrefix("$ " if unit == "$" else "")
        spin.setSuffix(f" {_UNITS.get(unit, unit)}" if unit and unit != "$" else "")
        spin.setGroupSeparatorShown(True)
        spin.editingFinished.connect(lambda: self._change(name, spin.value()))
        return spin

    def _change(self, name: str, value: Value) -> None:
        if getattr(self._desk.settings, name) == value:
            return
        try:
            settings = with_value(self._desk.settings, name, value)
        except ConfigError as e:
            self.complaint.setText(str(e))
            return
        self.complaint.setText("")
        if not self._changed(settings):
            self.show_value(name, getattr(self._desk.settings, name))
            return
        self._desk.pending.watch(self._desk.commands.change_setting(name, value), failed=self._refused)

    def _refused(self, sentence: str) -> None:
        self._desk.say(sentence)


def _group(name: str) -> str:
    return name.split("_", 1)[0]


def _place(group: str) -> int:
    """Known groups in their order, others after them."""
    return list(_GROUPS).index(group) if group in _GROUPS else len(_GROUPS)
