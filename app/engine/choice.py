"""Who may feed a channel and who does: a pure function of the sources and of what was decided before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.health import Breaker, Freshness, Link
from app.domain.routing import Fidelity, SourceId

_HEALTHY_S: Final = 60.0
_HEALTHY_LONGEST_S: Final = 600.0
_SINCE_SWITCH_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that declares the channel. `healthy_s`: how long it has been eligible without a break."""

    source: SourceId
    tier: int
    fidelity: Fidelity
    link: Link
    freshness: Freshness
    breaker: Breaker
    excluded: str = ""
    healthy_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Holding:
    """What the router remembers of a channel. Ejections count how often each source was failed down from."""

    source: SourceId | None = None
    pinned: bool = False
    since_switch_s: float = float("inf")
    ejections: Mapping[SourceId, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    source: SourceId | None
    reason: str
    ejected: SourceId | None = None


def ineligible(candidate: Candidate, minimum: Fidelity | None) -> str:
    """Why it may not feed the channel; empty if it may."""
    if candidate.link in _LINK_REASONS:
        return _LINK_REASONS[candidate.link]
    if candidate.breaker in (Breaker.OPEN, Breaker.FORCED_OPEN):
        return "failed too often"
    if candidate.excluded:
        return candidate.excluded
    if minimum is not None and not candidate.fidelity.reaches(minimum):
        return f"{candidate.fidelity} is below {minimum}"
    if candidate.freshness is Freshness.STALE:
        return "stale"
    if candidate.freshness is Freshness.UNKNOWN and candidate.link is Link.RECONNECTING:
        return "not reached yet"
    return ""


def choose(candidates: tuple[Candidate, ...], holding: Holding, minimum: Fidelity | None) -> Choice:
    """A function of what it is given. The holder stays unless it fails or a better tier has proved itself."""
    if holding.pinned and holding.source is not None:
        return Choice(holding.source, "pinned")
    able = sorted((c for c in candidates if not ineligible(c, minimum)), key=_order)
    if any(c.breaker is not Breaker.HALF_OPEN for c in able):
        able = [c for c in able if c.breaker is not Breaker.HALF_OPEN]
    holder = next((c for c in able if c.source == holding.source), None)
    if holder is None:
        return _fail_down(candidates, able, holding, minimum)
    best = able[0]
    if best.tier < holder.tier and _may_return(best, holding):
        return Choice(best.source, f"healthy for {best.healthy_s:.0f} s")
    return Choice(holder.source, "")


def _order(candidate: Candidate) -> tuple[bool, int, tuple[int, int]]:
    return candidate.freshness is Freshness.UNKNOWN, candidate.tier, candidate.fidelity.rank


def _fail_down(
    candidates: tuple[Candidate, ...], able: list[Candidate], holding: Holding, minimum: Fidelity | None
) -> Choice:
    lost = next((c for c in candidates if c.source == holding.source), None)
    why = "" if lost is None else f"{lost.source} {ineligible(lost, minimum)}"
    if able:
        return Choice(able[0].source, why or "first eligible", holding.source)
    reasons = "; ".join(f"{c.source}: {ineligible(c, minimum)}" for c in sorted(candidates, key=_order))
    return Choice(None, reasons or "no source offers it", holding.source)


def _may_return(best: Candidate, holding: Holding) -> bool:
    ejections = holding.ejections.get(best.source, 0)
    wanted = min(_HEALTHY_LONGEST_S, _HEALTHY_S * 2 ** max(0, ejections - 1))
    return best.healthy_s >= wanted and holding.since_switch_s >= _SINCE_SWITCH_S


_LINK_REASONS: Final = {
    Link.DISABLED: "switched off",
    Link.NO_KEY: "has no key",
    Link.AUTH_FAILED: "refused the key",
    Link.NOT_ENTITLED: "not entitled",
    Link.DOWN: "down",
}
