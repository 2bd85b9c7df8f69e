"""The route of one channel: what the router remembers of it, and how it is told."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.health import Breaker
from app.domain.routing import Channel, Pin, SourceId, Standing
from app.domain.units import Ns
from app.domain.updates import RouteChanged
from app.engine.choice import Candidate, ineligible
from app.engine.standing import Terms


@dataclass(slots=True)
class Route:
    """One channel. Times are monotonic, but `since` (of the last switch) and those of the pin are not."""

    source: SourceId | None = None
    pin: Pin | None = None
    preferred: SourceId | None = None
    reason: str = ""
    known: bool = False
    fed: bool = False
    previous: SourceId | None = None
    since: Ns = Ns(0)
    switched: Ns | None = None
    switches: deque[Ns] = field(default_factory=deque)
    locked_until: Ns | None = None
    dead_since: Ns | None = None
    backup: SourceId | None = None
    standings: tuple[Standing, ...] = ()
    told: object = None
    told_at: Ns = Ns(0)
    total: int = 0


def named(route: Route) -> str:
    return f"{route.source or 'nobody'}{' (pinned)' if route.pin is not None else ''}"


def standing(
    candidate: Candidate, terms: Terms, ejections: Mapping[SourceId, int], eligible: bool
) -> Standing:
    waiting = "on trial" if candidate.breaker is Breaker.HALF_OPEN else "being drained"
    return Standing(
        source=candidate.source,
        tier=candidate.tier,
        fidelity=candidate.fidelity,
        eligible=eligible,
        reason=ineligible(candidate, terms.minimum) or ("" if eligible else waiting),
        score=candidate.score,
        ejections=ejections.get(candidate.source, 0),
    )


def sign(route: Route, terms: Terms) -> tuple[object, ...]:
    """Changes with everything that is told but the scores."""
    places = tuple((s.source, s.tier, s.eligible, s.reason, s.ejections) for s in route.standings)
    lately = len(route.switches)
    return (
        route.source, route.pin, route.preferred, route.reason, route.locked_until, route.backup, lately,
        terms.minimum, places,
    )  # fmt: skip


def described(channel: Channel, route: Route, terms: Terms, flapping_until: Ns | None) -> RouteChanged:
    return RouteChanged(
        channel=channel,
        source=route.source,
        previous=route.previous,
        pinned=route.pin is not None,
        reason=route.reason,
        at=route.since,
        pin=route.pin,
        preferred=route.preferred,
        minimum=terms.minimum,
        standings=route.standings,
        backup=route.backup,
        flapping=flapping_until is not None,
        flapping_until=flapping_until,
        switches_lately=len(route.switches),
    )
