"""The states of sources as shape, colour and word: the same on every panel. No Qt."""

from dataclasses import dataclass
from typing import Final

from app.domain.health import Breaker, ChannelHealth, Freshness, Link, Role
from app.domain.routing import Channel, Level
from app.ui.widgets.cells import Mark

CHANNEL_WORDS: Final = {
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


@dataclass(frozen=True, slots=True)
class Look:
    mark: Mark
    colour: str
    word: str


# the worst first: a source as a whole is as bad as its worst channel
LINKS: Final = {
    Link.AUTH_FAILED: Look(Mark.BAD, "down", "key refused"),
    Link.DOWN: Look(Mark.BAD, "down", "down"),
    Link.NOT_ENTITLED: Look(Mark.BAD, "warn", "not entitled"),
    Link.RECONNECTING: Look(Mark.WARN, "warn", "reconnecting"),
    Link.NO_KEY: Look(Mark.OFF, "warn", "no key"),
    Link.CONNECTING: Look(Mark.WARN, "info", "connecting"),
    Link.UP: Look(Mark.GOOD, "up", "up"),
    Link.DISABLED: Look(Mark.OFF, "idle", "off"),
}
FRESH: Final = {
    Freshness.STALE: Look(Mark.WARN, "warn", "stale"),
    Freshness.GAP: Look(Mark.WARN, "warn", "gap"),
    Freshness.UNKNOWN: Look(Mark.OFF, "idle", "no data yet"),
    Freshness.HALTED: Look(Mark.REST, "warn", "halted"),
    Freshness.CLOSED: Look(Mark.REST, "idle", "closed"),
    Freshness.QUIET: Look(Mark.GOOD, "info", "quiet"),
    Freshness.LIVE: Look(Mark.GOOD, "up", "live"),
}
BREAKERS: Final = {
    Breaker.OPEN: Look(Mark.BAD, "down", "open"),
    Breaker.HALF_OPEN: Look(Mark.WARN, "warn", "half open"),
    Breaker.FORCED_OPEN: Look(Mark.OFF, "idle", "forced open"),
    Breaker.METRICS_ONLY: Look(Mark.REST, "info", "metrics only"),
    Breaker.CLOSED: Look(Mark.GOOD, "up", "breaker ok"),
}
ROLES: Final = {
    Role.PINNED: Look(Mark.GOOD, "accent", "pinned"),
    Role.ACTIVE: Look(Mark.GOOD, "up", "active"),
    Role.EXCLUDED: Look(Mark.WARN, "warn", "excluded"),
    Role.STANDBY: Look(Mark.OFF, "idle", "standby"),
}
# Fresh, and still not the market of now: it must not be called live.
_LATE_WORDS: Final = {Level.DELAYED: "{} m late", Level.EOD: "end of day", Level.RECORDED: "recorded"}


def fresh_look(channel: ChannelHealth) -> Look:
    found = FRESH[channel.freshness]
    late = _LATE_WORDS.get(channel.fidelity.level)
    if found.mark is not Mark.GOOD or late is None:
        return found
    return Look(Mark.GOOD, "info", late.format(channel.fidelity.minutes))


def breaker_look(channel: ChannelHealth, since: float = 0.0) -> Look:
    """With the seconds until it is tried again, the good answers of two, or the badge of half way there."""
    found = BREAKERS[channel.breaker]
    if channel.breaker is Breaker.OPEN and channel.reopen_in_s is not None:
        return Look(found.mark, found.colour, f"open {max(0.0, channel.reopen_in_s - since):.0f} s")
    if channel.breaker is Breaker.HALF_OPEN:
        return Look(found.mark, found.colour, f"half open {channel.half_open_good}/2")
    if channel.breaker is Breaker.CLOSED and channel.degraded:
        return Look(Mark.WARN, "warn", "degraded")
    return found


def look(channel: ChannelHealth) -> Look:
    """The link speaks first; only data of a working link is ever green."""
    return fresh_look(channel) if channel.link is Link.UP else LINKS[channel.link]
