"""The order of sources as a hand changes it: one goes before another, a step up or down, or shares a tier."""

from collections.abc import Iterable

from app.domain.routing import SourceId
from app.domain.source_profile import Tiers


def offered(tiers: Tiers, sources: Iterable[SourceId]) -> Tiers:
    """Of these sources only; those that no tier names share the last one, as they do in a profile."""
    there = tuple(sources)
    kept = tuple(tuple(one for one in tier if one in there) for tier in tiers)
    named = {one for tier in kept for one in tier}
    return _full((*kept, tuple(one for one in there if one not in named)))


def before(tiers: Tiers, source: SourceId, other: SourceId | None) -> Tiers:
    """In a tier of its own right before that of the other; None: after all."""
    if source == other:
        return tiers
    rest = _without(tiers, source)
    place = len(rest) if other is None else _tier_of(rest, other)
    return (*rest[:place], (source,), *rest[place:])


def in_place_of(tiers: Tiers, source: SourceId, other: SourceId) -> Tiers:
    """Where the other stood; that one makes way in the direction that the source came from."""
    if source == other:
        return tiers
    comes_down = _tier_of(tiers, source) < _tier_of(tiers, other)
    if not comes_down:
        return before(tiers, source, other)
    rest = _without(tiers, source)
    place = _tier_of(rest, other) + 1
    return (*rest[:place], (source,), *rest[place:])


def step(tiers: Tiers, source: SourceId, *, up: bool) -> Tiers:
    """One place up or down; out of a shared tier first into one of its own."""
    place = _tier_of(tiers, source)
    shared = len(tiers[place]) > 1
    rest = _without(tiers, source)
    if shared:
        place += not up
    else:
        place = max(0, place - 1) if up else min(len(rest), place + 1)
    return (*rest[:place], (source,), *rest[place:])


def share(tiers: Tiers, source: SourceId) -> Tiers:
    """Joins the tier above, whose work it then shares; from a shared tier it leaves for one of its own."""
    place = _tier_of(tiers, source)
    if len(tiers[place]) > 1:
        return step(tiers, source, up=False)
    if place == 0:
        return tiers
    joined = (*tiers[place - 1], source)
    return (*tiers[: place - 1], joined, *tiers[place + 1 :])


def _tier_of(tiers: Tiers, source: SourceId) -> int:
    return next(number for number, tier in enumerate(tiers) if source in tier)


def _without(tiers: Tiers, source: SourceId) -> Tiers:
    return _full(tuple(tuple(one for one in tier if one != source) for tier in tiers))


def _full(tiers: Tiers) -> Tiers:
    return tuple(tier for tier in tiers if tier)
