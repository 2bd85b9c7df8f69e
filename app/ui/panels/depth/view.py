"""Depth on screen: the heatmap of the last minutes and the ladder of this moment, of the charted future."""

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSpinBox, QSplitter, QStackedLayout, QWidget

from app.domain.contract import Future
from app.domain.health import Freshness
from app.domain.routing import Channel, SourceId
from app.domain.units import FUTURE_TICK, Ns, Px
from app.domain.updates import (
    BookChanged,
    DepthColumn,
    GapChanged,
    InstrumentKnown,
    PriceVolumeChanged,
    Prints,
    RouteChanged,
    Update,
)
from app.ui.desk import Desk
from app.ui.dress import fresh_word
from app.ui.format import number
from app.ui.panel import Panel
from app.ui.panels.depth.heat import HeatModel, Touched
from app.ui.panels.depth.heat_view import HeatView
from app.ui.panels.depth.ladder_view import LadderView
from app.ui.panels.depth.model import LadderModel
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.empty import Empty
from app.ui.widgets.words import Words

_SPANS: Final = (("1m", 240, "one minute"), ("2m", 480, "two minutes"), ("5m", 1_200, "five minutes"))
_EMPTY: Final = (
    "It needs a feed with the book: orders (MBO) or ten levels (MBP-10). Trades alone show no depth."
)


