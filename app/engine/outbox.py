"""The one way from the engine to the screen: newest states by key, bounded streams that count drops.

Thread-safe. `take` hands everything over in order of last change. Flow, tops and bars keep the place of
the value they replace: they change at any rate, and would never reach the screen behind a long queue.
"""

import threading
import time
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from app.domain.updates import (
    AuditLine,
    BarChanged,
    FlowChanged,
    LogLine,
    PriceVolumeChanged,
    Prints,
    QuoteSecondChanged,
    SizedFlowChanged,
    State,
    Streamed,
    TickBarChanged,
    TopChanged,
    Update,
)

# Ten seconds of prints, which come in up to eighty helpings a second; a log burst; far more decisions than a
# session has.
BOUNDS: Final[dict[type[Streamed], int]] = {Prints: 800, LogLine: 5_000, AuditLine: 5_000}
_HOT: Final = (
    BarChanged,
    FlowChanged,
    TopChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    TickBarChanged,
    SizedFlowChanged,
)


@dataclass(slots=True)
class _Waiting:
    update: Update
    since: float


class Outbox:
    def __init__(self, bounds: dict[type[Streamed], int] | None = None) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, _Waiting] = {}
        self._bounds = BOUNDS if bounds is None else bounds
        self._streams: dict[type, deque[int]] = {kind: deque() for kind in self._bounds}
        self._number = 0
        self._dropped = 0
        self._worst_lag = 0.0

    def put_state(self, update: State) -> None:
        with self._lock:
            older = self._waiting.get(update.key)
            if older is None:
                self._waiting[update.key] = _Waiting(update, time.perf_counter())
                return
            older.update = update
            if not isinstance(update, _HOT):
                self._waiting[update.key] = self._waiting.pop(update.key)

    def put_stream(self, update: Streamed) -> None:
        with self._lock:
            waiting = self._streams[type(update)]
            if len(waiting) >= self._bounds[type(update)]:
                gone = self._waiting.pop(waiting.popleft()).update
                self._dropped += len(gone) if isinstance(gone, Prints) else 1
            self._number += 1
            waiting.append(self._number)
            self._waiting[self._number] = _Waiting(update, time.perf_counter())

    def take(self, limit: int) -> tuple[Update, ...]:
        with self._lock:
            keys = [key for key, _ in zip(self._waiting, range(limit), strict=False)]
            taken = [self._waiting.pop(key) for key in keys]
            for one in taken:
                waiting = self._streams.get(type(one.update))
                if waiting is not None:
                    waiting.popleft()
            if taken:
                self._worst_lag = max(self._worst_lag, time.perf_counter() - taken[0].since)
            return tuple(one.update for one in taken)

    @property
    def dropped(self) -> int:
        return self._dropped

    def lag_ms(self) -> float:
        """How long the eldest value waited, or waits, for the screen since this was last asked."""
        with self._lock:
            eldest = next(iter(self._waiting.values()), None)
            waits = 0.0 if eldest is None else time.perf_counter() - eldest.since
            worst, self._worst_lag = max(self._worst_lag, waits), 0.0
            return worst * 1_000
