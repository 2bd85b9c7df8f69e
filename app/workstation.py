"""The workstation: window first, then engine and, in demo, simulators; and the ordered way out.

Nothing here decides anything about markets: it makes the parts, hands them to each other, and waits until
the user leaves.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Final

from app.cli.again import plain, replaying
from app.cli.outcome import EXIT_BAD_INPUT, EXIT_DONE, complain
from app.commands import EngineCommands
from app.composition import engine_parts, replay_parts
from app.display import choose_platform, refuse_defective_qt
from app.domain.errors import AppError, ConfigError
from app.domain.units import Ns, iso
from app.domain.updates import Notice
from app.elsewhere import Elsewhere, from_map
from app.engine.engine import Engine
from app.engine.host import EngineHost
from app.engine.parts import EngineParts
from app.sim.child import FarmChild
from app.startup import Start, prepare
from app.system.deck import refuse_at_sight
from app.system.memory import hold_little_back

_log = logging.getLogger(__name__)

# Half a millisecond instead of five: while a page is parsed the worst frame is half as long.
SWITCH_INTERVAL_S: Final = 0.0005
# All of leaving, a hanging vendor included, takes less.
LEAVE_S: Final = 5.0


def run(arguments: argparse.Namespace) -> int:
    import PySide6

    choose_platform(unattended=bool(arguments.shot or arguments.exit_after))
    refuse_defective_qt(PySide6.__version__, sys.version_info[:2])
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    hold_little_back()
    start = prepare(arguments)
    if isinstance(start, str):
        complain(start)
        return EXIT_DONE
    return open_window(start)


def open_window(start: Start) -> int:
    import qasync

    from app.ui.application import make_application

    application = make_application(["pitwall"], start.settings.screen_theme)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(application)) as runner:
        workstation = Workstation(start)
        code = runner.run(workstation.live())
    if workstation.again:
        os.execv(sys.executable, [*program(), *workstation.again])  # noqa: S606 - ourselves, no shell
    return code


def program() -> list[str]:
    """How this program is started again."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


