"""The cache on screen: how often it answered and why it could not, then what it holds and for how long."""

from typing import ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMessageBox, QStackedLayout, QVBoxLayout, QWidget

from app.domain.cache_updates import CacheRow
from app.domain.units import Ns
from app.domain.updates import CacheCounted, CacheListed, Update
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.cache import by_source, entries
from app.ui.panels.cache.model import CacheModel, CacheSums, band
from app.ui.panels.cache.timeline import Timeline
from app.ui.theme import ROW_PX
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid
from app.ui.widgets.keyed import LINE_PX, Keyed, KeyedLine
from app.ui.widgets.ring import Arc, Ring

_MISS_COLOURS = ("warn", "info", "down", "idle")
_LEAST = (200, 84)
_LINE_PX = 240
_TABLE_PX = 330
_SOURCES_PX = 520
_FRAME_PX = 12
_FEWEST_LINES = 2
# the figure in the middle is then 30 px high: 8 mm, to be read from two metres
_RING_PX, _SMALL_RING_PX = 190, 128
_MOST_SOURCES = 6


class CachePanel(Panel):
    WANTS: ClassVar = (CacheCounted, CacheListed)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Cache", desk)
        self.model = CacheModel()
        self.ring = Ring("Cache hit rate", desk.colours)
        self.words = Keyed("Cache", desk.colours, middle_px=54)
        self.line = Timeline(desk.colours)
        self.by_source = Grid("Cache by source", by_source.COLUMNS, desk.colours)
        self.table = Grid("Cache entries", entries.COLUMNS, desk.colours)
        self._empty = Empty(
            "Nothing was asked of the cache yet",
            "The first chain or definition that is fetched fills it; the second request for it is a hit.",
        )
        self._held: tuple[float | None, int] = (None, 0)
        self._most: CacheRow | None = None
        self._deeds()
        self._build()

    def apply(self, update: Update) -> None:
        if isinstance(update, CacheCounted):
            self.model.put(update)
        elif isinstance(update, CacheListed):
            self.model.list(update)

    def draw_texts(self, now: Ns) -> None:
        sums = self.model.sums()
        asked = sums is not None and (sums.requests > 0 or sums.entries > 0)
        self._stack.setCurrentIndex(1 if asked else 0)
        if sums is None:
            self.hint("")
            return
        self.hint(f"{text.megabytes(sums.bytes_used)} of {text.megabytes(sums.bytes_allowed)}")
        if asked:
            self._fit()
            held = self.model.entries()
            self._most = max(held, key=lambda row: row.hits, default=None)
            self._held = entries.mean_age_s(held, now), entries.past_their_life(held, now)
            self._draw_sums(sums)
            self.ring.setToolTip(self._by_source())
            self.line.show_requests(self.model.recent(), entries.ages(held, now))
            if self.by_source.isVisible():
                self.by_source.set_rows(by_source.rows(self.model.parts()))
            if self.table.isVisible():
                self.table.set_rows(entries.rows(held, now, self.desk.zone))

    def recolour(self) -> None:
        for widget in (self.ring, self.words, self._empty, self.line, self.table, self.by_source):
            widget.recolour(self.desk.colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel the table gives way to the figures."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.line.setVisible(self.height() >= _LINE_PX)
        self.table.setVisible(self.height() >= _TABLE_PX)
        self.ring.setFixedWidth(_RING_PX if self.height() >= _TABLE_PX else _SMALL_RING_PX)
        rows = len(self.model.parts())
        self.by_source.setVisible(self.height() >= _SOURCES_PX and rows > 0)
        self.by_source.setFixedHeight(ROW_PX * (min(rows, _MOST_SOURCES) + 1) + 2)

    def _draw_sums(self, sums: CacheSums) -> None:
        parts = [("Hit", sums.hits, "up")]
        for number, (reason, count) in enumerate(sums.misses[:3]):
            parts.append((f"Miss: {reason}", count, _MISS_COLOURS[number]))
        if rest := sum(count for _, count in sums.misses[3:]):
            parts.append(("Miss: other", rest, _MISS_COLOURS[3]))
        arcs, start = [], 0.0
        for _, count, colour in parts:
            share = count / sums.requests if sums.requests else 0.0
            arcs.append(Arc(start, share, colour))
            start += share
        colour = "faint" if sums.hit_rate is None or sums.few else "text"
        self.ring.show_arcs(tuple(arcs), text.percent(sums.hit_rate), "hit rate", colour)
        lines = [
            KeyedLine(
                words, text.percent(count / sums.requests if sums.requests else None), f"{count:,}", swatch
            )
            for words, count, swatch in parts
        ]
        stale = "warn" if sums.stale_served else "dim"
        lines.append(KeyedLine("Stale served, badged", f"{sums.stale_served:,}", colour=stale))
        lines.append(
            KeyedLine("Entries", f"{sums.entries:,}", f"{sums.joins:,} joined" if sums.joins else "")
        )
        if self.height() >= _LINE_PX:
            lines += self._more(sums)
        room = max(_FEWEST_LINES, (self.height() - _FRAME_PX) // LINE_PX)
        self.words.show_lines(tuple(lines[:room]))

    def _more(self, sums: CacheSums) -> list[KeyedLine]:
        lines = [
            KeyedLine(
                f"Hit rate, {window.window.value}", text.percent(window.hit_rate),
                f"{window.requests:,} requests", colour=band(window),
            )
            for window in self.model.windows()
        ]  # fmt: skip
        long = self.model.windows()[-1]
        share = long.bytes_hit / long.bytes_asked if long.bytes_asked else None
        lines.append(
            KeyedLine("Bytes answered here, 30 d", text.percent(share), text.megabytes(long.bytes_hit))
        )
        lines.append(KeyedLine("Saved", text.money(sums.saved), "what sources would have charged"))
        if sums.behind:
            lines.append(KeyedLine("Read anew behind what is shown", f"{sums.behind:,}", "no miss"))
        origin = f"source {_ms(sums.origin_p95_ms)}"
        lines.append(KeyedLine("Answer, p95", _ms(sums.lookup_p95_ms), origin))
        age, over = self._held
        if age is not None:
            past = f"{over:,} past their life" if over else "none past its life"
            lines.append(KeyedLine("Mean age of what is held", text.age(age), past))
        most = self._most
        if most is not None and most.hits:
            lines.append(KeyedLine("Answered most", f"{most.hits:,}", entries.label(most)))
        if sums.evictions:
            lines.append(KeyedLine("Evicted for room", f"{sums.evictions:,}"))
        return lines

    def _by_source(self) -> str:
        lines = [
            f"{part.source} · {part.channel.value}: {text.percent(part.hit_rate)} of {part.requests:,}"
            f" requests, {part.entries:,} entries, {text.megabytes(part.bytes_used)}"
            for part in self.model.parts()
        ]
        return "\n".join(["hit rate = hits / requests, counted since the cache was first kept", *lines])

    def _deeds(self) -> None:
        """What can be done with the chosen entry, by menu and by key; the last is for all."""
        for words, key, act in (
            ("Read the chosen cache entry anew", "F5", self._refresh),
            ("Pin or unpin the chosen cache entry", "P", self._pin),
            ("Open the payload of the chosen cache entry", "Return", self._open),
            ("Purge the chosen cache entry", "Del", self._purge),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)
        every = QAction("Purge the whole cache…", self)
        every.triggered.connect(lambda _=False: self._ask_to_purge())
        self.addAction(every)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self.table.doubleClicked.connect(lambda _: self._open())

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions())
        menu.popup(self.table.viewport().mapToGlobal(at))

    def _refresh(self) -> None:
        if (name := self.table.chosen()) is not None:
            self.desk.pending.watch(self.desk.commands.refresh_entry(name), self.desk.say)

    def _pin(self) -> None:
        entry = self.model.entry(self.table.chosen() or "")
        if entry is not None:
            self.desk.pending.watch(self.desk.commands.pin_entry(entry.name, not entry.pinned))

    def _purge(self) -> None:
        if (name := self.table.chosen()) is not None:
            self.desk.pending.watch(self.desk.commands.purge_entry(name), self.desk.say)

    def _open(self) -> None:
        entry = self.model.entry(self.table.chosen() or "")
        if entry is not None and entry.capture_id:
            self.desk.show("capture", entry.capture_id)
        elif entry is not None:
            self.desk.say("Bought history is played with --replay; its files lie in the data folder.")

    def _ask_to_purge(self) -> None:
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Purge the cache")
        box.setText("Forget every cached answer? The next requests go to the sources. Captures stay.")
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(lambda: self.desk.pending.watch(self.desk.commands.purge_cache(), self.desk.say))
        box.open()

    def _build(self) -> None:
        full, pages, head = QWidget(), QWidget(), QWidget()
        page = QVBoxLayout(full)
        page.setContentsMargins(14, 2, 14, 8)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.ring)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(self.words)
        column.addStretch(1)
        row.addLayout(column, 1)
        page.addWidget(head)
        page.addWidget(self.line)
        page.addWidget(self.by_source)
        page.addWidget(self.table, 1)
        self._stack = QStackedLayout(pages)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(full)
        # a low panel hides its details; they must not keep it from becoming low
        pages.setMinimumSize(*_LEAST)
        self.box.addWidget(pages)


def _ms(ms: float | None) -> str:
    return text.DASH if ms is None else f"{ms:,.1f} ms"
