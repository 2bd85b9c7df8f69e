"""Who may feed a channel and who does: a pure function of the sources and of what was decided before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.health import Breaker, Freshness, Link
from app.domain.routing import Fidelity, SourceId
from app.engine.score import weight

_HEALTHY_S: Final = 60.0
_HEALTHY_LONGEST_S: Final = 600.0
_SINCE_SWITCH_S: Final = 60.0
# The same when the backup is of lower fidelity.
_POORER_S: Final = 20.0
_POORER_LONGEST_S: Final = 120.0
_POORER_SINCE_SWITCH_S: Final = 20.0
_BETTER_BY: Final = 15.0
_BETTER_FOR_S: Final = 30.0
_LOCKED_DEAD_S: Final = 30.0
_FLOWING: Final = (Freshness.LIVE, Freshness.QUIET)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that declares the channel. `healthy_s`: how long it has been eligible without a break.

    `better_s`: how long its score has been clearly above the holder's. `barred` is what profile, mode and
    budget say against it.
    """

    source: SourceId
    tier: int
    fidelity: Fidelity
    link: Link
    freshness: Freshness
    breaker: Breaker
    excluded: str = ""
    healthy_s: float = 0.0
    score: float | None = None
    better_s: float = 0.0
    barred: str = ""
    draining: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """What the router remembers of a channel. Ejections count how often each source was failed down from.

    `locked` while the flap lock holds; `dead_s` is how long the holder has not been eligible.
    """

    source: SourceId | None = None
    pinned: bool = False
    since_switch_s: float = float("inf")
    ejections: Mapping[SourceId, int] = field(default_factory=dict)
    preferred: SourceId | None = None
    locked: bool = False
    dead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    source: SourceId | None
    reason: str
    ejected: SourceId | None = None


def ineligible(candidate: Candidate, minimum: Fidelity | None) -> str:
    """Why it may not feed the channel; empty if it may."""
    for reason in (candidate.barred, _LINK_REASONS.get(candidate.link, ""), candidate.excluded):
        if reason:
            return reason
    if candidate.breaker in _BREAKER_REASONS:
        return _BREAKER_REASONS[candidate.breaker]
    if minimum is not None and not candidate.fidelity.reaches(minimum):
        return f"{candidate.fidelity} is below {minimum}"
    if candidate.freshness is Freshness.STALE:
        return "stale"
    if candidate.freshness is Freshness.UNKNOWN and candidate.link is Link.RECONNECTING:
        return "not reached yet"
    return ""


def wished(candidate: Candidate) -> bool:
    """That it may not feed the channel is the user's wish, not its failure."""
    unwanted = candidate.link in (Link.DISABLED, Link.NO_KEY) or candidate.breaker is Breaker.FORCED_OPEN
    return bool(candidate.barred) or candidate.draining or unwanted


def able(
    candidates: tuple[Candidate, ...], minimum: Fidelity | None, preferred: SourceId | None = None
) -> tuple[Candidate, ...]:
    """Those that may feed it, best first. One on trial, or being drained, only when nobody else may."""
    found = [c for c in candidates if not ineligible(c, minimum)]
    if any(c.breaker is not Breaker.HALF_OPEN for c in found):
        found = [c for c in found if c.breaker is not Breaker.HALF_OPEN]
    if any(not c.draining and c.freshness in _FLOWING for c in found):
        found = [c for c in found if not c.draining]
    return tuple(sorted(found, key=lambda c: _order(c, preferred)))


def choose(candidates: tuple[Candidate, ...], holding: Holding, minimum: Fidelity | None) -> Choice:
    """A function of what it is given. The holder stays unless it fails or a better one has proved itself."""
    if holding.pinned and holding.source is not None:
        return Choice(holding.source, "pinned")
    found = able(candidates, minimum, holding.preferred)
    holder = next((c for c in found if c.source == holding.source), None)
    held = holder is not None or holding.dead_s < _LOCKED_DEAD_S
    if holding.locked and holding.source is not None and held:
        return Choice(holding.source, "")
    if holder is None:
        return _fail_down(candidates, found, holding, minimum)
    if holder.freshness is Freshness.UNKNOWN and (first := _instead(found, holder, holding)) is not None:
        return Choice(first.source, "first eligible")
    return _come_back(found, holder, holding) or Choice(holder.source, "")


