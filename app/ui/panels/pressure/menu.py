"""The menu of the chart: panes and overlays, where sums begin, how a footprint reads, export."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.anchors import Anchor
from app.ui.panels.pressure.controls import action
from app.ui.panels.pressure.looks import OVERLAYS, PANES, READINGS, Looks
from app.ui.widgets.plot.footprint import ColourBy, Shown

_KEYS = {"cvd": "D", "pressure": "Shift+P", "quotes": "Shift+Q", "volume": "Shift+V"}


class ChartMenu(QObject):
    """`actions` go into the palette as well."""

    flag_changed = Signal(str, bool)
    anchor_chosen = Signal(object)
    cells_chosen = Signal(object)
    colours_chosen = Signal(object)

    def __init__(self, menu: QMenu, owner: QWidget, exports: dict[str, Callable[[], None]]) -> None:
        super().__init__(owner)
        self._flags: dict[str, QAction] = {}
        self._anchors: dict[Anchor, QAction] = {}
        self._owner = owner
        for title, table in (("Panes", PANES), ("On the price", OVERLAYS), ("Shown as", READINGS)):
            menu.addSection(title)
            for name, words in table:
                menu.addAction(self._flag(name, words))
        self._choices(menu.addMenu("Cumulative delta since"), Anchor, self._anchors, self.anchor_chosen)
        self._choices(menu.addMenu("Footprint shows"), Shown, {}, self.cells_chosen)
        self._choices(menu.addMenu("Footprint coloured by"), ColourBy, {}, self.colours_chosen)
        menu.addSection("Take along")
        self.exports = tuple(action(owner, f"Chart: {words}", act) for words, act in exports.items())
        for made in self.exports:
            menu.addAction(made)

    def actions(self) -> tuple[QAction, ...]:
        return (*self._flags.values(), *self._anchors.values(), *self.exports)

    def show_looks(self, looks: Looks) -> None:
        """Without a signal."""
        for name, made in self._flags.items():
            made.blockSignals(True)
            made.setChecked(getattr(looks, name))
            made.blockSignals(False)
        self._anchors[looks.anchor].setChecked(True)

    def _flag(self, name: str, words: str) -> QAction:
        keys = (_KEYS[name],) if name in _KEYS else ()
        made = action(self._owner, f"Chart: {words}", lambda: None, keys)
        made.setCheckable(True)
        made.toggled.connect(partial(self.flag_changed.emit, name))
        self._flags[name] = made
        return made

    def _choices(self, menu: QMenu, kind: type, made: dict, chosen: SignalInstance) -> None:  # type: ignore[type-arg]
        group = QActionGroup(menu)
        for place, value in enumerate(kind):  # type: ignore[var-annotated, arg-type]
            one = action(self._owner, f"{menu.title()}: {value.value}", partial(chosen.emit, value))
            one.setCheckable(True)
            one.setChecked(place == 0)
            group.addAction(one)
            menu.addAction(one)
            made[value] = one
