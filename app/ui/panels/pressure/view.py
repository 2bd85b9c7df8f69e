"""The price and pressure panel: chart, and in its title the contract, the span and the width of a bar."""

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QLabel, QStackedLayout, QToolButton, QWidget

from app.domain.health import Freshness
from app.domain.units import POINT, SECOND, Ns
from app.domain.updates import (
    BarChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    Mode,
    RouteChanged,
    Started,
    TopChanged,
    Update,
)
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.dress import dress
from app.ui.panel import Panel
from app.ui.panels.pressure.chart import PriceChart, Scene
from app.ui.panels.pressure.columns import BarColumns
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.running import Running
from app.ui.panels.pressure.sessions import gap_bands, session_bands
from app.ui.panels.pressure.span import Span
from app.ui.panels.pressure.words import cvd_legend, delta_legend, price_legend, readout
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.empty import Empty

_SESSION: Final = "session"
_SPANS: Final = (
    ("15m", 900, "last 15 minutes"),
    ("1h", 3600, "last hour"),
    ("4h", 14400, "last 4 hours"),
    ("Session", _SESSION, "since the session open"),
)
_WIDTHS: Final = (
    ("5s", 5, "5 seconds"),
    ("15s", 15, "15 seconds"),
    ("1m", 60, "1 minute"),
    ("5m", 300, "5 minutes"),
    ("15m", 900, "15 minutes"),
)
_READS: Final = (("Δ", False, "delta in contracts"), ("P", True, "pressure from −1 to +1"))


