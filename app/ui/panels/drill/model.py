"""The fault drill: what can be broken of which source, and the running log of what was done. No Qt."""

from typing import Final

from app.domain.drill import DrillChanged, DrillLine, DrillOffer, Fault
from app.domain.routing import SourceId
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.cells import Cell, Column, Mark, Row

FAULT_COLUMNS: Final = (Column("What to break", 170), Column("How", 0))
LOG_COLUMNS: Final = (
    Column("After", 62, right=True, tip="Since the strike"),
    Column("What the program did", 0),
    Column("Time", 78, from_px=520),
)
_LOOKS: Final = {
    "strike": (Mark.REST, "accent", "accent"),
    "seen": (Mark.WARN, "warn", "text"),
    "did": (Mark.OFF, "idle", "dim"),
    "back": (Mark.GOOD, "up", "up"),
    "failed": (Mark.BAD, "down", "down"),
}


class DrillModel:
    def __init__(self) -> None:
        self._told = DrillChanged((), "", ())

    def put(self, told: DrillChanged) -> None:
        self._told = told

    @property
    def running(self) -> str:
        return self._told.running

    def offers(self) -> tuple[DrillOffer, ...]:
        return self._told.offers

    def faults(self, source: SourceId) -> tuple[Fault, ...]:
        return next((offer.faults for offer in self._told.offers if offer.source == source), ())

    def fault_rows(self, source: SourceId) -> tuple[Row, ...]:
        return tuple(
            Row(f.id, (Cell(f.title, "text", f.about), Cell(f.about, "dim", f.about)))
            for f in self.faults(source)
        )

    def log_rows(self, zone: Zone) -> tuple[Row, ...]:
        return tuple(_row(number, line, zone) for number, line in enumerate(self._told.lines))

    def summary(self) -> str:
        """What runs, or how the drills so far went."""
        if self._told.running:
            return f"running: {self._told.running}"
        back = sum(line.level == "back" for line in self._told.lines)
        failed = sum(line.level == "failed" for line in self._told.lines)
        return " · ".join(f"{n} {word}" for n, word in ((back, "survived"), (failed, "not")) if n)


def _row(number: int, line: DrillLine, zone: Zone) -> Row:
    mark, mark_colour, colour = _LOOKS[line.level]
    cells = (
        Cell("" if line.level == "strike" else f"+{line.after_s:.1f} s", "dim"),
        Cell(line.words, colour, line.words, mark=mark, mark_colour=mark_colour, bold=line.level == "strike"),
        Cell(text.clock(line.at, zone, named=False), "faint"),
    )
    return Row(f"{number}/{line.at}", cells)
