"""The matrix of channels and sources: a click switches the channel, a right click has every verb."""

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QVBoxLayout, QWidget

from app.domain.health import ChannelHealth, Role, SourceHealth
from app.domain.units import Ns
from app.domain.updates import HealthChanged, RouteChanged, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.matrix.model import WIDE_PX, MatrixModel
from app.ui.switching import Switching
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 22


class MatrixPanel(Panel):
    WANTS: ClassVar = (HealthChanged, RouteChanged)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Channels", desk)
        self.model = MatrixModel()
        self._switching = Switching(self, desk)
        self._place = QWidget()
        self._room = QVBoxLayout(self._place)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._empty = Empty(
            "No source has reported yet", "Channels appear here with the sources that can feed them."
        )
        self._room.addWidget(self._empty)
        self.box.addWidget(self._place)
        self.table: Grid | None = None
        for words, key, act in (
            ("Switch the chosen channel to the chosen source…", "Return", self._switch_chosen),
            ("Actions of the chosen channel and source…", "Menu", self._menu_chosen),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def apply(self, update: Update) -> None:
        if isinstance(update, RouteChanged):
            self.model.route(update)
        elif isinstance(update, HealthChanged) and self.model.put(update.health):
            self._drop()

    def draw_texts(self, now: Ns) -> None:
        if not self.model.sources():
            return
        table = self.table or self._make()
        wide = table.columnWidth(1) >= WIDE_PX
        table.set_rows(self.model.rows(self.desk.zone, silent=self.desk.silent, wide=wide))
        fed, all_of = self.model.fed()
        pins = self.model.pins()
        self.hint(f"{fed} of {all_of} fed{f' · {pins} pinned' if pins else ''}")

    def recolour(self) -> None:
        self._empty.recolour(self.desk.colours)
        if self.table is not None:
            self.table.recolour(self.desk.colours)

    def focus_on(self, subject: str) -> None:
        """A channel by its name."""
        number = self.table.grid.number_of(subject) if self.table is not None else None
        if self.table is not None and number is not None:
            self.table.setCurrentIndex(self.table.grid.index(number, 0))

    def _make(self) -> Grid:
        self._empty.hide()
        self.table = table = Grid("Channels", self.model.columns(), self.desk.colours, row_px=_ROW_PX)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.clicked.connect(self._switch)
        table.customContextMenuRequested.connect(lambda at: self._menu(table.indexAt(at), at))
        self._room.addWidget(table)
        return table

    def _drop(self) -> None:
        """One source more needs one column more."""
        if self.table is not None:
            self._room.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None

    def _switch(self, index: QModelIndex) -> None:
        found = self._behind(index)
        if found is None:
            return
        source, channel = found
        if channel.role is Role.PINNED:
            self._menu(index, self._below(index))
        else:
            self._switching.ask(channel.channel, source.source, source.title)

    def _menu(self, index: QModelIndex, at: QPoint) -> None:
        found = self._behind(index)
        if found is None or self.table is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._switching.of_channel(*found))
        menu.addSeparator()
        menu.addActions(self._switching.of_source(found[0]))
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _behind(self, index: QModelIndex) -> tuple[SourceHealth, ChannelHealth] | None:
        if self.table is None or not index.isValid():
            return None
        return self.model.at(self.table.grid.row(index.row()).key, index.column())

    def _below(self, index: QModelIndex) -> QPoint:
        return QPoint() if self.table is None else self.table.visualRect(index).bottomLeft()

    def _switch_chosen(self) -> None:
        if self.table is not None:
            self._switch(self.table.currentIndex())

    def _menu_chosen(self) -> None:
        if self.table is not None:
            index = self.table.currentIndex()
            self._menu(index, self._below(index))
