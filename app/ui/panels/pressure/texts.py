"""The words around the chart: legends, figures beside the panes, last price, roll, and why it is empty."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from app.domain.health import Freshness
from app.domain.ticks import SideQuality
from app.domain.units import POINT, SECOND, Ns
from app.domain.updates import FlowChanged
from app.ui import format as text
from app.ui.dress import dress, fresh_word
from app.ui.panels.pressure import words
from app.ui.panels.pressure.looks import Style
from app.ui.panels.pressure.roll import RollBar
from app.ui.panels.pressure.session import Session
from app.ui.panels.pressure.trailing import HEADLINE_S, SOLID_FROM, pressure_now
from app.ui.widgets.empty import Empty
from app.ui.widgets.plot.figures import Reading
from app.ui.widgets.plot.overlay import Last

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel


class Texts:
    """`rolls`: when the user went over to which contract; `new_figures`: of which panes the figures beside
    the data wait to be painted.
    """

    def __init__(self, panel: "PressurePanel") -> None:
        self._panel = panel
        self.roll_bar = RollBar(panel.desk)
        self.rolls: list[tuple[Ns, str]] = []
        self.new_figures: set[str] = set()
        self._price_is_due = False

    def draw(self, now: Ns) -> None:
        session = self._panel.session
        if session is None:
            return
        self._price_is_due = not self._price_is_due
        if self._price_is_due:  # both at once would make a long frame
            self._price_legend(session, now)
        else:
            self._pane_legends(session, now)
        self._figures(session, now)
        self._hint(now)
        self._panel.chart.place_legends()

    def draw_roll(self, now: Ns) -> None:
        rolled = self.roll_bar.show_roll(self._panel.model.roll)
        if rolled:
            self.rolls.append((now, rolled))

    def draw_last(self, now: Ns) -> None:
        """The dotted line and the plate at the axis, in the colour of the last aggressor."""
        panel, chart, colours = self._panel, self._panel.chart, self._panel.desk.colours
        last = panel.model.last(panel.desk.watch.instrument)
        if last is None:
            chart.overlay.show_last(None)
            return
        flow = self._flow()
        heard = flow is not None and not panel.desk.silent
        worn = dress(flow.freshness if flow and heard else Freshness.UNKNOWN, None, now)
        chart.set_fresh(not worn.word or worn.word == "market closed")
        side = 0 if flow is None else flow.last_side
        by_side = colours.up if side > 0 else colours.down if side < 0 else colours.price
        colour = colours.idle if worn.word else by_side
        chart.overlay.show_last(Last(chart.pane("price"), last / POINT, text.price(last), colour))

    def explain(self, empty: Empty) -> None:
        watch = self._panel.desk.watch
        if watch.instrument is None:
            empty.say(
                "No contract yet",
                "The chart begins when a tick feed names the NQ futures it delivers. "
                "Source health shows whether one is switched on and connected.",
            )
        else:
            empty.say(
                f"No trade of {watch.code} yet",
                "Bars appear with the first trade; the recent past is asked of the feed when it opens.",
            )

    def recolour(self) -> None:
        self.roll_bar.recolour()

    def _flow(self) -> FlowChanged | None:
        return self._panel.model.flows.get(self._panel.desk.watch.instrument or -1)

    def _price_legend(self, session: Session, now: Ns) -> None:
        panel, looks = self._panel, self._panel.looks
        threshold = panel.model.large_from.get(session.instrument)
        overlaid = looks.sma or looks.ema or looks.bollinger or looks.naked
        says: tuple[tuple[bool, Callable[[], words.Said]], ...] = (
            (looks.bbo or looks.microprice, lambda: words.quotes_on_price_legend(looks)),
            (looks.vwap, lambda: self._average(session, now)),
            (looks.profile, lambda: self._profile(session)),
            (panel.hand.has_averages, words.anchored_legend),
            (looks.poc_line, words.poc_legend),
            (panel.chart.bubbles.shown, lambda: self._prints(session)),
            (looks.sweeps or looks.absorption, lambda: words.marks_legend(looks, threshold)),
            (overlaid, lambda: words.overlay_legend(looks)),
        )
        entries, tip = words.price_legend(panel.desk.watch.code or "", self._drawn_as())
        for wanted, say in says:
            if wanted:
                more, why = say()
                entries, tip = (*entries, *more), f"{tip}\n{why}"
        panel.chart.legends["price"].show_entries(entries, tip)

    def _pane_legends(self, session: Session, now: Ns) -> None:
        panel, legends = self._panel, self._panel.chart.legends
        quality = panel.model.sides.get(session.instrument)
        says: dict[str, Callable[[], words.Said]] = {
            "pressure": lambda: self._pressure_legend(session, now),
            "quotes": lambda: words.quotes_legend(session.instrument in panel.model.quotes),
            "ofi": lambda: words.order_flow_legend(
                panel.drawing.fine_s, session.instrument in panel.model.quotes
            ),
            "delta": lambda: self._delta_legend(quality),
            "volume": lambda: words.volume_legend(self._bars_words()),
            "cvd": lambda: self._cvd_legend(session, now),
        }
        for name, say in says.items():
            if panel.chart.shows(name):
                legends[name].show_entries(*say())
        inferred = quality is SideQuality.INFERRED
        for curve in (panel.chart.cvd_line, *panel.chart.pressure.values()):
            curve.dashed = inferred

    def _pressure_legend(self, session: Session, now: Ns) -> words.Said:
        unknown = pressure_now(session.sums, now / SECOND, HEADLINE_S).unknown_share
        drawn = self._panel.drawing.flow.windows_drawn
        return words.pressure_legend(drawn, unknown, self._panel.model.sides.get(session.instrument))

    def _delta_legend(self, quality: SideQuality | None) -> words.Said:
        as_pressure, bar_s = self._panel.looks.bar_pressure, self._panel.drawing.bar_s
        return words.delta_legend(self._bars_words(), bar_s, as_pressure, quality)

    def _cvd_legend(self, session: Session, now: Ns) -> words.Said:
        panel, flow = self._panel, self._flow()
        anchor, first = panel.anchor(now), session.columns.first
        since = None if first is None or anchor > now else Ns(max(anchor, first))
        partial = since is not None and since > anchor + SECOND and (flow is None or flow.cvd_partial)
        holes = 0 if since is None else sum(end > since for _, end in panel.model.gaps(now))
        quality, zone = panel.model.sides.get(session.instrument), panel.desk.zone
        said = words.cvd_legend(since, panel.anchor_in_force.value, partial, holes, quality, zone)
        return words.sized_legend(said, panel.sizes) if panel.looks.cvd_sizes else said

    def _bars_words(self) -> str:
        """Of what width the bars are, and why not of the chosen one."""
        size, drawing = self._panel.bar_size, self._panel.drawing
        if size.trades:
            there = drawing.wide is not None and drawing.wide.counted
            return str(size) if there else f"{text.window(drawing.bar_s)} ({size} not told by this source)"
        width = text.window(drawing.bar_s)
        if drawing.bar_s == size.seconds:
            return width
        return f"{width} ({text.window(size.seconds)} would be too narrow here)"

    def _drawn_as(self) -> str:
        looks, drawing = self._panel.looks, self._panel.drawing
        if looks.style is Style.LINE:
            return "line by side" if looks.sides else "line"
        if looks.style is Style.CANDLES:
            return "candles"
        if not drawing.price.opened:
            return "footprint: zoom in, or wider bars from 1 min on"
        cells = self._panel.chart.opened.show_as.value
        return f"footprint {cells}, rows of {drawing.price.row_points} pt"

    def _average(self, session: Session, now: Ns) -> words.Said:
        lines, zone = session.developing.lines, self._panel.desk.zone
        if not len(lines.start):
            return words.average_legend(None, None, None, 0, zone)
        since = Ns(int(lines.start[0]))
        holes = sum(end > since for _, end in self._panel.model.gaps(now))
        return words.average_legend(float(lines.vwap[-1]), float(lines.sigma[-1]), since, holes, zone)

    def _profile(self, session: Session) -> words.Said:
        rows = session.developing.profile
        area = session.value_area()
        if rows is None or area is None:
            return (), words.profile_tip(text.DASH, text.DASH)
        low, high = text.price(rows.price(area.low), 0), text.price(rows.price(area.high + 1), 0)
        return (), words.profile_tip(text.price(rows.price(area.poc), 0), f"{low} to {high}")

    def _prints(self, session: Session) -> words.Said:
        bubbles = self._panel.chart.bubbles
        least = float(bubbles.sizes.min(initial=np.inf))
        threshold = self._panel.model.large_from.get(session.instrument)
        return words.prints_legend(threshold, bubbles.left_out, least)

    def _figures(self, session: Session, now: Ns) -> None:
        session.sums.update()
        at = now / SECOND
        readings = {seconds: pressure_now(session.sums, at, seconds) for seconds in SOLID_FROM}
        rows: dict[str, tuple[Reading, ...]] = {}
        rows["pressure"] = tuple(words.pressure_reading(seconds, said) for seconds, said in readings.items())
        wide = self._panel.drawing.wide
        if wide is not None and len(wide):
            bars = wide.candles
            delta, volume = int(bars.delta[-1]), int(bars.volume[-1])
            share = int(bars.unknown[-1]) / volume if volume else None
            following = self._panel.span.following
            bar = "this bar" if following else "last shown"
            rows["delta"] = (words.signed(bar, delta), words.unknown_reading(share))
            rows["volume"] = (Reading(bar, text.number(volume)), words.unknown_reading(share))
            anchor, caption = self._panel.anchor(now), "now" if following else "last shown"
            whole = session.unknown_since(anchor)
            cvd = Reading(caption, text.DASH, "faint")
            if wide.ends[-1] > anchor:
                cvd = words.signed(caption, int(wide.end_run[-1]) - session.run_before(anchor))
            rows["cvd"] = (cvd, words.unknown_reading(whole))
        rows["quotes"] = self._quote_rows(session)
        for name, said in rows.items():
            if self._panel.chart.figures[name].rows != said:
                self._panel.chart.figures[name].rows = said
                self.new_figures.add(name)

    def _quote_rows(self, session: Session) -> tuple[Reading, ...]:
        columns = self._panel.model.quotes.get(session.instrument)
        quotes = None if columns is None else columns.around(2**62, 2**62)
        if quotes is None or not len(quotes):
            return (Reading("QI", text.DASH, "faint"),)
        return words.quote_readings(float(quotes.imbalance[-1]), float(quotes.microprice[-1]))

    def _hint(self, now: Ns) -> None:
        flow = self._flow()
        if flow is None:
            self._panel.hint("no trade yet")
            return
        said = dress(flow.freshness, Ns(flow.provenance.ts_ingest), now).word or fresh_word(
            self._panel.desk.mode
        )
        if self._panel.model.filling():
            said = "gap, filling"
        self._panel.hint(f"{flow.provenance.source} · {flow.provenance.fidelity} · {said}")
