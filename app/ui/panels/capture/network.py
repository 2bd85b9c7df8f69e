"""Requests with their times, headers of both sides, and what was noted; a chosen step leaves only its own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.ui.palettes import Colours
from app.ui.panels.capture.traffic import (
    CONSOLE,
    EXCHANGES,
    HEADERS,
    console_rows,
    exchange_rows,
    header_rows,
)
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.grid import Grid
from app.ui.widgets.words import Words

_PARTS = (("Headers", 0, "headers sent and received"), ("Console", 1, "what was noted, step by step"))
_EXCHANGES_PX = 24 + 3 * 22


class NetworkView(QWidget):
    """`body_asked` when the user wants to see what a request brought."""

    body_asked = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.exchanges = Grid("Requests of this capture", EXCHANGES, colours, row_px=22)
        self.headers = Grid("Request and headers, redacted", HEADERS, colours, row_px=22)
        self.console = Grid("What was noted of this capture", CONSOLE, colours, row_px=22)
        self.about, self.choices, self._parts = Words(), Choices("Show", _PARTS), QStackedWidget()
        self._examination: Examination | None = None
        self._only = ""
        self.exchanges.setMaximumHeight(_EXCHANGES_PX)
        self.exchanges.activated.connect(lambda _: self.body_asked.emit())
        self.exchanges.setToolTip("Enter or double click: what it brought, as a tree")
        for part in (self.headers, self.console):
            self._parts.addWidget(part)
        self.choices.choose(0)
        self.choices.chosen.connect(lambda part: self._parts.setCurrentIndex(int(str(part))))
        self.about.setFont(font(SMALL_PX))
        head = QHBoxLayout()
        head.setContentsMargins(8, 3, 8, 3)
        head.addWidget(self.choices)
        head.addWidget(self.about, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.exchanges)
        box.addLayout(head)
        box.addWidget(self._parts, 1)

    def show_examination(self, examination: Examination | None) -> None:
        self._examination = examination
        self._fill()

    def filter(self, step: str) -> None:
        """Only what belongs to a step; an empty name lifts it."""
        self._only = step
        self._fill()

    def recolour(self, colours: Colours) -> None:
        for table in (self.exchanges, self.headers, self.console):
            table.recolour(colours)

    def _fill(self) -> None:
        found, only = self._examination, self._only
        if found is None:
            for table in (self.exchanges, self.headers, self.console):
                table.set_rows([])
            return
        capture = found.this.capture
        self.exchanges.set_rows(exchange_rows(capture, only))
        self.headers.set_rows(header_rows(capture, only))
        self.console.set_rows(console_rows(found, only))
        self.about.setText(
            f"Only the step “{only}”. Press Escape in the steps to see all." if only
            else "Choose a step to see only what belongs to it."
        )  # fmt: skip