class PressurePanel(Panel):
    WANTS: ClassVar = (
        BarChanged, FlowChanged, GapChanged, InstrumentKnown, RouteChanged, Started, TopChanged,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__("Price and pressure", desk)
        self.model = PressureModel()
        self.span = Span(desk.settings.chart_minutes * 60)
        self.chart = PriceChart(desk.colours)
        self._running: Running | None = None
        self._pointed: float | None = None
        self._window = (0.0, 1.0)
        self._bar_s = desk.settings.chart_bar
        self._as_pressure = False
        self._switch_count = -1
        self._empty = Empty("No price yet", "")
        self._readout = QLabel("")
        self._readout.setFont(font(SMALL_PX))
        self._picker = QComboBox()
        self._make_controls()
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.chart)
        self.box.addWidget(stack, 1)
        for pane in self.chart.panes:
            pane.box.zoom_asked.connect(self._zoom)
            pane.box.pan_asked.connect(self._pan)
            pane.box.reset_asked.connect(self.follow_again)
        self.chart.pointed.connect(self._point)
        desk.watch.changed.connect(self._futures_changed)

    def apply(self, update: Update) -> None:
        self.model.apply(update)
        self.touch()

    def draw(self, now: Ns) -> None:
        instrument = self.desk.watch.instrument
        columns = self.model.bars(instrument)
        self._stack.setCurrentIndex(0 if columns is None else 1)
        if columns is None:
            return
        self._follow_session(now)
        last_end = None if columns.last is None else columns.last / SECOND + columns.seconds
        self._window = self.span.window(now / SECOND, last_end, self.chart.pixels)
        self._running = self._sums(columns, now)
        self._running.update()
        left, right = self._window
        gaps = self.model.gaps(now)
        self.chart.draw(Scene(columns, self._running, left, right, self._bar_s, self._as_pressure, gaps))
        self._draw_last(now)

    def draw_texts(self, now: Ns) -> None:
        self._explain()
        if self._stack.currentIndex() == 0:
            self.hint("waiting for trades")
            return
        self._hint(now)
        left, right = self._window
        shading = session_bands(self.desk.calendar, left, right, self.desk.colours)
        gaps = gap_bands(self.model.gaps(now), left, right, self.desk.colours)
        self.chart.draw_bands(shading, gaps)
        if len(self.model.switches) != self._switch_count:
            self._switch_count = len(self.model.switches)
            names = tuple((s.at / SECOND, s.source or "no data") for s in self.model.switches[-20:])
            self.chart.draw_switches(names)
        self._draw_legends()
        if self.span.following:
            self.touch()  # time goes on without a trade, too

    def recolour(self) -> None:
        self.chart.recolour(self.desk.colours)
        self._empty.recolour(self.desk.colours)
        for pane in self.chart.panes:
            pane.times.zone = self.desk.zone
        mode = self.desk.mode
        marked = mode is not None and mode is not Mode.LIVE
        self.chart.watermark.say(mode.value if mode and marked else "", self.desk.colours.frame)
        palette = self._readout.palette()
        palette.setColor(self._readout.foregroundRole(), self.desk.colours.text)
        self._readout.setPalette(palette)
        self._switch_count = -1

    def remember(self) -> Mapping[str, str]:
        return {
            "bar": str(self._bar_s),
            "pressure": str(self._as_pressure),
            "cvd": str(self._cvd.isChecked()),
            "span": str(self._spans.value or ""),
        }

    def recall(self, kept: Mapping[str, str]) -> None:
        if (bar := kept.get("bar", "")).isdigit() and int(bar) in {value for _, value, _ in _WIDTHS}:
            self._choose_width(int(bar))
        if kept.get("pressure") == "True":
            self._choose_reading(True)
        if kept.get("cvd") == "True":
            self._cvd.setChecked(True)
        for _, value, _ in _SPANS:
            if kept.get("span") == str(value):
                self._choose_span(value)

    def follow_again(self) -> None:
        """Back to the newest trades and the chosen span."""
        self.span.reset()
        self.touch()
        self._show_following()

    # Controls

    def _make_controls(self) -> None:
        self._picker.setProperty("small", True)
        self._picker.setAccessibleName("Contract on the chart")
        self._picker.setToolTip("Futures that the feeds have named; none is built in")
        self._picker.setFont(font(SMALL_PX))
        self._picker.setEnabled(False)
        self._picker.addItem("no contract yet")
        self._picker.activated.connect(self._pick)
        self._spans = Choices("Span", _SPANS)
        self._widths = Choices("Bar width", _WIDTHS)
        self._reads = Choices("Bars show", _READS)
        self._spans.chosen.connect(self._choose_span)
        self._widths.chosen.connect(self._choose_width)
        self._reads.chosen.connect(self._choose_reading)
        self._spans.choose(self.desk.settings.chart_minutes * 60)
        self._widths.choose(self._bar_s)
        self._reads.choose(False)
        self._cvd = self._toggle("CVD", "Cumulative delta in a third pane", self._show_cvd)
        self._follow = self._toggle("Follow", "Follow the newest trade (F)", self._choose_following)
        self._follow.setChecked(True)
        for control in (self._picker, self._spans, self._widths, self._reads, self._cvd, self._follow):
            self.title_bar.add(control)
        self._readout.setParent(self.chart)
        self._readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for words, key, act in (
            ("Chart: follow the newest trade", "F", self.follow_again),
            ("Chart: narrower bars", "[", lambda: self._widths.press(-1)),
            ("Chart: wider bars", "]", lambda: self._widths.press(1)),
            ("Chart: shorter span", ",", lambda: self._spans.press(-1)),
            ("Chart: longer span", ".", lambda: self._spans.press(1)),
            ("Chart: cumulative delta", "D", self._cvd.toggle),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(act)
            self.addAction(action)

    def _toggle(self, name: str, tip: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setText(name)
        button.setCheckable(True)
        button.setProperty("small", True)
        button.setFont(font(SMALL_PX))
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.toggled.connect(act)
        return button

    def _pick(self, number: int) -> None:
        instrument = self._picker.itemData(number)
        if isinstance(instrument, int):
            self.desk.watch.pick(instrument)

    def _futures_changed(self) -> None:
        self._picker.clear()
        for instrument, future in self.desk.watch.futures():
            self._picker.addItem(future.code, instrument)
        self._picker.setEnabled(self._picker.count() > 0)
        self._picker.setCurrentIndex(self._picker.findData(self.desk.watch.instrument))
        self._running = None
        self.touch()

    def _choose_span(self, value: object) -> None:
        self._spans.choose(value)
        if value == _SESSION:
            self.span.show_from(self._session_open(self.desk.clock.now()) / SECOND)
        elif isinstance(value, int):
            self.span.show(value)
        self._show_following()
        self.touch()

    def _choose_width(self, value: object) -> None:
        if isinstance(value, int):
            self._bar_s = value
            self._widths.choose(value)
            self.touch()

    def _choose_reading(self, as_pressure: object) -> None:
        self._as_pressure = bool(as_pressure)
        self._reads.choose(self._as_pressure)
        self.touch()

    def _show_cvd(self, shown: bool) -> None:
        self.chart.show_cvd(shown)
        self.touch()

    def _choose_following(self, follow: bool) -> None:
        if follow:
            self.span.follow()
        else:
            self.span.stay(self._window)
        self.touch()

    def _show_following(self) -> None:
        if self._follow.isChecked() != self.span.following:
            self._follow.blockSignals(True)
            self._follow.setChecked(self.span.following)
            self._follow.blockSignals(False)

    def _zoom(self, factor: float, at: float) -> None:
        self.span.zoom(factor, at, self._window)
        self._spans.choose(None)
        self.touch()

    def _pan(self, seconds: float) -> None:
        self.span.pan(seconds, self._window, self.desk.clock.now() / SECOND)
        self._show_following()
        self.touch()

    def _point(self, at: object) -> None:
        self._pointed = at if isinstance(at, float) else None
        self.chart.cross(self._pointed)
        words = readout(self.chart.wide, self.chart.wide_s, self._pointed, self.desk.zone)
        self._readout.setText(words)
        self._readout.adjustSize()
        self._readout.move(self.chart.width() - 72 - self._readout.width(), 6)

    # Words and sums

    def _session_open(self, now: Ns) -> Ns:
        calendar = self.desk.calendar
        return calendar.session(calendar.last_session_day(now))[0]

    def _follow_session(self, now: Ns) -> None:
        if self._spans.value == _SESSION and self.span.following:
            self.span.show_from(self._session_open(now) / SECOND)

    def _sums(self, columns: BarColumns, now: Ns) -> Running:
        anchor, kept = self._session_open(now), self._running
        if kept is not None and kept.columns is columns and kept.anchor == anchor:
            return kept
        return Running(columns, anchor)

    def _draw_last(self, now: Ns) -> None:
        instrument = self.desk.watch.instrument
        last = self.model.last(instrument)
        flow = self.model.flows.get(instrument) if instrument is not None else None
        colours = self.desk.colours
        if last is None:
            self.chart.draw_last(None, "", "")
            return
        worn = dress(flow.freshness if flow else Freshness.UNKNOWN, None, now)
        side = 0 if flow is None else flow.last_side
        colour = (
            colours.idle
            if worn.word
            else colours.up
            if side > 0
            else colours.down
            if side < 0
            else colours.price
        )
        self.chart.draw_last(last / POINT, colour, text.price(last))

    def _draw_legends(self) -> None:
        zone, flow = self.desk.zone, self.model.flows.get(self.desk.watch.instrument or -1)
        since = None
        if self._running is not None and self._running.columns.first is not None:
            since = Ns(max(self._running.anchor, self._running.columns.first))
        price, delta, cvd = self.chart.legends
        price.show_entries(*price_legend(self.desk.watch.code or "", since, zone))
        quality = self.model.side_quality
        delta.show_entries(*delta_legend(self.chart.wide_s, self._bar_s, self._as_pressure, quality))
        cvd.show_entries(*cvd_legend(since, flow.cvd_partial if flow else True, zone))

    def _hint(self, now: Ns) -> None:
        flow = self.model.flows.get(self.desk.watch.instrument or -1)
        if flow is None:
            self.hint("no trade yet")
            return
        words = dress(flow.freshness, Ns(flow.provenance.ts_ingest), now).word or "live"
        if self.model.filling():
            words = "gap, filling"
        self.hint(f"{flow.provenance.source} · {flow.provenance.fidelity} · {words}")

    def _explain(self) -> None:
        if self.desk.watch.instrument is None:
            self._empty.say(
                "No contract yet",
                "The chart begins when a tick feed names the NQ futures it delivers. "
                "Source health shows whether one is switched on and connected.",
            )
        else:
            self._empty.say(
                f"No trade of {self.desk.watch.code} yet",
                "Bars appear with the first trade; the recent past is asked of the feed when it opens.",
            )
