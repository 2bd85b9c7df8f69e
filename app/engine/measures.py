"""Measured rates and latencies over a sliding window; None as long as there is nothing to measure from."""

from collections import deque
from typing import Final

from app.domain.units import SECOND, Ns

_MOST_SAMPLES: Final = 600


class Rate:
    """Events a second over the last `window_s`, or over the time since counting began if that is shorter."""

    def __init__(self, window_s: float) -> None:
        self._window = int(window_s * SECOND)
        self._counts: deque[tuple[Ns, int]] = deque()
        self._sum = 0
        self._began: Ns | None = None

    def add(self, count: int, at: Ns) -> None:
        if self._began is None:
            self._began = at
        if count:
            self._counts.append((at, count))
            self._sum += count
        self._forget(at)

    def per_s(self, at: Ns) -> float | None:
        if self._began is None or at - self._began < SECOND:
            return None
        self._forget(at)
        return self._sum * SECOND / min(self._window, at - self._began)

    def _forget(self, at: Ns) -> None:
        while self._counts and self._counts[0][0] <= at - self._window:
            self._sum -= self._counts.popleft()[1]


class Latencies:
    """Percentiles of the samples of the last minute."""

    def __init__(self, window_s: float = 60.0) -> None:
        self._window = int(window_s * SECOND)
        self._samples: deque[tuple[Ns, float]] = deque(maxlen=_MOST_SAMPLES)

    def add(self, ms: float, at: Ns) -> None:
        self._samples.append((at, ms))

    def percentiles(self, at: Ns) -> tuple[float, float] | None:
        """(p50, p95)."""
        while self._samples and self._samples[0][0] <= at - self._window:
            self._samples.popleft()
        if not self._samples:
            return None
        ordered = sorted(ms for _, ms in self._samples)
        return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


class Outcomes:
    """Successes among the calls, or the probes, of the last five minutes."""

    def __init__(self, window_s: float = 300.0) -> None:
        self._window = int(window_s * SECOND)
        self._seen: deque[tuple[Ns, bool]] = deque(maxlen=_MOST_SAMPLES)

    def add(self, ok: bool, at: Ns) -> None:
        self._seen.append((at, ok))

    def count(self, at: Ns) -> tuple[int, int]:
        """(good, all)."""
        while self._seen and self._seen[0][0] <= at - self._window:
            self._seen.popleft()
        return sum(ok for _, ok in self._seen), len(self._seen)
