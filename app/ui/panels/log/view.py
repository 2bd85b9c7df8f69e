"""The program's log on screen: bounded, filtered, ready to be copied. What arrives is already redacted."""

from typing import ClassVar

from app.domain.units import Ns
from app.domain.updates import LogLine, Update
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.journal import Filter, Journal, Line
from app.ui.panel import Panel
from app.ui.widgets.cells import Cell, Column, Row
from app.ui.widgets.empty import Empty
from app.ui.widgets.journal_view import JournalView

_COLOURS = {"DEBUG": "faint", "INFO": "dim", "WARNING": "warn", "ERROR": "down", "CRITICAL": "down"}
_LEVELS = (
    ("info and above", frozenset({"INFO", "WARNING", "ERROR", "CRITICAL"})),
    ("warnings and errors", frozenset({"WARNING", "ERROR", "CRITICAL"})),
    ("errors", frozenset({"ERROR", "CRITICAL"})),
    ("everything", frozenset[str]()),
)


class LogPanel(Panel):
    WANTS: ClassVar = (LogLine,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Log", desk)
        self.journal = Journal()
        self._number = 0
        columns = (Column("Time", 70), Column("Level", 70), Column("From", 94), Column("What happened", 0))
        empty = Empty("The log is empty", "What the engine and its sources do is written here as they do it.")
        self.view = JournalView("Log", self.journal, columns, _LEVELS, empty, desk.colours)
        self.journal.choose(Filter(_LEVELS[0][1]))
        self.box.addWidget(self.view)

    def apply(self, update: Update) -> None:
        if not isinstance(update, LogLine):
            return
        self._number += 1
        words = update.text + (f"  ×{update.repeats}" if update.repeats > 1 else "")
        colour = _COLOURS.get(update.level, "dim")
        cells = (
            Cell(
                text.clock(update.at, self.desk.zone, named=False),
                "dim",
                text.day_clock(update.at, self.desk.zone),
            ),
            Cell(update.level.capitalize(), colour),
            Cell(short_name(update.source), "dim", update.source),
            Cell(words, "text" if colour in ("dim", "faint") else colour, words),
        )
        row = Row(str(self._number), cells)
        self.journal.add(Line(row, update.level, update.source, f"{update.source} {words}"))

    def draw_texts(self, now: Ns) -> None:
        self.view.draw()
        zone = self.desk.zone.label
        self.hint(
            f"{self.journal.shown:,} of {len(self.journal):,} lines · {zone}" if len(self.journal) else ""
        )

    def recolour(self) -> None:
        self.view.recolour(self.desk.colours)


def short_name(source: str) -> str:
    """`engine.health_watch` as `health watch`; the whole name is in the tooltip."""
    return source.rsplit(".", 1)[-1].replace("_", " ")
