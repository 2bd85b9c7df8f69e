"""What the engine itself costs, measured once a second: lag of its loop, records taken in, memory."""

import asyncio
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.domain.updates import EnginePulse
from app.engine.measures import Rate
from app.engine.outbox import Outbox
from app.engine.ports import Clock
from app.engine.supervisor import Supervisor

_TICK_S: Final = 0.05
_EVERY: Final = 20
_RATE_WINDOW_S: Final = 5.0
_MEGABYTE: Final = 1_000_000
_STATM: Final = Path("/proc/self/statm")


class Pulse:
    def __init__(
        self, clock: Clock, outbox: Outbox, supervisor: Supervisor, records: Callable[[], int]
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._supervisor = supervisor
        self._records = records
        self._seen = 0
        self._rate = Rate(_RATE_WINDOW_S)

    async def run(self) -> None:
        """The lag is how much later than asked a short sleep ends, at worst within the second."""
        while True:
            worst = 0.0
            for _ in range(_EVERY):
                began = time.perf_counter()
                await asyncio.sleep(_TICK_S)
                worst = max(worst, time.perf_counter() - began - _TICK_S)
            self.beat(worst * 1_000)

    def beat(self, loop_lag_ms: float) -> None:
        records, now = self._records(), self._clock.monotonic()
        self._rate.add(records - self._seen, now)
        self._seen = records
        self._outbox.put_state(
            EnginePulse(
                at=self._clock.now(),
                loop_lag_ms=loop_lag_ms,
                records=records,
                records_per_s=self._rate.per_s(now) or 0.0,
                queue_lag_ms=self._outbox.lag_ms(),
                dropped=self._outbox.dropped,
                tasks_died=self._supervisor.tasks_died,
                memory_mb=memory_mb(),
            )
        )


def memory_mb() -> float:
    """Resident memory now; where the system does not say, the most it ever was."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
