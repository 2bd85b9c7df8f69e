"""Carries out which source feeds each channel, remembers pins and switches, and says why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from app.domain.health import Freshness, Role
from app.domain.routing import Channel, Fidelity, SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import RouteChanged
from app.engine.audit import AUTO, USER, Audit
from app.engine.channel_watch import ChannelWatch
from app.engine.choice import Candidate, Choice, Holding, choose, ineligible
from app.engine.outbox import Outbox
from app.engine.ports import Clock


@dataclass(slots=True)
class _Route:
    holding: Holding = field(default_factory=Holding)
    switched: Ns | None = None
    reason: str = ""
    told: bool = False


class Router:
    """`decide` is called by timer and after each change of health; it is cheap."""

    def __init__(
        self,
        clock: Clock,
        outbox: Outbox,
        audit: Audit,
        tiers: Mapping[SourceId, int],
        minimum: Callable[[Channel], Fidelity | None],
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._audit = audit
        self._tiers = tiers
        self._minimum = minimum
        self._routes: dict[Channel, _Route] = {}
        self._eligible_since: dict[tuple[SourceId, Channel], Ns] = {}

    def active(self, channel: Channel) -> SourceId | None:
        route = self._routes.get(channel)
        return None if route is None else route.holding.source

    def is_fed_by_another(self, source: SourceId, channel: Channel) -> bool:
        """Then this one is silent. When nobody feeds it, the last values stay, in stale dress."""
        return self.active(channel) not in (None, source)

    def decide(self, channel: Channel, watches: tuple[ChannelWatch, ...]) -> None:
        route = self._routes.setdefault(channel, _Route())
        minimum = self._minimum(channel)
        candidates = tuple(self._candidate(watch, minimum) for watch in watches)
        holding = replace(route.holding, since_switch_s=self._seconds_since(route.switched))
        choice = choose(candidates, holding, minimum)
        if choice.source != holding.source or not route.told:
            self._switch(channel, route, choice)
        elif choice.source is None and choice.reason != route.reason:
            route.reason = choice.reason
            self._tell(channel, route, None)
        for watch in watches:
            watch.role = self._role(route.holding, watch.source)

    def pin(self, channel: Channel, source: SourceId | None, reason: str) -> None:
        """None takes the pin off; the rules decide again at once."""
        route = self._routes.setdefault(channel, _Route())
        before, previous = _named(route.holding), route.holding.source
        kept = source if source is not None else previous
        route.holding = replace(route.holding, source=kept, pinned=source is not None)
        route.reason = reason or ("pinned by the user" if source else "unpinned by the user")
        if kept != previous:
            route.switched = self._clock.monotonic()
        self._audit.note(USER, channel.value, before, _named(route.holding), route.reason)
        self._tell(channel, route, previous)

    def _switch(self, channel: Channel, route: _Route, choice: Choice) -> None:
        before, previous = _named(route.holding), route.holding.source
        ejections = dict(route.holding.ejections)
        if choice.ejected is not None:
            ejections[choice.ejected] = ejections.get(choice.ejected, 0) + 1
        route.holding = Holding(choice.source, False, ejections=ejections)
        route.switched, route.reason, route.told = self._clock.monotonic(), choice.reason, True
        self._audit.note(AUTO, channel.value, before, _named(route.holding), choice.reason)
        self._tell(channel, route, previous)

    def _tell(self, channel: Channel, route: _Route, previous: SourceId | None) -> None:
        holding = route.holding
        self._outbox.put_state(
            RouteChanged(channel, holding.source, previous, holding.pinned, route.reason, self._clock.now())
        )

    def _candidate(self, watch: ChannelWatch, minimum: Fidelity | None) -> Candidate:
        candidate = Candidate(
            watch.source,
            self._tiers.get(watch.source, 0),
            watch.fidelity,
            watch.link,
            watch.freshness(),
            watch.breaker_state(),
            watch.excluded_now(),
        )
        key = watch.source, watch.channel
        if ineligible(candidate, minimum) or candidate.freshness is Freshness.UNKNOWN:
            self._eligible_since.pop(key, None)
            return candidate
        since = self._eligible_since.setdefault(key, self._clock.monotonic())
        return replace(candidate, healthy_s=self._seconds_since(since))

    def _role(self, holding: Holding, source: SourceId) -> Role:
        if holding.source != source:
            return Role.STANDBY
        return Role.PINNED if holding.pinned else Role.ACTIVE

    def _seconds_since(self, then: Ns | None) -> float:
        return float("inf") if then is None else (self._clock.monotonic() - then) / SECOND


def _named(holding: Holding) -> str:
    return f"{holding.source or 'nobody'}{' (pinned)' if holding.pinned else ''}"
