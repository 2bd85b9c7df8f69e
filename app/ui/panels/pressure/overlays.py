"""What is computed from the bars and laid over the price: moving averages, bands, naked POCs."""

from typing import Final

import numpy as np

from app.domain.averages import LONG, SHORT, bollinger, exponential, simple
from app.domain.profile import NAKED_LOOKBACK, naked
from app.domain.units import POINT, SECOND
from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.scene import Scene

# bars before the left edge: an exponential average has forgotten its beginning by then
_RUN_UP: Final = 4 * LONG
_MINUTE_S: Final = 60


class Overlays:
    def __init__(self, chart: PriceChart) -> None:
        self._chart = chart
        self._naked: object = None

    def draw(self, scene: Scene) -> None:
        looks = scene.looks
        if looks.sma or looks.ema or looks.bollinger:
            self._averages(scene)
        if looks.naked and scene.slow:
            self._naked_pocs(scene)

    def _averages(self, scene: Scene) -> None:
        chart, bars = self._chart, scene.bars(_RUN_UP)
        close = bars.candles.close / POINT
        times = (bars.candles.start + bars.ends) / (2 * SECOND)
        for curve, length in zip(chart.sma, (SHORT, LONG), strict=True):
            curve.set(times, simple(close, length))
        for curve, length in zip(chart.ema, (SHORT, LONG), strict=True):
            curve.set(times, exponential(close, length))
        for curve, band in zip(chart.bollinger, bollinger(close), strict=True):
            curve.set(times, band)

    def _naked_pocs(self, scene: Scene) -> None:
        """Of bars of a minute or more, up to the newest: whether a price was traded since is asked of now."""
        step = max(_MINUTE_S, scene.bar_s)
        last = int(scene.now) // step * step + step
        first = last - (NAKED_LOOKBACK + 1) * step
        bars = scene.session.footprints(first * SECOND, last * SECOND, step, 1)
        found = naked([bar.rows for bar in bars])
        if found != self._naked:
            self._naked = found
            self._chart.redraw()
        times = np.array([bars[number].start / SECOND + step for number, _ in found], np.float64)
        middle = scene.session.row_height / 2
        self._chart.naked.set(times, np.array([price / POINT + middle for _, price in found], np.float64))
