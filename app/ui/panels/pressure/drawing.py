"""What is drawn of a scene, and what the words and the mouse need to know of it."""

from collections.abc import Mapping

import numpy as np

from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.flow_panes import FlowPanes
from app.ui.panels.pressure.overlays import Overlays
from app.ui.panels.pressure.price_pane import PricePane
from app.ui.panels.pressure.scene import Scene
from app.ui.panels.pressure.wide import Wide

_NONE = np.zeros(0)


class Drawing:
    """`wide` are the bars drawn, `bar_s` their width: wider than chosen where they would be too narrow."""

    def __init__(self, chart: PriceChart) -> None:
        self._chart = chart
        self.price, self.flow = PricePane(chart), FlowPanes(chart)
        self.overlays = Overlays(chart)
        self.wide: Wide | None = None
        self.bar_s, self.fine_s = 60, 1

    def draw(self, scene: Scene, due: Mapping[str, float]) -> None:
        """The price, and the panes under it whose turn it is."""
        self.bar_s, self.fine_s, self.wide = scene.bar_s, scene.fine_s, scene.bars()
        fine = scene.fine()
        self.price.draw(scene, fine, self.wide)
        self.flow.draw(scene, fine, self.wide, due)
        self.overlays.draw(scene)

    def clear(self) -> None:
        """Another contract: nothing of the one before may stay."""
        chart = self._chart
        no_sides, no_flags = np.zeros(0, np.int8), np.zeros(0, np.bool_)
        chart.price_line.set(_NONE, _NONE, _NONE, _NONE, no_sides, no_flags, 0.0)
        for candles in (chart.candles, chart.cvd_candles):
            candles.set(_NONE, _NONE, _NONE, _NONE, _NONE, 1.0)
        lines = (
            *chart.sma,
            *chart.ema,
            *chart.bollinger,
            chart.vwap,
            chart.microprice,
            chart.cvd_line,
        )
        for curve in (*lines, *chart.pressure.values(), *chart.sized):
            curve.set(_NONE, _NONE)
        for bars in (chart.bars, chart.imbalance, chart.order_flow):
            bars.set(_NONE, _NONE, no_flags, 1.0)
        for sheaf in (chart.sigmas, chart.poc_line):
            sheaf.set(_NONE, ())
        chart.naked.set(_NONE, _NONE)
        chart.sweeps.set(_NONE, _NONE, _NONE)
        chart.absorbed.set(_NONE, _NONE, _NONE)
        chart.volume.set(_NONE, (), 1.0)
        chart.bbo.set(_NONE, _NONE, _NONE, 1.0)
        chart.bubbles.set(_NONE, _NONE, _NONE, _NONE, 0)
        chart.profile.set(0.0, 1.0, _NONE, _NONE, _NONE, None, None)
        chart.opened.bars = ()
        self.wide = None
        chart.redraw()
