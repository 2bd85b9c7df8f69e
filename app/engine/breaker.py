"""Keeps the engine from hammering what is broken: counts failures, opens, half opens, closes.

The times are monotonic seconds. A source that asks to wait (429) is not failing and is not counted here.
"""

import math
import random
from collections import deque
from collections.abc import Callable
from typing import Final

from app.domain.health import Breaker as State

SCRAPE_SLOW_MS: Final = 10_000.0
API_SLOW_MS: Final = 3_000.0
GOOD_TO_CLOSE: Final = 2
_CONNECTS: Final = 3
_CONNECTS_WITHIN_S: Final = 120.0
_EPISODES: Final = 3
_EPISODES_WITHIN_S: Final = 600.0
_CALLS: Final = 20
_FEWEST_CALLS: Final = 5
_CALLS_WITHIN_S: Final = 300.0
_FAILURE_SHARE: Final = 0.5
_SLOW_SHARE: Final = 0.8
# Half of what opens it.
_DEGRADED: Final = 0.5
_CONTENT_FAILURES: Final = 2
_OPEN_S: Final = 30.0
_LONGEST_OPEN_S: Final = 300.0
_JITTER: Final = 0.2
_CALMS_AFTER_S: Final = 300.0


class Breaker:
    """`forced` is the user's Disable, `counts_only` his Pin: then it never opens by itself."""

    def __init__(self, slow_ms: float = SCRAPE_SLOW_MS, jitter: Callable[[], float] = random.random) -> None:
        self.forced = False
        self.counts_only = False
        self._slow_ms = slow_ms
        self._jitter = jitter
        self._connects: deque[float] = deque()
        self._episodes: deque[float] = deque()
        self._calls: deque[tuple[float, bool, bool]] = deque(maxlen=_CALLS)
        self._bad_content = 0
        self._openings = 0
        self._good = 0
        self._reopens: float | None = None
        self._calm_since = 0.0

    def state(self, now: float) -> State:
        if self.forced:
            return State.FORCED_OPEN
        if self.counts_only:
            return State.METRICS_ONLY
        if self._reopens is None:
            return State.CLOSED
        return State.OPEN if now < self._reopens else State.HALF_OPEN

    def reopen_in(self, now: float) -> float:
        """0 when it may be tried; infinite when only the user can change anything."""
        if self._reopens is None or self.counts_only:
            return 0.0
        return max(0.0, self._reopens - now)

    @property
    def good(self) -> int:
        """How many of the two successes that close it were seen."""
        return self._good

    def openings(self, now: float) -> int:
        """In a row; one less for every five minutes spent closed."""
        while self._reopens is None and self._openings and now - self._calm_since >= _CALMS_AFTER_S:
            self._openings -= 1
            self._calm_since += _CALMS_AFTER_S
        return self._openings

    def remember(self, openings: int, closed_s: float, now: float) -> None:
        """Those in a row of an earlier run, since which so many seconds have passed: it tries again now, but
        what fails at once stays away as long as it would have."""
        left = openings - int(closed_s // _CALMS_AFTER_S)
        if self._reopens is None and left > self._openings:
            self._openings, self._calm_since = left, now

    def degraded(self, now: float) -> bool:
        """Closed, and half way to what opens it."""
        failing, slow = self._shares(now)
        half_way = failing >= _DEGRADED * _FAILURE_SHARE or slow >= _DEGRADED * _SLOW_SHARE
        return self.state(now) is State.CLOSED and half_way

    def half_open(self, now: float) -> None:
        """Something else showed that it is worth a try: an answering address, a new key, the user's test."""
        if self._reopens is not None:
            self._reopens = min(self._reopens, now)

    def refused(self, now: float) -> None:
        """A connection could not be made."""
        self._happened(self._connects, now, _CONNECTS, _CONNECTS_WITHIN_S)

    def staled(self, now: float) -> None:
        """A stream that was delivering has fallen silent."""
        self._happened(self._episodes, now, _EPISODES, _EPISODES_WITHIN_S)

    def shut(self, now: float) -> None:
        """Refused in a way that trying again cannot mend: key, entitlement, payment, captcha."""
        if not self.counts_only and self._reopens != math.inf:
            self._openings = self.openings(now) + 1
            self._good = 0
            self._reopens = math.inf

    def called(self, now: float, ok: bool, ms: float, content_ok: bool = True) -> None:
        """A request was answered, well or badly."""
        if self._reopens is not None and not self.counts_only:
            self.succeeded(now) if ok and content_ok else self._open(now)
            return
        self._calls.append((now, not ok, ms > self._slow_ms))
        self._bad_content = 0 if content_ok else self._bad_content + 1
        failing, slow = self._shares(now)
        if failing >= _FAILURE_SHARE or slow >= _SLOW_SHARE or self._bad_content >= _CONTENT_FAILURES:
            self._open(now)

    def succeeded(self, now: float) -> None:
        """Data arrived that passed its checks; a handshake is no success."""
        if self._reopens is None:
            self._connects.clear()
            return
        if now < self._reopens:
            return
        self._good += 1
        if self._good >= GOOD_TO_CLOSE:
            self._reopens, self._good, self._calm_since = None, 0, now
            self._connects.clear()
            self._episodes.clear()
            self._calls.clear()
            self._bad_content = 0

    def _happened(self, times: deque[float], now: float, most: int, within: float) -> None:
        times.append(now)
        while times[0] < now - within:
            times.popleft()
        if self._reopens is not None or len(times) >= most:
            self._open(now)

    def _shares(self, now: float) -> tuple[float, float]:
        """Failures and slow calls among the recent; 0 as long as there are too few to say."""
        recent = self._recent(now)
        if len(recent) < _FEWEST_CALLS:
            return 0.0, 0.0
        return sum(bad for bad, _ in recent) / len(recent), sum(slow for _, slow in recent) / len(recent)

    def _recent(self, now: float) -> list[tuple[bool, bool]]:
        """(failed, slow) of the last five minutes or the last five calls, whichever is longer."""
        within = [(bad, slow) for at, bad, slow in self._calls if at > now - _CALLS_WITHIN_S]
        return max(within, [(bad, slow) for _, bad, slow in self._calls][-_FEWEST_CALLS:], key=len)

    def _open(self, now: float) -> None:
        if self.counts_only or self.forced or (self._reopens is not None and now < self._reopens):
            return
        self._openings = self.openings(now) + 1
        self._good = 0
        length = min(_LONGEST_OPEN_S, _OPEN_S * self._openings)
        self._reopens = now + length * (1 + _JITTER * (2 * self._jitter() - 1))
