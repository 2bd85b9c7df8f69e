"""The crosshair and the ruler: what is under the mouse, snapped to its bar, and what lies in a range."""

from typing import TYPE_CHECKING

from app.domain.units import SECOND, Ns
from app.ui import format as text
from app.ui.panels.pressure.readout import Origin, bar_facts, measured, place_of, range_facts, top_facts
from app.ui.panels.pressure.session import Session
from app.ui.widgets.plot.overlay import Cross, Measure
from app.ui.widgets.plot.pane import Pane

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel


class Pointer:
    def __init__(self, panel: "PressurePanel") -> None:
        self._panel = panel
        self._at: tuple[float, float] | None = None  # pixels: under a mouse that rests the market moves on
        self._ruler: tuple[Pane, tuple[float, float], tuple[float, float]] | None = None
        panel.chart.pointed.connect(self._point)
        panel.chart.measured.connect(self._measure)

    @property
    def ruler(self) -> tuple[Pane, tuple[float, float], tuple[float, float]] | None:
        """What is measured: the pane and two corners as (seconds, value)."""
        return self._ruler

    def read(self) -> None:
        """The bar goes on changing while the mouse rests."""
        panel, session = self._panel, self._panel.session
        if session is None:
            panel.facts.show_facts(())
            return
        wide, left, right = panel.drawing.wide, *panel.window_shown
        if self._ruler is not None:
            self._show_ruler()
        if self._at is None:
            top = panel.model.tops.get(session.instrument)
            panel.facts.show_facts((*range_facts(wide, left, right), *top_facts(top)))
            return
        self._show_cross()
        now = panel.desk.clock.now()
        columns = panel.model.quotes.get(session.instrument)
        quotes = None if columns is None else columns.all()
        anchor = panel.anchor(now)
        at = self._seconds(self._at[0])
        place = None if wide is None else place_of(wide, at)
        counts = wide is not None and place is not None and wide.ends[place] > anchor
        base = session.run_before(anchor) if counts else None
        revised = self._revised(session, at)
        facts = bar_facts(wide, at, base, quotes, revised, self._origin(now), panel.desk.zone)
        panel.facts.show_facts(facts)

    def _revised(self, session: Session, at: float) -> bool:
        """Whether a trade came late to one of the seconds of the bar there."""
        wide = self._panel.drawing.wide
        place = None if wide is None else place_of(wide, at)
        if wide is None or place is None:
            return False
        seconds = session.columns.between(int(wide.candles.start[place]), int(wide.ends[place]))
        return bool(seconds.revised.any())

    def _point(self, at: object) -> None:
        self._at = None
        if isinstance(at, tuple):
            seconds, y = at
            self._at = self._panel.chart.view(self._panel.chart.panes[0]).x(seconds), y
        else:
            self._show_cross()
        self.read()
        self._panel.chart.flush()

    def _show_cross(self) -> None:
        chart = self._panel.chart
        if self._at is None:
            chart.overlay.show_cross(None)
            return
        x, y = self._at
        middle, named = self._snapped(self._seconds(x))
        pane = chart.pane_at(y)
        value = "" if pane is None else _value(pane, chart.view(pane).value(y))
        at = Ns(int(named * 1000) * SECOND // 1000)
        clock = text.clock(at, self._panel.desk.zone, millis=named % 1 > 0)
        chart.overlay.show_cross(Cross(middle, clock, pane, y, value))

    def _seconds(self, x: float) -> float:
        return self._panel.chart.view(self._panel.chart.panes[0]).seconds(x)

    def _snapped(self, at: float) -> tuple[float, float]:
        """The middle of the bar under the mouse and its beginning; where there is none, the moment itself to
        a millisecond.
        """
        wide = self._panel.drawing.wide
        place = None if wide is None else place_of(wide, at)
        if wide is None or place is None:
            return round(at, 3), round(at, 3)
        start = float(wide.candles.start[place]) / SECOND
        return (start + float(wide.ends[place]) / SECOND) / 2, start

    def _origin(self, now: Ns) -> Origin:
        flow = self._panel.model.flows.get(self._panel.desk.watch.instrument or -1)
        if flow is None:
            return Origin("no source", text.DASH, text.DASH)
        origin = flow.provenance
        seen = text.age_between(Ns(origin.ts_ingest), now)
        return Origin(origin.source, str(origin.fidelity), f"{seen} old")

    def _measure(self, pane: object, begin: object, end: object) -> None:
        if isinstance(pane, Pane) and isinstance(begin, tuple) and isinstance(end, tuple):
            self._ruler = (pane, begin, end)
            self._show_ruler()
        else:
            self._ruler = None
            self._panel.chart.overlay.show_measure(None)
        self._panel.chart.flush()

    def _show_ruler(self) -> None:
        if self._ruler is None:
            return
        pane, begin, end = self._ruler
        lines = measured(self._panel.drawing.wide, begin, end, priced=pane.name == "price")
        shown = Measure(pane, begin[0], end[0], begin[1], end[1], lines)
        self._panel.chart.overlay.show_measure(shown)


def _value(pane: Pane, value: float) -> str:
    if pane.name == "price":
        return text.number(round(value * 4) / 4, 2)
    return text.number(value, 2 if pane.least < 1 else 0)
