"""The price and pressure panel: chart, and in its title the contract, the span and the width of a bar."""

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from app.domain.health import Freshness
from app.domain.units import POINT, SECOND, Ns
from app.domain.updates import (
    BarChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    Mode,
    RouteSwitched,
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
from app.ui.panels.pressure.controls import SESSION, Controls
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.running import Running
from app.ui.panels.pressure.sessions import gap_bands, session_bands
from app.ui.panels.pressure.span import Span
from app.ui.panels.pressure.words import cvd_legend, delta_legend, price_legend, readout
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.empty import Empty


class PressurePanel(Panel):
    WANTS: ClassVar = (
        BarChanged, FlowChanged, GapChanged, InstrumentKnown, RouteSwitched, Started, TopChanged,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__("Price and pressure", desk)
        self.model = PressureModel()
        self.span = Span(desk.settings.chart_minutes * 60)
        self.chart = PriceChart(desk.colours)
        self._running: Running | None = None
        self._pointed: float | None = None
        self._window = self._drawn_window = (0.0, 1.0)
        self._average_due = True
        self._bar_s = desk.settings.chart_bar
        self._as_pressure = False
        self._switch_count = -1
        self._empty = Empty("No price yet", "")
        self._readout = QLabel("")
        self._readout.setFont(font(SMALL_PX))
        self._readout.setParent(self.chart)
        self._readout.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.controls = Controls(desk.settings.chart_minutes, desk.settings.chart_bar)
        for control, need in self.controls.widgets():
            self.title_bar.add(control, need)
        self.addActions(self.controls.actions(self, self.follow_again))
        self.controls.contract_chosen.connect(self._pick)
        self.controls.span_chosen.connect(self._choose_span)
        self.controls.width_chosen.connect(self._choose_width)
        self.controls.reading_chosen.connect(self._choose_reading)
        self.controls.cvd_toggled.connect(self._show_cvd)
        self.controls.follow_toggled.connect(self._choose_following)
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
        average = self._average_due or self._window != self._drawn_window
        self._average_due, self._drawn_window = False, self._window
        self.chart.draw(
            Scene(columns, self._running, left, right, self._bar_s, self._as_pressure, gaps, average)
        )
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
        self.chart.place_legends()
        self._average_due = True
        self._read()
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
        return self.controls.remember()

    def recall(self, kept: Mapping[str, str]) -> None:
        self.controls.recall(dict(kept))

    def readout_text(self) -> str:
        return self._readout.text()

    def follow_again(self) -> None:
        """Back to the newest trades and the chosen span."""
        self.span.reset()
        self.touch()
        self.controls.show_following(self.span.following)

    def _pick(self, instrument: int) -> None:
        self.desk.watch.pick(instrument)

    def _futures_changed(self) -> None:
        self.controls.show_futures(self.desk.watch.futures(), self.desk.watch.instrument)
        self._running = None
        self.touch()

    def _choose_span(self, value: object) -> None:
        if value == SESSION:
            self.span.show_from(self._session_open(self.desk.clock.now()) / SECOND)
        elif isinstance(value, int):
            self.span.show(value)
        self.controls.show_following(self.span.following)
        self.touch()

    def _choose_width(self, seconds: int) -> None:
        self._bar_s = seconds
        self.touch()

    def _choose_reading(self, as_pressure: bool) -> None:
        self._as_pressure = as_pressure
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

    def _zoom(self, factor: float, at: float) -> None:
        self.span.zoom(factor, at, self._window)
        self.controls.spans.choose(None)
        self.touch()

    def _pan(self, seconds: float) -> None:
        self.span.pan(seconds, self._window, self.desk.clock.now() / SECOND)
        self.controls.show_following(self.span.following)
        self.touch()

    def _point(self, at: object) -> None:
        self._pointed = at if isinstance(at, float) else None
        self.chart.cross(self._pointed)
        self._read()

    def _read(self) -> None:
        """What is under the crosshair; the bar goes on changing while the mouse rests."""
        words = readout(self.chart.wide, self.chart.wide_s, self._pointed, self.desk.zone)
        if words == self._readout.text():
            return
        self._readout.setText(words)
        self._readout.adjustSize()
        self._readout.move(self.chart.width() - 72 - self._readout.width(), 6)

    # Words and sums

    def _session_open(self, now: Ns) -> Ns:
        calendar = self.desk.calendar
        return calendar.session(calendar.last_session_day(now))[0]

    def _follow_session(self, now: Ns) -> None:
        if self.controls.spans.value == SESSION and self.span.following:
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
        heard = flow is not None and not self.desk.silent
        worn = dress(flow.freshness if flow and heard else Freshness.UNKNOWN, None, now)
        self.chart.dress_price(not worn.word or worn.word == "market closed")
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
        top = self.model.tops.get(self.desk.watch.instrument or -1)
        price.show_entries(*price_legend(self.desk.watch.code or "", since, top, zone))
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
