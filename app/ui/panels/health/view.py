"""Source health on screen: the cards, and what can be done about the chosen one."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QStackedLayout, QToolButton, QWidget

from app.domain.health import SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.domain.updates import HealthChanged, ProfileChanged, Update, VerificationChanged
from app.ui.desk import Desk
from app.ui.dialogs.profiles import ProfilesDialog
from app.ui.dialogs.verify import VerifyDialog
from app.ui.health_looks import CHANNEL_WORDS
from app.ui.ordering import Ordering
from app.ui.panel import Panel
from app.ui.panels.health.cards import Cards
from app.ui.panels.health.model import HealthModel
from app.ui.switching import Switching
from app.ui.widgets.dragging import END
from app.ui.widgets.empty import Empty


class HealthPanel(Panel):
    TEXTS_MS: ClassVar = 500
    WANTS: ClassVar = (HealthChanged, ProfileChanged, VerificationChanged)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Source health", desk)
        self.model = HealthModel()
        self._profiles: ProfileChanged | None = None
        self._verified: VerificationChanged | None = None
        self._switching = Switching(self, desk)
        self._ordering = Ordering(self, desk, self.model.sources)
        self._offered: dict[str, QAction] = {}
        self.table = Cards(desk.colours)
        self.table.folded.connect(self._fold)
        self.table.more_asked.connect(self._open_menu)
        self.table.moved.connect(self._dropped)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_at)
        self._empty = Empty(
            "No source has reported yet",
            "Each source gets a card here as soon as the engine has started it.",
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
        self._more.setToolTip("Pin, prefer, restart, test or switch off the chosen source")
        self._more.clicked.connect(self._menu_below)
        self.title_bar.add(self._more)
        for words, key, act in (
            ("Open or close the chosen source's channels", "Space", self._fold_chosen),
            ("Actions of the chosen source…", "Return", self._menu_below),
            ("Move the chosen source up in its order…", "Alt+Up", lambda: self._step(up=True)),
            ("Move the chosen source down in its order…", "Alt+Down", lambda: self._step(up=False)),
            ("Order of sources…", "", lambda: self._ordering.ask(None)),
            ("Take the last change of order back", "Ctrl+Z", self._ordering.undo),
            ("Profiles…", "", self.open_profiles),
            ("Verify every source…", "", self.open_verification),
        ):
            action = QAction(words, self)
            if key:
                action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)
        self._general = self.actions()[4:]

    def apply(self, update: Update) -> None:
        if isinstance(update, HealthChanged):
            self.model.put(update.health, self.desk.clock.monotonic())
            self._offer(update.health)
        elif isinstance(update, ProfileChanged):
            self._profiles = update
            self.model.order(update.profile.order)
            for profiles in self.window().findChildren(ProfilesDialog):
                profiles.refresh()
        elif isinstance(update, VerificationChanged):
            self._verified = update
            for dialog in self.window().findChildren(VerifyDialog):
                dialog.apply(update)

    def open_profiles(self) -> None:
        ProfilesDialog(self, self.desk, lambda: self._profiles).open()

    def open_verification(self) -> None:
        VerifyDialog(self, self.desk, self._verified).open()

    def draw_texts(self, now: Ns) -> None:
        self._stack.setCurrentIndex(1 if len(self.model) else 0)
        kept = self.desk.settings
        self.model.bands = kept.screen_latency_good, kept.screen_latency_fair, kept.screen_latency_bad
        self._draw_rows()
        self.hint(self.model.summary())

    def recolour(self) -> None:
        self.table.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)

    def focus_on(self, subject: str) -> None:
        """A source, or one of its channels, which opens its card."""
        if self.model.channel(subject) is not None:
            self.model.open(subject)
            self._draw_rows()
        number = self.table.grid.number_of(subject)
        if number is not None:
            self.table.selectRow(number)

    def choices(self, key: str) -> tuple[QAction, ...]:
        """What can be done about a row now."""
        source, channel = self.model.source(key), self.model.channel(key)
        if source is None:
            return ()
        verbs = self._switching.of_channel(source, channel) if channel is not None else ()
        return (*verbs, *self._switching.of_source(source))

    def _offer(self, source: SourceHealth) -> None:
        """What is done about one source or channel by name, for the command palette."""
        wanted: list[tuple[str, Callable[[], object]]] = []
        if source.broken is None and source.channels:
            wanted.append((f"Test the connection of {source.title}…", partial(self._switching.test, source)))
        for one in source.channels:
            words = f"Order of sources for {CHANNEL_WORDS[one.channel]}…"
            wanted.append((words, partial(self._ordering.ask, one.channel)))
        for words, act in wanted:
            if words not in self._offered:
                self._offered[words] = action = QAction(words, self)
                action.triggered.connect(lambda _=False, act=act: act())
                self.addAction(action)

    def _dropped(self, key: str, to: str) -> None:
        other = None if to == END else SourceId(to.rstrip("/"))
        self._ordering.before(None, SourceId(key.rstrip("/")), other)

    def _step(self, *, up: bool) -> None:
        """A card in the general order, a line in that of its channel."""
        key = self.table.chosen()
        if key is not None:
            source, _, channel = key.partition("/")
            self._ordering.step(Channel(channel) if channel else None, SourceId(source), up=up)

    def _draw_rows(self) -> None:
        self.table.set_rows(self.model.rows(self.desk.clock.monotonic(), silent=self.desk.silent))

    def _fold(self, key: str) -> None:
        self.model.toggle(key)
        self._draw_rows()

    def _fold_chosen(self) -> None:
        if (key := self.table.chosen()) is not None:
            self._fold(key)

    def _menu_at(self, at: QPoint) -> None:
        if (key := self.table.chosen()) is not None:
            self._open_menu(key, self.table.viewport().mapToGlobal(at))

    def _menu_below(self) -> None:
        if self.table.chosen() is None and self.table.grid.rowCount():
            self.table.selectRow(0)
        if (key := self.table.chosen()) is not None:
            self._open_menu(key, self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _open_menu(self, key: str, at: QPoint) -> None:
        source = self.model.source(key)
        actions = self.choices(key)
        if source is None or not actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(actions)
        if self.model.channel(key) is None and source.channels:
            menu.addSeparator()
            for channel in source.channels:
                part = menu.addMenu(CHANNEL_WORDS[channel.channel])
                part.addActions(self._switching.of_channel(source, channel))
        menu.addSeparator()
        menu.addActions(self._general)
        menu.popup(at)
