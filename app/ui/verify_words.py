"""What a verification found, as rows: sources against checks, then each check with its figures. No Qt."""

from typing import Final

from app.domain.routing import SourceId
from app.domain.table import Kind, Table, TableColumn
from app.domain.units import iso
from app.domain.verification import CheckDone, Checked, Verdict, Verification
from app.ui.widgets.cells import Cell, Column, Mark, Row

_LOOKS: Final = {
    Verdict.PASS: (Mark.GOOD, "up", "text"),
    Verdict.FAIL: (Mark.BAD, "down", "down"),
    Verdict.SKIPPED: (Mark.OFF, "idle", "faint"),
}
MATRIX_COLUMNS: Final = (
    Column("Source", 100),
    *(Column(check.value.capitalize(), 100) for check in Checked),
    Column("", 0),
)
DETAIL_COLUMNS: Final = (
    Column("Source", 100), Column("Check", 110), Column("Result", 84), Column("Measured, and why", 0),
)  # fmt: skip


def matrix_rows(found: Verification) -> tuple[Row, ...]:
    sources = dict.fromkeys(check.source for check in found.checks)
    return tuple(_row(found, source) for source in sources)


def detail_rows(found: Verification) -> tuple[Row, ...]:
    rows = []
    for done in found.checks:
        mark, colour, ink = _LOOKS[done.verdict]
        words = details(done)
        cells = (
            Cell(str(done.source), "text"),
            Cell(done.check.value, "dim"),
            Cell(done.verdict.value, ink, mark=mark, mark_colour=colour),
            Cell(words, "text" if done.verdict is Verdict.FAIL else "dim", words),
        )
        rows.append(Row(f"{done.source}/{done.check.value}", cells))
    return tuple(rows)


def details(done: CheckDone) -> str:
    measured = ", ".join(f"{name} {value}" for name, value in done.measured.items() if value is not None)
    return "; ".join(part for part in (measured, done.why) if part)


def summary(found: Verification) -> str:
    counts = ((Verdict.PASS, "passed"), (Verdict.FAIL, "failed"), (Verdict.SKIPPED, "skipped"))
    return " · ".join(f"{found.count(verdict)} {word}" for verdict, word in counts)


def evidence(found: Verification) -> Table:
    """Measurements only: no key, no part of one, no text of a vendor."""
    checks = found.checks
    texts = (
        ("source", [str(c.source) for c in checks]),
        ("check", [c.check.value for c in checks]),
        ("result", [c.verdict.value for c in checks]),
        ("measured", [", ".join(f"{n} {v}" for n, v in c.measured.items()) for c in checks]),
        ("why", [c.why for c in checks]),
    )
    facts = (("mode", found.mode), ("at", iso(found.at)), ("result", summary(found)))
    columns = tuple(TableColumn(name, Kind.TEXT, tuple(values)) for name, values in texts)
    return Table("verification", facts, columns)


def _row(found: Verification, source: SourceId) -> Row:
    done = {check.check: check for check in found.checks if check.source == source}
    cells = [Cell(str(source), "text", bold=True)]
    for check in Checked:
        one = done.get(check)
        if one is None:
            cells.append(Cell("", "faint"))
            continue
        mark, colour, ink = _LOOKS[one.verdict]
        cells.append(Cell(one.verdict.value, ink, details(one), mark=mark, mark_colour=colour))
    return Row(str(source), (*cells, Cell("")))
