"""The panes of the price and pressure chart, and the marks on them."""

from typing import Final

from PySide6.QtGui import QResizeEvent

from app.ui.palettes import Colours
from app.ui.panels.pressure.looks import Looks, Style
from app.ui.widgets.plot.arrows import Arrows
from app.ui.widgets.plot.bars import Candles, SignedBars, StackedBars
from app.ui.widgets.plot.brackets import Brackets
from app.ui.widgets.plot.bubbles import Bubbles
from app.ui.widgets.plot.figures import Readings
from app.ui.widgets.plot.footprint import Opened
from app.ui.widgets.plot.legend import Legend
from app.ui.widgets.plot.mouse import MousePlot
from app.ui.widgets.plot.ornaments import Band, Bands, Level, Levels, Upright, Uprights, Watermark
from app.ui.widgets.plot.pane import Pane
from app.ui.widgets.plot.profile import ProfileLines, SideProfile
from app.ui.widgets.plot.series import Curve, Rays, Ribbon, Sheaf, StepLine
from app.ui.widgets.plot.view import Mark

GUTTER_PX: Final = 96
_LEGEND_PX: Final = 4
_ZERO: Final = (Level(0.0, "line"),)
_SHARES: Final = (*(Level(share, "row_line") for share in (-0.5, 0.5)), *_ZERO)
NAMES: Final = ("price", "pressure", "quotes", "ofi", "delta", "cvd", "volume")


class PriceChart(MousePlot):
    def __init__(self, colours: Colours) -> None:
        super().__init__(colours, GUTTER_PX)
        self.setAccessibleName("Price and pressure chart")
        self.shading, self.watermark = Bands(worded=True), Watermark()
        self.gap_bands = {name: Bands(worded=name == "price") for name in NAMES}
        self.uprights = {name: Uprights(worded=name == "price") for name in NAMES}
        self.figures = {name: Readings() for name in NAMES if name != "price"}
        self.bbo, self.price_line, self.candles, self.opened = Ribbon("info"), StepLine(), Candles(), Opened()
        self.vwap = Curve("warn")
        self.sigmas = Sheaf("warn", alpha=120)
        self.poc_line, self.microprice = Sheaf("info"), Curve("accent")
        self.sma = (Curve("info"), Curve("accent"))
        self.ema = (Curve("up", alpha=170), Curve("down", alpha=170))
        self.bollinger = (Curve("idle"), Curve("idle"))
        self.naked = Rays("warn")
        self.bubbles, self.profile = Bubbles(), SideProfile()
        self.pressure = {
            5: Curve("idle", alpha=120),
            30: Curve("info", alpha=170),
            300: Curve("text", area=True),
        }
        self.imbalance, self.order_flow = SignedBars(), SignedBars()
        self.sweeps, self.absorbed = Arrows(), Brackets()
        self.sized = (Curve("idle"), Curve("price"), Curve("warn"))
        self.bars, self.volume = SignedBars(), StackedBars()
        self.cvd_line, self.cvd_candles = Curve("info"), Candles()
        self._made = {name: self._pane(name) for name in NAMES}
        self.legends = {name: Legend(self, name, colours) for name in NAMES}
        self._shown: tuple[str, ...] = ()
        self.veil = (self.watermark, ProfileLines(self.profile))
        self.dress(Looks())

    def pane(self, name: str) -> Pane:
        return self._made[name]

    def shows(self, name: str) -> bool:
        return name in self._shown

    @property
    def below(self) -> tuple[str, ...]:
        """The panes shown under the price."""
        return self._shown[1:]

    def dress(self, looks: Looks) -> None:
        """Shows the panes and overlays that are wanted."""
        self.bbo.shown = looks.bbo
        self.price_line.by_side = looks.sides
        self.vwap.shown = looks.vwap
        self.sigmas.shown = looks.vwap
        self.profile.shown, self.poc_line.shown = looks.profile, looks.poc_line
        self.bubbles.shown, self.microprice.shown = looks.prints, looks.microprice
        self.sweeps.shown, self.naked.shown = looks.sweeps, looks.naked
        self.absorbed.shown = looks.absorption
        for name, curves in (("sma", self.sma), ("ema", self.ema), ("bollinger", self.bollinger)):
            for curve in curves:
                curve.shown = getattr(looks, name)
        for curve in self.sized:
            curve.shown = looks.cvd_sizes
        self.price_line.shown = looks.style is Style.LINE
        self.candles.shown = looks.style is Style.CANDLES
        self.opened.shown = looks.style is Style.FOOTPRINT
        self.cvd_line.shown, self.cvd_candles.shown = not looks.cvd_candles, looks.cvd_candles
        self._shown = ("price", *(name for name in NAMES[1:] if getattr(looks, name)))
        self.arrange([self._made[name] for name in self._shown])

    def recolour(self, colours: Colours) -> None:
        super().recolour(colours)
        for legend in self.legends.values():
            legend.recolour(colours)

    def set_bands(self, shading: tuple[Band, ...], gaps: tuple[Band, ...]) -> None:
        scale = self.view(self.pane("price")).pixels_a_second
        changed = self.shading.change(shading, scale)
        if changed is not None:
            self.redraw(changed, aside=False, panes=(self.pane("price"),))
        for name, bands in self.gap_bands.items():
            changed = bands.change(gaps, scale)
            if changed is not None:
                self.redraw(changed, aside=False, ground=False, panes=(self.pane(name),))

    def set_uprights(self, lines: tuple[Upright, ...]) -> None:
        if lines != self.uprights["price"].lines:
            for uprights in self.uprights.values():
                uprights.lines = lines
            self.redraw()

    def set_fresh(self, fresh: bool) -> None:
        """What is not fresh loses its colour."""
        if fresh is not self.price_line.fresh:
            self.price_line.fresh = self.candles.fresh = fresh
            self.redraw(ground=False, panes=(self.pane("price"),))

    def place_legends(self) -> None:
        for name, legend in self.legends.items():
            legend.setVisible(name in self._shown and bool(legend.text))
            legend.move(_LEGEND_PX, int(self._made[name].top) + 2)

    def placed(self) -> None:
        if hasattr(self, "legends"):
            self.place_legends()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.place_legends()

    def _pane(self, name: str) -> Pane:
        marks = (*self._series(name), self.gap_bands[name], self.uprights[name])
        if name == "price":
            return Pane(name, 7, (*marks, self.profile), 0.25, self._under_price())
        least = 0.25 if name in ("pressure", "quotes") else 1.0
        return Pane(name, 3 if name == "volume" else 2, (*marks, self.figures[name]), least)

    def _under_price(self) -> tuple[Mark, ...]:
        """Under the price: what need not be painted with every trade."""
        return (
            self.shading, self.bbo, self.sigmas, self.vwap, self.poc_line, self.naked, *self.bollinger,
            *self.sma, *self.ema, self.opened, self.bubbles,
        )  # fmt: skip

    def _series(self, name: str) -> tuple[Mark, ...]:
        match name:
            case "price":
                return (self.candles, self.price_line, self.microprice, self.sweeps, self.absorbed)
            case "pressure":
                return (Levels(_SHARES), self.pressure[5], self.pressure[30], self.pressure[300])
            case "quotes":
                return (Levels(_SHARES), self.imbalance)
            case "ofi":
                return (Levels(_ZERO), self.order_flow)
            case "delta":
                return (Levels(_ZERO), self.bars)
            case "cvd":
                return (Levels(_ZERO), *self.sized, self.cvd_line, self.cvd_candles)
            case _:
                return (self.volume,)
