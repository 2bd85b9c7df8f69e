"""Tradovate's depth (DOM) as a ladder: size by price as it has added it up, without orders. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.ticks import LadderSaid
from app.domain.units import Ns, Px, ns_from_iso, px
from app.sources.tradovate.merging import instrument_of


def ladder_of(said: Mapping[str, Any], received: Ns) -> LadderSaid:
    """Raises ValueError, KeyError or TypeError for what is no depth."""
    return LadderSaid(
        instrument_of(int(said["contractId"])),
        ns_from_iso(str(said["timestamp"])),
        received,
        _levels(said.get("bids") or (), best_is_highest=True),
        _levels(said.get("offers") or (), best_is_highest=False),
    )


def _levels(said: Iterable[Mapping[str, Any]], *, best_is_highest: bool) -> tuple[tuple[Px, int], ...]:
    """In order, whatever order they came in; where nothing rests is no level."""
    found = [(px(one["price"]), round(float(one["size"]))) for one in said]
    return tuple(sorted((level for level in found if level[1] > 0), reverse=best_is_highest))