class Workstation:
    """One life of the window, from first paint to last file."""

    def __init__(self, start: Start) -> None:
        from app.ui.collector import Collector
        from app.ui.layout_store import IniLayout
        from app.ui.main_window import MainWindow

        self._start = start
        self._commands = EngineCommands()
        self._clock = start.clock
        self._host: EngineHost[Engine] | None = None
        self._farm: FarmChild | None = None
        self._leave = asyncio.Event()
        self._demo = start.demo
        self._again: tuple[str, ...] = ()
        self._threads = ThreadPoolExecutor(2, "desk")
        self._window = MainWindow(
            start.outbox,
            self._commands,
            start.settings,
            IniLayout(start.paths.layout),
            self._clock,
            start.calendar,
        )
        self._collector = Collector(self._window)

    @property
    def again(self) -> tuple[str, ...]:
        """With which arguments the program is to start anew, when the user asked for another kind of run."""
        return self._again

    async def live(self) -> int:
        loop = self._loop = asyncio.get_running_loop()
        loop.set_default_executor(self._threads)
        loop.set_exception_handler(self._start.hooks.in_loop("window"))
        self._window.leave_requested.connect(self._leave.set)
        self._window.demo_requested.connect(self._demo_asked)
        self._window.back_requested.connect(self._back_asked)
        saved = self._window.actions_offered.saved
        saved.replay_requested.connect(self._replay_asked)
        saved.live_requested.connect(lambda: self._begin_again(plain(sys.argv[1:])))
        for number in (signal.SIGINT, signal.SIGTERM) if os.name != "nt" else ():
            # Without this, Ctrl-C waits for the next event of Qt.
            loop.add_signal_handler(number, self._leave.set)
        self._window.begin()
        self._collector.start()
        self._start.instance.listen(self._called)
        self._tell(self._start.notices)
        if self._start.crashed is not None:
            self._window.open_crash_notice(self._start.crashed, str(self._start.paths.crash))
        await asyncio.sleep(0)  # the first paint comes before anything heavy
        work = asyncio.ensure_future(self._begin())  # noqa: TID251 - kept here and awaited below
        try:
            await self._until_leaving()
            if self._start.shot is not None and not self._window.shot(self._start.shot):
                complain(f"The picture {self._start.shot} could not be written.")
                return EXIT_BAD_INPUT
            return EXIT_DONE
        finally:
            work.cancel()
            await self._end()

    async def _begin(self) -> None:
        """Simulators when asked for, then the engine. What fails is said in the window, which stays."""
        try:
            if self._start.asks_first:
                await self._first_steps()
            parts = await self._parts()
            self._clock.follow(parts.clock)
            await self._engine(parts)
        except AppError as e:
            _log.error("%s %s", e, e.detail)
            self._tell((str(e),), severity="ERROR")

    async def _first_steps(self) -> None:
        """Nothing is connected before the user has chosen, or chosen not to choose. The steps go on with the
        engine: it keeps and tests the keys."""
        done = asyncio.Event()
        steps = self._window.open_first_steps()
        for left in (steps.finished, steps.own_data):
            left.connect(lambda *_: self._loop.call_soon(done.set))
        await done.wait()
        self._start.settings_file.save(self._start.settings)

    def _demo_asked(self) -> None:
        """Once something real runs, demo is another run of the program: their numbers never share a chart."""
        if self._start.replay:
            self._tell(("A replay runs alone. Close this window and start Pitwall with --demo.",))
            return
        self._demo = True
        if self._host is not None:
            self._begin_again((*sys.argv[1:], "--demo"))

    def _back_asked(self, moment: Ns) -> None:
        """Back on a tape: what is on screen happened later, so everything begins anew."""
        self._begin_again((*sys.argv[1:], "--at", iso(moment)))

    def _replay_asked(self, files: tuple[str, ...]) -> None:
        """What is no tape is said here, where there is a window to say it in. One that is being recorded has
        its name when this run has ended."""
        try:
            refuse_at_sight(tuple(path for path in map(Path, files) if path.exists()))
        except ConfigError as e:
            self._tell((str(e),))
            return
        self._begin_again(replaying(sys.argv[1:], files))

    def _begin_again(self, arguments: tuple[str, ...]) -> None:
        self._again = arguments
        self._leave.set()

    async def _simulators(self) -> Elsewhere:
        start = self._start
        self._farm = farm = FarmChild(start.seed, start.at, start.speed, start.activity)
        await asyncio.to_thread(farm.start)
        if farm.clock_origin is None:
            raise ConfigError("The simulators did not say their time.")
        return from_map({**farm.addresses, "clock": asdict(farm.clock_origin)}, "the simulators")

    async def _parts(self) -> EngineParts:
        if self._start.replay:
            self._window.notices.say("reading", "Reading the tape…", "INFO")
            try:
                return await asyncio.to_thread(replay_parts, self._start)
            finally:
                self._window.notices.drop("reading")
        elsewhere = await self._simulators() if self._demo else self._start.elsewhere
        return engine_parts(self._start, elsewhere)

    async def _engine(self, parts: EngineParts) -> None:
        self._host = EngineHost(lambda: Engine(parts))
        await asyncio.to_thread(self._host.start)
        self._commands.attach(self._host)

    async def _until_leaving(self) -> None:
        try:
            async with asyncio.timeout(self._start.exit_after):
                await self._leave.wait()
        except TimeoutError:
            _log.info("leaving after %s s, as asked", self._start.exit_after)

    async def _end(self) -> None:
        """Window first, so that leaving feels at once; then everything below it, each step timed."""
        began = time.perf_counter()
        self._window.hide()
        self._collector.stop()
        self._window.end()
        if self._host is not None:
            await asyncio.to_thread(self._host.stop, LEAVE_S - 1.0)
        if self._farm is not None:
            await asyncio.to_thread(self._farm.stop)
        self._start.instance.release()
        self._threads.shutdown(wait=False, cancel_futures=True)
        _log.info("left in %.0f ms", (time.perf_counter() - began) * 1000)
        self._start.hooks.uninstall()
        self._start.logs.close()

    def _called(self) -> None:
        """By a second start, in a thread of its own."""
        self._loop.call_soon_threadsafe(self._come_forward)

    def _come_forward(self) -> None:
        self._window.come_forward()

    def _tell(self, sentences: Iterable[str], severity: str = "WARNING") -> None:
        for number, sentence in enumerate(sentences):
            notice = Notice(self._clock.now(), severity, sentence, f"start/{number}")
            self._start.outbox.put_state(notice)
