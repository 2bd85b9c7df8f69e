"""What is drawn of a scene, and what the words and the mouse need to know of it."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.flow_panes import FlowPanes
from app.ui.panels.pressure.overlays import Overlays
from app.ui.panels.pressure.price_pane import PricePane
from app.ui.panels.pressure.scene import Scene
from app.ui.panels.pressure.wide import Wide

GROUND: Final = "ground"
"""What lies under the price, among the panes that take turns."""

_NONE: Final = np.zeros(0)


class Drawing:
    """`bar_s` is the width of the bars drawn: wider than chosen where they would be too narrow."""

    def __init__(self, chart: PriceChart) -> None:
        self._chart = chart
        self.price, self.flow = PricePane(chart), FlowPanes(chart)
        self.overlays = Overlays(chart)
        self.bar_s, self.fine_s = 60, 1
        self._scene: Scene | None = None

    @property
    def wide(self) -> Wide | None:
        """The bars of the last scene; made only if somebody asks for them."""
        return None if self._scene is None else self._scene.wide

    def draw(self, scene: Scene, due: Mapping[str, float]) -> None:
        """The price, and of its ground and the panes under it those whose turn it is."""
        self.bar_s, self.fine_s, self._scene = scene.bar_s, scene.fine_s, scene
        self.price.draw(scene, GROUND in due)
        self.flow.draw(scene, due)
        if GROUND in due:
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
        self._scene = None
        chart.redraw()
