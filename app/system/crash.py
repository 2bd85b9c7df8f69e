"""What is left when something breaks: a redacted file for the next start to show, and never a silent death.

Three kinds of breaking: an exception nobody caught (main thread, other threads, event loops), a fault below
Python (the interpreter's own fault handler writes it), and a process that was killed (leaves nothing).
"""

import faulthandler
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from app.domain.units import moment
from app.engine.ports import Clock, Redactor
from app.system.atomic import write_atomically
from app.system.paths import Paths

_log = logging.getLogger(__name__)

_FAULTS: Final = "faults.log"
_SEEN: Final = ".seen"
# A loop that fails in every frame must not fill the disk.
_MOST_FILES: Final = 20
_LONGEST: Final = 20_000


class CrashHooks:
    """`install` puts them in place; `uninstall` gives back what was there, for tests and an orderly end."""

    def __init__(self, paths: Paths, redactor: Redactor, clock: Clock) -> None:
        self._folder = paths.crash
        self._redactor = redactor
        self._clock = clock
        self._written = 0
        handle = os.open(paths.crash / _FAULTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._faults = os.fdopen(handle, "a", encoding="utf-8")
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        faulthandler.enable(self._faults)
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def uninstall(self) -> None:
        sys.excepthook, threading.excepthook = self._before
        faulthandler.disable()
        self._faults.close()

    def in_loop(self, name: str) -> Callable[[Any, dict[str, Any]], None]:
        """The exception handler of an asyncio loop."""

        def handler(_: Any, context: dict[str, Any]) -> None:
            error = context.get("exception")
            words = f"in the {name} loop: {context.get('message', '')}"
            self.note(words, error if isinstance(error, BaseException) else None)

        return handler

    def note(self, where: str, error: BaseException | None) -> None:
        """Keeps what happened, redacted, in the log and as a file."""
        trace = "".join(traceback.format_exception(error)) if error is not None else ""
        text = self._redactor.text(f"Something broke {where}\n{trace}")[:_LONGEST]
        _log.error("%s", text)
        if self._written >= _MOST_FILES:
            return
        self._written += 1
        stamp = moment(self._clock.now()).strftime("%Y%m%dT%H%M%S%fZ")
        try:
            write_atomically(self._folder / f"crash-{stamp}-{self._written}.txt", text.encode())
        except OSError as e:
            _log.error("The crash file could not be written: %s", e.strerror)

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        self.note("in the main thread", error)

    def _uncaught_in_thread(self, said: threading.ExceptHookArgs) -> None:
        if said.exc_type is SystemExit:
            return  # how a thread may end itself; Python's own hook is silent about it too
        name = said.thread.name if said.thread is not None else "a thread"
        self.note(f"in thread {name}", said.exc_value)


def previous_crash(paths: Paths) -> str | None:
    """What the last run left behind, told once: its files are marked as seen, not removed."""
    found: list[str] = []
    faults = paths.crash / _FAULTS
    if faults.is_file() and faults.stat().st_size:
        found.append(_taken(faults))
    found.extend(_taken(file) for file in sorted(paths.crash.glob("crash-*.txt")))
    _forget_oldest(paths.crash)
    return "\n\n".join(found) or None


def _taken(file: Path) -> str:
    text = file.read_text(encoding="utf-8", errors="replace")[:_LONGEST]
    stamp = file.stat().st_mtime_ns
    file.replace(file.with_name(f"{file.stem}-{stamp}{file.suffix}{_SEEN}"))
    return text


def _forget_oldest(folder: Path) -> None:
    seen = sorted(folder.glob(f"*{_SEEN}"), key=lambda f: f.stat().st_mtime_ns)
    for file in seen[:-_MOST_FILES]:
        file.unlink(missing_ok=True)
