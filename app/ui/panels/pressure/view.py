"""The price and pressure panel: chart, the line above it, and in its title contract, span and bars."""

from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from app.domain.anchors import NOT_YET, Anchor, anchored, in_force
from app.domain.drawings import DrawingsKept
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.domain.updates import (
    AbsorptionChanged,
    BarChanged,
    FlowChanged,
    GapChanged,
    InstrumentKnown,
    LargeFromChanged,
    LargePrintChanged,
    MarketChanged,
    Mode,
    PriceVolumeChanged,
    QuoteSecondChanged,
    RollChanged,
    RouteSwitched,
    SizedFlowChanged,
    Started,
    SweepChanged,
    TickBarChanged,
    TopChanged,
    Update,
)
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.controls import SESSION, Controls
from app.ui.panels.pressure.drawing import GROUND, Drawing
from app.ui.panels.pressure.hand import Hand
from app.ui.panels.pressure.looks import BarSize, Looks, Style, recalled
from app.ui.panels.pressure.menu import ChartMenu
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.pointer import Pointer
from app.ui.panels.pressure.scene import Scene
from app.ui.panels.pressure.session import Session
from app.ui.panels.pressure.sessions import gap_bands, session_bands, uprights
from app.ui.panels.pressure.span import Span
from app.ui.panels.pressure.takeaway import Takeaway
from app.ui.panels.pressure.texts import Texts
from app.ui.panels.pressure.turns import Turns
from app.ui.panels.pressure.wishes import Wishes
from app.ui.widgets.empty import Empty
from app.ui.widgets.facts import FactLine

# frames from the texts to what moves slowly, so that no frame carries both
_SLOW_AFTER: Final = 2
# what moves slowly reaches this far back when it changes
_SLOW_REACH_S: Final = 120.0


