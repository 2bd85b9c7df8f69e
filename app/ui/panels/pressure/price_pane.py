"""From what a session sums to the marks of the price pane."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.footprint import Footprint
from app.domain.units import POINT, SECOND
from app.ui.panels.pressure.chart import PriceChart
from app.ui.panels.pressure.columns import Floats
from app.ui.panels.pressure.looks import Style
from app.ui.panels.pressure.price_line import KeptSteps
from app.ui.panels.pressure.scene import Scene, widths
from app.ui.panels.pressure.series import anew, cut_at, heads
from app.ui.widgets.plot.footprint import LEAST_PX, ROW_PX, Cells

_MINUTE_S: Final = 60
# seconds a pixel up to which the microprice is more than a shadow of the price
_MICRO_S: Final = 2.0
# of the chart to one bubble: more of them would hide the price
_BUBBLE_PX: Final = 12
_HEAD: Final = 0.13
_ROWS: Final = (1, 2, 5, 10, 25)


class PricePane:
    def __init__(self, chart: PriceChart) -> None:
        self._chart = chart
        self.opened = False
        """Whether bars are wide enough to be opened up."""
        self.row_points = 1
        """Height of a row of the footprint."""
        self._known: dict[str, object] = {}
        self._steps = KeptSteps()

    def draw(self, scene: Scene, ground: bool) -> None:
        """What moves with every trade, and, if that is its turn, what lies under it."""
        chart, reach = self._chart, scene.fine.candles
        if not len(reach):
            return
        chart.pane("price").fit(float(reach.low.min()) / POINT, float(reach.high.max()) / POINT, _HEAD)
        if scene.looks.style is Style.LINE:
            line = self._steps.of(scene)
            chart.price_line.set(
                line.times, line.low, line.high, line.close, line.side, line.begins, scene.until
            )
        else:
            bars, c = scene.wide, scene.wide.candles
            begin, high, low, end = (row / POINT for row in (c.open, c.high, c.low, c.close))
            chart.candles.set(c.start / SECOND, begin, high, low, end, widths(bars), bars.doubtful)
        if ground:
            self._footprint(scene)
            self._quotes(scene)
            self._prints(scene)
        if scene.slow:
            self._sweeps(scene)
            self._absorbed(scene)
            self._average(scene)
            self._profile(scene)

    def _all_anew(self, name: str, value: object, *, ground: bool = True) -> None:
        """Paints the whole pane when this changed, because it shows at the left edge, too."""
        if self._known.get(name) != value:
            self._known[name] = value
            self._chart.redraw(ground=ground, panes=(self._chart.pane("price"),))

    def _footprint(self, scene: Scene) -> None:
        chart, bar_s = self._chart, scene.bar_s
        wide = bar_s >= _MINUTE_S and bar_s / scene.seconds_a_pixel >= LEAST_PX
        self.opened = wide and not scene.size.trades
        wanted = scene.looks.style is Style.FOOTPRINT
        chart.opened.shown = wanted and self.opened
        chart.candles.shown = scene.looks.style is Style.CANDLES or (wanted and not self.opened)
        chart.opened.bars = tuple(self._cells(scene)) if chart.opened.shown else ()
        most = max((int(bar.volume.max(initial=0)) for bar in chart.opened.bars), default=0)
        self._all_anew("footprint", (most, self.row_points))

    def _cells(self, scene: Scene) -> Iterator[Cells]:
        self.row_points = self._row_points()
        for one in scene.session.footprints(scene.first, scene.last, scene.bar_s, self.row_points):
            yield scene.session.cells(one, _cells)

    def _row_points(self) -> int:
        """The finest rows that still hold a text; of all too fine ones the coarsest."""
        pixels = self._chart.view(self._chart.pane("price")).pixels_a_unit
        return next((points for points in _ROWS if points * pixels >= ROW_PX), _ROWS[-1])

    def _quotes(self, scene: Scene) -> None:
        chart, columns = self._chart, scene.model.quotes.get(scene.session.instrument)
        if columns is None or not (scene.looks.bbo or scene.looks.microprice):
            return
        quotes = columns.around(scene.first, scene.last)
        times = quotes.start / SECOND
        picked = _last_of_pixels(times, scene.seconds_a_pixel)
        width = max(1.0, scene.seconds_a_pixel)
        chart.bbo.set(times[picked], quotes.bid[picked], quotes.ask[picked], width)
        if scene.seconds_a_pixel > _MICRO_S:
            picked = picked[:0]
        chart.microprice.set(times[picked] + 1, quotes.microprice[picked])

    def _prints(self, scene: Scene) -> None:
        chart, columns = self._chart, scene.model.prints.get(scene.session.instrument)
        chart.bubbles.shown = scene.looks.prints and not chart.opened.shown
        if columns is None or not chart.bubbles.shown:
            return
        if chart.bubbles.left_out and not scene.slow:
            return  # which are the largest need not be found at every frame
        prints = columns.between(scene.first, scene.last)
        threshold = scene.model.large_from.get(scene.session.instrument)
        large = prints.size >= (0 if threshold is None else threshold.size)
        price, size, side = (row[large] for row in (prints.price, prints.size, prints.side))
        most = scene.pixels // _BUBBLE_PX
        chart.bubbles.set(prints.start[large] / SECOND, price, size, side, most)
        if len(size) and chart.bubbles.scale(float(size.max())):
            chart.redraw(panes=(chart.pane("price"),))
        self._all_anew("bubbles", float(chart.bubbles.sizes.min()) if chart.bubbles.left_out else threshold)

    def _sweeps(self, scene: Scene) -> None:
        chart, columns = self._chart, scene.model.sweeps.get(scene.session.instrument)
        if columns is None or not scene.looks.sweeps:
            return
        swept = columns.between(scene.first, scene.last)
        most = scene.pixels // _BUBBLE_PX
        order = np.sort(np.argsort(swept.size, kind="stable")[-most:])
        least = float(swept.size[order].min(initial=np.inf))
        chart.sweeps.set(swept.start[order] / SECOND, swept.reach[order], swept.side[order])
        self._all_anew("sweeps", least if len(swept) > most else None, ground=False)

    def _absorbed(self, scene: Scene) -> None:
        """From the size on that makes a print large; of more than there is room for the largest."""
        chart, columns = self._chart, scene.model.absorbed.get(scene.session.instrument)
        if columns is None or not scene.looks.absorption:
            return
        held = columns.between(scene.first, scene.last)
        threshold = scene.model.large_from.get(scene.session.instrument)
        large = np.flatnonzero(held.size >= (0 if threshold is None else threshold.size))
        order = np.sort(large[np.argsort(held.size[large], kind="stable")[-(scene.pixels // _BUBBLE_PX) :]])
        chart.absorbed.set(held.start[order] / SECOND, held.price[order], held.side[order])
        cut = len(large) > len(order) and float(held.size[order].min())
        self._all_anew("absorbed", (cut, threshold), ground=False)

    def _average(self, scene: Scene) -> None:
        chart, lines = self._chart, scene.session.developing.lines
        times = np.minimum(lines.start / SECOND + _MINUTE_S, scene.now)
        low, high = np.searchsorted(times, (scene.left, scene.right))
        seen = slice(max(0, int(low) - 1), int(high) + 1)
        begin = anew(lines.start[seen], _MINUTE_S * SECOND, scene.holes, scene.switched)

        def cut(values: Floats) -> Floats:
            return cut_at(values[seen], begin, times[seen])[1]

        cuts = cut_at(times[seen], begin, times[seen])[0]
        chart.vwap.set(cuts, cut(lines.vwap))
        bands = tuple(cut(lines.vwap + sigmas * lines.sigma) for sigmas in (-2, -1, 1, 2))
        chart.sigmas.set(cuts, bands)
        middle = scene.session.row_height / 2
        chart.poc_line.set(cuts, (cut(lines.poc / POINT + middle),))

    def _profile(self, scene: Scene) -> None:
        rows = scene.session.developing.profile
        if rows is None or not scene.looks.profile:
            return
        area = scene.session.value_area()
        low, row = rows.low / POINT, rows.height / POINT
        bought, sold, unknown = (p.astype(np.float64) for p in (rows.bought, rows.sold, rows.unknown))
        poc = None if area is None else low + area.poc * row
        reach = None if area is None else (low + area.low * row, low + (area.high + 1) * row)
        self._chart.profile.set(low, row, bought, sold, unknown, poc, reach)
        if self._known.get("profile") != (poc, reach):
            self._known["profile"] = (poc, reach)
            self._chart.unveil()


def _cells(one: Footprint) -> Cells:
    return Cells(
        one.start / SECOND, float(one.seconds), one.rows.low / POINT, one.rows.height / POINT,
        one.rows.bought, one.rows.sold, one.rows.unknown, one.buying, one.selling,
        one.buying_stacked | one.selling_stacked,
    )  # fmt: skip


def _last_of_pixels(times: Floats, seconds_a_pixel: float) -> NDArray[np.intp]:
    if seconds_a_pixel <= 1 or not len(times):
        return np.arange(len(times))
    return np.append(heads(np.floor(times / seconds_a_pixel))[1:], len(times)) - 1
