"""Collects garbage on the window's thread alone.

Python collects wherever an allocation crosses a threshold, so the engine's thread could destroy a dialog's
widgets while Qt paints: that ends the process. Here it happens in small helpings between frames; what was
made at the start is frozen and never looked at again (full collections had held every thread for 100 ms).
So is what the feeds bring first, the definitions of thousands of options, and whatever made a full collection
long later on.
"""

import gc
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY_MS: Final = 250
_YOUNG: Final = 2_000
_MIDDLE: Final = 8
# Four collections a second of the young: a full one about once in half a minute, when there is work at all.
_OLD: Final = 40
# full collections that would meet what the feeds just brought: 45 to 70 ms each
_SETTLING: Final = 2
_LONG_S: Final = 0.008


class Collector(QObject):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._settled = 0

    def start(self) -> None:
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """The eldest generation that is due; the counts go on while automatic collection is off."""
        young, middle, old = gc.get_count()
        if old > _OLD:
            self._collect_all()
        elif middle > _MIDDLE:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)

    def _collect_all(self) -> None:
        began = time.thread_time()
        settling = self._settled < _SETTLING
        self._settled += settling
        gc.collect(1 if settling else 2)
        if settling or time.thread_time() - began > _LONG_S:
            gc.freeze()  # which survived, and need not be gone through again
