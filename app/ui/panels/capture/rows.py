"""An examination as rows of tables: fields, headers, checks, differences. Values only, no widget."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from app.domain.capture import Step
from app.domain.capture_diff import CaptureDiff, Difference, RowChange
from app.domain.drift import Check, Finding
from app.domain.examination import Examination
from app.domain.provenance import CHAIN, FIELD_NAMES, Field, FieldStatus, Trace
from app.ui.format import DASH, Zone, day_clock, millis
from app.ui.widgets.cells import Cell, Column, Mark, Row

FIELDS: Final = (
    Column("Of", 122), Column("Field", 0), Column("Value", 162, right=True),
    Column("Text there", 92, right=True, from_px=780), Column("Raw number", 84, right=True, from_px=880),
    Column("Last good", 162, right=True), Column("Status", 92),
    Column("What was made of it", 240, from_px=980),
    Column("Where it stands", 210, from_px=1200), Column("Unit", 74, from_px=1280),
    Column("Who says it", 120, from_px=1400),
)  # fmt: skip
CHECKS: Final = (Column("Check", 132), Column("Verdict", 92), Column("Expected", 164), Column("Found", 0))
STEPS: Final = (
    Column("Step", 110), Column("Before", 84, right=True), Column("This one", 84, right=True),
    Column("Before, it said", 0), Column("This one said", 320, from_px=640),
)  # fmt: skip
DIFFERENCES: Final = (Column("What", 260), Column("Before", 240), Column("This one", 0))
CHANGES: Final = (
    Column("Strike", 86, right=True), Column("Right", 52), Column("Field", 110),
    Column("Before", 110, right=True), Column("This one", 110, right=True),
    Column("By", 84, right=True, tip="This one less the one before"), Column("Contract", 0),
)  # fmt: skip

# More than anybody reads at once; a search narrows it.
MOST: Final = 120
MOST_CHANGES: Final = 600
STATUS: Final = {
    FieldStatus.OK: (Mark.GOOD, "up"),
    FieldStatus.MISSING: (Mark.OFF, "idle"),
    FieldStatus.TYPE_CHANGED: (Mark.BAD, "down"),
    FieldStatus.OUT_OF_RANGE: (Mark.BAD, "down"),
    FieldStatus.RELOCATED: (Mark.WARN, "warn"),
}
FINDING_MARKS: Final = {
    Finding.NO_ANSWER: (Mark.BAD, "down"),
    Finding.NOT_READY: (Mark.WARN, "warn"),
    Finding.DRIFT: (Mark.BAD, "down"),
    Finding.WATCH: (Mark.WARN, "warn"),
    Finding.OK: (Mark.GOOD, "up"),
    Finding.NOT_COMPARED: (Mark.OFF, "idle"),
}


def fields_of(trace: Trace, words: str, chosen: str | None = None) -> tuple[Field, ...]:
    """Without words: the chain as a whole, the chosen contract, some in trouble, those near the money."""
    tokens = words.lower().split()
    if not tokens:
        picked = (chosen,) if chosen else ()
        subjects = dict.fromkeys((CHAIN, *picked, *trace.troubled[:6], *trace.near_money))
        return tuple(field for subject in subjects for field in trace.fields(subject))[:MOST]
    named = [token for token in tokens if any(token in name for name in FIELD_NAMES)]
    names = [name for name in FIELD_NAMES if all(token in name for token in named)]
    rest = [token for token in tokens if token not in named]
    found: list[Field] = []
    for subject in trace.subjects:
        if all(token in subject.lower() for token in rest) and (subject != CHAIN or rest):
            found += trace.fields(subject, names)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def field_row(field: Field) -> Row:
    mark, colour = STATUS[field.status]
    changed = field.prior is not None and field.prior != field.value
    said = f"{field.transform} ({field.certainty.value})"
    cells = (
        Cell("the chain" if field.subject == CHAIN else field.subject, "dim"),
        Cell(field.name, tip=said),
        Cell(_or_dash(field.value), bold=True, tip=field.value or ""),
        Cell(_or_dash(field.raw_text), "dim"),
        Cell(_or_dash(field.raw_number), "dim"),
        Cell(_or_dash(field.prior), "warn" if changed else "faint"),
        Cell(field.status.value, "dim", mark=mark, mark_colour=colour),
        Cell(field.transform, "dim", tip=said),
        Cell(field.locator, "info", tip=field.locator),
        Cell(field.unit, "faint"),
        Cell(field.certainty.value, "faint"),
    )
    return Row(field.key, cells)


def check_rows(checks: tuple[Check, ...]) -> list[Row]:
    """The gravest first, else in the order they were made."""
    rows = []
    for check in sorted(checks, key=lambda check: list(FINDING_MARKS).index(check.finding)):
        mark, colour = FINDING_MARKS[check.finding]
        plain = check.finding in (Finding.OK, Finding.NOT_COMPARED)
        cells = (
            Cell(check.name),
            Cell(check.finding.value, "dim" if plain else colour, mark=mark, mark_colour=colour),
            Cell(check.expected, "dim", tip=check.expected),
            Cell(check.actual, "text" if plain else colour, tip=check.actual),
        )
        rows.append(Row(check.name, cells))
    return rows


def step_rows(found: CaptureDiff) -> list[Row]:
    rows = []
    for number, pair in enumerate(found.steps):
        cells = (
            Cell(pair.name),
            _time(pair.before),
            _time(pair.after),
            _note(pair.before),
            _note(pair.after),
        )
        rows.append(Row(f"{number}", cells))
    return rows


def difference_rows(differences: tuple[Difference, ...]) -> list[Row]:
    if not differences:
        return [Row("none", (Cell("nothing differs", "dim"), Cell(""), Cell("")))]
    return [
        Row(
            f"{number} {d.name}",
            (
                _told(d.name),
                _told(d.before, "faint" if d.before == "absent" else "dim"),
                _told(d.after, "down" if d.after == "absent" else "up" if d.before == "absent" else "warn"),
            ),
        )
        for number, d in enumerate(differences)
    ]


def _told(text: str, colour: str = "text") -> Cell:
    return Cell(text, colour, tip=text)


def change_rows(found: CaptureDiff) -> list[Row]:
    rows: list[Row] = []
    for change in found.rows:
        rows += _changed(change)
        if len(rows) >= MOST_CHANGES:
            break
    return rows[:MOST_CHANGES]


def compared_words(examination: Examination, zone: Zone, *, held: bool = False) -> str:
    """In one line: with what it is compared, and how much differs."""
    found, before = examination.difference, examination.before
    if found is None or before is None:
        return "There is no good capture of this series before it to compare with."
    when = f"the {'held' if held else 'last good'} one, {day_clock(before.capture.fetched, zone)}"
    if examination.this.chain is None or before.chain is None:
        return (
            f"Against {when}: {len(found.structure)} paths and {len(found.request)} headers or facts differ."
        )
    kinds = [change.word for change in found.rows]
    built = f"{len(found.structure)} paths differ" if found.structure else "built the same"
    counted = [
        f"{kinds.count(word):,} contracts {word}" for word in ("changed", "new", "gone") if word in kinds
    ]
    same = f"{found.unchanged:,} are the same"
    return f"Against {when}: {built}; {', '.join((*counted, same))}."


def _changed(change: RowChange) -> Iterator[Row]:
    head = (Cell(f"{change.strike:,.10g}"), Cell(change.right, "dim"))
    if change.word != "changed":
        colour = "up" if change.word == "new" else "down"
        cells = (*head, Cell(change.word, colour), *(Cell(DASH, "faint") for _ in range(3)),
                 Cell(change.symbol, "faint"))  # fmt: skip
        yield Row(change.symbol, cells)
    for cell in change.cells:
        both = (Cell(cell.before, "dim"), Cell(cell.after, "warn"), _by(cell))
        yield Row(
            f"{change.symbol}/{cell.name}", (*head, Cell(cell.name), *both, Cell(change.symbol, "faint"))
        )


def _by(cell: Difference) -> Cell:
    """How much a number changed; nothing for what is no number on both sides."""
    try:
        by = Decimal(cell.after.replace(",", "")) - Decimal(cell.before.replace(",", ""))
    except InvalidOperation:
        return Cell("")
    return Cell(f"{by:+,}", "up" if by > 0 else "down")


def _time(step: Step | None) -> Cell:
    return Cell(DASH, "faint") if step is None else Cell(millis(step.ms), "dim")


def _note(step: Step | None) -> Cell:
    if step is None:
        return Cell("did not get there", "faint")
    return Cell(("✔ " if step.ok else "✖ ") + step.note, "text" if step.ok else "down", tip=step.note)


def _or_dash(text: str | None) -> str:
    return DASH if text is None else text
