"""The strip at the top: the contract on screen, its figures dressed by how fresh they are, and the mode."""

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from app.domain.health import Freshness
from app.domain.units import SECOND, Ns
from app.domain.updates import FlowChanged, Mode
from app.ui.desk import Desk
from app.ui.dress import UNKNOWN, Dress, dress
from app.ui.figures import FIGURES, FigureSpec, figure, tip
from app.ui.format import clock
from app.ui.icons import icon
from app.ui.watch import Watch
from app.ui.widgets.badge import Badge
from app.ui.widgets.kpi import Figure, Kpi

GAP_PX = 18
MODE_WORDS = {
    Mode.LIVE: "LIVE",
    Mode.DELAYED: "DELAYED · prices trail the market",
    Mode.REPLAY: "REPLAY · recorded market",
    Mode.DEMO: "DEMO · simulated market",
}
FIGURES_PER_S = 10
"""Nobody reads faster; the digits of the header change no more often."""


class Header(QWidget):
    """Holds the newest flow of every future; draws the one that is watched."""

    def __init__(self, desk: Desk, watch: Watch, menu: QMenu) -> None:
        super().__init__()
        self._desk, self._watch = desk, watch
        self._flows: dict[int, FlowChanged] = {}
        self._silent = ""
        self._drawn: Ns | None = None
        self._menu = QToolButton()
        self._menu.setAccessibleName("Menu")
        self._menu.setToolTip("Menu (Alt+M)")
        self._menu.setShortcut("Alt+M")
        self._menu.setProperty("flat", True)
        self._menu.setIconSize(QSize(18, 18))
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.setMenu(menu)
        self._kpis = tuple(Kpi(spec.caption, desk.colours, partial(self._tip, spec)) for spec in FIGURES)
        self._alarm, self._badge = Badge(), Badge()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(GAP_PX)
        row.addWidget(self._menu)
        for kpi in self._kpis:
            row.addWidget(kpi)
        row.addStretch(1)
        row.addWidget(self._alarm)
        row.addWidget(self._badge)
        self._alarm.say("", "#000000", "#000000")
        self.setAutoFillBackground(True)
        self.recolour()

    def figures(self) -> tuple[Figure, ...]:
        return tuple(kpi.figure for kpi in self._kpis)

    def badge_text(self) -> str:
        return self._badge.text

    def alarm_text(self) -> str:
        return self._alarm.text

    def apply(self, flow: FlowChanged) -> None:
        self._flows[flow.instrument] = flow

    def alarm(self, text: str, *, silent: bool) -> None:
        """Something about the program itself; `silent`: the engine has stopped speaking, nothing is fresh."""
        self._silent = text if silent else ""
        colours = self._desk.colours
        fill = colours.down if silent else colours.warn
        self._alarm.say(text, fill, colours.on_tag)

    def draw(self, now: Ns, *, at_once: bool = False) -> None:
        monotonic = self._desk.clock.monotonic()
        if self._drawn is not None and not at_once and monotonic - self._drawn < SECOND // FIGURES_PER_S:
            return
        self._drawn = monotonic
        flow = self._flow()
        worn = self._dress(flow, now)
        for kpi, spec in zip(self._kpis, FIGURES, strict=True):
            kpi.show_figure(figure(spec, flow, self._watch.code, worn))

    def draw_mode(self, now: Ns) -> None:
        colours, mode = self._desk.colours, self._desk.mode
        if mode is None:
            self._badge.say("STARTING · no data yet", colours.raised, colours.dim)
            return
        words = MODE_WORDS[mode]
        if mode in (Mode.DEMO, Mode.REPLAY):
            words += f" · {clock(now, self._desk.zone)}"
        self._badge.say(words, colours.frame, colours.on_tag, _MODE_TIPS[mode])

    def recolour(self) -> None:
        colours = self._desk.colours
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colours.panel)
        self.setPalette(palette)
        self._menu.setIcon(icon("menu", colours.dim))
        for kpi in self._kpis:
            kpi.recolour(colours)

    def _flow(self) -> FlowChanged | None:
        instrument = self._watch.instrument
        return None if instrument is None else self._flows.get(instrument)

    def _tip(self, spec: FigureSpec) -> str:
        return tip(spec, self._flow(), self._desk.clock.now(), self._desk.zone)

    def _dress(self, flow: FlowChanged | None, now: Ns) -> Dress:
        if flow is None:
            return UNKNOWN
        if self._silent:
            return dress(Freshness.STALE, Ns(flow.provenance.ts_ingest), now)
        return dress(flow.freshness, Ns(flow.provenance.ts_ingest), now)


_MODE_TIPS = {
    Mode.LIVE: "Real market data, as the sources deliver it.",
    Mode.DELAYED: "Real market data that trails the market by the minutes its source says.",
    Mode.REPLAY: "A recorded session runs through the program again. Nothing here is happening now.",
    Mode.DEMO: "Every price, trade and bill here is made up by simulators on this machine.",
}
