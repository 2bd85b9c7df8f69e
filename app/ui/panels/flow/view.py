"""The pressure table on screen: one window at a time, filtered, sorted by any column."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QStackedLayout, QWidget

from app.domain.flow_window import FlowFilter, Significance
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.domain.updates import (
    BarChanged,
    CoverageChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    RouteChanged,
    Update,
)
from app.ui.desk import Desk
from app.ui.format import window
from app.ui.panel import Panel
from app.ui.panels.flow.export import packed
from app.ui.panels.flow.map_view import MapView
from app.ui.panels.flow.model import FlowModel
from app.ui.panels.flow.page import Kind, Order, Wish, hint_words, window_words
from app.ui.panels.flow.strike_map import Side
from app.ui.panels.flow.window_grid import WindowGrid
from app.ui.take_away import TakeAway
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Column
from app.ui.widgets.choices import Choices
from app.ui.widgets.empty import Empty
from app.ui.widgets.small_button import small_button

_COLUMNS: Final = (
    Column("Contract", 118, tip="CME symbol: series, call or put, strike"),
    Column("Bought", 64, right=True, tip="B: contracts of which the buyer was the aggressor"),
    Column("Sold", 64, right=True, tip="S: contracts of which the seller was the aggressor"),
    Column("No side", 60, right=True, tip="N / (B + S + N): volume of which the exchange names no aggressor"),
    Column("Trades", 58, right=True, tip="number of trades"),
    Column("Mean", 56, right=True, tip="contracts a trade", from_px=620),
    Column("P", 58, right=True, tip="(B − S) / (B + S), from −1 to +1"),
    Column("Pressure", 84, tip="BUY above a share of 60 %, SELL below 40 %: P beyond ±0.2"),
    Column("Conf.", 72, right=True, tip="confidence: min(trades / 20, 1) × |P|"),
    Column("Mark", 0, tip="significant: beyond the two bounds of the settings; revised: a late record came"),
)
_KINDS: Final = tuple((kind.value, kind, f"windows of {kind.value.lower()}") for kind in Kind)
_SIDES: Final = tuple((side.value, side, f"{side.value.lower()}, all expiries") for side in Side)
_MAP_EVERY: Final = SECOND
_TABLE_EVERY: Final = SECOND // 2
"""While nobody asks for another table: most of its rows change with each look."""
_OPEN: Final = FlowFilter(0.0, 0, 0.0)
_FIELDS: Final = (
    ("pressure", "|P| ≥", 0.01, 1.0, 2, "Least pressure: 0.09 is 1.2 to 1"),
    ("volume", "vol ≥", 10.0, 100_000.0, 0, "Fewest contracts in the window"),
    ("confidence", "conf. ≥", 0.05, 1.0, 2, "Least confidence"),
)


class FlowPanel(Panel):
    SHOWS: ClassVar = (Channel.OPT_TRADES,)
    WANTS: ClassVar = (
        BarChanged, CoverageChanged, GapChanged, InstrumentKnown, RouteChanged, HealthChanged,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__("Pressure by strike", desk)
        self.model = FlowModel()
        self.wish = Wish()
        self.table = WindowGrid("Pressure by strike", _COLUMNS, desk.colours, row_px=22)
        self.fields: dict[str, QDoubleSpinBox] = {}
        self._kinds = Choices("Instruments", _KINDS)
        self._older, self._newer = small_button("◀", "Older window"), small_button("▶", "Newer window")
        self._filtered = small_button("Filters", "Only rows that pass the three bounds")
        self._marked = small_button("★ only", "Only significant rows")
        self._mapped = small_button("Map", "Strikes over time: who pressed where, with the future's line")
        self._sides = Choices("Options in the map", _SIDES)
        self.map = MapView(desk.colours)
        self._map_drawn = Ns(0)
        self._drawn_wish: Wish | None = None
        self._drawn_at = Ns(0)
        self._window = QLabel()
        self.export = TakeAway(self, desk, "this window", lambda: packed(desk, self.model, self.wish))
        self._empty = Empty(
            "No window yet", "Trades of options fill windows here as a tick feed reports them."
        )
        self._build()
        self._offer_actions()

    def apply(self, update: Update) -> None:
        self.model.apply(update, self.desk.settings.flow_window)

    def draw_texts(self, now: Ns) -> None:
        if self._mapped.isChecked():
            if abs(now - self._map_drawn) >= _MAP_EVERY:
                self._map_drawn = now
                self._draw_map()
            return
        moment = self.desk.clock.monotonic()
        if self.wish == self._drawn_wish and abs(moment - self._drawn_at) < _TABLE_EVERY:
            return
        self._drawn_wish, self._drawn_at = self.wish, moment
        page = self.model.page(self.wish)
        self._stack.setCurrentIndex(1 if page.rows else 0)
        self.table.set_rows(page.rows)
        words = window_words(page, self.desk.zone)
        if self._window.text() != words:
            self._window.setText(words)
        if not page.rows:
            self._say_why(page.hidden)
        self.hint(hint_words(page, self.model.side_quality, self.model.coverage))

    def _draw_map(self) -> None:
        side = self._sides.value
        shown = self.model.strike_map(side if isinstance(side, Side) else Side.BOTH, self.desk.watch.future)
        self._stack.setCurrentIndex(0 if shown is None else 2)
        if shown is None:
            self._say_why(0)
            return
        self.map.show_map(shown)
        stale = "option trades are not live · " if self.model.stale else ""
        self.hint(
            f"{stale}bought less sold by strike, {window(shown.seconds)} a column, log to {shown.largest:,}"
        )

    def _map_toggled(self, on: bool) -> None:
        self._map_drawn, self._drawn_wish = Ns(0), None
        for widget in (self._older, self._newer, self._window, self._filtered, *self.fields.values()):
            widget.setVisible(not on)
        self._sides.setVisible(on)
        self.draw_texts(self.desk.clock.now())

    def recolour(self) -> None:
        settings = self.desk.settings
        mark = Significance(settings.flow_ratio, settings.flow_confidence)
        self.wish = replace(self.wish, mark=mark)
        self._marked.setToolTip(
            f"Only significant rows: more than {mark.ratio:g} to 1, confidence above {mark.confidence:g} "
            "(both are settings)"
        )
        self.map.zone = self.desk.zone
        self.map.recolour(self.desk.colours)
        self.table.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)

    def remember(self) -> Mapping[str, str]:
        return {
            "kind": self.wish.kind.name,
            "filters": " ".join(str(self.fields[name].value()) for name, *_ in _FIELDS),
            "filtered": str(self._filtered.isChecked()),
            "map": str(self._mapped.isChecked()),
            "marked": str(self._marked.isChecked()),
            "order": f"{self.wish.order.name} {self.wish.upwards}",
        }

    def recall(self, kept: Mapping[str, str]) -> None:
        try:
            bounds = [float(text) for text in kept.get("filters", "").split()]
        except ValueError:
            bounds = []
        for (name, *_), value in zip(_FIELDS, bounds, strict=False):
            self.fields[name].setValue(value)
        self._filtered.setChecked(kept.get("filtered", "True") == "True")
        self._marked.setChecked(kept.get("marked") == "True")
        self._mapped.setChecked(kept.get("map") == "True")
        if kept.get("kind") in Kind.__members__:
            self.show_kind(Kind[kept["kind"]])
        order, _, upwards = kept.get("order", "").partition(" ")
        if order in Order.__members__:
            self.wish = replace(self.wish, order=Order[order], upwards=upwards == "True")
            self._show_order()

    def show_kind(self, kind: Kind) -> None:
        self._kinds.choose(kind)
        self.wish = replace(self.wish, kind=kind)

    def sort(self, column: int) -> None:
        """By that column, the largest first; the same again turns it round."""
        order = Order(column)
        upwards = not self.wish.upwards if order is self.wish.order else order is Order.CONTRACT
        self.wish = replace(self.wish, order=order, upwards=upwards)
        self._show_order()

    def step(self, by: int) -> None:
        self.wish = self.model.step(self.wish, by)

    def _say_why(self, hidden: int) -> None:
        if hidden:
            self._empty.say(
                "No row passes the filters",
                f"{hidden} contracts traded in this window. Lower the bounds above.",
            )
        else:
            self._empty.say("No window yet", "Trades fill windows here as a tick feed reports them.")

    def _build(self) -> None:
        controls = QHBoxLayout()
        controls.setContentsMargins(10, 1, 10, 4)
        controls.setSpacing(5)
        self._window.setFont(font(SMALL_PX))
        for widget in (self._older, self._window, self._newer, self._filtered):
            controls.addWidget(widget)
        for name, words, step, most, decimals, about in _FIELDS:
            field = self.fields[name] = QDoubleSpinBox()
            field.setRange(0.0, most)
            field.setSingleStep(step)
            field.setDecimals(decimals)
            field.setValue(float(getattr(FlowFilter(), name)))
            field.setPrefix(f"{words} ")
            field.setFont(font(SMALL_PX))
            field.setAccessibleName(about)
            field.setToolTip(about)
            field.valueChanged.connect(self._bounds_changed)
            controls.addWidget(field)
        for control, need in (
            (self._mapped, 4),
            (self._kinds, 3),
            (self._marked, 2),
            (self.export.button, 1),
        ):
            self.title_bar.add(control, need)
        controls.addWidget(self._sides)
        controls.addStretch(1)
        self._mapped.setCheckable(True)
        self._mapped.toggled.connect(self._map_toggled)
        self._sides.choose(Side.BOTH)
        self._sides.chosen.connect(lambda _: self._map_toggled(self._mapped.isChecked()))
        self._sides.hide()
        self._kinds.choose(self.wish.kind)
        self._kinds.chosen.connect(self.show_kind)
        self.table.stepped.connect(self.step)
        self._older.clicked.connect(lambda: self.step(1))
        self._newer.clicked.connect(lambda: self.step(-1))
        for button in (self._filtered, self._marked):
            button.setCheckable(True)
            button.toggled.connect(self._bounds_changed)
        self._filtered.setChecked(True)
        heads = self.table.horizontalHeader()
        heads.setSectionsClickable(True)
        heads.sectionClicked.connect(self.sort)
        heads.setSortIndicatorShown(True)
        self._show_order()
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.map)
        self.box.addLayout(controls)
        self.box.addWidget(holder, 1)

    def _offer_actions(self) -> None:
        table = [
            ("Pressure by strike: older window", "Ctrl+Shift+Left", lambda: self.step(1)),
            ("Pressure by strike: newer window", "Ctrl+Shift+Right", lambda: self.step(-1)),
            ("Pressure by strike: filters on or off", "", self._filtered.toggle),
            ("Pressure by strike: significant only", "", self._marked.toggle),
            ("Pressure by strike: map or table", "", self._mapped.toggle),
            ("Pressure by strike: export…", "", self.export.ask),
            ("Pressure by strike: copy as text", "", self.export.copy),
            *((f"Pressure by strike: sort by {_COLUMNS[order.value].title.lower()}", "",
               lambda order=order: self.sort(order.value)) for order in Order),
        ]  # fmt: skip
        for words, key, act in table:
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def _bounds_changed(self, _: object = None) -> None:
        values = {name: field.value() for name, field in self.fields.items()}
        own = FlowFilter(values["pressure"], int(values["volume"]), values["confidence"])
        self.wish = replace(
            self.wish,
            admitted=own if self._filtered.isChecked() else _OPEN,
            significant_only=self._marked.isChecked(),
        )
        for field in self.fields.values():
            field.setEnabled(self._filtered.isChecked())

    def _show_order(self) -> None:
        up = Qt.SortOrder.AscendingOrder if self.wish.upwards else Qt.SortOrder.DescendingOrder
        self.table.horizontalHeader().setSortIndicator(self.wish.order.value, up)