class DepthPanel(Panel):
    SHOWS: ClassVar = (Channel.NQ_QUOTES,)
    WANTS: ClassVar = (
        DepthColumn, BookChanged, Prints, GapChanged, PriceVolumeChanged, RouteChanged, InstrumentKnown,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__("Depth", desk)
        self.heat, self.ladder = HeatModel(), LadderModel()
        self.heat_view, self.ladder_view = HeatView(self.heat, desk.colours), LadderView(desk.colours)
        self._future: Future | None = None
        self._futures: dict[int, Future] = {}
        self._charted: frozenset[int] = frozenset()
        self._source: SourceId | None = None
        self._tick = FUTURE_TICK
        self._gaps: dict[str, GapChanged] = {}
        self._pointed = ""
        self._spans = Choices("Span of the heatmap", _SPANS)
        self.least = QSpinBox()
        self._trouble = Words()
        self._empty = Empty("No depth yet", _EMPTY)
        self._build()
        self._offer_actions()
        desk.watch.changed.connect(self._contract_changed)

    def apply(self, update: Update) -> None:
        match update:
            case DepthColumn():
                self._column(update)
            case Prints():
                self.heat.print(update, self._charted)
            case _:
                self._store(update)

    def draw(self, now: Ns) -> None:
        self._stack.setCurrentIndex(0 if self.heat.newest is None and self.ladder.book is None else 1)
        mine = (gap for gap in self._gaps.values() if gap.source == self._source)
        gaps = [(gap.start, now if gap.end is None else gap.end) for gap in mine]
        self.heat_view.show_gaps(gaps)
        self.heat_view.update()
        rungs = self.ladder.rungs(self._tick, self.ladder_view.room)
        self.ladder_view.show_rungs(rungs, self.ladder.is_sound)
        self._trouble.setText(self._why())
        self._trouble.setVisible(bool(self._trouble.text()))

    def draw_texts(self, now: Ns) -> None:
        self._go_on(now)
        book = self.ladder.book
        if self._pointed and self.heat_view.underMouse():
            self.hint(self._pointed)
        elif book is None:
            self.hint("" if self.heat.newest is None else self.heat.schema)
        else:
            unknown = f" · {number(book.unknown_orders)} unknown orders" if book.unknown_orders else ""
            live = book.freshness is Freshness.LIVE
            state = fresh_word(self.desk.mode) if live else book.freshness.value
            self.hint(f"{book.provenance.source} · {book.schema} · {state}{unknown}")

    def recolour(self) -> None:
        colours = self.desk.colours
        self.heat_view.zone = self.desk.zone
        for one in (self.heat_view, self.ladder_view, self._empty):
            one.recolour(colours)
        palette = self._trouble.palette()
        palette.setColor(self._trouble.foregroundRole(), colours.warn)
        self._trouble.setPalette(palette)

    def remember(self) -> Mapping[str, str]:
        return {"span": str(self._spans.value or ""), "least": str(self.least.value())}

    def recall(self, kept: Mapping[str, str]) -> None:
        self._spans.press_value(kept.get("span", ""))
        if kept.get("least", "").isdigit():
            self.least.setValue(int(kept["least"]))

    def _go_on(self, now: Ns) -> None:
        """Inside a hole no column comes: it is seen to grow all the same."""
        in_a_hole = any(gap.end is None and gap.source == self._source for gap in self._gaps.values())
        opened = self.heat.opened(now if in_a_hole else None)
        if opened.columns:
            self.heat_view.touched(opened)
            self.touch()

    def _store(self, update: Update) -> None:
        match update:
            case BookChanged() if self._is_mine(update.instrument, update.provenance.source):
                self.ladder.put(update)
                self.touch()
            case PriceVolumeChanged() if update.instrument in self._charted:
                self._tick = update.tick
                self.ladder.traded(update)
            case InstrumentKnown() if update.future is not None:
                self._futures[update.instrument] = update.future
                self._number()
            case GapChanged() if update.channel is Channel.NQ_QUOTES:
                self._gaps[update.key] = update
            case RouteChanged() if update.channel is Channel.NQ_QUOTES and update.source is not None:
                self._follow(update.source)

    def _column(self, update: DepthColumn) -> None:
        if not self._is_mine(update.instrument, update.provenance.source):
            return
        self._tick = Px(update.tick)
        self.heat_view.touched(self.heat.put(update))
        self.touch()

    def _number(self) -> None:
        """Each source numbers the future on the chart in its own way."""
        future = self.desk.watch.future
        self._charted = frozenset(number for number, known in self._futures.items() if known == future)

    def _is_mine(self, instrument: int, source: SourceId) -> bool:
        """Of the charted future, from the source that feeds its quotes."""
        self._source = self._source or source
        return instrument in self._charted and source == self._source

    def _follow(self, source: SourceId) -> None:
        if source != self._source:
            self._source = source
            self._clear()

    def _contract_changed(self) -> None:
        if self.desk.watch.future != self._future:
            self._future = self.desk.watch.future
            self._number()
            self._clear()

    def _clear(self) -> None:
        self.heat.clear()
        self.ladder.clear()
        self.heat_view.touched(Touched((), all=True))
        self.touch()

    def _why(self) -> str:
        book = self.ladder.book
        if book is None or self.ladder.is_sound:
            return ""
        if not book.synced:
            return "The book is not whole since a gap: sizes are struck until a snapshot has come."
        return f"The quotes are {book.freshness.value}: the ladder shows the last book known."

    def _build(self) -> None:
        self._spans.choose(480)
        self._spans.chosen.connect(lambda slots: self.heat_view.show_span(int(slots)))
        self.least.setRange(1, 10_000)
        self.least.setPrefix("size ≥ ")
        self.least.setFont(font(SMALL_PX))
        self.least.setAccessibleName("Smallest resting size that is drawn")
        self.least.setToolTip("Smallest resting size that is drawn")
        self.least.valueChanged.connect(self._least_changed)
        self.title_bar.add(self._spans, 2)
        self.title_bar.add(self.least, 1)
        self.heat_view.pointed.connect(self._point)
        self._trouble.setFont(font(SMALL_PX))
        self._trouble.setContentsMargins(10, 2, 10, 2)
        self._trouble.hide()
        both = QSplitter()
        both.setChildrenCollapsible(False)
        both.addWidget(self.heat_view)
        both.addWidget(self.ladder_view)
        both.setSizes([620, 330])
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(both)
        self.box.addWidget(self._trouble)
        self.box.addWidget(holder, 1)

    def _offer_actions(self) -> None:
        table = (
            ("Depth: larger rows", lambda: self.heat_view.zoom(1.25)),
            ("Depth: smaller rows", lambda: self.heat_view.zoom(0.8)),
            ("Depth: follow the price", self.heat_view.follow),
            ("Depth: shorter span", lambda: self._spans.press(-1)),
            ("Depth: longer span", lambda: self._spans.press(1)),
        )
        keys = {"Depth: follow the price": "Ctrl+Home"}
        for words, act in table:
            action = QAction(words, self)
            action.setShortcut(QKeySequence(keys.get(words, "")))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def _least_changed(self, least: int) -> None:
        if self.heat.show_from(least):
            self.heat_view.touched(Touched((), all=True))

    def _point(self, words: str) -> None:
        self._pointed = words
        if words:
            self.hint(words)
