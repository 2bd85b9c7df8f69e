"""How a value is dressed by the state of what it came from: only fresh data looks like data."""

from dataclasses import dataclass
from typing import Final

from app.domain.health import Freshness
from app.domain.units import Ns
from app.domain.updates import Mode
from app.ui.format import age_between


@dataclass(frozen=True, slots=True)
class Dress:
    """`colour` replaces the value's own when set; `word` goes into the caption, an age beside it."""

    colour: str
    struck: bool
    word: str


FRESH: Final = Dress("", False, "")
UNKNOWN: Final = Dress("faint", True, "no data yet")

_WORST_FIRST: Final = (
    Freshness.UNKNOWN,
    Freshness.STALE,
    Freshness.HALTED,
    Freshness.GAP,
    Freshness.CLOSED,
    Freshness.QUIET,
    Freshness.LIVE,
)


def worst(states: tuple[Freshness, ...]) -> Freshness:
    """What is derived from several inputs is as fresh as the worst of them; from none it is unknown."""
    return min(states, key=_WORST_FIRST.index) if states else Freshness.UNKNOWN


def fresh_word(mode: Mode | None) -> str:
    """What fresh data is called: of a tape nothing is live."""
    return "played" if mode is Mode.REPLAY else "live"


def dress(state: Freshness | None, seen: Ns | None, now: Ns) -> Dress:
    """`seen` is when the value was received; nothing but LIVE and QUIET passes undressed."""
    if state in (Freshness.LIVE, Freshness.QUIET):
        return FRESH
    if state is Freshness.STALE:
        return Dress("idle", True, f"{age_between(seen, now)} old")
    if state is Freshness.GAP:
        return Dress("dim", False, "gap, filling")
    if state is Freshness.CLOSED:
        return Dress("dim", False, "market closed")
    if state is Freshness.HALTED:
        return Dress("warn", False, "halted")
    return UNKNOWN
