"""The log: redacted lines in a rotating file, and the same lines as values for the screen.

Only our own code is ever heard at DEBUG: the debug lines of others hold whole URLs, and Databento's the
answer to its login challenge.
"""

import logging
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from app.domain.units import Ns, iso
from app.domain.updates import LogLine
from app.engine.ports import Clock, Redactor
from app.system.clock import RealClock
from app.system.paths import Paths
from app.system.repeats import Repeats

LARGEST_FILE: Final = 5_000_000
OLDER_FILES: Final = 5
_LONGEST: Final = 20_000
_OURS: Final = "app"
_MILLISECOND: Final = 1_000_000

Listener = Callable[[LogLine], None]


def start_logging(
    paths: Paths, redactor: Redactor, level: str, listener: Listener, clock: Clock | None = None
) -> "Logs":
    """`listener` is called in whatever thread wrote the line; it must not block and must not log."""
    return Logs(paths.logs / "pitwall.log", redactor, level, listener, clock or RealClock())


class Logs:
    """Attached to Python's logging from its making until `close`."""

    def __init__(self, path: Path, redactor: Redactor, level: str, listener: Listener, clock: Clock) -> None:
        self._handler = _Desk(path, redactor, listener, clock)
        root, ours = logging.getLogger(), logging.getLogger(_OURS)
        self._before = root.level, ours.level
        self.set_level(level)
        root.addHandler(self._handler)
        logging.captureWarnings(True)

    def set_level(self, level: str) -> None:
        logging.getLogger(_OURS).setLevel(level)
        logging.getLogger().setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))

    def close(self) -> None:
        logging.captureWarnings(False)
        root, ours = logging.getLogger(), logging.getLogger(_OURS)
        root.removeHandler(self._handler)
        root.setLevel(self._before[0])
        ours.setLevel(self._before[1])
        self._handler.close()


class _Desk(logging.Handler):
    """Turns a record into a line, once, and hands it to file and screen."""

    def __init__(self, path: Path, redactor: Redactor, listener: Listener, clock: Clock) -> None:
        super().__init__()
        self._redactor = redactor
        self._listener = listener
        self._clock = clock
        self._repeats = Repeats(clock)
        self._format = logging.Formatter("%(message)s")
        self._file = _OwnersFile(path, self._tell_once)
        self._cannot_write = False

    def emit(self, record: logging.LogRecord) -> None:
        # A logger may have lowered its own level; nobody but us gets through below INFO.
        if record.levelno < logging.INFO and record.name.partition(".")[0] != _OURS:
            return
        try:
            text = self._redactor.text(self._format.format(record))[:_LONGEST]
        except (TypeError, ValueError) as e:  # a message that does not fit its arguments
            text = f"a log line could not be made: {type(e).__name__}"
        source = record.name.removeprefix(f"{_OURS}.")
        for line in self._repeats.after(LogLine(self._clock.now(), record.levelname, source, text)):
            self._keep(line, record.threadName or "")

    def close(self) -> None:
        for line in self._repeats.rest():
            self._keep(line, "")
        self._file.close()
        super().close()

    def _keep(self, line: LogLine, thread: str) -> None:
        repeated = f" (×{line.repeats})" if line.repeats > 1 else ""
        at = iso(Ns(line.at - line.at % _MILLISECOND))
        self._file.write_line(f"{at:<24} {line.level:<7} {line.source} [{thread}] {line.text}{repeated}")
        self._listener(line)

    def _tell_once(self, why: str) -> None:
        if not self._cannot_write:
            self._cannot_write = True
            text = f"The log file cannot be written: {why}. Lines are shown here only."
            self._listener(LogLine(self._clock.now(), "ERROR", "system.logs", text))


class _OwnersFile(RotatingFileHandler):
    """Readable by its owner only; a full disk is told once and costs the line, nothing more."""

    def __init__(self, path: Path, on_failure: Callable[[str], None]) -> None:
        self._on_failure = on_failure
        super().__init__(path, maxBytes=LARGEST_FILE, backupCount=OLDER_FILES, encoding="utf-8", delay=True)

    def write_line(self, text: str) -> None:
        self.handle(logging.LogRecord("", logging.INFO, "", 0, text, None, None))

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        self._on_failure(error.strerror or "unknown" if isinstance(error, OSError) else type(error).__name__)

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")
