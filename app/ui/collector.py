"""Collects garbage on the window's thread alone.

Python collects wherever an allocation crosses a threshold, so the engine's thread could destroy a dialog's
widgets while Qt paints: that ends the process. Here it happens in small helpings between frames; what was
made at the start is frozen and never looked at again (full collections had held every thread for 100 ms).
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

EVERY_MS: Final = 250
_YOUNG: Final = 5_000
_MIDDLE: Final = 8
# Four collections a second of the young: a full one about once in half a minute, when there is work at all.
_OLD: Final = 15


class Collector(QObject):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect)

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
            gc.collect(2)
        elif middle > _MIDDLE:
            gc.collect(1)
        elif young > _YOUNG:
            gc.collect(0)