def steadier(found: tuple[Candidate, ...], ejections: Mapping[SourceId, int]) -> SourceId | None:
    """Of those that may feed it, the one to hold while a channel flaps."""
    if not found:
        return None
    return min(found, key=lambda c: (ejections.get(c.source, 0), -weight(c.score))).source


def _instead(found: tuple[Candidate, ...], holder: Candidate, holding: Holding) -> Candidate | None:
    """Of one that has not spoken yet nothing is lost: a better one that never failed goes before it at once.
    At the start the sources come one by one, and the first to come need not be the best."""
    here = _rank(holder, holding.preferred)
    better = [c for c in found if _rank(c, holding.preferred) < here and not holding.ejections.get(c.source)]
    return min(better, key=lambda c: _rank(c, holding.preferred), default=None)


def _come_back(found: tuple[Candidate, ...], holder: Candidate, holding: Holding) -> Choice | None:
    here = _rank(holder, holding.preferred)
    for one in found:
        if one.source == holder.source or one.freshness is Freshness.UNKNOWN:
            continue
        there = _rank(one, holding.preferred)
        if there < here and _may_return(one, holder, holding):
            return Choice(one.source, f"healthy for {one.healthy_s:.0f} s")
        if there == here and one.better_s >= _BETTER_FOR_S:
            return Choice(one.source, f"score {_BETTER_BY:.0f} above for {one.better_s:.0f} s")
    return None


def clearly_better(score: float | None, than: float | None) -> bool:
    return weight(score) >= weight(than) + _BETTER_BY


def _rank(candidate: Candidate, preferred: SourceId | None) -> tuple[bool, int]:
    """The preferred one goes before all tiers."""
    return candidate.source != preferred, candidate.tier


def _order(
    candidate: Candidate, preferred: SourceId | None
) -> tuple[bool, tuple[bool, int], float, tuple[int, int]]:
    unheard = candidate.freshness is Freshness.UNKNOWN
    return unheard, _rank(candidate, preferred), -weight(candidate.score), candidate.fidelity.rank


def _fail_down(
    candidates: tuple[Candidate, ...],
    found: tuple[Candidate, ...],
    holding: Holding,
    minimum: Fidelity | None,
) -> Choice:
    lost = next((c for c in candidates if c.source == holding.source), None)
    why = "" if lost is None else f"{lost.source} {_loss(lost, minimum)}"
    ejected = None if lost is None or wished(lost) else lost.source
    if found:
        return Choice(found[0].source, why or "first eligible", ejected)
    ordered = sorted(candidates, key=lambda c: _order(c, holding.preferred))
    reasons = "; ".join(f"{c.source}: {ineligible(c, minimum)}" for c in ordered)
    return Choice(None, reasons or "no source offers it", ejected)


def _loss(lost: Candidate, minimum: Fidelity | None) -> str:
    if reason := ineligible(lost, minimum):
        return reason
    return "is being drained" if lost.draining else "is on trial again"


def _may_return(best: Candidate, holder: Candidate, holding: Holding) -> bool:
    base, longest, since = _HEALTHY_S, _HEALTHY_LONGEST_S, _SINCE_SWITCH_S
    if not holder.fidelity.reaches(best.fidelity):
        base, longest, since = _POORER_S, _POORER_LONGEST_S, _POORER_SINCE_SWITCH_S
    ejections = min(holding.ejections.get(best.source, 0), 20)
    wanted = min(longest, base * 2.0 ** max(0, ejections - 1))
    return best.healthy_s >= wanted and holding.since_switch_s >= since


_LINK_REASONS: Final = {
    Link.DISABLED: "switched off",
    Link.NO_KEY: "has no key",
    Link.AUTH_FAILED: "refused the key",
    Link.NOT_ENTITLED: "not entitled",
    Link.DOWN: "down",
}
_BREAKER_REASONS: Final = {
    Breaker.OPEN: "failed too often",
    Breaker.FORCED_OPEN: "switched off by you",
}
