"""Decisions on screen: every switch, override and budget decision, by whom and by which rule."""

from typing import ClassVar, Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox

from app.domain.units import Ns, moment
from app.domain.updates import AuditLine, Update
from app.ui.desk import Desk
from app.ui.journal import Journal
from app.ui.panel import Panel
from app.ui.panels.audit.model import SPANS, Decisions, audit_table, line_of, wanted
from app.ui.take_away import Parcel, TakeAway
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Column
from app.ui.widgets.empty import Empty
from app.ui.widgets.journal_view import JournalView

_ACTORS: Final = (
    ("all", frozenset[str]()),
    ("automatic", frozenset({"auto"})),
    ("by the user", frozenset({"user"})),
    ("by the system", frozenset({"system"})),
)
_CHART: Final = "pressure"


class AuditPanel(Panel):
    WANTS: ClassVar = (AuditLine,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Audit", desk)
        self.journal = Journal()
        self.decisions = Decisions()
        columns = (
            Column("Time", 84),
            Column("By", 56),
            Column("Subject", 86),
            Column("Change", 130),
            Column("Rule and evidence", 0),
        )
        empty = Empty(
            "No decision yet", "Each change of source, pin, setting or budget is noted here with its rule."
        )
        self.view = JournalView("Audit", self.journal, columns, _ACTORS, empty, desk.colours)
        self.view.table.doubleClicked.connect(lambda _: self.show_on_chart())
        self.spans = QComboBox()
        self.spans.setAccessibleName("Audit: how far back")
        self.spans.setToolTip("How far back decisions are read from the audit on disk")
        self.spans.setFont(font(SMALL_PX))
        self.spans.setProperty("small", True)
        for words, days in SPANS:
            self.spans.addItem(words, days)
        self.spans.activated.connect(lambda _: self.read())
        self.take_away = TakeAway(self, desk, "the decisions shown", self._packed)
        for widget in (self.spans, self.take_away.button):
            self.title_bar.add(widget)
        for words, act in (
            ("Show the chosen decision on the chart", self.show_on_chart),
            ("Export the decisions shown…", self.take_away.ask),
        ):
            action = QAction(words, self)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)
        self.box.addWidget(self.view)

    def apply(self, update: Update) -> None:
        if isinstance(update, AuditLine) and self.decisions.add(update):
            self.journal.add(line_of(update, self.desk.zone, self.desk.clock.now()))

    def read(self) -> None:
        """From the disk, as far back as chosen."""
        days = int(self.spans.currentData())
        if days < 0:
            return
        answer = self.desk.commands.read_audit(wanted(days, self.desk.clock.now()))
        self.desk.pending.watch(answer, self._found)

    def show_on_chart(self) -> None:
        """Where the decision has its mark, if it is one about a channel of the chart."""
        line = self.decisions.line(self.view.table.chosen() or "")
        if line is None:
            self.desk.say("Choose a decision in the audit first.")
        else:
            self.desk.show(_CHART, str(line.at))

    def draw_texts(self, now: Ns) -> None:
        self.view.draw()
        self.hint(f"{self.journal.shown:,} of {len(self.journal):,}" if len(self.journal) else "")

    def recolour(self) -> None:
        self.view.recolour(self.desk.colours)

    def _found(self, earlier: tuple[AuditLine, ...]) -> None:
        now, zone = self.desk.clock.now(), self.desk.zone
        self.journal.replace(line_of(line, zone, now) for line in self.decisions.merge(earlier))
        self.view.draw()

    def _packed(self) -> Parcel | None:
        shown = self.decisions.named(row.key for row in self.view.table.grid.rows())
        if not shown:
            return None
        now, commands = self.desk.clock.now(), self.desk.commands
        table = audit_table(shown, now)
        stamp = f"{moment(now):%Y%m%dT%H%M%SZ}"
        return Parcel(f"audit-{stamp}", lambda target: commands.export_table(table, target), lambda: table)
