"""The same future as two sources show it at the same moment of the market: do they agree?

Prices of a delayed source are held against what the other one said at that moment, not against now; its
age is measured all the same, and a pair of which one is old does not agree.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.contract import Future
from app.domain.routing import Fidelity, SourceId
from app.domain.units import POINT, SECOND, Ns, Px

OLDEST_S: Final = 5.0
FARTHEST: Final = Px(10 * POINT)
# how far back a price of a delayed source can be matched with one of its own moment
_KEPT: Final = Ns(20 * 60 * SECOND)
# two looks at one moment: what was said at most this long before it
_SAME_MOMENT: Final = Ns(2 * SECOND)


class Agreement(Enum):
    AGREE = "AGREE"
    DIFFER = "DIFFER"
    NO_DATA = "NO DATA"


@dataclass(frozen=True, slots=True)
class Heard:
    """What one source says of the future now; ages in seconds since its own time, None: it said nothing."""

    source: SourceId
    fidelity: Fidelity
    price: Px | None
    at: Ns | None
    age_s: float | None


@dataclass(frozen=True, slots=True)
class BarsApart:
    """How the closes of the same minutes compare: of how many, and the farthest, `one` minus `other`."""

    minutes: int
    farthest: Px
    start: Ns


@dataclass(frozen=True, slots=True)
class Pair:
    """`difference` is `one` minus `other` at the moment of the older; `why` is in words, empty on AGREE.

    `bars` compares the minutes that both have told as bars; None where there are none in common.
    """

    one: Heard
    other: Heard
    difference: Px | None
    agreement: Agreement
    why: str
    bars: BarsApart | None = None


@dataclass(frozen=True, slots=True)
class CrossCheck:
    future: Future
    at: Ns
    pairs: tuple[Pair, ...]


class Said:
    """What one source said over time: mids, or last trades where it has no quotes."""

    def __init__(self, source: SourceId, fidelity: Fidelity) -> None:
        self.source: Final = source
        self.fidelity: Fidelity = fidelity
        self._at: deque[Ns] = deque()
        self._price: deque[Px] = deque()

    def add(self, at: Ns, price: Px) -> None:
        """In order of time; what comes out of order is left out."""
        if self._at and at < self._at[-1]:
            return
        if self._at and at == self._at[-1]:
            self._price[-1] = price
            return
        self._at.append(at)
        self._price.append(price)
        while self._at[0] < at - _KEPT:
            self._at.popleft()
            self._price.popleft()

    def heard(self, now: Ns) -> Heard:
        if not self._at:
            return Heard(self.source, self.fidelity, None, None, None)
        at = self._at[-1]
        return Heard(self.source, self.fidelity, self._price[-1], at, max(0.0, (now - at) / SECOND))

    def price_at(self, at: Ns) -> Px | None:
        """What held at a moment: the last word before it, if it was said shortly before."""
        place = bisect_right(self._at, at) - 1
        if place < 0 or at - self._at[place] > _SAME_MOMENT:
            return None
        return self._price[place]


def bars_apart(one: Mapping[Ns, Px], other: Mapping[Ns, Px]) -> BarsApart | None:
    """Closes by the start of their minute."""
    both = one.keys() & other.keys()
    if not both:
        return None
    start = max(both, key=lambda at: (abs(one[at] - other[at]), at))
    return BarsApart(len(both), Px(one[start] - other[start]), start)


def compared(one: Said, other: Said, now: Ns) -> Pair:
    first, second = one.heard(now), other.heard(now)
    if first.at is None or second.at is None:
        silent = first if first.at is None else second
        return Pair(first, second, None, Agreement.NO_DATA, f"{silent.source} has said nothing")
    moment = min(first.at, second.at)
    here, there = one.price_at(moment), other.price_at(moment)
    difference = None if here is None or there is None else Px(here - there)
    old = max((h for h in (first, second)), key=lambda h: h.age_s or 0.0)
    if old.age_s is not None and old.age_s >= OLDEST_S:
        return Pair(first, second, difference, Agreement.DIFFER, f"{old.source} is {old.age_s:.0f} s old")
    if difference is None:
        return Pair(first, second, None, Agreement.NO_DATA, "they said nothing of the same moment")
    if abs(difference) >= FARTHEST:
        points = abs(difference) / POINT
        return Pair(first, second, difference, Agreement.DIFFER, f"{points:,.2f} points apart")
    return Pair(first, second, difference, Agreement.AGREE, "")
