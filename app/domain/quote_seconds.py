"""Quotes of one instrument by the second: extremes of bid and ask, time-weighted imbalance, microprice, OFI.

A quote stands until the next one comes. How long it stood is counted in its own second and, if nothing was
lost in between, from the beginning of the second in which the next one comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.domain.ticks import TopOfBook
from app.domain.units import MINUTE, POINT, SECOND, Ns, Px

# how long a second waits for quotes on their way
_GRACE: Final = 2 * SECOND
# for how long a late quote still finds its second
_KEPT: Final = MINUTE


@dataclass(frozen=True, slots=True)
class QuoteSecond:
    """`bid`, `ask` and their sizes are the last ones said in this second, None where that side was empty all
    through it. `imbalance` is (q_b − q_a)/(q_b + q_a) by the time it stood, while both sides were there;
    `microprice` in points. `flow` is the order flow imbalance: contracts that came to or left the best bid,
    less those at the best ask. `quotes` counts what was said.
    """

    instrument: int
    start: Ns
    bid: Px | None
    ask: Px | None
    low_bid: Px | None
    high_ask: Px | None
    bid_size: int | None
    ask_size: int | None
    imbalance: float | None
    microprice: float | None
    flow: int
    quotes: int


class QuoteSeconds:
    """For one thread."""

    def __init__(self) -> None:
        self._runs: dict[int, _Run] = {}

    def add(self, tops: Iterable[TopOfBook]) -> None:
        """In order of arrival; one that says to be older than the one before counts from that one's time."""
        for top in tops:
            run = self._runs.get(top.instrument_id)
            if run is None:
                run = self._runs[top.instrument_id] = _Run(top.instrument_id)
            run.say(top)

    def cut(self) -> None:
        """Quotes were lost: how long the last ones stood is not known."""
        for run in self._runs.values():
            run.standing = None

    def close_until(self, now: Ns) -> None:
        """The last quote of a second stood to its end, once that is two seconds ago."""
        for run in self._runs.values():
            run.close_until(now)

    def changed(self) -> tuple[QuoteSecond, ...]:
        """The seconds that changed since the last call, each once, as they are now."""
        return tuple(value for run in self._runs.values() for value in run.changed())


@dataclass(slots=True)
class _Second:
    number: int
    bid: TopOfBook | None = None
    ask: TopOfBook | None = None
    low_bid: Px | None = None
    high_ask: Px | None = None
    leaning: float = 0.0
    stood: int = 0
    flow: int = 0
    quotes: int = 0

    def reach(self, top: TopOfBook) -> None:
        if top.bid is not None:
            self.low_bid = top.bid if self.low_bid is None else min(self.low_bid, top.bid)
        if top.ask is not None:
            self.high_ask = top.ask if self.high_ask is None else max(self.high_ask, top.ask)

    def say(self, top: TopOfBook) -> None:
        self.reach(top)
        self.bid = self.bid if top.bid is None else top
        self.ask = self.ask if top.ask is None else top
        self.quotes += 1

    def hold(self, top: TopOfBook, time: int) -> None:
        leaning = imbalance(top.bid_size, top.ask_size)
        if leaning is not None and time > 0:
            self.leaning += leaning * time
            self.stood += time

    def value(self, instrument: int) -> QuoteSecond:
        bid, bid_size = (None, None) if self.bid is None else (self.bid.bid, self.bid.bid_size)
        ask, ask_size = (None, None) if self.ask is None else (self.ask.ask, self.ask.ask_size)
        return QuoteSecond(
            instrument,
            Ns(self.number * SECOND),
            bid,
            ask,
            self.low_bid,
            self.high_ask,
            bid_size,
            ask_size,
            self.leaning / self.stood if self.stood else None,
            microprice(bid, ask, bid_size, ask_size),
            self.flow,
            self.quotes,
        )


@dataclass(slots=True)
class _Run:
    """The seconds of one instrument; `counted`: until when the time of the standing quote was counted."""

    instrument: int
    standing: TopOfBook | None = None
    counted: int = 0
    _newest: int = 0
    _seconds: dict[int, _Second] = field(default_factory=dict)
    _changed: dict[int, None] = field(default_factory=dict)

    def say(self, top: TopOfBook) -> None:
        at = max(int(top.ts_event), self._newest)
        number, before = at // SECOND, self.standing
        self._stood_until(at)
        second = self._seconds.get(number)
        if second is None:
            second = self._seconds[number] = _Second(number)
            if before is not None and at > number * SECOND:
                second.reach(before)
                second.hold(before, at - number * SECOND)
        if before is not None:
            second.flow += order_flow(before, top)
        second.say(top)
        self.standing, self._newest, self.counted = top, at, max(at, self.counted)
        self._changed[number] = None

    def close_until(self, now: Ns) -> None:
        end = (self._newest // SECOND + 1) * SECOND
        if self.standing is not None and self.counted < end and end + _GRACE <= now:
            self._stood_until(end)
            self.counted = end

    def changed(self) -> list[QuoteSecond]:
        numbers, self._changed = self._changed, {}
        told = [self._seconds[number].value(self.instrument) for number in numbers]
        oldest = (self._newest - _KEPT) // SECOND
        for number in [n for n in self._seconds if n < oldest]:
            del self._seconds[number]
        return told

    def _stood_until(self, at: int) -> None:
        """Counts the time of the standing quote in the second in which it was said."""
        number = self._newest // SECOND
        until = min(at, (number + 1) * SECOND)
        if self.standing is not None and until > self.counted:
            self._seconds[number].hold(self.standing, until - self.counted)
            self._changed[number] = None


def imbalance(bid_size: int | None, ask_size: int | None) -> float | None:
    """Between −1 (only offers) and 1 (only bids); None unless both sides are there."""
    if bid_size is None or ask_size is None or not bid_size + ask_size:
        return None
    return (bid_size - ask_size) / (bid_size + ask_size)


def microprice(bid: Px | None, ask: Px | None, bid_size: int | None, ask_size: int | None) -> float | None:
    """The middle, drawn towards the side with fewer contracts; in points."""
    if bid is None or ask is None or bid_size is None or ask_size is None or not bid_size + ask_size:
        return None
    return (ask * bid_size + bid * ask_size) / ((bid_size + ask_size) * POINT)


def order_flow(before: TopOfBook, now: TopOfBook) -> int:
    """Contracts that came to the best bid, less those that left it, less the same of the best ask.

    A side that was or is empty says nothing.
    """
    flow = 0
    if before.bid is not None and now.bid is not None:
        flow += (now.bid_size or 0) * (now.bid >= before.bid)
        flow -= (before.bid_size or 0) * (now.bid <= before.bid)
    if before.ask is not None and now.ask is not None:
        flow -= (now.ask_size or 0) * (now.ask <= before.ask)
        flow += (before.ask_size or 0) * (now.ask >= before.ask)
    return flow
