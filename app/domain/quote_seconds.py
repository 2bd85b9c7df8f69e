"""Quotes of one instrument by the second: extremes of bid and ask, time-weighted imbalance, microprice, OFI.

A quote stands until the next one comes. How long it stood is counted in its own second and, if nothing was
lost in between, from the beginning of the second in which the next one comes.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain import quote_pass as at
from app.domain.ticks import TopColumns
from app.domain.units import POINT, SECOND, UNDEF_PRICE, Ns, Px

# how long a second waits for quotes on their way
_GRACE: Final = 2 * SECOND
_FIRST_RUNS: Final = 4
_FIRST_SECONDS: Final = 64
_BID: Final = (at.BID, at.BID_SIZE)
_ASK: Final = (at.ASK, at.ASK_SIZE)


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


class Say(Protocol):
    """The pass of `quote_pass` over columns of tops, from `first` on."""

    def __call__(self, tops: TopColumns, first: int, state: "QuoteSeconds", /) -> int: ...


def _plainly(tops: TopColumns, first: int, state: "QuoteSeconds", /) -> int:
    columns = (tops.instrument_id, tops.ts_event, tops.bid, tops.ask, tops.bid_size, tops.ask_size)
    ids, events, bids, asks, bid_sizes, ask_sizes = (np.ascontiguousarray(one).data for one in columns)
    return at.say(
        ids, events, bids, asks, bid_sizes, ask_sizes, first, state.runs.data, state.seconds.data,
        state.leaning.data, state.marks.data,
    )  # fmt: skip


PLAIN: Final[Say] = _plainly
_say: Say = PLAIN


def warm_up() -> None:
    """Load the compiled pass, or compile it first; all seconds are then counted by it. Blocks."""
    global _say
    from app.domain import quote_kernel

    _say = quote_kernel.say


class QuoteSeconds:
    """For one thread. Of every top that was said where all are given, else of those that are."""

    def __init__(self, *, say: Say | None = None) -> None:
        self._own_say = say
        self.marks = np.zeros(at.MARKS, np.int64)
        self.runs = np.zeros(_FIRST_RUNS * at.RUN_WIDTH, np.int64)
        self.seconds = np.zeros(_FIRST_SECONDS * at.WIDTH, np.int64)
        self.leaning = np.zeros(_FIRST_SECONDS)

    def add(self, tops: TopColumns) -> None:
        """In order of arrival; one that says to be older than the one before counts from that one's time."""
        say, done = self._own_say or _say, 0
        while (done := say(tops, done, self)) < len(tops):
            self._make_room()

    def cut(self) -> None:
        """Quotes were lost: how long the last ones stood is not known."""
        self._runs()[:, at.STANDS] = 0

    def close_until(self, now: Ns) -> None:
        """The last quote of a second stood to its end, once that is two seconds ago."""
        for run in self._runs():
            end = (int(run[at.NEWEST]) // SECOND + 1) * SECOND
            if run[at.STANDS] and run[at.COUNTED] < end and end + _GRACE <= now:
                self._stood(run, end)

    def changed(self) -> tuple[QuoteSecond, ...]:
        """The seconds that changed since the last call, each once, as they are now."""
        rows = self._rows()
        told = np.flatnonzero(rows[:, at.CHANGED])
        values = tuple(
            _value(row, leaning)
            for row, leaning in zip(rows[told].tolist(), self.leaning[told].tolist(), strict=True)
        )
        rows[told, at.CHANGED] = 0
        self._forget()
        return values

    def _runs(self) -> NDArray[np.int64]:
        return self.runs.reshape(-1, at.RUN_WIDTH)[: self.marks[at.RUNS]]

    def _rows(self) -> NDArray[np.int64]:
        return self.seconds.reshape(-1, at.WIDTH)[: self.marks[at.SECONDS]]

    def _stood(self, run: NDArray[np.int64], end: int) -> None:
        leaning = imbalance(*(_given(run[p], run[s]) for p, s in (_BID, _ASK)))
        row, time = int(run[at.ROW]), end - int(run[at.COUNTED])
        if leaning is not None:
            self.leaning[row] += leaning * time
            self._rows()[row, at.STOOD] += time
        self._rows()[row, at.CHANGED] = 1
        run[at.COUNTED] = end

    def _forget(self) -> None:
        """All seconds but the newest of each instrument are over, and told."""
        kept = self._runs()[:, at.ROW].copy()
        self._rows()[: len(kept)], self.leaning[: len(kept)] = self._rows()[kept], self.leaning[kept]
        self._runs()[:, at.ROW] = np.arange(len(kept))
        self.marks[at.SECONDS] = len(kept)

    def _make_room(self) -> None:
        if self.marks[at.SECONDS] == len(self.leaning):
            self.seconds = np.concatenate((self.seconds, np.zeros_like(self.seconds)))
            self.leaning = np.concatenate((self.leaning, np.zeros_like(self.leaning)))
        else:
            self.runs = np.concatenate((self.runs, np.zeros_like(self.runs)))


def _value(row: list[int], leaning: float) -> QuoteSecond:
    bid, bid_size = _price(row[at.LAST_BID]), _given(row[at.LAST_BID], row[at.LAST_BID_SIZE])
    ask, ask_size = _price(row[at.LAST_ASK]), _given(row[at.LAST_ASK], row[at.LAST_ASK_SIZE])
    return QuoteSecond(
        row[at.OF], Ns(row[at.NUMBER] * SECOND), bid, ask, _price(row[at.LOW_BID]), _price(row[at.HIGH_ASK]),
        bid_size, ask_size, leaning / row[at.STOOD] if row[at.STOOD] else None,
        microprice(bid, ask, bid_size, ask_size), row[at.FLOW], row[at.QUOTES],
    )  # fmt: skip


def _price(price: int) -> Px | None:
    return None if price == UNDEF_PRICE else Px(price)


def _given(price: int, size: int) -> int | None:
    return None if price == UNDEF_PRICE else int(size)


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
