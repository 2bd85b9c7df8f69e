"""Which texts are drawn in which frame: each when it is due, who waited longest first, dear ones apart."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.units import Ns

TEXTS_SHARE: Final = 0.045
"""Of a frame's length, most that it gives to texts if more than one is due: 1.5 ms of 33."""

# of what a text took lately, in the estimate of what it will take
_NEW_SHARE: Final = 0.2


@dataclass(slots=True)
class Text:
    """`every_ms`: how often it is drawn. It never comes later than after twice that time."""

    draw: Callable[[Ns], None]
    every_ms: float
    waited_ms: float = 0.0
    takes_ms: float = 0.0


class Rota:
    def __init__(self, texts: Sequence[tuple[Callable[[Ns], None], float]]) -> None:
        count = max(1, len(texts))
        # from the beginning not all at once
        self._texts = [Text(draw, every, every * place / count) for place, (draw, every) in enumerate(texts)]

    def draw(self, now: Ns, frame_ms: float) -> None:
        """Those that are due in a frame of this length."""
        spent, room = 0.0, frame_ms * TEXTS_SHARE
        for text in self._texts:
            text.waited_ms += frame_ms
        due = [text for text in self._texts if text.waited_ms >= text.every_ms]
        for text in sorted(due, key=lambda text: text.every_ms - text.waited_ms):
            late = text.waited_ms >= 2 * text.every_ms
            if spent and spent + text.takes_ms > room and not late:
                continue
            text.waited_ms = 0.0
            began = time.perf_counter()
            text.draw(now)
            took = (time.perf_counter() - began) * 1000
            text.takes_ms += (took - text.takes_ms) * _NEW_SHARE
            spent += took
