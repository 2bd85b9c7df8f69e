"""When to try a lost connection again: at once, then 1, 2, 4 … 60 seconds with jitter."""

import random
from collections.abc import Callable
from typing import Final

LONGEST_S: Final = 60.0
STEADY_S: Final = 60.0
_JITTER: Final = 0.15


class Backoff:
    """The ladder starts again only after a connection has lived for a minute, so that one which dies
    soon after each success climbs like one that never succeeds.
    """

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        self._jitter = jitter
        self._tries = 0
        self._cut_first = False

    def delay(self, lived_s: float) -> float:
        """Seconds until the next try, after a connection that lived so long (0: it was refused)."""
        if lived_s >= STEADY_S:
            self._tries = 0
        tries, self._tries = self._tries, self._tries + 1
        if tries == 0:
            self._cut_first = lived_s > 0
            if self._cut_first:
                return 0.0
        if self._cut_first:
            tries -= 1
        rung = min(LONGEST_S, 2.0 ** min(tries, 16))
        return rung * (1 + _JITTER * (2 * self._jitter() - 1))

    def forget(self) -> None:
        self._tries, self._cut_first = 0, False
