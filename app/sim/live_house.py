"""What all sessions of the live gateway share: the market, its switches, and who is connected."""

import threading
import time
from collections import deque
from typing import Final

from app.sim.faults import Fault, FaultKind, Faults
from app.sim.feed import Feed
from app.sim.market import Market

SOURCE: Final = "databento_live"
OPEN_AT_ONCE: Final = 10
_CONNECTS: Final = 5  # a second


class House:
    """Switches: `limit_rate` closes the sixth connection of a second at once; `refused` names schemas nobody
    is entitled to; `open_at_once` sessions may be logged in."""

    def __init__(self, market: Market, faults: Faults) -> None:
        self.market = market
        self.faults = faults
        self.feed = Feed(market)
        self.stopping = threading.Event()
        self.limit_rate = False
        self.open_at_once = OPEN_AT_ONCE
        self.refused: frozenset[str] = frozenset()
        self.slow_readers = 0  # how often a client was told that it reads too slowly
        self._connected: deque[float] = deque(maxlen=_CONNECTS)
        self._logged_in = 0
        self._sessions = 0
        self._lock = threading.Lock()

    def fault(self, *routes: str) -> Fault | None:
        """The first that waits at one of the routes."""
        for route in routes:
            if fault := self.faults.take(SOURCE, route):
                return fault
        return None

    def entitled(self, schema: str) -> bool:
        fault = self.fault(f"subscribe/{schema}")
        return schema not in self.refused and (fault is None or fault.kind is not FaultKind.NO_ENTITLEMENT)

    def connects_slowly(self) -> bool:
        """Whether this connection comes slowly enough after the others."""
        now = time.monotonic()
        too_fast = len(self._connected) == _CONNECTS and now - self._connected[0] < 1
        self._connected.append(now)
        return not (self.limit_rate and too_fast)

    def log_in(self) -> int | None:
        """The number of the new session; None when too many are open."""
        with self._lock:
            if self._logged_in >= self.open_at_once:
                return None
            self._logged_in += 1
            self._sessions += 1
            return self._sessions

    def log_out(self) -> None:
        with self._lock:
            self._logged_in -= 1

    @property
    def logged_in(self) -> int:
        """Sessions that are open now."""
        return self._logged_in
