"""The heartbeat of the screen: one precise timer takes updates, lets panels paint, keeps the time.

Texts and tables follow a slower beat. A frame that comes very late is a lag and is said so for a while.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

from app.domain.units import Ns
from app.domain.updates import Update
from app.ui.frames import LAG_MS, Frames
from app.ui.outside import Clock, Outbox
from app.ui.rota import Rota

PUMP_MS: Final = 2.5
"""Most time a frame gives to updates; what is left waits for the next one."""

_BATCH: Final = 50
_LAG_SHOWN_S: Final = 10.0


class Pump(QObject):
    def __init__(
        self,
        parent: QObject,
        outbox: Outbox,
        clock: Clock,
        frames_per_s: int,
        dispatch: Callable[[Update], None],
        draw: Callable[[Ns], None],
        texts: Sequence[tuple[Callable[[Ns], None], float]],
    ) -> None:
        super().__init__(parent)
        self.frames = Frames()
        self._outbox, self._clock = outbox, clock
        self._dispatch, self._draw, self._rota = dispatch, draw, Rota(texts)
        self._left: deque[Update] = deque()
        self._busy_ms = 0.0
        self._last: float | None = None
        self._lagged_at, self._lag = 0.0, ""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.set_rate(frames_per_s)
        self._timer.timeout.connect(self.frame)

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def set_rate(self, frames_per_s: int) -> None:
        self._timer.setInterval(max(16, round(1000 / frames_per_s)))

    def start(self) -> None:
        self._last = None
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def spent(self, ms: float) -> None:
        """Painting outside `frame` that belongs to the frame before it."""
        self._busy_ms += ms

    def lag(self) -> str:
        """The newest lag in words, for ten seconds; empty while all is well."""
        return self._lag if self._lag and time.perf_counter() - self._lagged_at < _LAG_SHOWN_S else ""

    def frame(self) -> None:
        began = time.perf_counter()
        self._measure(began)
        self.take(began + PUMP_MS / 1000)
        now = self._clock.now()
        self._rota.draw(now, self._timer.interval())
        self._draw(now)
        self._busy_ms += (time.perf_counter() - began) * 1000

    def take(self, until: float) -> None:
        while self._left or (batch := self._outbox.take(_BATCH)):
            if not self._left:
                self._left.extend(batch)
            while self._left:  # what is left when a listener fails comes with the next frame
                self._dispatch(self._left.popleft())
            if time.perf_counter() > until:
                return

    def _measure(self, began: float) -> None:
        if self._last is not None:
            since = (began - self._last) * 1000
            late = max(0.0, since - self._timer.interval())
            self.frames.add(self._busy_ms, late)
            if late > LAG_MS:
                self._lagged_at, self._lag = began, f"UI lag {since:,.0f} ms"
        self._busy_ms, self._last = 0.0, began
