"""From what a session sums to the marks of the panes under the price."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from app.domain.sized_flow import LARGEST
from app.domain.units import SECOND
from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.scene import Scene, widths
from app.ui.panels.pressure.series import anew, begins, cut_at, heads, moments, solid_from
from app.ui.panels.pressure.trailing import Kept
from app.ui.panels.pressure.wide import Wide

# pixels that a window must be wide, for its line to be more than noise
_LEAST_WINDOW_PX: Final = 5
_HEAD: Final = 0.3
_UNIT_SCALE: Final = (-1.12, 1.3)
_SIZED_S: Final = 10
_NONE: Final = np.zeros(0)


class FlowPanes:
    def __init__(self, chart: PriceChart) -> None:
        self._chart = chart
        self.windows_drawn: tuple[int, ...] = ()
        """Seconds of the windows whose pressure has a line at this zoom."""
        self._base: int | None = None
        self._kept = {seconds: Kept(seconds) for seconds in chart.pressure}

    def draw(self, scene: Scene, due: Mapping[str, float]) -> None:
        """The panes whose turn it is; each with the second before which nothing changed since its last."""
        if "pressure" in due:
            self._pressure(scene, due["pressure"])
        if "quotes" in due:
            self._imbalance(scene)
        if "ofi" in due:
            self._order_flow(scene)
        if "delta" in due:
            self._delta(scene, scene.wide)
        if "cvd" in due:
            self._cvd(scene)
        if "volume" in due:
            self._volume(scene.wide)

    def _pressure(self, scene: Scene, changed: float) -> None:
        chart, sums = self._chart, scene.session.sums
        sums.update()
        chart.pane("pressure").fix(*_UNIT_SCALE)
        times = moments(scene.left, min(scene.right, scene.now), scene.seconds_a_pixel)
        first = scene.session.columns.first
        times = times[times > (0 if first is None else first / SECOND)]
        drawn = []
        for seconds, curve in chart.pressure.items():
            if seconds < _LEAST_WINDOW_PX * scene.seconds_a_pixel or not len(times):
                curve.set(_NONE, _NONE)
                continue
            found = self._kept[seconds].at(sums, times, changed, scene.holes)
            curve.set(found.times, found.values, found.weak)
            drawn.append(seconds)
        self.windows_drawn = tuple(drawn)

    def _imbalance(self, scene: Scene) -> None:
        chart, columns = self._chart, scene.model.quotes.get(scene.session.instrument)
        chart.pane("quotes").fix(*_UNIT_SCALE)
        if columns is None:
            return
        quotes = columns.between(scene.first, scene.last)
        good = np.isfinite(quotes.imbalance)
        times, values = quotes.start[good] / SECOND, quotes.imbalance[good]
        width = max(1.0, scene.seconds_a_pixel)
        if len(times):
            at = heads(np.floor(times / width))
            values = np.add.reduceat(values, at) / np.diff(np.append(at, len(times)))
            times = np.floor(times[at] / width) * width
        chart.imbalance.set(times, values, np.ones(len(times), np.bool_), width)

    def _order_flow(self, scene: Scene) -> None:
        chart, columns = self._chart, scene.model.quotes.get(scene.session.instrument)
        if columns is None:
            return
        quotes = columns.between(scene.first, scene.last)
        good = np.isfinite(quotes.flow)
        times, values = quotes.start[good] / SECOND, quotes.flow[good]
        width = float(max(1, scene.fine_s))
        if len(times):
            at = heads(np.floor(times / width))
            values, times = np.add.reduceat(values, at), np.floor(times[at] / width) * width
            chart.pane("ofi").fit(float(values.min()), max(1.0, float(values.max())), _HEAD)
        chart.order_flow.set(times, values, np.ones(len(times), np.bool_), width)

    def _delta(self, scene: Scene, wide: Wide) -> None:
        chart, bars = self._chart, wide.candles
        both = bars.bought + bars.sold
        values = bars.delta.astype(np.float64)
        low, high = bars.low_delta.astype(np.float64), bars.high_delta.astype(np.float64)
        if scene.looks.bar_pressure:
            share = both.astype(np.float64)
            share[share == 0] = np.nan
            values, low, high = values / share, _NONE, _NONE
            chart.pane("delta").fix(*_UNIT_SCALE)
        elif len(bars):
            chart.pane("delta").fit(float(low.min()), max(1.0, float(high.max())), _HEAD)
        good = np.isfinite(values)
        reach = (low[good], high[good]) if len(low) else (_NONE, _NONE)
        solid = (both[good] >= solid_from(scene.bar_s)) & ~wide.doubtful[good]
        width = widths(wide)
        shown = width if isinstance(width, float) else width[good]
        chart.bars.set(bars.start[good] / SECOND, values[good], solid, shown, *reach)

    def _volume(self, wide: Wide) -> None:
        bars = wide.candles
        parts = (("idle", bars.unknown), ("down", bars.sold), ("up", bars.bought))
        if len(bars):
            self._chart.pane("volume").fit(0.0, max(1.0, float(bars.volume.max())), _HEAD)
        stack = tuple((colour, part.astype(np.float64)) for colour, part in parts)
        self._chart.volume.set(bars.start / SECOND, stack, widths(wide))

    def _cvd(self, scene: Scene) -> None:
        chart, session = self._chart, scene.session
        base = session.run_before(scene.anchor)
        if base != self._base:
            self._base = base
            chart.redraw(panes=(chart.pane("cvd"),))
        shown = scene.wide if scene.looks.cvd_candles else scene.fine
        mine = shown.between(max(scene.first, scene.anchor), scene.last)
        bars = mine.candles
        if not len(bars):
            chart.cvd_line.set(_NONE, _NONE)
            chart.cvd_candles.set(_NONE, _NONE, _NONE, _NONE, _NONE, 1.0)
            for curve in chart.sized:
                curve.set(_NONE, _NONE)
            return
        self._sized(scene)
        begin = (mine.run - base).astype(np.float64)
        low, high, end = begin + bars.low_delta, begin + bars.high_delta, begin + bars.delta
        reach = [(low.min(), high.max())]
        if scene.looks.cvd_sizes:
            reach += [(np.nanmin(c.values), np.nanmax(c.values)) for c in chart.sized if len(c.values)]
        lowest, highest = min(least for least, _ in reach), max(most for _, most in reach)
        chart.pane("cvd").fit(float(lowest), float(highest), _HEAD)
        if scene.looks.cvd_candles:
            chart.cvd_candles.set(bars.start / SECOND, begin, high, low, end, widths(mine), mine.doubtful)
            return
        times = np.minimum(mine.ends / SECOND, max(scene.now, bars.start[-1] / SECOND))
        anew = begins(mine, scene.holes, scene.switched)
        chart.cvd_line.set(*cut_at(end, anew, times))

    def _sized(self, scene: Scene) -> None:
        """Each class of trades from nothing at the anchor; ten seconds are the finest there is."""
        columns = scene.model.sized.get(scene.session.instrument)
        if columns is None or not scene.looks.cvd_sizes:
            return
        flow = columns.between(scene.anchor, scene.last)
        seen = int(np.searchsorted(flow.start, scene.first))
        times = np.minimum(flow.start[seen:] / SECOND + _SIZED_S, scene.now)
        begin = anew(flow.start[seen:], _SIZED_S * SECOND, scene.holes, scene.switched)
        small, large = scene.sizes
        classes = ((1, small), (small + 1, large - 1), (large, LARGEST))
        for curve, (low, high) in zip(self._chart.sized, classes, strict=True):
            run = np.cumsum(flow.between(low, high))[seen:].astype(np.float64)
            curve.set(*cut_at(run, begin, times))
        self._chart.sized[1].shown = large > small + 1
