"""The cache on screen: a ring of hits and misses, the reasons beside it."""

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.units import Ns
from app.domain.updates import CacheCounted, Update
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.cache.model import CacheModel, CacheSums
from app.ui.widgets.empty import Empty
from app.ui.widgets.keyed import Keyed, KeyedLine
from app.ui.widgets.ring import Arc, Ring

_MISS_COLOURS = ("warn", "info", "down", "idle")


class CachePanel(Panel):
    WANTS: ClassVar = (CacheCounted,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Cache", desk)
        self.model = CacheModel()
        self.ring = Ring("Cache hit rate", desk.colours)
        self.words = Keyed("Cache", desk.colours, middle_px=54)
        self._empty = Empty(
            "Nothing was asked of the cache yet",
            "The first chain or definition that is fetched fills it; the second request for it is a hit.",
        )
        full, stack = QWidget(), QWidget()
        row = QHBoxLayout(full)
        row.setContentsMargins(14, 2, 14, 8)
        row.setSpacing(16)
        row.addWidget(self.ring)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(self.words)
        column.addStretch(1)
        row.addLayout(column, 1)
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(full)
        self.box.addWidget(stack)

    def apply(self, update: Update) -> None:
        if isinstance(update, CacheCounted):
            self.model.put(update)

    def draw_texts(self, now: Ns) -> None:
        sums = self.model.sums()
        asked = sums is not None and (sums.requests > 0 or sums.entries > 0)
        self._stack.setCurrentIndex(1 if asked else 0)
        if sums is None:
            self.hint("")
            return
        self.hint(f"{text.megabytes(sums.bytes_used)} of {text.megabytes(sums.bytes_allowed)}")
        if asked:
            self._draw_sums(sums)
            self.ring.setToolTip(self._by_source())

    def recolour(self) -> None:
        for widget in (self.ring, self.words, self._empty):
            widget.recolour(self.desk.colours)

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
        self.words.show_lines(tuple(lines))

    def _by_source(self) -> str:
        lines = [
            f"{part.source} · {part.channel.value}: {text.percent(part.hit_rate)} of {part.requests:,}"
            f" requests, {part.entries:,} entries, {text.megabytes(part.bytes_used)}"
            for part in self.model.parts()
        ]
        return "\n".join(["hit rate = hits / requests, counted since the cache was first kept", *lines])
