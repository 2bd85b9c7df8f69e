"""Shares the requests of one channel among the sources of one tier, each within its own limit. Pure.

Smooth weighted round robin: of those whose bucket has a request left, the one most in arrears is asked. A
request that no bucket can take waits for one, or is shed with the reason; none is lost:
dispatched + queued + shed = requested. Times are monotonic seconds, all limits are requests a minute.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from app.domain.routing import SourceId
from app.engine.score import weight

_SLOW_START_S: Final = 60.0
_SLOWEST_START: Final = 0.10
_LONGEST_QUEUE: Final = 100
_MINUTE_S: Final = 60.0


def slow_start(recovered_s: float) -> float:
    """What has just come back is asked a tenth as often, and fully after a minute."""
    return min(1.0, max(_SLOWEST_START, recovered_s / _SLOW_START_S))


@dataclass(frozen=True, slots=True)
class Member:
    """A source that may take requests now. `score` is H, None where nothing was measured."""

    source: SourceId
    base: float = 1.0
    score: float | None = None
    recovered_s: float = float("inf")

    @property
    def weight(self) -> float:
        return self.base * weight(self.score) / 100 * slow_start(self.recovered_s)


class Bucket:
    """Holds a minute's requests at most, and fills evenly."""

    def __init__(self, per_minute: float, now: float) -> None:
        self.per_minute = per_minute
        self._left = max(1.0, per_minute)
        self._at = now

    def left(self, now: float) -> int:
        self._fill(now)
        return int(self._left + 1e-9)

    def take(self, now: float) -> bool:
        if self.left(now) < 1:
            return False
        self._left -= 1
        return True

    def wait_s(self, now: float) -> float:
        """Until the next request fits; infinite where none ever will."""
        self._fill(now)
        if self._left >= 1:
            return 0.0
        return (1 - self._left) * _MINUTE_S / self.per_minute if self.per_minute > 0 else float("inf")

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self._at)
        self._left = min(max(1.0, self.per_minute), self._left + passed * self.per_minute / _MINUTE_S)
        self._at = max(self._at, now)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What became of a request: asked of `source`, or shed for `reason`. Neither while it is queued."""

    number: int
    source: SourceId | None = None
    reason: str = ""


class Balance:
    """Of one request channel. `limits` are those of the sources, in requests a minute."""

    def __init__(self, longest_wait_s: float, longest_queue: int = _LONGEST_QUEUE) -> None:
        self.requested = self.dispatched = self.shed = 0
        self._longest_wait_s = longest_wait_s
        self._longest_queue = longest_queue
        self._buckets: dict[SourceId, Bucket] = {}
        self._arrears: dict[SourceId, float] = {}
        self._queue: deque[tuple[int, float]] = deque()

    @property
    def queued(self) -> int:
        return len(self._queue)

    @property
    def waiting(self) -> frozenset[int]:
        """The numbers of those that are queued."""
        return frozenset(number for number, _ in self._queue)

    def limit(self, source: SourceId, per_minute: float, now: float) -> None:
        """A changed limit counts from now on; what was taken of the old one stays taken."""
        bucket = self._buckets.get(source)
        if bucket is None:
            self._buckets[source] = Bucket(per_minute, now)
        elif bucket.per_minute != per_minute:
            bucket.left(now)
            bucket.per_minute = per_minute

    def left(self, source: SourceId, now: float) -> int:
        bucket = self._buckets.get(source)
        return 0 if bucket is None else bucket.left(now)

    def ask(self, members: tuple[Member, ...], now: float) -> Dispatch:
        """Whom the request goes to, now; without a source and a reason it waits in the queue."""
        self.requested += 1
        number = self.requested
        if not members:
            return self._shed(number, "no source can be asked")
        if not self._queue and (source := self._pick(members, now)) is not None:
            self.dispatched += 1
            return Dispatch(number, source)
        if len(self._queue) >= self._longest_queue:
            return self._shed(number, f"{len(self._queue)} requests wait already")
        self._queue.append((number, now))
        return Dispatch(number)

    def advance(self, members: tuple[Member, ...], now: float) -> tuple[Dispatch, ...]:
        """What became of those that waited: the eldest first, and shed when they have waited too long."""
        done = []
        while self._queue:
            number, since = self._queue[0]
            source = self._pick(members, now)
            if source is not None:
                self.dispatched += 1
                done.append(Dispatch(number, source))
            elif now - since > self._longest_wait_s:
                done.append(self._shed(number, f"no limit had room for {self._longest_wait_s:.0f} s"))
            else:
                break
            self._queue.popleft()
        return tuple(done)

    def _pick(self, members: tuple[Member, ...], now: float) -> SourceId | None:
        able = [m for m in members if m.weight > 0 and self.left(m.source, now) >= 1]
        if not able:
            return None
        for member in able:
            self._arrears[member.source] = self._arrears.get(member.source, 0.0) + member.weight
        best = max(able, key=lambda m: (self._arrears[m.source], m.source))
        self._arrears[best.source] -= sum(member.weight for member in able)
        self._buckets[best.source].take(now)
        return best.source

    def _shed(self, number: int, reason: str) -> Dispatch:
        self.shed += 1
        return Dispatch(number, reason=reason)