class PressurePanel(Panel):
    SHOWS: ClassVar = (Channel.NQ_TRADES,)
    WANTS: ClassVar = (
        AbsorptionChanged, BarChanged, DrawingsKept, FlowChanged, GapChanged, InstrumentKnown,
        LargeFromChanged, LargePrintChanged, MarketChanged, PriceVolumeChanged, QuoteSecondChanged,
        RollChanged, RouteSwitched, SizedFlowChanged, Started, SweepChanged, TickBarChanged, TopChanged,
    )  # fmt: skip

    def __init__(self, desk: Desk) -> None:
        super().__init__("Price and pressure", desk)
        self.model = PressureModel()
        self.span = Span(desk.settings.chart_minutes * 60)
        self.looks = Looks()
        self.chart = PriceChart(desk.colours)
        self.drawing, self.turns = Drawing(self.chart), Turns()
        self.session: Session | None = None
        self.window_shown = (0.0, 1.0)
        self.facts = FactLine("Bar or range", desk.colours)
        self.texts = Texts(self)
        self.pointer = Pointer(self)
        self.takeaway = Takeaway(self)
        self.bar_size = BarSize(desk.settings.chart_bar)
        self.clicked_anchor: Ns | None = None
        self._slow_in, self._drawn_at = 1, 0.0
        self._opened = (-1, Ns(0))
        self._empty = Empty("No price yet", "")
        self.controls = Controls(desk.settings.chart_minutes, desk.settings.chart_bar)
        self.menu = ChartMenu(self.controls.menu, self, self.takeaway.acts())
        self._build()
        self.wishes, self.hand = Wishes(self), Hand(self)
        self.desk.watch.changed.connect(self._futures_changed)
        self.apply_looks(self.looks)

    def apply(self, update: Update) -> None:
        if type(update) is DrawingsKept:
            self.hand.sketch.learn(update)
        elif not self.model.apply(update):
            return
        self.touch()

    def draw(self, now: Ns) -> None:
        session = self._current(now)
        shown = 0 if session is None else 1
        if self._stack.currentIndex() != shown:  # the same again would lay out the panel anew
            self._stack.setCurrentIndex(shown)
        if session is None:
            return
        minutes = self.model.new_minutes()
        for minute in minutes:
            session.take(minute)
            self.hand.take(minute)
        self._follow_session(now)
        columns = session.columns
        last_end = None if columns.last is None else columns.last / SECOND + columns.seconds
        self.window_shown = self.span.window(now / SECOND, last_end, self.chart.data_px)
        changed = session.changed_since_drawn(minutes)
        self.chart.set_span(*self.window_shown)
        since = min(self._drawn_at, now / SECOND if changed is None else changed)
        self._drawn_at = now / SECOND
        due = self.turns.due((*self.chart.below, GROUND), since, every=self.chart.whole)
        scene = self._scene(session, now, GROUND in due)
        self.drawing.draw(scene, due)
        self._redraw_from(scene, since, due)
        self.texts.draw_last(now)
        self.chart.flush()

    def draw_texts(self, now: Ns) -> None:
        self.texts.explain(self._empty)
        self.texts.draw_roll(now)
        if self._stack.currentIndex() == 0:
            self.hint("waiting for trades")
            return
        left, right = self.window_shown
        colours = self.desk.colours
        shading = session_bands(self.desk.calendar, self.model.halts, left, right, colours)
        self.chart.set_bands(shading, gap_bands(self.model.open_gaps(now), now, colours))
        self.chart.set_uprights(uprights(self.model.switches, self.texts.rolls))
        self.texts.draw(now)
        self.pointer.read()
        self.hand.draw(now)
        self._slow_in = _SLOW_AFTER
        self.chart.flush()
        if self.span.following:
            self.touch()  # time goes on without a trade, too

    def recolour(self) -> None:
        colours, mode = self.desk.colours, self.desk.mode
        self.chart.zone = self.desk.zone
        marked = mode is not None and mode is not Mode.LIVE
        self.chart.watermark.say(mode.value if mode and marked else "", colours.frame)
        self.chart.recolour(colours)
        self.facts.recolour(colours)
        self._empty.recolour(colours)
        self.texts.recolour()

    def remember(self) -> Mapping[str, str]:
        return {**self.controls.remember(), **self.looks.remember()}

    def recall(self, kept: Mapping[str, str]) -> None:
        self.controls.recall(dict(kept))
        self.apply_looks(recalled(kept, self.looks))

    def focus_on(self, subject: str) -> None:
        """A moment, in ns: where a decision has its mark."""
        if subject.isdigit():
            self.span.look_at(int(subject) / SECOND)
            self.slow_now()

    def readout_text(self) -> str:
        return self.facts.text

    def slow_now(self) -> None:
        """Nothing must wait for its turn: another stretch of time is shown."""
        self._slow_in = 1
        self.chart.redraw()
        self.touch()

    def apply_looks(self, looks: Looks) -> None:
        self.looks = looks
        self.chart.dress(looks)
        self.controls.styles.choose(looks.style)
        self.menu.show_looks(looks)
        self._slow_in = 1
        self.touch()

    @property
    def sizes(self) -> tuple[int, int]:
        """The largest trade that is small, and the smallest that is large."""
        settings = self.desk.settings
        return settings.chart_small, max(settings.chart_large, settings.chart_small + 1)

    @property
    def anchor_in_force(self) -> Anchor:
        return in_force(self.looks.anchor, self.desk.calendar, self.desk.clock.now(), self.clicked_anchor)

    def anchor(self, now: Ns) -> Ns:
        """Where cumulative delta begins; beyond all time as long as it has not come."""
        left, chosen = Ns(int(self.window_shown[0] * SECOND)), self.clicked_anchor
        found = anchored(self.anchor_in_force, self.desk.calendar, now, left, chosen)
        return NOT_YET if found is None else found

    def _build(self) -> None:
        for control, need in self.controls.widgets():
            self.title_bar.add(control, need)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.facts)
        column.addWidget(self.chart, 1)
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(drawn)
        self.box.addWidget(self.texts.roll_bar)
        self.box.addWidget(stack, 1)
        self.chart.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _scene(self, session: Session, now: Ns, ground: bool) -> Scene:
        """What moves slowly comes with a turn of the ground."""
        left, right = self.window_shown
        slow = ground and self._slow_in == 1
        if self._slow_in:
            self._slow_in = 0 if slow else max(1, self._slow_in - 1)
            self.touch()
        return Scene(
            session, self.model, self.looks, self.bar_size, left, right, self.chart.data_px, now / SECOND,
            self.anchor(now), self.model.gaps(now), slow, self.sizes,
        )  # fmt: skip

    def _redraw_from(self, scene: Scene, since: float, due: Mapping[str, float]) -> None:
        chart, looks, reach = self.chart, self.looks, scene.now - _SLOW_REACH_S
        price = (chart.pane("price"),)
        if GROUND in due:
            start = min(due[GROUND], reach) if scene.slow else due[GROUND]
            chart.redraw(scene.begins(start, lines=True), aside=scene.slow, panes=price)
        if scene.slow and (looks.sweeps or looks.absorption):
            since = min(since, reach)
        start = scene.begins(since, lines=looks.style is Style.LINE)
        chart.redraw(start, aside=False, ground=False, panes=price)
        for name in due.keys() & {*chart.below}:
            lines = name not in ("delta", "volume") and not (name == "cvd" and looks.cvd_candles)
            aside = name in self.texts.new_figures
            chart.redraw(scene.begins(due[name], lines=lines), aside=aside, panes=(chart.pane(name),))
            self.texts.new_figures.discard(name)

    def _current(self, now: Ns) -> Session | None:
        instrument = self.model.watched = self.desk.watch.instrument
        columns = self.model.bars(instrument)
        if instrument is None or columns is None:
            return None
        anchor, kept = self.session_open(now), self.session
        if kept is None or kept.columns is not columns or kept.anchor != anchor:
            self.session = Session(self.model, instrument, columns, anchor)
            self.drawing.clear()
            self._slow_in = 1
        return self.session

    def _futures_changed(self) -> None:
        self.controls.show_futures(self.desk.watch.futures(), self.desk.watch.instrument)
        self.session = None
        self.touch()

    def session_open(self, now: Ns) -> Ns:
        """Asked several times in each frame, looked up once a second."""
        second = now // SECOND
        if self._opened[0] != second:
            calendar = self.desk.calendar
            self._opened = (second, calendar.session(calendar.last_session_day(now))[0])
        return self._opened[1]

    def _follow_session(self, now: Ns) -> None:
        if self.controls.spans.value == SESSION and self.span.following:
            self.span.show_from(self.session_open(now) / SECOND)
