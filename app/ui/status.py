"""The line at the bottom: market, sources and the program's own costs, in words, a few times a second."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.health import ChannelHealth, Freshness, Link, SourceHealth
from app.domain.units import Ns
from app.domain.updates import EnginePulse, HealthChanged, MarketChanged, RouteChanged
from app.ui import format as text
from app.ui.desk import Desk
from app.ui.frames import FrameTimes
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.words import FittedWords

_PARTS = (
    ("market", "Market state and its next change"),
    ("sources", "The worst state of any source that is switched on"),
    ("pins", "Channels that you have pinned to a source"),
    ("dropped", "Lines dropped because the screen's queue was full: nothing but a display was lost"),
    ("loop", "How late the engine's loop runs"),
    ("queue", "How long records wait between the feed and the engine"),
    ("frame", "Time the window is busy per frame, 95 of 100 frames are quicker"),
    ("memory", "Memory of the whole program"),
    ("clock", "Time of the market"),
)
_RIGHT_FROM = "dropped"
_WHOLE = ("clock", "frame", "sources")
_BAD_LINKS = (Link.DOWN, Link.AUTH_FAILED, Link.NOT_ENTITLED, Link.RECONNECTING)
_IDLE_LINKS = (Link.DISABLED, Link.NO_KEY)


class StatusLine(QWidget):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._market: MarketChanged | None = None
        self._pulse: EnginePulse | None = None
        self._health: dict[str, SourceHealth] = {}
        self._pinned: dict[str, str] = {}
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

    def apply(self, update: MarketChanged | EnginePulse | HealthChanged | RouteChanged) -> None:
        match update:
            case MarketChanged():
                self._market = update
            case EnginePulse():
                self._pulse = update
            case HealthChanged(health):
                self._health[health.source] = health
            case RouteChanged():
                self._pinned.pop(update.channel.value, None)
                if update.pinned and update.source is not None:
                    self._pinned[update.channel.value] = update.source

    def draw(self, now: Ns, frames: FrameTimes) -> None:
        self._draw_market()
        self._say("sources", *sources_words(tuple(self._health.values())))
        pins = ", ".join(f"{channel} → {source}" for channel, source in sorted(self._pinned.items()))
        self._say("pins", f"pinned {pins}" if pins else "", "warn")
        self._draw_pulse()
        late = text.millis(frames.late_p95)
        self._say("frame", f"frame p95 {text.millis(frames.p95)}", _over(frames.p95, 8.0))
        self._labels["frame"].setToolTip(f"{_PARTS[6][1]}. Timer late by {late} (95 of 100).")
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

    def _draw_pulse(self) -> None:
        pulse = self._pulse
        if pulse is None:
            self._say("loop", "engine starting", "faint")
            return
        self._say("dropped", f"{pulse.dropped:,} dropped", "warn" if pulse.dropped else "faint")
        self._say("loop", f"loop {text.millis(pulse.loop_lag_ms)}", _over(pulse.loop_lag_ms, 50.0))
        self._say("queue", f"queue {text.millis(pulse.queue_lag_ms)}", _over(pulse.queue_lag_ms, 250.0))
        self._say("memory", f"{pulse.memory_mb:,.0f} MB", "dim")

    def _say(self, part: str, words: str, colour: str) -> None:
        if self._shown.get(part) == (words, colour):
            return
        self._shown[part] = (words, colour)
        label = self._labels[part]
        label.setText(words)
        label.setAccessibleName(f"{part}: {words}")
        label.paint_in(getattr(self._desk.colours, colour))


def sources_words(sources: tuple[SourceHealth, ...]) -> tuple[str, str]:
    """The worst first, by name; green only when every channel in use is fresh."""
    if not sources:
        return "no source has reported yet", "faint"
    used = [(s, c) for s in sources for c in s.channels if c.link not in _IDLE_LINKS]
    bad = sorted({s.title for s, c in used if c.link in _BAD_LINKS} | {s.title for s in sources if s.broken})
    if bad:
        return f"{', '.join(bad)}: look at source health", "down"
    stale = sorted({s.title for s, c in used if c.freshness in (Freshness.STALE, Freshness.GAP)})
    if stale:
        return f"{', '.join(stale)}: stale", "warn"
    waiting = sorted({s.title for s, c in used if _waiting(c)})
    if waiting:
        return f"{', '.join(waiting)}: no data yet", "dim"
    return (
        (f"{len({s.source for s, _ in used})} sources fresh", "up")
        if used
        else ("no source is switched on", "faint")
    )


def _waiting(channel: ChannelHealth) -> bool:
    return channel.freshness is Freshness.UNKNOWN or channel.link is Link.CONNECTING


def _over(value: float | None, bound: float) -> str:
    return "warn" if value is not None and value > bound else "dim"
