"""The list of notifications: what was told under the header stays here after it was dismissed."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QWidget

from app.domain.units import Ns
from app.domain.updates import Notice, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.notifications.model import ALL, OPEN, SERIOUS, Notifications
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Column
from app.ui.widgets.empty import Empty
from app.ui.widgets.field import FilterField
from app.ui.widgets.grid import Grid


class NotificationsPanel(Panel):
    WANTS: ClassVar = (Notice,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Notifications", desk)
        self.told = Notifications()
        columns = (Column("Time", 70), Column("Kind", 84), Column("Told", 44), Column("What", 0))
        self.table = Grid("Notifications", columns, desk.colours, row_px=21)
        self.choice, self.search = QComboBox(), FilterField("Notifications: search", "Search")
        self.choice.addItems([ALL, SERIOUS, OPEN])
        self.choice.setAccessibleName("Notifications: which")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 5)
        row.setSpacing(6)
        for widget, stretch in ((self.choice, 0), (self.search, 1)):
            widget.setFont(font(SMALL_PX))
            widget.setProperty("small", True)
            row.addWidget(widget, stretch)
        self._empty = Empty("Nothing to tell", "Changes of state that matter are told here, repeats as one.")
        pages = QWidget()
        self._stack = QStackedLayout(pages)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        action = QAction("Take note of the chosen alert", self)
        action.setShortcut(QKeySequence("Space"))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: self.take_note())
        self.addAction(action)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.table.addAction(action)
        self.box.addLayout(row)
        self.box.addWidget(pages, 1)

    def apply(self, update: Update) -> None:
        if isinstance(update, Notice):
            self.told.take(update)

    def take_note(self) -> None:
        """It stays in the list, and is not told again while it lasts."""
        chosen = self.table.chosen()
        if chosen is not None:
            self.desk.pending.watch(self.desk.commands.acknowledge(chosen))

    def draw_texts(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if len(self.told) else 0)
        rows = self.told.rows(self.desk.zone, self.choice.currentText(), self.search.text().strip())
        self.table.grid.set_rows(rows)
        still = self.told.open()
        self.hint(f"{still} still so · {len(self.told)} in all" if len(self.told) else "")

    def recolour(self) -> None:
        self.table.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)
