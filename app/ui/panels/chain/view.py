"""The board on screen: expiries, strip of summary numbers, the table around the money, the smile."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QMenu, QSplitter, QStackedLayout, QToolButton, QWidget

from app.domain.chain_table import has_volatility
from app.domain.quick_picks import Pick
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.domain.updates import (
    AllowanceChanged,
    ChainArrived,
    ChainMissing,
    CoverageChanged,
    RouteChanged,
    SeriesOffered,
    Update,
)
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.chain import levels, words
from app.ui.panels.chain.banner import Banner
from app.ui.panels.chain.board import BoardView
from app.ui.panels.chain.columns import ABOUT, AT_FIRST, Column, as_text, from_text, switched
from app.ui.panels.chain.export import packed
from app.ui.panels.chain.model import ChainModel, Expiries, Span
from app.ui.panels.chain.smile import SmileView, TermPoint
from app.ui.panels.chain.strip import StripView
from app.ui.panels.chain.table import BoardTable, Look
from app.ui.panels.chain.tabs import ExpiryTabs
from app.ui.take_away import TakeAway
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.empty import Empty
from app.ui.widgets.words import Words

_EMPTY = (
    "It comes from Barchart, delayed, which the settings switch on, or from the quotes of Databento. "
    "The demo shows both."
)
_SPANS = (
    (Span.TEN.value, Span.TEN, "10 strikes on each side of the money"),
    (Span.TWENTY.value, Span.TWENTY, "20 strikes on each side of the money"),
    (Span.FORTY.value, Span.FORTY, "40 strikes on each side of the money"),
    (Span.MONEYNESS.value, Span.MONEYNESS, "strikes within 5 % of the future"),
    (Span.ALL.value, Span.ALL, "all strikes listed"),
)
_AGES_EVERY = SECOND


class ChainPanel(Panel):
    SHOWS = (Channel.OPT_CHAIN,)
    TEXTS_MS = 500
    WANTS = (AllowanceChanged, ChainArrived, ChainMissing, SeriesOffered, RouteChanged, CoverageChanged)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Option chain", desk)
        self.model = ChainModel()
        self.columns: tuple[Column, ...] = AT_FIRST
        self._table = BoardTable(desk.zone)
        self.board = BoardView(self._table, desk.colours)
        self.tabs, self.strip = ExpiryTabs(), StripView(desk.colours)
        self.smile = SmileView(desk.colours)
        self._origin, self._trouble, self._banner = Words(), QLabel(), Banner()
        self._empty = Empty("No chain yet", _EMPTY)
        self.export = TakeAway(self, desk, "this chain", lambda: packed(desk, self.model.current))
        self._spans = Choices("Strikes", _SPANS)
        self._smiling = _button("Smile", "Volatility by strike beside the board")
        self._again = _button("Refresh", "Fetch this chain again")
        self._chooser = _button("Columns", "Choose the columns of the board")
        self._centred_on: str | None = None
        self._aged = Ns(0)
        self._tabs_drawn: tuple[Expiries, str | None] | None = None
        self._build()
        self._offer_actions()
        self.recolour()

    def apply(self, update: Update) -> None:
        if self.model.apply(update):
            self.touch()

    def draw(self, now: Ns) -> None:
        shown, (first, last) = self.model.current, self.model.rows()
        atm = shown is not None and has_volatility(shown)
        look = Look(shown, first, last, self.columns, self.model.is_stale, atm)
        self._stack.setCurrentIndex(1 if last > first else 0)
        self._aged = now
        if self._table.show(look, now):
            self.board.spread()
        self.board.repaint_changed()
        self._draw_smile()
        if last > first and self.model.chosen != self._centred_on:
            self._centred_on = self.model.chosen
            # The table knows its height only after it was laid out.
            QTimer.singleShot(0, self.board, self.board.centre)
        self.draw_texts(now)

    def draw_texts(self, now: Ns) -> None:
        shown, where = self.model.current, self.desk.zone
        said = words.trouble(shown, self.model.why_not, now, where)
        if self._trouble.text() != said:
            self._trouble.setText(said)
            self._trouble.setVisible(bool(said))
        self._banner.say(levels.banner(shown, where))
        self._draw_tabs(now)
        allowed = levels.allowance(self.model.allowance, now)
        if shown is None:
            self._origin.setText(allowed)
            self.strip.show_items((), stale=False)
            self.hint("no chain yet")
            return
        origin = words.origin(shown, now, where)
        self._origin.setText(f"{origin} · {allowed}" if allowed and not shown.recorded else origin)
        self._origin.setToolTip("\n".join((*shown.verdict.reasons, *shown.verdict.warnings)))
        held = len(self.model.held())
        items = tuple(words.strip(shown, self.model.totals(), held, now))
        self.strip.show_items(items, self.model.is_stale)
        if Column.AGE in self.columns and abs(now - self._aged) >= _AGES_EVERY:
            self._aged = now
            self._table.forward(now)
            self.board.repaint_changed()

    def recolour(self) -> None:
        colours = self.desk.colours
        self._table.zone = self.desk.zone
        self._banner.recolour(self.desk)
        for one in (self.board, self.strip, self.smile, self._empty):
            one.recolour(colours)
        for label, colour in ((self._origin, colours.dim), (self._trouble, colours.warn)):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), colour)
            label.setPalette(palette)

    def remember(self) -> Mapping[str, str]:
        return {
            "columns": as_text(self.columns),
            "strikes": self.model.span.name,
            "smile": str(self._smiling.isChecked()),
        }

    def recall(self, kept: Mapping[str, str]) -> None:
        self.columns = from_text(kept.get("columns", ""))
        span = kept.get("strikes", "")
        self.model.span = Span[span] if span in Span.__members__ else self.model.span
        self._spans.choose(self.model.span)
        self._smiling.setChecked(kept.get("smile") == "True")
        self.touch()

    def show_span(self, span: Span) -> None:
        self.model.span = span
        self._spans.choose(span)
        self._centred_on = None
        self.touch()

    def switch_column(self, column: Column) -> None:
        self.columns = switched(self.columns, column)
        self.touch()

    def choose(self, key: str) -> None:
        if key == self.model.chosen:
            return
        self.model.choose(key)
        self.touch()
        self.desk.pending.watch(self.desk.commands.choose_series(key))

    def columns_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in Column:
            action = menu.addAction(f"{column.value}   {ABOUT[column]}")
            action.setCheckable(True)
            action.setChecked(column in self.columns)
            action.triggered.connect(lambda _=False, column=column: self.switch_column(column))
        return menu

    def _draw_tabs(self, now: Ns) -> None:
        found, chosen = self.model.expiries(now, self.desk.calendar), self.model.chosen
        shown = self.model.current
        if shown is not None:
            self.hint(f"{words.roots(self.model, found)} · {words.counted(shown)}")
        if self._tabs_drawn is not None and self._tabs_drawn[0] is found and self._tabs_drawn[1] == chosen:
            return
        self._tabs_drawn = found, chosen
        tabs = tuple(words.tab(one, found) for one in found.dated)
        self.tabs.show_tabs((*tabs, *map(words.undated_tab, found.undated)), chosen)
        self.tabs.show_picks(
            {pick.pick: pick.key for pick in found.picks},
            {pick.pick: f"{pick.expiry} ({pick.days} d), {pick.key}" for pick in found.picks},
            chosen,
        )

    def _draw_smile(self) -> None:
        if not self._smiling.isChecked():
            return
        shown, (first, last) = self.model.current, self.model.rows()
        fresh = shown is not None and has_volatility(shown)
        strikes = None
        if shown is not None and shown.board is not None and last > first:
            strikes = float(shown.board.strikes[first]), float(shown.board.strikes[last - 1])
        terms = tuple(
            TermPoint(one.strip.days, one.strip.atm_vol, one.chain.vendor_series)
            for one in self.model.held()
            if one.strip is not None and one.strip.days is not None and one.strip.atm_vol is not None
            and has_volatility(one)
        )  # fmt: skip
        why = "no volatility: the chain's future is not fresh" if not fresh else "too few quotes for a smile"
        self.smile.show_smile(shown.smile if shown is not None and fresh else None, strikes, terms, why)

    def _build(self) -> None:
        self._spans.choose(self.model.span)
        self._spans.chosen.connect(self.show_span)
        self._smiling.setCheckable(True)
        self._smiling.toggled.connect(self._smile_toggled)
        self._again.clicked.connect(self.refresh_asked)
        self._chooser.clicked.connect(
            lambda: self.columns_menu().popup(self._chooser.mapToGlobal(QPoint(0, self._chooser.height())))
        )
        heads = self.board.horizontalHeader()
        heads.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        heads.customContextMenuRequested.connect(
            lambda place: self.columns_menu().popup(heads.mapToGlobal(place))
        )
        for widget, need in ((self._spans, 5), (self._chooser, 4), (self._smiling, 3),
                             (self.export.button, 2), (self._again, 1)):  # fmt: skip
            self.title_bar.add(widget, need)
        self.tabs.chosen.connect(self.choose)
        self.board.expiry_stepped.connect(self.tabs.step)
        for label in (self._origin, self._trouble):
            label.setFont(font(SMALL_PX))
            label.setContentsMargins(10, 0, 10, 3)
            label.setMinimumWidth(1)
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        self._beside = QSplitter()
        self._beside.setChildrenCollapsible(False)
        self._beside.addWidget(self.board)
        self._beside.addWidget(self.smile)
        self._beside.setSizes([640, 330])
        self.smile.hide()
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._beside)
        for part in (self.title_bar, self._banner, self.tabs, self.strip, self._origin, self._trouble):
            self.box.addWidget(part)
        self.box.addWidget(holder, 1)

    def _offer_actions(self) -> None:
        picks = [(f"Chain: {pick.value}", "", self._pick(pick)) for pick in Pick]
        spans = [
            (f"Chain: strikes {span.value}", "", lambda span=span: self.show_span(span)) for span in Span
        ]
        table: list[tuple[str, str, Callable[[], object]]] = [
            *picks, *spans,
            ("Chain: previous expiry", "Alt+Left", lambda: self.tabs.step(-1)),
            ("Chain: next expiry", "Alt+Right", lambda: self.tabs.step(1)),
            ("Chain: back to the money", "Alt+Home", self.board.centre),
            ("Chain: choose columns", "", self._chooser.click),
            ("Chain: smile on or off", "Ctrl+M", self._smiling.toggle),
            ("Chain: fetch again", "Ctrl+R", self.refresh_asked),
            ("Chain: export…", "Ctrl+E", self.export.ask),
            ("Chain: copy as text", "Ctrl+Shift+C", self.export.copy),
        ]  # fmt: skip
        for said, key, act in table:
            action = QAction(said, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            self.addAction(action)

    def _pick(self, pick: Pick) -> Callable[[], object]:
        return lambda: self.tabs.pick(pick)

    def _smile_toggled(self, on: bool) -> None:
        self.smile.setVisible(on)
        self.touch()

    def refresh_asked(self) -> None:
        self._again.setEnabled(False)
        answer = self.desk.commands.refresh(self.model.chosen)
        self.desk.pending.watch(answer, lambda _: self._again.setEnabled(True), self._refresh_failed)

    def _refresh_failed(self, sentence: str) -> None:
        self._again.setEnabled(True)
        self.desk.say(sentence)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setFont(font(SMALL_PX))
    button.setProperty("small", True)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    return button
