"""The entries of the cache as rows of a table, and their ages against their lifetimes. No Qt."""

from app.domain.cache_updates import NEVER, CacheRow
from app.domain.units import DAY, SECOND, Ns
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.cells import Cell, Column, Mark, Row

COLUMNS = (
    Column("Entry", 0),
    Column("Source", 74),
    Column("Stored", 66, right=True, from_px=520),
    Column("Age", 76, right=True),
    Column("Fresh for", 76, right=True, tip="time until it is asked for again"),
    Column(
        "Usable for",
        80,
        right=True,
        tip="time until it may be shown no longer, even with its age",
        from_px=560,
    ),
    Column("Hits", 40, right=True),
    Column("Size", 62, right=True, from_px=600),
    Column("Hash", 74, tip="SHA-256 of the answer as it is stored", from_px=720),
    Column("Why this long", 250, from_px=900),
)
BUCKETS = 12
_YEARS = 3_650 * DAY


def rows(entries: tuple[CacheRow, ...], now: Ns, zone: Zone) -> tuple[Row, ...]:
    return tuple(_row(entry, now, zone) for entry in entries)


def ages(entries: tuple[CacheRow, ...], now: Ns) -> tuple[int, ...]:
    """Counted by their age as a share of how long they stay usable; the last bucket is beyond that. What
    never expires is not among them."""
    counts = [0] * BUCKETS
    for entry in entries:
        if entry.keep_until == NEVER:
            continue
        life = max(1, entry.keep_until - entry.stored)
        share = max(0, now - entry.stored) / life
        counts[min(BUCKETS - 1, int(share * (BUCKETS - 1)))] += 1
    return tuple(counts)


def mean_age_s(entries: tuple[CacheRow, ...], now: Ns) -> float | None:
    held = [max(0, now - entry.stored) for entry in entries if entry.keep_until != NEVER]
    return sum(held) / len(held) / SECOND if held else None


def past_their_life(entries: tuple[CacheRow, ...], now: Ns) -> int:
    """Kept all the same, for when nothing newer comes."""
    return sum(entry.keep_until <= now for entry in entries)


def label(entry: CacheRow) -> str:
    """The part of the key that people know: what was asked, without source, channel and parser."""
    return entry.name.split("/", 2 if "/history/" in entry.name else 3)[-1]


def _row(entry: CacheRow, now: Ns, zone: Zone) -> Row:
    fresh, usable = entry.fresh_until - now, entry.keep_until - now
    mark = Mark.GOOD if fresh > 0 else Mark.WARN if usable > 0 else Mark.BAD
    colour = "up" if fresh > 0 else "warn" if usable > 0 else "down"
    words = f"{'pinned · ' if entry.pinned else ''}{label(entry)}"
    tip = f"{entry.name}\n{entry.why}\nlast used {text.day_clock(entry.used, zone)}"
    cells = (
        Cell(words, "accent" if entry.pinned else "text", tip, mark=mark, mark_colour=colour),
        Cell(str(entry.source), "dim"),
        Cell(text.clock(entry.stored, zone, named=False), "dim", text.day_clock(entry.stored, zone)),
        Cell(text.age_between(entry.stored, now)),
        Cell(_left(fresh), "text" if fresh > 0 else "warn"),
        Cell(_left(usable), "dim" if usable > 0 else "down"),
        Cell(f"{entry.hits:,}"),
        Cell(text.megabytes(entry.size), "dim"),
        Cell(entry.sha256[:8] or text.DASH, "faint", entry.sha256),
        Cell(entry.why or text.DASH, "dim", entry.why),
    )
    return Row(entry.name, cells)


def _left(nanoseconds: int) -> str:
    if nanoseconds > _YEARS:
        return "for good"
    return text.age(nanoseconds / SECOND) if nanoseconds > 0 else "over"
