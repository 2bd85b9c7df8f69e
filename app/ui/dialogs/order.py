"""The order of sources, of one channel or of all: moved by hand, shown as a difference, then applied."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.domain.health import ChannelHealth, SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import ProfileChanged, ProfileDiff, Tiers
from app.domain.tier_order import before, offered, share, step
from app.ui.desk import Desk
from app.ui.dialogs.difference import Difference
from app.ui.dialogs.frame import Dialog
from app.ui.health_looks import CHANNEL_WORDS, look
from app.ui.widgets.cells import Cell, Column, Mark, Row
from app.ui.widgets.dragging import END, Dragging, Place, between_rows
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 26
_COLUMNS: Final = (Column("Tier", 44, right=True), Column("Source", 150), Column("Now", 0))
_ABOUT: Final = (
    "The first tier goes first; whoever is in the same tier shares the work. Drag a row, or move it with "
    "Alt+Up and Alt+Down. Nothing changes before you apply it, and it can be taken back."
)


class OrderDialog(Dialog):
    """`wanted` is what it opens with, `sources` everything that has reported."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        channel: Channel | None,
        sources: tuple[SourceHealth, ...],
        wanted: Tiers | None = None,
    ) -> None:
        of = f" for {CHANNEL_WORDS[channel]}" if channel is not None else ""
        also = "" if channel is not None else " Channels with an order of their own keep it."
        super().__init__(parent, f"Order of sources{of}", f"Order of sources{of}", f"{_ABOUT}{also}")
        self._desk, self._channel, self._closed = desk, channel, False
        self._sources = {one.source: one for one in offering(sources, channel)}
        self._start = tiers_now(desk, channel, sources)
        self.tiers = self._start if wanted is None else wanted
        self.table = Grid("Order of sources", _COLUMNS, desk.colours, row_px=_ROW_PX)
        self.table.setFixedHeight(_ROW_PX * (len(self._sources) + 1) + 4)
        self.dragging = Dragging(self.table, self._take, self._place)
        self.dragging.recolour(desk.colours.accent)
        self.dragging.dropped.connect(self._dropped)
        self.difference = Difference(desk.colours)
        self.finished.connect(self._leave)
        row = QHBoxLayout()
        for words, key, act in (
            ("Up", "Alt+Up", lambda one: step(self.tiers, one, up=True)),
            ("Down", "Alt+Down", lambda one: step(self.tiers, one, up=False)),
            ("Share the tier above, or leave it", "Alt+S", lambda one: share(self.tiers, one)),
        ):
            row.addWidget(self._button(words, key, act))
        row.addStretch(1)
        self.use, cancel = QPushButton("Apply"), QPushButton("Cancel")
        self.use.clicked.connect(lambda _=False: self._apply())
        cancel.clicked.connect(self.reject)
        last = QHBoxLayout()
        last.addStretch(1)
        for button in (self.use, cancel):
            button.setAutoDefault(False)
            last.addWidget(button)
        self.box.addWidget(self.table)
        self.box.addLayout(row)
        self.box.addWidget(self.difference, 1)
        self.box.addLayout(last)
        self.resize(760, 560)
        self._show(next(iter(self._sources), None))

    def choose(self, source: SourceId) -> None:
        number = self.table.grid.number_of(source)
        if number is not None:
            self.table.selectRow(number)

    def _button(self, words: str, key: str, act: Callable[[SourceId], Tiers]) -> QPushButton:
        def do() -> None:
            chosen = self.table.chosen()
            if chosen is not None:
                self._take_order(act(SourceId(chosen)), SourceId(chosen))

        button, action = QPushButton(words), QAction(words, self)
        button.setAutoDefault(False)
        button.setToolTip(f"{words} ({key})")
        button.clicked.connect(lambda _=False: do())
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: do())
        self.addAction(action)
        return button

    def _take(self, at: QPoint) -> str:
        index = self.table.indexAt(at)
        return self.table.grid.row(index.row()).key if index.isValid() else ""

    def _place(self, _: str, at: QPoint) -> Place | None:
        rows = tuple((number, row.key) for number, row in enumerate(self.table.grid.rows()))
        return between_rows(self.table, at, rows)

    def _dropped(self, name: str, to: str) -> None:
        source = SourceId(name)
        self._take_order(before(self.tiers, source, None if to == END else SourceId(to)), source)

    def _take_order(self, tiers: Tiers, chosen: SourceId) -> None:
        self.tiers = tiers
        self._show(chosen)

    def _show(self, chosen: SourceId | None) -> None:
        self.table.set_rows(order_rows(self.tiers, self._sources, self._channel))
        if chosen is not None:
            self.choose(chosen)
        self.use.setEnabled(False)
        tiers = self.tiers
        answer = self._desk.commands.order_diff(self._channel, tiers)
        self._desk.pending.watch(answer, lambda diff: self._differs(diff, tiers), self._say)

    def _differs(self, diff: ProfileDiff | None, tiers: Tiers) -> None:
        if self._closed or diff is None or tiers != self.tiers:
            return
        self.difference.show_diff(diff)
        changed = self.tiers != self._start
        self.use.setEnabled(changed and not diff.refused)
        if changed and diff.before != diff.after and not diff.refused:
            self.difference.say(f"{self.difference.words.text()} Kept as your own profile {diff.after}.")

    def _apply(self) -> None:
        self.use.setEnabled(False)
        answer = self._desk.commands.reorder(self._channel, self.tiers)
        self._desk.pending.watch(answer, self._applied, self._say)

    def _applied(self, diff: ProfileDiff | None) -> None:
        if diff is not None:
            self._desk.say(f"The new order is in force, as {diff.after}. Ctrl+Z in source health undoes it.")
        if not self._closed:
            self.accept()

    def _say(self, sentence: str) -> None:
        if not self._closed:
            self.difference.say(sentence)

    def _leave(self, _: int) -> None:
        self._closed = True


