"""How everything stands in one word: the worst state wins, and green is said of nothing that is not fresh.

No Qt. Status line, title and tray read from here, so that they never disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.health import ChannelHealth, Freshness, Link, SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.updates import HealthChanged, NetworkChecked, RouteChanged
from app.ui.health_looks import LINKS

_BAD_LINKS: Final = (Link.DOWN, Link.AUTH_FAILED, Link.NOT_ENTITLED, Link.RECONNECTING)
_IDLE_LINKS: Final = (Link.DISABLED, Link.NO_KEY)
_OLD: Final = (Freshness.STALE, Freshness.GAP)
_FINE: Final = (Freshness.LIVE, Freshness.CLOSED)


@dataclass(frozen=True, slots=True)
class Word:
    """`colour` is a field of `Colours`; "up" only when everything is fresh."""

    text: str
    colour: str


class Outlook:
    def __init__(self) -> None:
        self._sources: dict[SourceId, SourceHealth] = {}
        self._routes: dict[Channel, RouteChanged] = {}
        self._network = ""

    @property
    def routes(self) -> tuple[RouteChanged, ...]:
        return tuple(self._routes[channel] for channel in Channel if channel in self._routes)

    @property
    def channels(self) -> tuple[ChannelHealth, ...]:
        """Of each channel that somebody feeds, how its feeder is."""
        found = (self._feeding(route) for route in self.routes)
        return tuple(one for one in found if one is not None)

    def apply(self, update: HealthChanged | RouteChanged | NetworkChecked) -> None:
        match update:
            case HealthChanged(health):
                self._sources[health.source] = health
            case RouteChanged():
                self._routes[update.channel] = update
            case NetworkChecked():
                self._network = "" if update.up else update.sentence or "The local network is down."

    def worst(self, silent: bool) -> Word:
        """The worst first, by name; green only when every channel in use is fresh."""
        if silent:
            return Word("the engine is silent: nothing is fresh", "down")
        if self._network:
            return Word(self._network, "down")
        sources = tuple(self._sources.values())
        if not sources:
            return Word("no source has reported yet", "faint")
        used = [(s, c) for s in sources for c in s.channels if c.link not in _IDLE_LINKS]
        if bad := _bad_links(used):
            return Word(bad, "down")
        found = (
            ({s.title for s in sources if s.broken}, "broken, look at source health", "down"),
            ({r.channel.value for r in self.routes if r.source is None and used}, "no data", "down"),
            ({s.title for s, c in used if c.freshness in _OLD}, "stale", "warn"),
            ({r.channel.value for r in self.routes if r.flapping}, "flapping, held", "warn"),
            ({s.title for s, c in used if _waiting(c)}, "no data yet", "dim"),
        )
        for names, words, colour in found:
            if names:
                return Word(f"{_names(names)}: {words}", colour)
        if not used:
            lacking = {s.title for s in sources if any(c.link is Link.NO_KEY for c in s.channels)}
            return Word(f"{_names(lacking)}: no key" if lacking else "no source is switched on", "faint")
        return Word(f"{len({s.source for s, _ in used})} sources fresh", "up")

    def of_panels(self, shown: Iterable[tuple[str, tuple[Channel, ...]]], silent: bool) -> Word:
        """Of the panels that can be seen, by title and the channels they show: green only if each of these
        is LIVE or CLOSED."""
        if silent:
            return Word("engine silent", "down")
        states = [(title, self.freshness(channel)) for title, channels in shown for channel in channels]
        if not states:
            return Word("no market data in sight", "idle")
        for worst in (None, Freshness.UNKNOWN, Freshness.STALE, Freshness.GAP):
            titles = {title for title, state in states if state is worst}
            if titles:
                return Word(f"{_names(titles)}: {'no data' if worst is None else worst.value}", "down")
        rest = sorted({f"{title}: {state.value}" for title, state in states if state and state not in _FINE})
        if rest:
            return Word(", ".join(rest), "warn")
        closed = all(state is Freshness.CLOSED for _, state in states)
        return Word("closed" if closed else "live", "up")

    def freshness(self, channel: Channel) -> Freshness | None:
        """None while nobody feeds it, or whoever does is not up."""
        route = self._routes.get(channel)
        feeding = None if route is None else self._feeding(route)
        if feeding is None:
            return None
        return feeding.freshness if feeding.link is Link.UP or feeding.freshness in _FINE else Freshness.STALE

    def _feeding(self, route: RouteChanged) -> ChannelHealth | None:
        source = None if route.source is None else self._sources.get(route.source)
        channels = () if source is None else source.channels
        return next((one for one in channels if one.channel is route.channel), None)


def _bad_links(used: Iterable[tuple[SourceHealth, ChannelHealth]]) -> str:
    """Each source that fails, by the worst of its links."""
    links: dict[str, list[Link]] = {}
    for source, channel in used:
        if channel.link in _BAD_LINKS:
            links.setdefault(source.title, []).append(channel.link)
    worst = ((title, min(those, key=list(LINKS).index)) for title, those in sorted(links.items()))
    return " · ".join(f"{title}: {LINKS[link].word}" for title, link in worst)


def _waiting(channel: ChannelHealth) -> bool:
    return channel.freshness is Freshness.UNKNOWN or channel.link is Link.CONNECTING


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
