"""Decisions as rows and as a table to take away: of this run, and earlier ones when asked for. No Qt."""

from collections.abc import Callable, Iterable
from typing import Final

from app import __version__
from app.domain.decisions import AuditFilter
from app.domain.desk_updates import AuditLine
from app.domain.table import Kind, Table, TableColumn, Value
from app.domain.units import DAY, Ns, iso
from app.ui import format as text
from app.ui.format import Zone
from app.ui.journal import MOST_LINES, Line
from app.ui.widgets.cells import Cell, Row

SPANS: Final = (("this run", -1), ("1 day", 1), ("7 days", 7), ("30 days", 30), ("all", 0))
"""Days back, 0 for all that is kept; of this run nothing has to be read."""

_ACTOR_COLOURS: Final = {"user": "accent", "system": "info"}
_COLUMNS: Final[tuple[tuple[str, Callable[[AuditLine], Value]], ...]] = (
    ("time_utc", lambda one: iso(one.at)),
    ("actor", lambda one: one.actor),
    ("subject", lambda one: one.subject),
    ("channel", lambda one: one.channel or None),
    ("source", lambda one: one.source or None),
    ("before", lambda one: one.before or None),
    ("after", lambda one: one.after or None),
    ("rule", lambda one: one.rule),
    ("evidence", lambda one: evidence_words(one) or None),
    ("profile", lambda one: one.profile or None),
)


class Decisions:
    """In the order of time, each once: what is read back has been told in part already."""

    def __init__(self) -> None:
        self._lines: dict[str, AuditLine] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: AuditLine) -> bool:
        """False: it is known."""
        name = key_of(line)
        if name in self._lines:
            return False
        self._lines[name] = line
        while len(self._lines) > MOST_LINES:
            del self._lines[next(iter(self._lines))]
        return True

    def merge(self, earlier: Iterable[AuditLine]) -> tuple[AuditLine, ...]:
        """All that is known now; the newest last."""
        known = {key_of(line): line for line in earlier} | self._lines
        ordered = sorted(known.values(), key=lambda line: line.at)[-MOST_LINES:]
        self._lines = {key_of(line): line for line in ordered}
        return tuple(ordered)

    def line(self, name: str) -> AuditLine | None:
        return self._lines.get(name)

    def named(self, names: Iterable[str]) -> tuple[AuditLine, ...]:
        return tuple(self._lines[name] for name in names if name in self._lines)


def wanted(days: int, now: Ns) -> AuditFilter:
    return AuditFilter(since=Ns(now - days * DAY) if days else None, most=MOST_LINES)


def key_of(line: AuditLine) -> str:
    return f"{line.at}/{line.actor}/{line.subject}/{line.before}/{line.after}"


def line_of(line: AuditLine, zone: Zone, now: Ns) -> Line:
    change = f"{line.before or text.DASH} → {line.after or text.DASH}"
    evidence = evidence_words(line)
    local = zone.at(line.at)
    today = local.date() == zone.at(now).date()
    when = text.clock(line.at, zone, named=False) if today else f"{local.day} {local:%b %H:%M}"
    rule = f"{line.rule}  ·  {evidence}" if evidence else line.rule
    tip = f"{line.rule}\n{evidence}\nprofile {line.profile}" if line.profile else rule
    cells = (
        Cell(when, "dim", text.day_clock(line.at, zone)),
        Cell(line.actor, _ACTOR_COLOURS.get(line.actor, "dim")),
        Cell(line.subject, "text", line.subject),
        Cell(change, "text", change),
        Cell(rule, "dim", tip),
    )
    words = f"{line.subject} {change} {rule} {line.source} {line.channel} {line.profile}"
    return Line(Row(key_of(line), cells), line.actor, line.channel or line.source or line.subject, words)


def evidence_words(line: AuditLine) -> str:
    return ", ".join(f"{name} {value}" for name, value in line.evidence)


def audit_table(lines: tuple[AuditLine, ...], now: Ns) -> Table:
    facts = (
        ("what", "decisions of Pitwall: who changed what, by which rule"),
        ("written", iso(now)),
        ("app", f"Pitwall {__version__}"),
    )
    columns = tuple(TableColumn(name, Kind.TEXT, tuple(map(say, lines))) for name, say in _COLUMNS)
    return Table("audit", facts, columns)
