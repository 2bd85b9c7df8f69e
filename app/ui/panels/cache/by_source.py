"""The cache source by source and channel by channel, as rows: how often it answered, and what that was worth.

No Qt.
"""

from typing import Final

from app.domain.cache_updates import CacheCounted, CacheWindow, Window
from app.ui import format as text
from app.ui.panels.cache.model import band
from app.ui.widgets.cells import Cell, Column, Row

COLUMNS: Final = (
    Column("Source and channel", 0),
    Column("5 min", 52, right=True, tip="hit rate of the last 5 minutes"),
    Column("Session", 58, right=True, tip="hit rate of this session"),
    Column("30 d", 52, right=True, tip="hit rate of the last 30 days"),
    Column("Requests", 64, right=True, tip="in 30 days"),
    Column("Most misses", 104, tip="the most frequent reason why it could not answer", from_px=640),
    Column("Stale", 46, right=True, tip="old answers shown because nothing newer came, badged"),
    Column("Saved", 62, right=True, tip="what the source would have charged"),
    Column("Held", 44, right=True, tip="entries"),
    Column("Size", 62, right=True, from_px=720),
    Column("Here / source", 120, right=True, tip="95 of 100 answers took no longer", from_px=900),
)
_SHELF: Final = "bought history"


def rows(parts: tuple[CacheCounted, ...]) -> tuple[Row, ...]:
    ordered = sorted(parts, key=lambda part: (str(part.source), part.shelf, part.channel.value))
    return tuple(_row(part) for part in ordered)


def _row(part: CacheCounted) -> Row:
    name = f"{part.source} · {_SHELF if part.shelf else part.channel.value}"
    spans = {window.window: window for window in part.windows}
    long = spans.get(Window.LONG)
    asked = part.requests if long is None else long.requests
    reason, count = max(part.misses, key=lambda one: one[1], default=("", 0))
    origin = text.DASH if part.origin_p95_ms is None else f"{part.origin_p95_ms:,.0f}"
    here = text.DASH if part.lookup_p95_ms is None else f"{part.lookup_p95_ms:,.1f}"
    return Row(
        part.key,
        (
            Cell(name),
            *(_rate(spans.get(window)) for window in Window),
            Cell(f"{asked:,}", "text" if asked else "faint"),
            Cell(f"{reason} {count:,}" if count else text.DASH, "dim"),
            Cell(f"{part.stale_served:,}", "warn" if part.stale_served else "faint"),
            Cell(text.money(part.saved) if part.saved else text.DASH, "up" if part.saved else "faint"),
            Cell(f"{part.entries:,}"),
            Cell(text.megabytes(part.bytes_used), "dim"),
            Cell(f"{here} / {origin} ms", "dim"),
        ),
    )


def _rate(window: CacheWindow | None) -> Cell:
    if window is None or window.hit_rate is None:
        return Cell(text.DASH, "faint")
    tip = f"{window.hits:,} of {window.requests:,} requests, {window.window.value}"
    return Cell(text.percent(window.hit_rate), band(window), tip)
