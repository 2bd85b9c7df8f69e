"""Requests with their times, headers of both sides, and what was noted; a chosen step leaves only its own."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.ui.palettes import Colours
from app.ui.panels.capture.traffic import (
    CONSOLE,
    EXCHANGES,
    HEADERS,
    Asked,
    asked,
    body_text,
    console_rows,
    exchange_rows,
    header_rows,
)
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.grid import Grid
from app.ui.widgets.words import Words

_PARTS = (
    ("Headers", 0, "headers sent and received"),
    ("Body", 1, "what the chosen request brought"),
    ("Console", 2, "what was noted, step by step"),
)
_BODY = 1
_ROW_PX, _MOST_ROWS = 22, 6


class NetworkView(QWidget):
    """`body_asked` when the user wants to see what a request brought."""

    body_asked = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.exchanges = Grid("Requests of this capture", EXCHANGES, colours, row_px=22)
        self.headers = Grid("Request and headers, redacted", HEADERS, colours, row_px=22)
        self.console = Grid("What was noted of this capture", CONSOLE, colours, row_px=22)
        self.body = QPlainTextEdit()
        self.about, self.choices, self._parts = Words(), Choices("Show", _PARTS), QStackedWidget()
        self._examination: Examination | None = None
        self._asked: tuple[Asked, ...] = ()
        self._only = ""
        self.body.setReadOnly(True)
        self.body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.setFont(font(SMALL_PX))
        self.body.setAccessibleName("What the chosen request brought, as it was stored")
        self.exchanges.activated.connect(lambda _: self._open())
        self.exchanges.selectionModel().selectionChanged.connect(self._show_chosen)
        self.exchanges.setToolTip("Choose one to see its headers; Enter or double click: what it brought")
        for part in (self.headers, self.body, self.console):
            self._parts.addWidget(part)
        self.choices.choose(0)
        self.choices.chosen.connect(self._turn)
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
            self._asked = ()
            for table in (self.exchanges, self.headers, self.console):
                table.set_rows([])
            self.body.clear()
            return
        capture = found.this.capture
        self._asked = asked(capture)
        rows = exchange_rows(capture, only)
        self.exchanges.set_rows(rows)
        head = self.exchanges.horizontalHeader().sizeHint().height()
        self.exchanges.setFixedHeight(head + 2 + max(2, min(_MOST_ROWS, len(rows))) * _ROW_PX)
        self.console.set_rows(console_rows(found, only))
        self._show_chosen()
        self.about.setText(
            f"Only the step “{only}”. Press Escape in the steps to see all." if only
            else "Choose a request, or a step to see only what belongs to it."
        )  # fmt: skip

    def _show_chosen(self) -> None:
        """Of the chosen request; of the one that the capture is about where none is chosen."""
        if self._examination is None:
            return
        capture, chosen = self._examination.this.capture, self._chosen()
        self.headers.set_rows(header_rows(capture, self._only, chosen))
        if self._parts.currentIndex() == _BODY:
            self.body.setPlainText(body_text(capture, chosen))

    def _chosen(self) -> Asked | None:
        key = self.exchanges.chosen()
        number = int(key.rpartition(" ")[2]) if key is not None else len(self._asked)
        return self._asked[number] if number < len(self._asked) else None

    def _turn(self, part: object) -> None:
        self._parts.setCurrentIndex(int(str(part)))
        self._show_chosen()

    def _open(self) -> None:
        """The answer itself is shown as a tree, in a tab of its own."""
        chosen = self._chosen()
        if chosen is None or chosen.is_own:
            self.body_asked.emit()
            return
        self.choices.choose(_BODY)
        self._turn(_BODY)
