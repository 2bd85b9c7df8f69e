"""Carries an order book over a gap with a replay of its orders, and holds it against the one that a snapshot
began anew: two ways to the same book, which must agree order count by order count.

An order's last record says all of it, so records that were applied before the gap may be applied again.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from app.domain.books import Books, Side
from app.domain.dbn import read_metadata
from app.domain.errors import Unavailable
from app.domain.tape import Tape
from app.domain.units import Ns
from app.engine.feeds import BookComparison, Recording, SourceContext
from app.sources.databento.connection import LiveConnection
from app.sources.databento.inflow import Inflow
from app.sources.databento.live import gateway_of, key_of
from app.sources.databento.subscriptions import ORDERS, Subscription

_LEVELS: Final = 200
_LOOK_EVERY_S: Final = 0.005
# both are live then, and stand at the same event many times a second
_ALIGNED_WITHIN_S: Final = 20.0


class PastOrders:
    """For one worker, and one call at a time."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._stopped = threading.Event()

    def compare(
        self, futures: tuple[str, ...], since: Ns, carried: Books, now: Books, instruments: Sequence[int]
    ) -> BookComparison:
        """`carried` ended after `since` and is nobody else's any more; `now` is live. Blocks; SourceError."""
        arrived = _Arrived(carried)
        inflow = Inflow(self._context.clock, self._context.redactor.text, arrived.begin)
        key, gateway = key_of(self._context), gateway_of(self._context)
        connection = LiveConnection(key, gateway, inflow, self._context.redactor.text)
        left, levels, differing = set(instruments), 0, 0
        end = time.monotonic() + _ALIGNED_WITHIN_S
        try:
            connection.open((Subscription(ORDERS, futures, start=since),))
            while left and time.monotonic() < end and not self._stopped.is_set():
                inflow.drain()
                if arrived.apply():
                    end = time.monotonic() + _ALIGNED_WITHIN_S if arrived.is_behind(now, left) else end
                if (why := inflow.ended_by()) is not None:
                    raise Unavailable(f"The replay broke off: {why}")
                for instrument in tuple(left):
                    found = _compared(carried, now, instrument)
                    if found is not None:
                        left.discard(instrument)
                        levels, differing = levels + found[0], differing + found[1]
                time.sleep(_LOOK_EVERY_S)
        finally:
            connection.close()
        if not levels:
            raise Unavailable("The two books never stood at the same event.")
        return BookComparison(levels, differing)

    def stop(self) -> None:
        """From any thread."""
        self._stopped.set()


class _Arrived:
    """Takes what a recording would, in the connection's thread, and applies it in that of the caller."""

    def __init__(self, carried: Books) -> None:
        self._carried = carried
        self._waiting: deque[bytes] = deque()
        self._tape: Tape | None = None

    def begin(self, header: bytes) -> Recording:
        about = read_metadata(header)[0]
        self._tape = Tape(about.version, about.ts_out, books=self._carried)
        return self

    def write(self, data: bytes) -> None:
        self._waiting.append(data)

    def close(self) -> None:
        return

    def apply(self) -> bool:
        """True when there was something."""
        tape, found = self._tape, bool(self._waiting)
        while tape is not None and self._waiting:
            tape.feed(self._waiting.popleft())
            tape.take(Ns(0))
        return found

    def is_behind(self, now: Books, instruments: set[int]) -> bool:
        """The replay has not reached the present yet."""
        for instrument in instruments:
            old, new = self._carried.view(instrument, 1), now.view(instrument, 1)
            if old is not None and new is not None and old.ts_event < new.ts_event:
                return True
        return False


def _compared(carried: Books, now: Books, instrument: int) -> tuple[int, int] | None:
    """(levels, those that differ); None while the two do not stand at the same event."""
    ours, theirs = carried.view(instrument, _LEVELS), now.view(instrument, _LEVELS)
    if ours is None or theirs is None or not (ours.synced and theirs.synced):
        return None
    if (ours.ts_event, ours.ts_recv) != (theirs.ts_event, theirs.ts_recv):
        return None
    both = [_differing(*sides) for sides in ((ours.bids, theirs.bids), (ours.asks, theirs.asks))]
    return sum(levels for levels, _ in both), sum(differing for _, differing in both)


def _differing(one: Side, other: Side) -> tuple[int, int]:
    longest, common = max(len(one), len(other)), min(len(one), len(other))
    same = np.ones(common, np.bool_)
    for name in ("price", "size", "orders"):
        same &= getattr(one, name)[:common] == getattr(other, name)[:common]
    return longest, longest - int(same.sum())
