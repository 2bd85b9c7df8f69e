"""Tells the user of what matters about sources, once: who took over, what nobody feeds, what is back.

Only transitions are told. A source is back when all its channels have delivered for ten seconds.
"""

from typing import Final

from app.domain.health import Breaker, Freshness, Link, Role
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import RouteSwitched
from app.engine.channel_watch import ChannelWatch
from app.engine.health_watch import HealthWatch
from app.engine.market import Market
from app.engine.notices import Notices
from app.engine.ports import Clock
from app.engine.router import Router

_BACK_AFTER: Final = 10 * SECOND
_FRESH: Final = frozenset({Freshness.LIVE, Freshness.QUIET, Freshness.CLOSED, Freshness.HALTED})
_REMEDIES: Final = {
    Link.AUTH_FAILED: "Mend it in Keys, then test it.",
    Link.NOT_ENTITLED: "What the plan includes goes on; test the connection once the plan has changed.",
}
_REFUSED: Final = {Link.AUTH_FAILED: "refused the key", Link.NOT_ENTITLED: "does not grant what was asked"}


class Watchman:
    def __init__(
        self, clock: Clock, market: Market, health: HealthWatch, router: Router, notices: Notices
    ) -> None:
        self._clock = clock
        self._market = market
        self._health = health
        self._router = router
        self._notices = notices
        self._refused: set[SourceId] = set()
        self._lost: dict[SourceId, Ns | None] = {}
        self._delivered: set[Channel] = set()
        self._empty: set[Channel] = set()
        self._dead_pins: set[Channel] = set()

    def switched(self, switch: RouteSwitched) -> None:
        if switch.actor == "user" or switch.after is None or switch.before is None:
            return
        before, after = self._health.title(switch.before), self._health.title(switch.after)
        sentence = f"{switch.channel.value}: {before} → {after} ({switch.reason})."
        self._notices.say(f"switch/{switch.channel.value}", "WARNING", sentence)
        if "healthy" not in switch.reason:
            self._lost[switch.before] = None

    def flapping(self, channel: Channel, held: SourceId | None) -> None:
        on = "nobody" if held is None else self._health.title(held)
        self._notices.say(
            f"flapping/{channel.value}",
            "WARNING",
            f"{channel.value} is flapping between its sources. It is held on {on} for ten minutes.",
        )

    def look(self) -> None:
        """Once a second."""
        for channel in Channel:
            watches = self._health.feeding(channel)
            if watches:
                self._channel(channel, watches)
        for source in {watch.source for watch in self._health.watches()}:
            self._source(source, self._health.watches(source))

    def _channel(self, channel: Channel, watches: tuple[ChannelWatch, ...]) -> None:
        route = self._router.route(channel)
        holder = next((w for w in watches if w.source == route.source), None)
        fresh = holder is not None and holder.freshness() in _FRESH
        if fresh:
            self._delivered.add(channel)
        if holder is None and channel in self._delivered and self._market.state.is_open:
            if channel not in self._empty:
                self._empty.add(channel)
                self._notices.say(
                    f"empty/{channel.value}",
                    "ERROR",
                    f"Nobody feeds {channel.value}: {route.reason}.",
                    lasts=True,
                )
        elif fresh and channel in self._empty:
            self._empty.discard(channel)
            self._notices.over(f"empty/{channel.value}", f"{channel.value} is fed again.")
        self._pin(channel, holder)

    def _pin(self, channel: Channel, holder: ChannelWatch | None) -> None:
        pinned = holder is not None and holder.role is Role.PINNED
        dead = pinned and holder is not None and holder.freshness() is Freshness.STALE
        topic = f"pin/{channel.value}"
        if dead and holder is not None and channel not in self._dead_pins:
            self._dead_pins.add(channel)
            title = self._health.title(holder.source)
            said = f"{channel.value} is pinned to {title}, which has fallen silent. Unpin it to fail over."
            self._notices.say(topic, "WARNING", said, lasts=True)
        elif not dead and channel in self._dead_pins:
            self._dead_pins.discard(channel)
            self._notices.over(topic, f"{channel.value} is delivered again, or no longer pinned.")

    def _source(self, source: SourceId, watches: tuple[ChannelWatch, ...]) -> None:
        title, topic = self._health.title(source), f"source/{source}"
        refusing = next((w for w in watches if w.link in _REFUSED), None)
        if refusing is not None:
            if source not in self._refused:
                self._refused.add(source)
                named = title in refusing.note
                said = "" if named else f"{title} {_REFUSED[refusing.link]}. "
                said = f"{said}{refusing.note}".rstrip(". ")
                stop = " " if said.endswith(".”") else ". "
                said = f"{said}{stop}{_REMEDIES[refusing.link]}"
                self._notices.say(topic, "ERROR", said, lasts=True)
            self._lost[source] = None
        elif source in self._refused:
            self._refused.discard(source)
        self._back(source, watches, title)

    def _back(self, source: SourceId, watches: tuple[ChannelWatch, ...], title: str) -> None:
        """A group is up when all its members are fresh, and have been for a while."""
        if source not in self._lost:
            return
        now = self._clock.monotonic()
        wanted = [w for w in watches if w.link not in (Link.DISABLED, Link.NO_KEY) and not w.breaker.forced]
        well = bool(wanted) and all(
            w.link is Link.UP
            and w.freshness() in _FRESH
            and w.breaker_state() in (Breaker.CLOSED, Breaker.METRICS_ONLY)
            for w in wanted
        )
        since = self._lost[source]
        if not well:
            self._lost[source] = None
        elif since is None:
            self._lost[source] = now
        elif now - since >= _BACK_AFTER:
            del self._lost[source]
            self._notices.over(f"source/{source}", f"{title} delivers again.")
