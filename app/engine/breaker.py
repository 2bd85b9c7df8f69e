"""Keeps the engine from hammering what is broken: counts failures, opens, half opens, closes.

The times are monotonic seconds. A source that asks to wait (429) is not failing and is not counted here.
"""

import random
from collections import deque
from collections.abc import Callable
from typing import Final

from app.domain.health import Breaker as State

_CONNECTS: Final = 3
_CONNECTS_WITHIN_S: Final = 120.0
_CALLS: Final = 20
_FEWEST_CALLS: Final = 5
_CALLS_WITHIN_S: Final = 300.0
_FAILURE_SHARE: Final = 0.5
_SLOW_SHARE: Final = 0.8
_CONTENT_FAILURES: Final = 2
_OPEN_S: Final = 30.0
_LONGEST_OPEN_S: Final = 300.0
_JITTER: Final = 0.2
_CALMS_AFTER_S: Final = 300.0
_GOOD_TO_CLOSE: Final = 2


class Breaker:
    def __init__(self, slow_ms: float = 10_000.0, jitter: Callable[[], float] = random.random) -> None:
        self._slow_ms = slow_ms
        self._jitter = jitter
        self._connects: deque[float] = deque()
        self._calls: deque[tuple[float, bool, bool]] = deque(maxlen=_CALLS)
        self._bad_content = 0
        self._openings = 0
        self._good = 0
        self._reopens: float | None = None
        self._closed_at = 0.0

    def state(self, now: float) -> State:
        if self._reopens is None:
            return State.CLOSED
        return State.OPEN if now < self._reopens else State.HALF_OPEN

    def reopen_in(self, now: float) -> float:
        return 0.0 if self._reopens is None else max(0.0, self._reopens - now)

    def half_open(self, now: float) -> None:
        """Something else showed that it is worth a try."""
        if self._reopens is not None:
            self._reopens = min(self._reopens, now)

    def refused(self, now: float) -> None:
        """A connection could not be made."""
        self._connects.append(now)
        while self._connects[0] < now - _CONNECTS_WITHIN_S:
            self._connects.popleft()
        if self._reopens is not None or len(self._connects) >= _CONNECTS:
            self._open(now)

    def called(self, now: float, ok: bool, ms: float, content_ok: bool = True) -> None:
        """A request was answered, well or badly."""
        if self._reopens is not None:
            self.succeeded(now) if ok and content_ok else self._open(now)
            return
        self._calls.append((now, not ok, ms > self._slow_ms))
        self._bad_content = 0 if content_ok else self._bad_content + 1
        recent = self._recent(now)
        enough = len(recent) >= _FEWEST_CALLS
        failing = enough and sum(bad for bad, _ in recent) >= _FAILURE_SHARE * len(recent)
        crawling = enough and sum(slow for _, slow in recent) >= _SLOW_SHARE * len(recent)
        if failing or crawling or self._bad_content >= _CONTENT_FAILURES:
            self._open(now)

    def succeeded(self, now: float) -> None:
        """Data arrived that passed its checks; a handshake is no success."""
        if self._reopens is None:
            self._connects.clear()
            if self._openings and now - self._closed_at > _CALMS_AFTER_S:
                self._openings, self._closed_at = self._openings - 1, now
            return
        self._good += 1
        if self._good >= _GOOD_TO_CLOSE:
            self._reopens, self._good, self._closed_at = None, 0, now
            self._connects.clear()
            self._calls.clear()
            self._bad_content = 0

    def _recent(self, now: float) -> list[tuple[bool, bool]]:
        """(failed, slow) of the last five minutes or the last five calls, whichever is longer."""
        within = [(bad, slow) for at, bad, slow in self._calls if at > now - _CALLS_WITHIN_S]
        return max(within, [(bad, slow) for _, bad, slow in self._calls][-_FEWEST_CALLS:], key=len)

    def _open(self, now: float) -> None:
        if self.state(now) is State.OPEN:
            return
        self._openings += 1
        self._good = 0
        length = min(_LONGEST_OPEN_S, _OPEN_S * self._openings)
        self._reopens = now + length * (1 + _JITTER * (2 * self._jitter() - 1))
