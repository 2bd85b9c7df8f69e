"""Decisions on screen: every switch, override and budget decision, by whom and by which rule."""

from typing import ClassVar

from app.domain.units import Ns
from app.domain.updates import AuditLine, Update
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.journal import Journal, Line
from app.ui.panel import Panel
from app.ui.widgets.cells import Cell, Column, Row
from app.ui.widgets.empty import Empty
from app.ui.widgets.journal_view import JournalView

_ACTORS = (
    ("all", frozenset[str]()),
    ("automatic", frozenset({"auto"})),
    ("by the user", frozenset({"user"})),
    ("by the system", frozenset({"system"})),
)
_ACTOR_COLOURS = {"user": "accent", "system": "info"}


class AuditPanel(Panel):
    WANTS: ClassVar = (AuditLine,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Audit", desk)
        self.journal = Journal()
        self._number = 0
        columns = (
            Column("Time", 70),
            Column("By", 56),
            Column("Subject", 86),
            Column("Change", 130),
            Column("Rule", 0),
        )
        empty = Empty(
            "No decision yet", "Each change of source, pin, setting or budget is noted here with its rule."
        )
        self.view = JournalView("Audit", self.journal, columns, _ACTORS, empty, desk.colours)
        self.box.addWidget(self.view)

    def apply(self, update: Update) -> None:
        if not isinstance(update, AuditLine):
            return
        self._number += 1
        zone, change = self.desk.zone, f"{update.before or text.DASH} → {update.after or text.DASH}"
        cells = (
            Cell(text.clock(update.at, zone, named=False), "dim", text.day_clock(update.at, zone)),
            Cell(update.actor, _ACTOR_COLOURS.get(update.actor, "dim")),
            Cell(update.subject, "text", update.subject),
            Cell(change, "text", change),
            Cell(update.rule, "dim", update.rule),
        )
        words = f"{update.subject} {change} {update.rule}"
        self.journal.add(Line(Row(str(self._number), cells), update.actor, update.subject, words))

    def draw_texts(self, now: Ns) -> None:
        self.view.draw()
        self.hint(
            f"{self.journal.shown:,} of {len(self.journal):,} · {self.desk.zone.label}"
            if len(self.journal)
            else ""
        )

    def recolour(self) -> None:
        self.view.recolour(self.desk.colours)
