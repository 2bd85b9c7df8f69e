"""Carries out which source feeds each channel, remembers pins and switches, and says why."""

from collections.abc import Callable
from typing import Final

from app.domain.errors import ConfigError
from app.domain.health import Breaker, Freshness, Role
from app.domain.routing import Channel, Pin, SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import RouteSwitched
from app.engine.audit import AUTO, SYSTEM, USER, Audit
from app.engine.channel_report import evidence
from app.engine.channel_watch import ChannelWatch
from app.engine.choice import Candidate, Choice, Holding, able, choose, ineligible, steadier
from app.engine.outbox import Outbox
from app.engine.ports import Clock
from app.engine.route import Route, described, named, sign, standing
from app.engine.standing import Standings, Terms

_FLAPPING_SWITCHES: Final = 4
_FLAPPING_WITHIN: Final = 600 * SECOND
_LOCKED_FOR: Final = 600 * SECOND
_TELL_EVERY: Final = 5 * SECOND
_DELIVERING: Final = (Freshness.LIVE, Freshness.QUIET)


class Router:
    """`decide` is called by timer and after each change of health; it is cheap.

    `switched` hears of every switch, `flapping` of each lock.
    """

    def __init__(self, clock: Clock, outbox: Outbox, audit: Audit, terms: Callable[[Channel], Terms]) -> None:
        self.switched: Callable[[RouteSwitched], None] = lambda _: None
        self.flapping: Callable[[Channel, SourceId | None], None] = lambda *_: None
        self.unpinned: Callable[[Channel], None] = lambda _: None
        self.standings: Final = Standings()
        self._clock = clock
        self._outbox = outbox
        self._audit = audit
        self._terms = terms
        self._routes: dict[Channel, Route] = {}

    def active(self, channel: Channel) -> SourceId | None:
        route = self._routes.get(channel)
        return None if route is None else route.source

    def route(self, channel: Channel) -> Route:
        return self._routes.setdefault(channel, Route())

    def is_fed_by_another(self, source: SourceId, channel: Channel) -> bool:
        """Then this one is silent. When nobody feeds it, the last values stay, in stale dress."""
        return self.active(channel) not in (None, source)

    def decide(self, channel: Channel, watches: tuple[ChannelWatch, ...]) -> None:
        route, now, terms = self.route(channel), self._clock.monotonic(), self._terms(channel)
        self._expire(channel, route, watches)
        candidates = tuple(self.standings.candidate(watch, terms, now) for watch in watches)
        candidates = self.standings.compared(candidates, route.source, channel, now)
        self._locked(channel, route, candidates, terms, now)
        choice = choose(candidates, self._holding(channel, route, candidates, terms, now), terms.minimum)
        if choice.source != route.source or not route.known:
            self._switch(channel, route, choice, AUTO, watches)
        elif choice.source is None:
            route.reason = choice.reason
        self._place(channel, route, candidates, terms, watches)
        self._tell(channel, route, terms)

    def pin(self, channel: Channel, pin: Pin, watches: tuple[ChannelWatch, ...], by: str = USER) -> None:
        """Hard: whatever happens to it, it stays until the pin is taken off or has expired."""
        route = self.route(channel)
        before = named(route)
        previous, route.pin, route.reason, route.locked_until = route.source, pin, pin.reason, None
        if previous != pin.source:
            self._switch(channel, route, Choice(pin.source, pin.reason), by, watches)
        else:
            self._audit.note(by, channel.value, before, named(route), pin.reason)
        self._counts_only(watches, pin.source)
        self.decide(channel, watches)

    def unpin(self, channel: Channel, reason: str, watches: tuple[ChannelWatch, ...], by: str = USER) -> None:
        """The rules decide again at once."""
        route = self.route(channel)
        if route.pin is None:
            return
        before, route.pin = named(route), None
        route.reason = reason
        self._counts_only(watches, None)
        self._audit.note(by, channel.value, before, named(route), reason)
        self.unpinned(channel)
        self.decide(channel, watches)

    def prefer(
        self, channel: Channel, source: SourceId | None, reason: str, watches: tuple[ChannelWatch, ...]
    ) -> None:
        """Soft: before all tiers as long as it may feed the channel. None takes the wish back."""
        route = self.route(channel)
        before, route.preferred = str(route.preferred or "nobody preferred"), source
        self._audit.note(USER, channel.value, before, f"{source or 'nobody'} preferred", reason)
        terms, now = self._terms(channel), self._clock.monotonic()
        found = able(self._candidates(watches, terms, now), terms.minimum, source)
        if found and found[0].source == source != route.source and route.pin is None:
            self._switch(channel, route, Choice(source, reason), USER, watches)
        self.decide(channel, watches)

    def fail_over(self, channel: Channel, reason: str, watches: tuple[ChannelWatch, ...]) -> SourceId:
        """Moves to the next one that may feed it; refused with the reasons when there is none."""
        route, terms, now = self.route(channel), self._terms(channel), self._clock.monotonic()
        if route.pin is not None:
            raise ConfigError(f"{channel.value} is pinned to {route.pin.source}. Take the pin off first.")
        candidates = self._candidates(watches, terms, now)
        found = [c for c in able(candidates, terms.minimum, route.preferred) if c.source != route.source]
        if not found:
            others = [c for c in candidates if c.source != route.source]
            why = "; ".join(f"{c.source}: {ineligible(c, terms.minimum) or 'on trial'}" for c in others)
            raise ConfigError(f"Nobody else can feed {channel.value}. {why or 'No other source offers it'}.")
        left = route.source
        self._switch(channel, route, Choice(found[0].source, reason), USER, watches)
        if left is not None:
            self.standings.left(left, channel)
        self.decide(channel, watches)
        return found[0].source

    def _candidates(self, watches: tuple[ChannelWatch, ...], terms: Terms, now: Ns) -> tuple[Candidate, ...]:
        return tuple(self.standings.candidate(watch, terms, now) for watch in watches)

    def _holding(
        self, channel: Channel, route: Route, candidates: tuple[Candidate, ...], terms: Terms, now: Ns
    ) -> Holding:
        held = next((c for c in candidates if c.source == route.source), None)
        if held is not None and ineligible(held, terms.minimum):
            route.dead_since = now if route.dead_since is None else route.dead_since
        else:
            route.dead_since = None
        return Holding(
            route.source,
            route.pin is not None,
            float("inf") if route.switched is None else (now - route.switched) / SECOND,
            self.standings.ejections(channel),
            route.preferred,
            route.locked_until is not None,
            0.0 if route.dead_since is None else (now - route.dead_since) / SECOND,
        )

    def _locked(
        self, channel: Channel, route: Route, candidates: tuple[Candidate, ...], terms: Terms, now: Ns
    ) -> None:
        """More than four switches in ten minutes: the steadier one is held for ten more."""
        while route.switches and route.switches[0] <= now - _FLAPPING_WITHIN:
            route.switches.popleft()
        if route.locked_until is not None:
            if now < route.locked_until:
                return
            route.locked_until = None
            self._audit.note(AUTO, channel.value, "flapping", "", "flap lock over")
        if len(route.switches) <= _FLAPPING_SWITCHES or route.pin is not None:
            return
        route.locked_until = Ns(now + _LOCKED_FOR)
        number = len(route.switches)
        route.switches.clear()
        held = steadier(able(candidates, terms.minimum, route.preferred), self.standings.ejections(channel))
        why = f"{number} switches in 10 min"
        self._audit.note(AUTO, channel.value, "", f"flapping: held on {held or 'nobody'}", why)
        if held is not None and held != route.source:
            self._switch(channel, route, Choice(held, f"steadier: {why}"), AUTO, ())
        self.flapping(channel, route.source)

    def _switch(
        self, channel: Channel, route: Route, choice: Choice, actor: str, watches: tuple[ChannelWatch, ...]
    ) -> None:
        now, before, previous = self._clock.monotonic(), named(route), route.source
        route.fed = route.fed or any(w.receipt is not None for w in watches if w.source == previous)
        about = [w for w in watches if w.source == (previous or choice.source)]
        if choice.ejected is not None:
            self.standings.eject(choice.ejected, channel)
        route.source, route.reason, route.known = choice.source, choice.reason, True
        route.switched, route.dead_since = now, None
        route.previous, route.since = previous, self._clock.now()
        self._audit.note(
            actor, channel.value, before, named(route), choice.reason, *(evidence(w) for w in about[:1])
        )
        if not route.fed:
            return
        route.total += 1
        if previous is not None:
            route.switches.append(now)
        told = RouteSwitched(channel, previous, choice.source, actor, choice.reason, self._clock.now())
        self._outbox.put_state(told)
        self.switched(told)

    def _expire(self, channel: Channel, route: Route, watches: tuple[ChannelWatch, ...]) -> None:
        pin = route.pin
        if pin is not None and pin.until is not None and self._clock.now() >= pin.until:
            self.unpin(channel, "the pin has expired", watches, by=SYSTEM)

    def _counts_only(self, watches: tuple[ChannelWatch, ...], pinned: SourceId | None) -> None:
        for watch in watches:
            watch.breaker.counts_only = watch.source == pinned

    def _place(
        self,
        channel: Channel,
        route: Route,
        candidates: tuple[Candidate, ...],
        terms: Terms,
        watches: tuple[ChannelWatch, ...],
    ) -> None:
        """Roles, the hot standby, and the list that a menu shows."""
        found = able(candidates, terms.minimum, route.preferred)
        ready = [c.source for c in found if c.source != route.source and c.freshness in _DELIVERING]
        route.backup = ready[0] if ready and channel.is_stream else None
        ejections = self.standings.ejections(channel)
        order = {c.source: n for n, c in enumerate(found)}
        ordered = sorted(candidates, key=lambda c: (order.get(c.source, len(order)), c.tier))
        route.standings = tuple(standing(c, terms, ejections, c.source in order) for c in ordered)
        for watch in watches:
            watch.preferred = watch.source == route.preferred
            held = watch.source == route.source
            watch.pin = route.pin if held else None
            watch.role = self._role(route, watch)
            watch.role_reason = route.reason if held else watch.barred

    def _role(self, route: Route, watch: ChannelWatch) -> Role:
        if watch.source == route.source:
            return Role.ACTIVE if route.pin is None else Role.PINNED
        kept_out = watch.below_minimum or watch.breaker_state() is Breaker.FORCED_OPEN
        return Role.EXCLUDED if kept_out else Role.STANDBY

    def _tell(self, channel: Channel, route: Route, terms: Terms) -> None:
        """At once when something but the scores has changed, else now and then."""
        now = self._clock.monotonic()
        seen = sign(route, terms)
        if seen == route.told and now - route.told_at < _TELL_EVERY:
            return
        route.told, route.told_at = seen, now
        locked = None if route.locked_until is None else Ns(self._clock.now() + route.locked_until - now)
        self._outbox.put_state(described(channel, route, terms, locked))
