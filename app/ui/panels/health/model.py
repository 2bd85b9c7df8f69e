"""Source health as rows: one for each source and channel, the state by shape, colour and word. No Qt."""

from dataclasses import dataclass, replace

from app.domain.health import ChannelHealth, Freshness, Link, Role, SourceHealth
from app.domain.routing import Channel, Level, SourceId
from app.domain.units import SECOND, Ns
from app.ui import format as text
from app.ui.widgets.cells import Cell, Mark, Row

CHANNEL_WORDS = {
    Channel.NQ_TRADES: "NQ trades",
    Channel.NQ_QUOTES: "NQ quotes",
    Channel.OPT_TRADES: "opt. trades",
    Channel.OPT_QUOTES: "opt. quotes",
    Channel.OPT_CHAIN: "chain",
    Channel.OPT_OI: "open interest",
    Channel.BARS: "bars",
    Channel.REFERENCE: "definitions",
    Channel.PROXY_CHAIN: "proxy chain",
}
_LINK_LOOKS = {
    Link.DISABLED: (Mark.OFF, "idle", "off"),
    Link.NO_KEY: (Mark.OFF, "warn", "no key"),
    Link.CONNECTING: (Mark.WARN, "info", "connecting"),
    Link.RECONNECTING: (Mark.WARN, "warn", "reconnecting"),
    Link.AUTH_FAILED: (Mark.BAD, "down", "key refused"),
    Link.NOT_ENTITLED: (Mark.BAD, "warn", "not entitled"),
    Link.DOWN: (Mark.BAD, "down", "down"),
}
_FRESH_LOOKS = {
    Freshness.LIVE: (Mark.GOOD, "up", "live"),
    Freshness.QUIET: (Mark.GOOD, "info", "quiet"),
    Freshness.UNKNOWN: (Mark.OFF, "idle", "no data yet"),
    Freshness.STALE: (Mark.WARN, "warn", "stale"),
    Freshness.GAP: (Mark.WARN, "warn", "gap"),
    Freshness.HALTED: (Mark.REST, "warn", "halted"),
    Freshness.CLOSED: (Mark.REST, "idle", "closed"),
}
# Fresh, and still not the market of now: it must not be called live.
_LATE_WORDS = {Level.DELAYED: "{} m late", Level.EOD: "end of day", Level.RECORDED: "recorded"}
_FEWEST_CALLS = 20
"""Below this an error share says nothing and stays grey."""


@dataclass(frozen=True, slots=True)
class Look:
    mark: Mark
    colour: str
    word: str


def look(channel: ChannelHealth) -> Look:
    """The link speaks first; only data of a working link is ever green."""
    found = Look(*(_LINK_LOOKS.get(channel.link) or _FRESH_LOOKS[channel.freshness]))
    late = _LATE_WORDS.get(channel.fidelity.level)
    if found.mark is not Mark.GOOD or late is None:
        return found
    return Look(Mark.GOOD, "info", late.format(channel.fidelity.minutes))


@dataclass(frozen=True, slots=True)
class _Seen:
    health: SourceHealth
    at: Ns


class HealthModel:
    def __init__(self) -> None:
        self._sources: dict[SourceId, _Seen] = {}

    def put(self, health: SourceHealth, monotonic: Ns) -> None:
        self._sources[health.source] = _Seen(health, monotonic)

    def __len__(self) -> int:
        return len(self._sources)

    def channel(self, key: str) -> ChannelHealth | None:
        """The channel behind a row."""
        for seen in self._sources.values():
            for channel in seen.health.channels:
                if _key(channel) == key:
                    return channel
        return None

    def source(self, key: str) -> SourceHealth | None:
        seen = self._sources.get(SourceId(key.split("/", 1)[0]))
        return None if seen is None else seen.health

    def rows(self, monotonic: Ns, *, silent: bool = False) -> tuple[Row, ...]:
        """Sources in order of their first report; ages go on by a clock that never jumps. While the engine is
        `silent` nothing it said of a working link counts."""
        rows: list[Row] = []
        for seen in self._sources.values():
            if seen.health.broken is not None:
                rows.append(_broken_row(seen.health))
            since = (monotonic - seen.at) / SECOND
            channels = (_unheard(c) if silent else c for c in seen.health.channels)
            rows.extend(_row(seen.health, channel, since) for channel in channels)
        return tuple(rows)

    def summary(self) -> str:
        """`4 ok · 1 slow · 1 down`, by channel; what is switched off is not counted."""
        marks = [look(channel).mark for seen in self._sources.values() for channel in seen.health.channels]
        broken = sum(seen.health.broken is not None for seen in self._sources.values())
        counts = (
            (marks.count(Mark.GOOD), "ok"),
            (marks.count(Mark.WARN), "not fresh"),
            (marks.count(Mark.BAD) + broken, "down"),
            (marks.count(Mark.REST), "closed"),
        )
        return " · ".join(f"{count} {word}" for count, word in counts if count)


