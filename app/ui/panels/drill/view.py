"""The drill on screen: sources and faults at the left, at the right what the program did and how fast."""

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.drill import DrillChanged
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.domain.updates import Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.drill.model import FAULT_COLUMNS, LOG_COLUMNS, DrillModel
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 22
_LEFT_PX: Final = 400
_SOURCE_PX: Final = 104


class DrillPanel(Panel):
    WANTS: ClassVar = (DrillChanged,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Fault drill", desk)
        self.model = DrillModel()
        self.source = QComboBox()
        self.source.setAccessibleName("Source to break")
        self.source.setProperty("small", True)
        self.source.setMinimumWidth(_SOURCE_PX)
        self.source.currentIndexChanged.connect(lambda _: self._draw_faults())
        self.faults = Grid("Faults", FAULT_COLUMNS, desk.colours, row_px=_ROW_PX)
        self.faults.doubleClicked.connect(lambda _: self._strike())
        self.log = Grid("Drill log", LOG_COLUMNS, desk.colours, row_px=_ROW_PX)
        self.strike = self._button("Break it", "Does the chosen fault to the chosen source", self._strike)
        self.all = self._button("All in turn", "Every fault of the source in a row", self._strike_all)
        self.stop = self._button("Stop and mend", "Takes every fault back at once", self._mend)
        self._quiet = Empty(
            "Nothing was broken yet",
            "Choose a source and a fault, and break it: what the program does about it is written here, with "
            "the seconds it took.",
        )
        self._empty = Empty(
            "The drill is for the demo",
            "Start Pitwall with --demo: there the sources are simulators, and may be broken on purpose.",
        )
        self._shown = 0
        self._build()
        self._keys()

    def apply(self, update: Update) -> None:
        if isinstance(update, DrillChanged):
            self.model.put(update)

    def draw_texts(self, now: Ns) -> None:
        offers = self.model.offers()
        self._stack.setCurrentIndex(1 if offers else 0)
        if self.source.count() != len(offers):
            self.source.clear()
            for offer in offers:
                self.source.addItem(offer.title, str(offer.source))
        running = bool(self.model.running)
        self.strike.setEnabled(not running)
        self.all.setEnabled(not running)
        rows = self.model.log_rows(self.desk.zone)
        self.log.set_rows(rows)
        self._logged.setCurrentIndex(1 if rows else 0)
        if len(rows) != self._shown:
            self._shown = len(rows)
            self.log.scrollToBottom()
        self.hint(self.model.summary())

    def recolour(self) -> None:
        for widget in (self.faults, self.log, self._quiet, self._empty):
            widget.recolour(self.desk.colours)

    def _source(self) -> SourceId:
        return SourceId(str(self.source.currentData() or ""))

    def _draw_faults(self) -> None:
        self.faults.set_rows(self.model.fault_rows(self._source()))
        if self.faults.chosen() is None and self.faults.grid.rowCount():
            self.faults.selectRow(0)

    def _strike(self) -> None:
        fault = self.faults.chosen()
        if fault is not None and not self.model.running:
            self.desk.pending.watch(self.desk.commands.run_drill(self._source(), fault))

    def _strike_all(self) -> None:
        if self._source():
            self.desk.pending.watch(self.desk.commands.run_all_drills(self._source()))

    def _mend(self) -> None:
        self.desk.pending.watch(self.desk.commands.stop_drill())

    def _button(self, words: str, tip: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(f"Drill: {words}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: act())
        return button

    def _keys(self) -> None:
        for words, key, act in (
            ("Drill: break the chosen source", "Return", self._strike),
            ("Drill: every fault of the chosen source", "Shift+Return", self._strike_all),
            ("Drill: stop and mend everything", "Esc", self._mend),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def _build(self) -> None:
        full, pages, left = QWidget(), QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 2, 0, 6)
        column.setSpacing(5)
        row = QHBoxLayout()
        row.setSpacing(6)
        for widget in (self.source, self.strike, self.all, self.stop):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.faults, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(left)
        log = QWidget()
        self._logged = QStackedLayout(log)
        self._logged.addWidget(self._quiet)
        self._logged.addWidget(self.log)
        parts.addWidget(log)
        parts.setSizes([_LEFT_PX, 2 * _LEFT_PX])
        parts.setChildrenCollapsible(False)
        whole = QVBoxLayout(full)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)
        self._stack = QStackedLayout(pages)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(full)
        pages.setMinimumSize(200, 84)
        self.box.addWidget(pages)
