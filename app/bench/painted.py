"""Receives a live stream while the main thread paints a chart thirty times a second; a process of its own.

Each line it reads is the address of a gateway; the answer is one line of JSON when all of its stream came.
The end of its input is its end.
"""

import json
import sys
import threading
from typing import Any, Final

import numpy as np
import pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.bench.live import receive
from app.display import choose_platform
from app.domain import tape
from app.workstation import SWITCH_INTERVAL_S

_EVERY_MS: Final = 33
_CURVES: Final = 5
_POINTS: Final = 2_000


class Chart:
    """Curves that all change with each frame: more than the window ever paints anew."""

    def __init__(self) -> None:
        self.frames = 0
        self._widget = pyqtgraph.PlotWidget()
        self._widget.resize(1200, 700)
        self._curves = [self._widget.plot() for _ in range(_CURVES)]
        self._noise = np.random.default_rng(1).normal(size=(_CURVES, _POINTS)).cumsum(axis=1)
        self._widget.show()

    def paint(self) -> None:
        self.frames += 1
        for place, curve in enumerate(self._curves):
            curve.setData(np.roll(self._noise[place], -self.frames))
        self._widget.repaint()


def main() -> None:
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    choose_platform(unattended=True)
    tape.warm_up()
    application = QApplication([])
    chart = Chart()
    timer = QTimer()
    timer.timeout.connect(chart.paint)
    timer.start(_EVERY_MS)
    serving = threading.Thread(target=_serve, args=(chart, application), daemon=True)
    serving.start()
    _say(ready=True)
    application.exec()


def _serve(chart: Chart, application: QApplication) -> None:
    for line in sys.stdin:
        before = chart.frames
        received, ended = receive(line.strip())
        _say(received=received, ended=ended, frames=chart.frames - before)
    application.quit()


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
