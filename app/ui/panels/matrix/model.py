"""Channels against sources: fidelity and freshness in each cell, bold who feeds the channel, pins. No Qt."""

from dataclasses import replace
from typing import Final

from app.domain.health import ChannelHealth, Freshness, Link, Role, SourceHealth
from app.domain.routing import Channel, Level, SourceId
from app.domain.source_profile import Tiers
from app.domain.updates import RouteChanged
from app.ui import format as text
from app.ui.format import Zone
from app.ui.health_looks import CHANNEL_WORDS, look
from app.ui.widgets.cells import Cell, Column, Row

PIN: Final = "⚑"
_LEVELS: Final = {
    Level.TICK: "tick",
    Level.SNAPSHOT: "snap",
    Level.DELAYED: "delayed",
    Level.EOD: "EOD",
    Level.RECORDED: "recorded",
    Level.SYNTHETIC: "synthetic",
}
_WHY_PX: Final = 760
WIDE_PX: Final = 92
"""A column this wide has room for fidelity and freshness as words; else the mark alone says live."""
_FIRST: Final = Column("Channel", 96, tip="What can be fed; the least fidelity that is good enough")
_LAST: Final = Column("Why", 0, tip="Why this source feeds it, or why nobody does", from_px=_WHY_PX)
_GESTURES: Final = "Click: switch the channel. Drag onto another: their order. Right click: every verb."
_CELL_TIP: Final = (
    "Fidelity and freshness; bold feeds the channel now. Click to switch, with reason and expiry. Drag a "
    "source onto another of the same channel to give it that one's place in the order."
)


class MatrixModel:
    def __init__(self) -> None:
        self._sources: dict[SourceId, SourceHealth] = {}
        self._routes: dict[Channel, RouteChanged] = {}
        self._order: Tiers = ()
        self.version = 0
        """Another one: the rows may be other ones."""

    def order(self, tiers: Tiers) -> bool:
        """Columns stand in this order, who is not named after them. Whether that changes anything."""
        before = [one.source for one in self.sources()]
        self._order = tiers
        return [one.source for one in self.sources()] != before

    def put(self, health: SourceHealth) -> bool:
        """Whether there is one source more."""
        new = health.source not in self._sources and bool(health.channels)
        if health.channels:
            self.version += self._sources.get(health.source) != health
            self._sources[health.source] = health
        return new

    def route(self, route: RouteChanged) -> None:
        self._routes[route.channel] = route
        self.version += 1

    def sources(self) -> tuple[SourceHealth, ...]:
        places = {source: n for n, source in enumerate(one for tier in self._order for one in tier)}
        return tuple(sorted(self._sources.values(), key=lambda one: places.get(one.source, len(places))))

    def columns(self) -> tuple[Column, ...]:
        return (_FIRST, *(Column(s.title, 0, tip=_CELL_TIP) for s in self.sources()), _LAST)

    def at(self, key: str, column: int) -> tuple[SourceHealth, ChannelHealth] | None:
        """Who is behind a cell; None where the source does not offer the channel."""
        sources = self.sources()
        if not 1 <= column <= len(sources):
            return None
        source = sources[column - 1]
        found = next((c for c in source.channels if c.channel.value == key), None)
        return None if found is None else (source, found)

    def rows(self, zone: Zone, *, silent: bool = False, wide: bool = True) -> tuple[Row, ...]:
        """The channels that anybody offers, in their usual order."""
        offered = {c.channel for s in self._sources.values() for c in s.channels}
        return tuple(self._row(channel, zone, silent, wide) for channel in Channel if channel in offered)

    def pins(self) -> int:
        return sum(route.pin is not None for route in self._routes.values())

    def fed(self) -> tuple[int, int]:
        """How many channels have a source now, of all that are routed."""
        return sum(r.source is not None for r in self._routes.values()), len(self._routes)

    def _row(self, channel: Channel, zone: Zone, silent: bool, wide: bool) -> Row:
        route = self._routes.get(channel)
        words = CHANNEL_WORDS[channel]
        minimum = f"at least {route.minimum}" if route is not None and route.minimum is not None else ""
        nobody = route is not None and route.source is None
        first = Cell(
            f"{PIN} {words}" if route is not None and route.pin is not None else words,
            "down" if nobody else "text", minimum, f"{words}: {_fed_words(route)}",
        )  # fmt: skip
        cells = [_cell(source, channel, route, silent, wide) for source in self.sources()]
        why, colour = _why(route, zone)
        return Row(channel.value, (first, *cells, Cell(why, colour, why)))


