"""The real window on the real engine in a process of its own, timing its frames when told to.

It is started with a data folder and a file of addresses. Each line it reads is one order, `frames SECONDS`,
`memory SECONDS`, `records SECONDS` or `connections SECONDS`; each answer is one line of JSON. The end of
its input is its end.
"""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.cli.parser import parser
from app.commands import EngineCommands
from app.composition import engine_parts
from app.display import choose_platform
from app.domain import tape
from app.domain.errors import ConfigError
from app.domain.updates import ChainArrived, FlowChanged, Prints, TopChanged, Update
from app.engine.engine import Engine
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.ports import Clock
from app.engine.pulse import memory_mb
from app.startup import Start, prepare
from app.system.memory import hold_little_back
from app.ui.collector import Collector
from app.ui.frames import Frames
from app.ui.layout_store import MemoryLayout
from app.ui.main_window import MainWindow
from app.workstation import SWITCH_INTERVAL_S

_LONG_MS: Final = 16.0
_READY_S: Final = 60.0
_LOOK_S: Final = 0.1
_WIDTH, _HEIGHT = 1920, 1080


class EveryFrame(Frames):
    """Keeps all frames since `clear`, not only the last minutes, and what each took of the processor.

    Where others use the machine as well, a thread is busy longer than it works.
    """

    def __init__(self) -> None:
        super().__init__()
        self.busy: list[float] = []
        self.late: list[float] = []
        self.worked: list[float] = []
        self.taken: list[float] = []
        """How long ago what this frame took was received, in milliseconds."""
        self.painted: list[float] = []
        self._worked = time.thread_time()

    def add(self, busy_ms: float, late_ms: float) -> None:
        super().add(busy_ms, late_ms)
        self.painted += [waited + busy_ms for waited in self.taken]
        self.taken.clear()
        self.busy.append(busy_ms)
        self.late.append(late_ms)
        worked, self._worked = self._worked, time.thread_time()
        self.worked.append((self._worked - worked) * 1000)

    def clear(self) -> None:
        super().clear()
        self.busy, self.late, self.worked, self.painted = [], [], [], []
        self.taken.clear()


class CountedOutbox:
    """What the window takes: counted by kind, how old it was, and when each connection was first heard."""

    def __init__(self, outbox: Outbox, clock: Clock, frames: EveryFrame) -> None:
        self._outbox = outbox
        self._clock = clock
        self._frames = frames
        self.kinds: Counter[type] = Counter()
        self.heard: dict[str, float] = {}
        self.arrived = asyncio.Event()
        """Trades and a chain have reached the screen."""

    def take(self, limit: int) -> tuple[Update, ...]:
        taken = self._outbox.take(limit)
        self.kinds.update(type(update) for update in taken)
        now = self._clock.now()
        for update in taken:
            if isinstance(update, Prints | TopChanged):
                origin = update.provenance
                self.heard.setdefault(origin.snapshot_id, time.monotonic())
                # quotes of options are told ten times a second, however often they change
                if "option" not in origin.snapshot_id:
                    self._frames.taken.append((now - origin.ts_recv) / 1e6)
        if self.kinds[FlowChanged] and self.kinds[ChainArrived]:
            self.arrived.set()
        return taken


