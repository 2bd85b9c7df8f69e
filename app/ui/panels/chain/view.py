"""The board on screen: series picker, strip of summary numbers, and the table around the money."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.units import Ns
from app.domain.updates import ChainArrived, ChainMissing, SeriesOffered, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.chain import words
from app.ui.panels.chain.board import BoardView
from app.ui.panels.chain.model import ChainModel, coverage
from app.ui.panels.chain.table import BoardTable
from app.ui.theme import CAPTION_PX, SMALL_PX, font
from app.ui.widgets.empty import Empty
from app.ui.widgets.words import Words

_EMPTY = "It comes from Barchart, delayed. Switch Barchart on in the settings, or start the demo."


class ChainPanel(Panel):
    WANTS = (ChainArrived, ChainMissing, SeriesOffered)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Option chain", desk)
        self.model = ChainModel()
        self._table = BoardTable(desk.colours)
        self._picker, self._near, self._again = QComboBox(), QPushButton("Near"), QPushButton("Refresh")
        self._origin, self._trouble = Words(), QLabel()
        self._empty = Empty("No chain yet", _EMPTY)
        self._strip: dict[str, tuple[QLabel, QLabel]] = {}
        self._board = BoardView(self._table, desk.colours)
        self._centred_on: str | None = None
        self._figure = font(weight=QFont.Weight.DemiBold)
        self._struck = QFont(self._figure)
        self._struck.setStrikeOut(True)
        self._build()
        self.recolour()

    def apply(self, update: Update) -> None:
        if self.model.apply(update):
            self.touch()

    def draw(self, now: Ns) -> None:
        rows = self.model.rows()
        self._stack.setCurrentIndex(1 if rows else 0)
        self._table.show(rows, self.model.is_stale)
        self._fill_picker()
        self._fill_strip()
        if rows and self.model.chosen != self._centred_on:
            self._centred_on = self.model.chosen
            # The table knows its height only after it was laid out.
            QTimer.singleShot(0, self._centre)
        self.draw_texts(now)

    def draw_texts(self, now: Ns) -> None:
        shown = self.model.current
        where = self.desk.zone
        _say(self._trouble, words.trouble(shown, self.model.why_not, now, where))
        self._trouble.setVisible(bool(self._trouble.text()))
        self._origin.setText(words.origin(shown, now, where) if shown else "")
        if shown is None:
            self.hint("no chain yet")
            return
        notes = [coverage(shown.chain)]
        if words.approximate(shown):
            notes.append("European approximation")
        self.hint(" · ".join(notes))
        self._origin.setToolTip("\n".join((*shown.verdict.reasons, *shown.verdict.warnings)))

    def recolour(self) -> None:
        colours = self.desk.colours
        self.title_bar.recolour(colours.panel, colours.dim, colours.faint)
        self._board.recolour(colours)
        self._table.recolour(colours)
        self._empty.recolour(colours)
        tints: tuple[tuple[QWidget, str], ...] = ((self._origin, colours.dim), (self._trouble, colours.warn))
        captions = [(caption, colours.faint) for caption, _ in self._strip.values()]
        for label, colour in (*tints, *captions):
            _tint(label, colour)

    def _build(self) -> None:
        for widget, name in (
            (self._picker, "Option series"),
            (self._near, "Only strikes near the money"),
            (self._again, "Fetch this chain again"),
        ):
            widget.setAccessibleName(name)
            widget.setToolTip(name)
        self._near.setCheckable(True)
        self._near.setChecked(True)
        self._near.toggled.connect(self._near_toggled)
        self._again.clicked.connect(self._refresh_asked)
        self._picker.activated.connect(self._series_chosen)
        self._picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        controls = QHBoxLayout()
        controls.setContentsMargins(10, 2, 10, 4)
        controls.setSpacing(6)
        for widget in (self._picker, self._near, self._again):
            controls.addWidget(widget)
        self._kpis = QHBoxLayout()
        self._kpis.setSpacing(16)
        controls.addSpacing(10)
        controls.addLayout(self._kpis)
        controls.addStretch(1)
        self.box.addWidget(self.title_bar)
        self.box.addLayout(controls)
        lines: tuple[QWidget, ...] = (self._origin, self._trouble)
        for label in lines:
            label.setFont(font(SMALL_PX))
            label.setContentsMargins(10, 0, 10, 3)
            label.setMinimumWidth(1)
            self.box.addWidget(label)
        self._trouble.setWordWrap(True)
        self._build_board()

    def _build_board(self) -> None:
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._board)
        self.box.addWidget(holder, 1)

    def _fill_picker(self) -> None:
        choices = [(c.key, f"{c.key}  {c.title}") for c in self.model.choices()]
        known = {key for key, _ in choices}
        choices += [(key, key) for key in self.model.arrived if key not in known]
        there = [(self._picker.itemData(i), self._picker.itemText(i)) for i in range(self._picker.count())]
        if choices != there:
            self._picker.clear()
            for key, text in choices:
                self._picker.addItem(text, key)
        chosen = self._picker.findData(self.model.chosen)
        if chosen != self._picker.currentIndex():
            self._picker.setCurrentIndex(chosen)
        self._picker.setEnabled(self._picker.count() > 0)

    def _fill_strip(self) -> None:
        shown = self.model.current
        for i, (caption, value, about) in enumerate(words.strip(shown) if shown else ()):
            name, number = self._strip.get(str(i)) or self._kpi(str(i))
            _say(name, caption)
            _say(number, value)
            number.setToolTip(about)
            # What is worked out from a stale chain is as stale as the chain.
            number.setFont(self._struck if self.model.is_stale else self._figure)
            _tint(number, self.desk.colours.faint if self.model.is_stale else self.desk.colours.text)
            number.setAccessibleName(f"{caption} {value}")

    def _kpi(self, place: str) -> tuple[QLabel, QLabel]:
        caption, value = QLabel(), QLabel()
        caption.setFont(font(CAPTION_PX))
        _tint(caption, self.desk.colours.faint)
        pair = QVBoxLayout()
        pair.setSpacing(0)
        pair.addWidget(caption)
        pair.addWidget(value)
        self._kpis.addLayout(pair)
        self._strip[place] = (caption, value)
        return caption, value

    def _centre(self) -> None:
        row = self._table.row_at_the_money()
        if row is not None:
            self._board.scrollTo(self._table.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _near_toggled(self, near_only: bool) -> None:
        self.model.show_near_only(near_only)
        self._centred_on = None
        self.touch()

    def _series_chosen(self, index: int) -> None:
        key = self._picker.itemData(index)
        self.model.choose(key)
        self.touch()
        self.desk.pending.watch(self.desk.commands.choose_series(key))

    def _refresh_asked(self) -> None:
        self._again.setEnabled(False)
        answer = self.desk.commands.refresh(self.model.chosen)
        self.desk.pending.watch(answer, lambda _: self._again.setEnabled(True), self._refresh_failed)

    def _refresh_failed(self, sentence: str) -> None:
        self._again.setEnabled(True)
        self.desk.say(sentence)


def _say(label: QLabel, text: str) -> None:
    """Setting the same text again would repaint it."""
    if label.text() != text:
        label.setText(text)


def _tint(label: QWidget, colour: str) -> None:
    palette = label.palette()
    palette.setColor(label.foregroundRole(), colour)
    label.setPalette(palette)