def _unheard(channel: ChannelHealth) -> ChannelHealth:
    return replace(channel, freshness=Freshness.UNKNOWN, note="the engine is silent")


def _key(channel: ChannelHealth) -> str:
    return f"{channel.source}/{channel.channel.value}"


def _row(source: SourceHealth, channel: ChannelHealth, since: float) -> Row:
    seen = look(channel)
    name = f"{source.title} {CHANNEL_WORDS[channel.channel]}"
    active = channel.role in (Role.ACTIVE, Role.PINNED)
    state = seen.word
    if channel.link is Link.RECONNECTING and channel.retry_in_s is not None:
        state = f"retry {max(0.0, channel.retry_in_s - since):.0f} s"
    off = channel.link is Link.DISABLED
    age = None if channel.age_s is None else channel.age_s + since
    stale = channel.freshness in (Freshness.STALE, Freshness.UNKNOWN) and not off
    p50, p95 = channel.latency_p50_ms, channel.latency_p95_ms
    tip = _tip(source, channel, seen, age)
    errors, error_colour = _errors(channel)
    cells = (
        Cell(name, "faint" if off else "text" if active else "dim", tip, f"{name}: {state}",
             mark=seen.mark, mark_colour=seen.colour),
        Cell(state, "faint" if off else _word_colour(seen), tip),
        Cell(channel.role.value, "dim", tip),
        Cell(text.millis(p50), "dim", tip),
        Cell(text.millis(p95), "dim", tip),
        Cell(text.age(age), "idle" if stale else "text", tip, struck=stale and age is not None),
        Cell(text.rate(channel.rate_per_s), "text" if channel.rate_per_s else "faint", tip),
        Cell(errors, error_colour, tip),
        Cell(_note(channel), _note_colour(seen), channel.note or tip),
    )  # fmt: skip
    return Row(_key(channel), cells)


def _broken_row(source: SourceHealth) -> Row:
    why = source.broken or ""
    said = f"{source.title}: broken, {why}"
    first = Cell(source.title, "text", why, said, mark=Mark.BAD, mark_colour="down")
    blanks = tuple(Cell(text.DASH, "faint") for _ in range(6))
    return Row(f"{source.source}/", (first, Cell("broken", "down", why), *blanks, Cell(why, "down", why)))


def _errors(channel: ChannelHealth) -> tuple[str, str]:
    if not channel.calls:
        return text.DASH, "faint"
    share = channel.errors / channel.calls
    if channel.calls < _FEWEST_CALLS:
        return f"{channel.errors} of {channel.calls}", "faint"
    return text.percent(share, 1), "down" if share >= 0.25 else "warn" if share > 0 else "dim"


def _note(channel: ChannelHealth) -> str:
    pinned = "pinned" if channel.role is Role.PINNED else ""
    return " · ".join(part for part in (pinned, channel.schema, channel.note) if part)


def _word_colour(seen: Look) -> str:
    return "dim" if seen.colour == "idle" else seen.colour


def _note_colour(seen: Look) -> str:
    return "down" if seen.mark is Mark.BAD else "dim"


def _tip(source: SourceHealth, channel: ChannelHealth, seen: Look, age: float | None) -> str:
    simulated = " · simulated" if source.simulated else ""
    lines = [
        f"{source.title} · {channel.channel.value} · {channel.fidelity}{simulated}",
        f"link {channel.link.value} · data {channel.freshness.value} · breaker {channel.breaker.value}"
        f" · {channel.role.value}",
        f"received {text.age(age)} ago · event {text.age(channel.event_age_s)} old",
        f"latency p50 {text.millis(channel.latency_p50_ms)} · p95 {text.millis(channel.latency_p95_ms)}",
        f"errors {channel.errors} of {channel.calls} calls · {channel.reconnects_today} reconnects and "
        f"{channel.gaps_today} gaps today",
    ]
    if channel.schema:
        lines.insert(1, f"schema {channel.schema}, as delivered")
    return "\n".join([*lines, channel.note] if channel.note else lines)