def _cell(
    source: SourceHealth, channel: Channel, route: RouteChanged | None, silent: bool, wide: bool
) -> Cell:
    found = next((c for c in source.channels if c.channel is channel), None)
    if found is None:
        return Cell("", "faint", f"{source.title} does not offer it")
    if silent:
        found = replace(found, freshness=Freshness.UNKNOWN)
    seen = look(found)
    active = found.role in (Role.ACTIVE, Role.PINNED)
    pinned = found.pin is not None or found.role is Role.PINNED
    fresh = seen.word if found.link is not Link.UP else _FRESH_WORDS.get(found.freshness, seen.word)
    level = _LEVELS[found.fidelity.level]
    if found.fidelity.level is Level.DELAYED:
        level = f"{found.fidelity.minutes} m late"
    shown = f"{PIN} " if pinned else ""
    shown += _words(found, fresh, wide)
    off = found.link in (Link.DISABLED, Link.NO_KEY)
    colour = "faint" if off else "text" if active else "dim"
    return Cell(
        shown, colour, _tip(source, found, route, fresh),
        f"{source.title}: {level}, {fresh}, {found.role.value}{', pinned' if pinned else ''}",
        bold=active, mark=seen.mark, mark_colour=seen.colour,
        struck=found.freshness is Freshness.STALE and found.link is Link.UP,
    )  # fmt: skip


def _words(channel: ChannelHealth, fresh: str, wide: bool) -> str:
    """Fidelity and freshness: what is late is never called live, and a dead link says only that."""
    level = _LEVELS[channel.fidelity.level]
    if channel.link is not Link.UP:
        return "retrying" if channel.link is Link.RECONNECTING else fresh
    if channel.freshness is Freshness.UNKNOWN:
        return "no data" if wide else text.DASH
    if channel.fidelity.level is Level.DELAYED:
        level = f"{channel.fidelity.minutes} m"
    if channel.freshness not in (Freshness.LIVE, Freshness.QUIET):
        return f"{level} {fresh}" if wide else fresh
    if channel.fidelity.level in (Level.TICK, Level.SNAPSHOT):
        return f"{level} {fresh}" if wide else level
    return f"{level} late" if wide and channel.fidelity.minutes else level


_FRESH_WORDS: Final = {
    Freshness.LIVE: "live",
    Freshness.QUIET: "quiet",
}


def _tip(source: SourceHealth, channel: ChannelHealth, route: RouteChanged | None, fresh: str) -> str:
    lines = [
        f"{source.title} · {CHANNEL_WORDS[channel.channel]} · {channel.fidelity} · {fresh}"
        f" · {channel.role.value}",
        f"received {text.age(channel.age_s)} ago, stale after {text.age(channel.stale_after_s)}",
    ]
    standing = next((s for s in route.standings if s.source == source.source), None) if route else None
    if standing is not None:
        score = text.DASH if standing.score is None else f"{standing.score:.0f}"
        lines.append(f"tier {standing.tier} · H {score} · failed down {standing.ejections} times lately")
        if not standing.eligible:
            lines.append(f"may not feed it: {standing.reason}")
    if channel.pin is not None:
        lines.append(f"pinned: {channel.pin.reason}")
    lines += [part for part in (channel.role_reason, channel.note) if part]
    return "\n".join((*lines, _GESTURES))


def _fed_words(route: RouteChanged | None) -> str:
    if route is None:
        return "not routed yet"
    return "no data" if route.source is None else f"fed by {route.source}"


def _why(route: RouteChanged | None, zone: Zone) -> tuple[str, str]:
    if route is None:
        return "not routed yet", "faint"
    if route.pin is not None:
        until = (
            "until taken off" if route.pin.until is None else f"until {text.day_clock(route.pin.until, zone)}"
        )
        return f"{PIN} {route.pin.source} {until}: {route.pin.reason}", "accent"
    if route.source is None:
        return f"NO DATA: {route.reason}", "down"
    parts = [route.reason]
    if route.flapping:
        parts.append(f"FLAPPING, held until {text.clock(route.flapping_until, zone)}")
    if route.backup is not None:
        parts.append(f"backup {route.backup}")
    if route.switches_lately:
        parts.append(f"{route.switches_lately} switches in 10 min")
    return " · ".join(parts), "warn" if route.flapping else "dim"
