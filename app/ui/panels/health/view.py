"""Source health on screen: the table, and what can be done about the chosen row."""

from typing import ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QStackedLayout, QToolButton, QWidget

from app.domain.health import ChannelHealth, Link, Role
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.domain.updates import HealthChanged, KeyringState, Update
from app.ui.desk import Desk
from app.ui.dialogs.ask import ask_line
from app.ui.panel import Panel
from app.ui.panels.health.model import CHANNEL_WORDS, HealthModel
from app.ui.widgets.cells import Column
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_WIDE = 640
_COLUMNS = (
    Column("Source", 160),
    Column("State", 78, tip="The link's trouble, else how fresh its data is. Only data makes it green."),
    Column("Role", 66, tip="Who feeds the channel now: bold in the first column", from_px=_WIDE),
    Column("p50", 50, right=True, tip="Median latency", from_px=440),
    Column("p95", 62, right=True, tip="Latency of the slowest 5 of 100", from_px=_WIDE),
    Column("Age", 62, right=True, tip="Since the newest data record was received"),
    Column("Rate", 60, right=True, tip="Data records a second, measured", from_px=380),
    Column("Errors", 62, right=True, tip="Failed share of the calls", from_px=_WIDE),
    Column("Note", 0),
)


class HealthPanel(Panel):
    WANTS: ClassVar = (HealthChanged, KeyringState)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Source health", desk)
        self.model = HealthModel()
        self._keys: tuple[str, ...] = ()
        self.table = Grid("Source health", _COLUMNS, desk.colours)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_at)
        self._empty = Empty(
            "No source has reported yet",
            "Each source and channel gets a row here as soon as the engine has started it.",
        )
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.box.addWidget(stack)
        self._more = QToolButton()
        self._more.setText("Actions…")
        self._more.setProperty("small", True)
        self._more.setAccessibleName("What can be done about the chosen source")
        self._more.setToolTip("Pin, restart or test the chosen source")
        self._more.clicked.connect(self._menu_below)
        self.title_bar.add(self._more)

    def apply(self, update: Update) -> None:
        if isinstance(update, HealthChanged):
            self.model.put(update.health, self.desk.clock.monotonic())
        elif isinstance(update, KeyringState):
            self._keys = tuple(name for name, _ in update.keys)

    def draw_texts(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if len(self.model) else 0)
        self.table.set_rows(self.model.rows(self.desk.clock.monotonic(), silent=self.desk.silent))
        self.hint(self.model.summary())

    def recolour(self) -> None:
        self.table.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)

    def focus_on(self, subject: str) -> None:
        number = self.table.grid.number_of(subject)
        if number is not None:
            self.table.selectRow(number)

    def choices(self, key: str) -> tuple[QAction, ...]:
        """What can be done about a row now."""
        source, channel = self.model.source(key), self.model.channel(key)
        if source is None:
            return ()
        actions: list[QAction] = []
        if channel is not None:
            words = CHANNEL_WORDS[channel.channel]
            if channel.role is Role.PINNED:
                actions.append(self._action(f"Unpin {words}", lambda: self._unpin(channel)))
            else:
                title = f"Pin {words} to {source.title}…"
                actions.append(self._action(title, lambda: self._pin(channel, source.title)))
        restart = self._action(f"Restart {source.title}", lambda: self._restart(source.title, key))
        restart.setEnabled(source.broken is None)
        actions.append(restart)
        if any(one.schema or one.link is Link.NOT_ENTITLED for one in source.channels):
            words = f"Ask {source.title} again for refused data"
            actions.append(self._action(words, lambda: self._ask_again(source.source)))
        for name in self._keys:
            if name.startswith(str(source.source)):
                actions.append(self._action(f"Test the key {name}", lambda n=name: self._test(n)))
        return tuple(actions)

    def _action(self, words: str, act: object) -> QAction:
        action = QAction(words, self)
        action.triggered.connect(act)
        return action

    def _menu_at(self, at: QPoint) -> None:
        self._open_menu(self.table.viewport().mapToGlobal(at))

    def _menu_below(self) -> None:
        if self.table.chosen() is None and self.table.grid.rowCount():
            self.table.selectRow(0)
        self._open_menu(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _open_menu(self, at: QPoint) -> None:
        key = self.table.chosen()
        actions = self.choices(key) if key else ()
        if not actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(actions)
        menu.popup(at)

    def _pin(self, channel: ChannelHealth, title: str) -> None:
        words = CHANNEL_WORDS[channel.channel]
        ask_line(
            self,
            f"Pin {words} to {title}",
            "A pinned channel never fails over: if this source dies, the channel goes stale.\nWhy pin it?",
            lambda reason: self.desk.pending.watch(
                self.desk.commands.pin(channel.channel, channel.source, reason)
            ),
        )

    def _unpin(self, channel: ChannelHealth) -> None:
        self.desk.pending.watch(self.desk.commands.pin(channel.channel, None, "unpinned by hand"))

    def _restart(self, title: str, key: str) -> None:
        source = self.model.source(key)
        if source is not None:
            self.desk.pending.watch(self.desk.commands.restart(source.source))
            self.hint(f"restarting {title}")

    def _ask_again(self, source: SourceId) -> None:
        self.desk.pending.watch(self.desk.commands.retry_schema(source), self.desk.say)

    def _test(self, name: str) -> None:
        self.desk.pending.watch(
            self.desk.commands.test_key(name), lambda said: self.desk.say(f"Key {name}: {said or 'works'}")
        )
