"""The line at the bottom: market, sources and the program's own costs, in words, a few times a second."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.machine_updates import Trust
from app.domain.units import Ns
from app.domain.updates import ClockChecked, EnginePulse, MarketChanged
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.frames import FrameTimes
from app.ui.outlook import Outlook
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.words import FittedWords

_PARTS = (
    ("mode", "What is shown: the real market, a delayed or a recorded one, or a simulated one"),
    ("market", "Market state and its next change"),
    ("sources", "The worst state of anything that is switched on"),
    ("pins", "Channels that you have pinned to a source"),
    ("dropped", "Lines dropped because the screen's queue was full: nothing but a display was lost"),
    ("loop", "How late the engine's loop runs"),
    ("queue", "How long records wait between the feed and the engine"),
    ("frame", "Time the window is busy per frame, 95 of 100 frames are quicker"),
    ("memory", "Memory of the whole program"),
    ("offset", "How far this machine's clock is ahead of the true time, and who says so"),
    ("clock", "Time of the market"),
)
_RIGHT_FROM = "dropped"
_WHOLE = ("mode", "pins", "frame", "clock", "sources")
_TRUST = {Trust.GOOD: "dim", Trust.AMBER: "warn", Trust.UNKNOWN: "faint"}
_TIPS = dict(_PARTS)


class StatusLine(QWidget):
    def __init__(self, desk: Desk, outlook: Outlook) -> None:
        super().__init__()
        self._desk, self._outlook = desk, outlook
        self._market: MarketChanged | None = None
        self._pulse: EnginePulse | None = None
        self._offset: ClockChecked | None = None
        self._labels: dict[str, FittedWords] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(14)
        for name, tip in _PARTS:
            if name == _RIGHT_FROM:
                row.addStretch(1)
            label = FittedWords(cut=name not in _WHOLE)
            label.setFont(font(SMALL_PX))
            label.setToolTip(tip)
            row.addWidget(label)
            self._labels[name] = label
        self.setAutoFillBackground(True)
        self.recolour()

    def text(self, part: str) -> str:
        return self._labels[part].text()

    def apply(self, update: MarketChanged | EnginePulse | ClockChecked) -> None:
        match update:
            case MarketChanged():
                self._market = update
            case EnginePulse():
                self._pulse = update
            case ClockChecked():
                self._offset = update

    def draw(self, now: Ns, frames: FrameTimes) -> None:
        self._draw_market()
        mode = self._desk.mode
        self._say("mode", "STARTING" if mode is None else mode.value, "text")
        worst = self._outlook.worst(self._desk.silent)
        self._say("sources", worst.text, worst.colour)
        self._draw_pins()
        self._draw_offset()
        self._draw_pulse()
        late = text.millis(frames.late_p95)
        self._say("frame", f"frame p95 {text.millis(frames.p95)}", _over(frames.p95, 8.0))
        self._explain("frame", f"{_TIPS['frame']}. Timer late by {late} (95 of 100).")
        self._say("clock", text.clock(now, self._desk.zone), "text")

    def recolour(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), self._desk.colours.panel)
        self.setPalette(palette)
        shown, self._shown = self._shown, {}
        for name, (words, colour) in shown.items():
            self._say(name, words, colour)

    def _draw_market(self) -> None:
        if self._market is None:
            self._say("market", "market state not known yet", "faint")
            return
        moment, zone = self._market.moment, self._desk.zone
        day = f"{moment.trading_day:%a} {moment.trading_day.day} {moment.trading_day:%b}"
        words = f"{moment.state.value} · trading day {day} · {moment.next_state.value} from "
        words += text.day_clock(moment.next_change, zone)
        if moment.holiday:
            words += f" · {moment.holiday}"
        self._say("market", words, "text" if moment.state.is_open else "warn")

    def _draw_pins(self) -> None:
        """Who pinned knows it is so: always there, cut by nothing."""
        pinned = [route for route in self._outlook.routes if route.pinned and route.source is not None]
        words = ", ".join(f"{route.channel.value} → {route.source}" for route in pinned)
        self._say("pins", f"⚑ pinned {words}" if words else "", "warn")
        zone = self._desk.zone
        lines = [
            f"{route.channel.value}: {route.pin.reason or 'no reason given'}, "
            + (f"until {text.day_clock(route.pin.until, zone)}" if route.pin.until else "until taken off")
            for route in pinned
            if route.pin is not None
        ]
        self._explain("pins", "\n".join((_TIPS["pins"], *lines)))

    def _draw_offset(self) -> None:
        checked = self._offset
        if checked is None or checked.offset_ms is None:
            self._say("offset", "clock offset unknown", "faint")
            return
        sign = "+" if checked.offset_ms > 0 else ""
        words = f"clock offset {sign}{text.number(checked.offset_ms)} ms"
        if checked.trust not in (Trust.GOOD, Trust.AMBER):
            words += f" · {checked.trust.value}"
        self._say("offset", words, _TRUST.get(checked.trust, "down"))
        self._explain("offset", f"{_TIPS['offset']}: {checked.said_by}")

    def _draw_pulse(self) -> None:
        pulse = self._pulse
        if pulse is None:
            self._say("loop", "engine starting", "faint")
            return
        self._say("dropped", f"{pulse.dropped:,} dropped" if pulse.dropped else "", "warn")
        self._say("loop", f"loop {text.millis(pulse.loop_lag_ms)}", _over(pulse.loop_lag_ms, 50.0))
        self._say("queue", f"queue {text.millis(pulse.queue_lag_ms)}", _over(pulse.queue_lag_ms, 250.0))
        self._say("memory", f"{pulse.memory_mb:,.0f} MB", "dim")

    def _explain(self, part: str, tip: str) -> None:
        if self._labels[part].toolTip() != tip:
            self._labels[part].setToolTip(tip)

    def _say(self, part: str, words: str, colour: str) -> None:
        if self._shown.get(part) == (words, colour):
            return
        self._shown[part] = (words, colour)
        label = self._labels[part]
        label.setText(words)
        label.setAccessibleName(f"{part}: {words}")
        label.paint_in(getattr(self._desk.colours, colour))


def _over(value: float | None, bound: float) -> str:
    return "warn" if value is not None and value > bound else "dim"
