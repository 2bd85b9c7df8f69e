"""Which texts are drawn in which frame: each in its turn four times a second, dear ones never together."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from app.domain.units import Ns

SLOW_MS: Final = 250
"""How often each text is drawn."""

TEXTS_SHARE: Final = 0.045
"""Of a frame's length, most that it gives to texts if more than one is due: 1.5 ms of 33."""

# of what a text took lately, in the estimate of what it will take
_NEW_SHARE: Final = 0.2
# turns that may be owed before the time of a frame no longer counts: none comes later than half a second
_LATE: Final = 1.0


class Rota:
    def __init__(self, texts: Sequence[Callable[[Ns], None]]) -> None:
        self._texts = tuple(texts)
        self._ms = [0.0] * len(self._texts)
        self._next, self._owed = 0, 0.0

    def draw(self, now: Ns, frame_ms: float) -> None:
        """Those whose turn came in a frame of this length."""
        count = len(self._texts)
        self._owed = min(self._owed + count * frame_ms / SLOW_MS, 2.0 * count)
        spent = 0.0
        while self._owed >= 1 and count:
            place = self._next
            if spent and spent + self._ms[place] > frame_ms * TEXTS_SHARE and self._owed < _LATE * count:
                return
            self._owed -= 1
            self._next = (place + 1) % count
            began = time.perf_counter()
            self._texts[place](now)
            took = (time.perf_counter() - began) * 1000
            self._ms[place] += (took - self._ms[place]) * _NEW_SHARE
            spent += took
