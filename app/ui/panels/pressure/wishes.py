"""What mouse, keys, title and menu ask of the chart, carried out."""

from typing import TYPE_CHECKING, Final

from app.domain.anchors import Anchor
from app.domain.units import SECOND, Ns
from app.ui.panels.pressure.controls import SESSION
from app.ui.panels.pressure.looks import BarSize, Style

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel

_ZOOM: Final = 0.7
_STEP: Final = 0.2


class Wishes:
    def __init__(self, panel: "PressurePanel") -> None:
        self._panel = panel
        acts = {
            "follow": self.follow_again,
            "zoom in": lambda: self._zoom(_ZOOM, sum(panel.window_shown) / 2),
            "zoom out": lambda: self._zoom(1 / _ZOOM, sum(panel.window_shown) / 2),
            "earlier": lambda: self._pan(panel.span.seconds * _STEP),
            "later": lambda: self._pan(-panel.span.seconds * _STEP),
        }
        controls, menu, chart = panel.controls, panel.menu, panel.chart
        panel.addActions([*controls.actions(panel, acts), *menu.actions()])
        controls.contract_chosen.connect(panel.desk.watch.pick)
        controls.span_chosen.connect(self._choose_span)
        controls.width_chosen.connect(self._choose_size)
        controls.style_chosen.connect(self._choose_style)
        controls.follow_toggled.connect(self._choose_following)
        menu.flag_changed.connect(lambda name, on: panel.apply_looks(panel.looks.with_flag(name, on)))
        menu.anchor_chosen.connect(self._choose_anchor)
        menu.cells_chosen.connect(self._choose_cells)
        menu.colours_chosen.connect(self._choose_cells)
        chart.zoom_asked.connect(self._zoom)
        chart.pan_asked.connect(self._pan)
        chart.reset_asked.connect(self.follow_again)
        chart.clicked.connect(self._clicked)

    def follow_again(self) -> None:
        """Back to the newest trades and the chosen span."""
        self._panel.span.reset()
        self._moved()

    def _choose_span(self, value: object) -> None:
        span = self._panel.span
        if value == SESSION:
            span.show_from(self._panel.session_open(self._panel.desk.clock.now()) / SECOND)
        elif isinstance(value, int):
            span.show(value)
        self._moved()

    def _choose_size(self, size: object) -> None:
        if isinstance(size, BarSize):
            self._panel.bar_size = size
            self._panel.chart.redraw()
            self._panel.touch()

    def _choose_style(self, style: object) -> None:
        if isinstance(style, Style):
            looks = self._panel.looks.with_value("style", style)
            # candles come with their volume, which may be hidden again
            self._panel.apply_looks(looks.with_flag("volume", looks.volume or style is Style.CANDLES))

    def _choose_anchor(self, anchor: object) -> None:
        if isinstance(anchor, Anchor):
            self._panel.apply_looks(self._panel.looks.with_value("anchor", anchor))
            if anchor is Anchor.CHOSEN:
                self._panel.desk.say("Click the chart where cumulative delta shall begin.")

    def _choose_cells(self, value: object) -> None:
        self._panel.chart.opened.choose(value)
        self._panel.chart.redraw()
        self._panel.touch()

    def _clicked(self, at: float) -> None:
        panel = self._panel
        if panel.looks.anchor is Anchor.CHOSEN:
            panel.clicked_anchor = Ns(int(at) * SECOND)
            panel.chart.redraw()
            panel.touch()

    def _choose_following(self, follow: bool) -> None:
        if follow:
            self._panel.span.follow()
        else:
            self._panel.span.stay(self._panel.window_shown)
        self._moved()

    def _zoom(self, factor: float, at: float) -> None:
        self._panel.span.zoom(factor, at, self._panel.window_shown)
        self._panel.controls.spans.choose(None)
        self._moved()

    def _pan(self, seconds: float) -> None:
        panel = self._panel
        panel.span.pan(seconds, panel.window_shown, panel.desk.clock.now() / SECOND)
        self._moved()

    def _moved(self) -> None:
        self._panel.controls.show_following(self._panel.span.following)
        self._panel.slow_now()
