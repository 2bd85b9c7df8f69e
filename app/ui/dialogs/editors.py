"""Editors of single settings, made from their description: a change is sent when its field is left."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from app.domain.errors import ConfigError
from app.domain.settings import Settings, Value, with_value
from app.ui.desk import Desk

_UNITS: Final = {"1/s": "per second", "1/min": "per minute"}
_NO_LIMIT: Final = 2_000_000_000
DESCRIBED: Final = {f.name: f.metadata for f in fields(Settings)}


class SettingEditors:
    """`changed` is told the new settings at once and says whether they hold; the engine keeps them.
    `complain` is told why a value cannot be taken, and nothing when it can."""

    def __init__(
        self, desk: Desk, changed: Callable[[Settings], bool], complain: Callable[[str], object]
    ) -> None:
        self._desk, self._changed, self._complain = desk, changed, complain
        self.editors: dict[str, QWidget] = {}

    def make(self, name: str) -> QWidget:
        editor = self._editor(name, DESCRIBED[name])
        editor.setToolTip(name)
        editor.setAccessibleName(DESCRIBED[name]["description"])
        self.editors[name] = editor
        return editor

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
            self._complain(str(e))
            return
        self._complain("")
        if not self._changed(settings):
            self.show_value(name, getattr(self._desk.settings, name))
            return
        self._desk.pending.watch(self._desk.commands.change_setting(name, value), failed=self._desk.say)