def offering(sources: tuple[SourceHealth, ...], channel: Channel | None) -> tuple[SourceHealth, ...]:
    """Who has a part in it."""
    return tuple(
        one for one in sources if one.channels and (channel is None or _part(one, channel) is not None)
    )


def tiers_now(desk: Desk, channel: Channel | None, sources: tuple[SourceHealth, ...]) -> Tiers:
    """As the profile in force has it."""
    told = desk.bulletin.latest(ProfileChanged)
    names = [one.source for one in offering(sources, channel)]
    if told is None:
        return offered((), names)
    order = told.profile.order
    return offered(order if channel is None else told.profile.tiers.get(channel, order), names)


def order_rows(
    tiers: Tiers, sources: dict[SourceId, SourceHealth], channel: Channel | None
) -> tuple[Row, ...]:
    rows = []
    for number, tier in enumerate(tiers, 1):
        for place, source in enumerate(tier):
            one = sources[source]
            words, mark, colour = _state(one, channel)
            if len(tier) > 1:
                words += " · shares this tier"
            cells = (
                Cell(str(number) if not place else "", "dim"),
                Cell(one.title, "text", bold=True, mark=mark, mark_colour=colour),
                Cell(words, "dim", spoken=f"{one.title}, tier {number}: {words}"),
            )
            rows.append(Row(str(source), cells))
    return tuple(rows)


def _state(source: SourceHealth, channel: Channel | None) -> tuple[str, Mark, str]:
    if channel is None:
        feeds = ", ".join(CHANNEL_WORDS[one.channel] for one in source.channels)
        seen = [look(one) for one in source.channels]
        best = next((one for one in seen if one.mark is Mark.GOOD), seen[0])
        return feeds, best.mark, best.colour
    part = _part(source, channel)
    if part is None:
        return "", Mark.OFF, "idle"
    seen_one = look(part)
    return f"{part.fidelity} · {seen_one.word} · {part.role.value}", seen_one.mark, seen_one.colour


def _part(source: SourceHealth, channel: Channel) -> ChannelHealth | None:
    return next((one for one in source.channels if one.channel is channel), None)
