"""The matrix of channels and sources: a click switches the channel, a right click has every verb."""

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QMenu, QVBoxLayout, QWidget

from app.domain.health import ChannelHealth, Role, SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.domain.updates import HealthChanged, ProfileChanged, RouteChanged, Update
from app.ui.desk import Desk
from app.ui.health_looks import CHANNEL_WORDS
from app.ui.ordering import Ordering
from app.ui.panel import Panel
from app.ui.panels.matrix.model import WIDE_PX, MatrixModel
from app.ui.switching import Switching
from app.ui.widgets.dragging import Dragging, Place
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 22


class MatrixPanel(Panel):
    TEXTS_MS: ClassVar = 500
    WANTS: ClassVar = (HealthChanged, ProfileChanged, RouteChanged)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Channels", desk)
        self.model = MatrixModel()
        self._switching = Switching(self, desk)
        self._ordering = Ordering(self, desk, self.model.sources)
        self._dragging: Dragging | None = None
        self._shown: tuple[object, ...] | None = None
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
            ("Move the chosen source up in its channel…", "Alt+Up", lambda: self._step(up=True)),
            (
                "Move the chosen source down in its channel…",
                "Alt+Down",
                lambda: self._step(up=False),
            ),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def apply(self, update: Update) -> None:
        if isinstance(update, RouteChanged):
            self.model.route(update)
        elif isinstance(update, ProfileChanged):
            if self.model.order(update.profile.order):
                self._drop()
        elif isinstance(update, HealthChanged) and self.model.put(update.health):
            self._drop()

    def draw_texts(self, now: Ns) -> None:
        if not self.model.sources():
            return
        table = self.table or self._make()
        wide = table.columnWidth(1) >= WIDE_PX
        if (shown := (self.model.version, wide, self.desk.silent, self.desk.zone)) == self._shown:
            return
        self._shown = shown
        table.set_rows(self.model.rows(self.desk.zone, silent=self.desk.silent, wide=wide))
        fed, all_of = self.model.fed()
        pins = self.model.pins()
        self.hint(f"{fed} of {all_of} fed{f' · {pins} pinned' if pins else ''}")

    def recolour(self) -> None:
        self._empty.recolour(self.desk.colours)
        if self.table is not None:
            self.table.recolour(self.desk.colours)
        if self._dragging is not None:
            self._dragging.recolour(self.desk.colours.accent)

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
        self._dragging = Dragging(table, self._taken, self._placed)
        self._dragging.recolour(self.desk.colours.accent)
        self._dragging.dropped.connect(self._dropped)
        table.customContextMenuRequested.connect(lambda at: self._menu(table.indexAt(at), at))
        self._room.addWidget(table)
        return table

    def _drop(self) -> None:
        """One source more needs one column more."""
        if self.table is not None:
            self._room.removeWidget(self.table)
            self.table.deleteLater()
            self.table, self._shown = None, None

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
        words, channel = CHANNEL_WORDS[found[1].channel], found[1].channel
        menu.addAction(f"Order of sources for {words}…").triggered.connect(
            lambda _=False: self._ordering.ask(channel)
        )
        menu.addSeparator()
        menu.addActions(self._switching.of_source(found[0]))
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _behind(self, index: QModelIndex) -> tuple[SourceHealth, ChannelHealth] | None:
        if self.table is None or not index.isValid():
            return None
        return self.model.at(self.table.grid.row(index.row()).key, index.column())

    def _taken(self, at: QPoint) -> str:
        found = self._behind(self.table.indexAt(at)) if self.table is not None else None
        return "" if found is None else f"{found[1].channel.value}/{found[0].source}"

    def _placed(self, name: str, at: QPoint) -> Place | None:
        """In the row it comes from, where another source offers the same."""
        index = self.table.indexAt(at) if self.table is not None else QModelIndex()
        found = self._behind(index)
        if self.table is None or found is None or found[1].channel.value != name.split("/")[0]:
            return None
        box = self.table.visualRect(index)
        return Place(str(found[0].source), box.adjusted(0, box.height() - 2, 0, 0))

    def _dropped(self, name: str, to: str) -> None:
        channel, source = name.split("/")
        if source != to:
            self._ordering.in_place_of(Channel(channel), SourceId(source), SourceId(to))

    def _step(self, *, up: bool) -> None:
        found = self._behind(self.table.currentIndex()) if self.table is not None else None
        if found is not None:
            self._ordering.step(found[1].channel, found[0].source, up=up)

    def _below(self, index: QModelIndex) -> QPoint:
        return QPoint() if self.table is None else self.table.visualRect(index).bottomLeft()

    def _switch_chosen(self) -> None:
        if self.table is not None:
            self._switch(self.table.currentIndex())

    def _menu_chosen(self) -> None:
        if self.table is not None:
            index = self.table.currentIndex()
            self._menu(index, self._below(index))
