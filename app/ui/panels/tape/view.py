"""Time and sales on screen: newest on top, filtered by size and contract, held still under the mouse."""

from typing import ClassVar

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedLayout, QWidget

from app.domain.routing import Channel
from app.domain.units import Ns
from app.domain.updates import Prints, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.tape.model import TapeModel, sizes
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Column
from app.ui.widgets.empty import Empty
from app.ui.widgets.field import FilterField
from app.ui.widgets.grid import Grid

_COLUMNS = (
    Column("Time", 96),
    Column("Contract", 110),
    Column("Price", 84, right=True),
    Column("Size", 56, right=True),
    Column("Aggressor", 0),
)


class TapePanel(Panel):
    SHOWS: ClassVar = (Channel.NQ_TRADES,)
    WANTS: ClassVar = (Prints,)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Time and sales", desk)
        self.model = TapeModel()
        self.table = Grid("Time and sales", _COLUMNS, desk.colours, row_px=21)
        self.sizes = FilterField(
            "Size filter: a least size (50+), a range (200–400) or an exact size (11)",
            "Size: 50+, 200–400, 11",
        )
        self.contract = QComboBox()
        self.contract.addItem("contract on the chart", True)
        self.contract.addItem("all contracts", False)
        self.contract.setAccessibleName("Contracts shown")
        self._empty = Empty("No print yet", "Each trade appears here as the tick feed reports it.")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 5)
        row.setSpacing(6)
        for widget, stretch in ((self.contract, 0), (self.sizes, 1)):
            widget.setFont(font(SMALL_PX))
            widget.setProperty("small", True)
            row.addWidget(widget, stretch)
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.box.addLayout(row)
        self.box.addWidget(stack, 1)

    def apply(self, update: Update) -> None:
        if isinstance(update, Prints):
            self.model.put(update)

    def draw_texts(self, now: Ns) -> None:
        if self.table.underMouse() and len(self.model):
            self.hint("held while the mouse is here")
            return
        wanted = sizes(self.sizes.text())
        if wanted is None:
            self.hint("that is not a size")
            return
        charted = self.desk.watch.future if self.contract.currentData() else None
        only = None if charted is None else charted.raw
        rows = self.model.rows(wanted, only, now, self.desk.zone)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.table.grid.set_rows(rows)
        more = f" · {self.model.overflow:,} more than can be read" if self.model.overflow else ""
        count = (
            f"{len(self.model):,} in two minutes" if not self.model.let_go else f"{len(self.model):,} newest"
        )
        quality = self.model.side_quality
        side = "" if quality is None else f" · side: {quality.value}"
        self.hint(f"{count}{more}{side} · {self.desk.zone.label}" if rows else "")

    def recolour(self) -> None:
        self.table.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)