class Watched:
    def __init__(self, start: Start) -> None:
        commands = EngineCommands()
        self._start = start
        self._frames = EveryFrame()
        self._outbox = CountedOutbox(start.outbox, start.clock, self._frames)
        self.window = MainWindow(
            self._outbox, commands, start.settings, MemoryLayout(), start.clock, start.calendar
        )
        self.window.pump.frames = self._frames
        self._host = EngineHost(lambda: Engine(engine_parts(start, start.elsewhere)))
        self._commands = commands
        self._collector = Collector(self.window)

    async def begin(self) -> None:
        """Until trades and a chain are on the screen, and records are read by compiled code."""
        self.window.resize(_WIDTH, _HEIGHT)
        self.window.begin()
        spread(self.window)
        self._start.clock.follow(self._start.elsewhere.clock)
        self._collector.start()
        await asyncio.to_thread(self._host.start)
        self._commands.attach(self._host)
        async with asyncio.timeout(_READY_S):
            await self._outbox.arrived.wait()
            # a first start compiles meanwhile, on the same processor
            await asyncio.to_thread(_until_warm)

    async def frames(self, seconds: float) -> dict[str, Any]:
        records, dropped = self._host.engine.records(), self._start.outbox.dropped
        self._frames.clear()
        self._outbox.kinds.clear()
        process, window = time.process_time(), time.thread_time()
        await asyncio.sleep(seconds)
        window_s = time.thread_time() - window
        return {
            "window_s": window_s,
            "others_s": time.process_time() - process - window_s,
            "painted": self._frames.painted,
            "megabytes": memory_mb(),
            "busy": self._frames.busy,
            "late": self._frames.late,
            "worked": self._frames.worked,
            "over_16_ms": int((np.array(self._frames.busy) > _LONG_MS).sum()),
            "records": self._host.engine.records() - records,
            "dropped": self._start.outbox.dropped - dropped,
            "seconds": seconds,
            "updates": {kind.__name__: count for kind, count in self._outbox.kinds.most_common()},
            "seen": [name for name, panel in self.window.panels.items() if panel.seen],
            "size": [self.window.width(), self.window.height()],
        }

    async def records(self, seconds: float) -> dict[str, Any]:
        """All that the engine ever received."""
        await asyncio.sleep(seconds)
        return {"records": self._host.engine.records()}

    async def memory(self, seconds: float) -> dict[str, Any]:
        """Resident megabytes, once a second."""
        samples = []
        for _ in range(max(4, round(seconds))):
            await asyncio.sleep(1)
            samples.append(memory_mb())
        return {"megabytes": samples}

    async def connections(self, seconds: float) -> dict[str, Any]:
        """When something of each connection was first taken to be painted."""
        await asyncio.sleep(seconds)
        return {"heard": self._outbox.heard}

    async def end(self) -> None:
        self._collector.stop()
        self.window.end()
        await asyncio.to_thread(self._host.stop)


def spread(window: MainWindow) -> None:
    """Every panel beside the others, none behind a tab: the dearest window there can be."""
    docks = [dock for _, _, dock in window.docks.all()]
    columns = [docks[place::3] for place in range(3)]
    area = Qt.DockWidgetArea.LeftDockWidgetArea
    for dock in docks:
        dock.setFloating(False)
        window.removeDockWidget(dock)
    window.addDockWidget(area, columns[0][0])
    for left, right in pairwise(columns):
        window.splitDockWidget(left[0], right[0], Qt.Orientation.Horizontal)
    for column in columns:
        for above, below in pairwise(column):
            window.splitDockWidget(above, below, Qt.Orientation.Vertical)
    for dock in docks:
        dock.show()


async def serve(start: Start) -> None:
    watched = Watched(start)
    orders: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    reading = threading.Thread(target=_read, args=(loop, orders), name="orders", daemon=True)
    try:
        await watched.begin()
        reading.start()
        _say(ready=True, python=sys.version.split()[0], platform=QApplication.platformName())
        while (order := await orders.get()) is not None:
            what, seconds = order.split()
            measure = {
                "frames": watched.frames, "memory": watched.memory, "connections": watched.connections,
                "records": watched.records,
            }[what]  # fmt: skip
            _say(**await measure(float(seconds)))
    finally:
        await watched.end()


def main(arguments: Sequence[str]) -> None:
    import qasync

    from app.ui.application import make_application

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    hold_little_back()
    choose_platform(unattended=True)
    data_dir, addresses = arguments
    start = prepare(
        parser().parse_args(["--data-dir", data_dir, "--sources", addresses, "--exit-after", "1"])
    )
    if isinstance(start, str):
        raise ConfigError(start)
    application = make_application(["pitwall"], start.settings.screen_theme)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        runner.run(serve(start))
    start.instance.release()
    start.hooks.uninstall()
    start.logs.close()


def _until_warm() -> None:
    by = time.monotonic() + _READY_S
    while not tape.is_warm() and time.monotonic() < by:
        time.sleep(_LOOK_S)


def _read(loop: asyncio.AbstractEventLoop, orders: "asyncio.Queue[str | None]") -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(orders.put_nowait, line.strip())
    loop.call_soon_threadsafe(orders.put_nowait, None)


def _say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
