"""Frame times of a real window under load, for the benchmark."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEventLoop

from app.ui.frames import FrameTimes
from app.ui.main_window import MainWindow

SETTLE_S: Final = 2.0
"""Start-up, first layout and first paints are not what is measured."""


def measure_frames(
    window: MainWindow, feed: Callable[[float], None], seconds: float, settle_s: float = SETTLE_S
) -> FrameTimes:
    """`feed` gets the seconds since its last call, about 40 times a second, and puts what happened then.

    The window must have begun; this runs its events itself, so no event loop may be running.
    """
    began = last = time.perf_counter()
    measuring = False
    while (now := time.perf_counter()) < began + settle_s + seconds:
        if not measuring and now >= began + settle_s:
            measuring = True
            window.pump.frames.clear()
        if now - last >= 0.025:
            feed(now - last)
            last = now
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.0005)
    return window.frame_times()
