"""A part of a benchmark in a process of its own: it says facts as lines of JSON, and ends with its input."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path
from typing import Any, Final, Self

from app.domain.errors import ConfigError

_ROOT: Final = Path(__file__).resolve().parents[2]
_GRACE_S: Final = 5.0
_TAIL: Final = 5


class Child:
    """Used as a context manager; leaving it ends the process."""

    def __init__(self, module: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        known = os.environ.get("PYTHONPATH")
        paths = f"{_ROOT}{os.pathsep}{known}" if known else str(_ROOT)
        self._name = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
        )  # fmt: skip
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._complaints: deque[str] = deque(maxlen=_TAIL)
        self._readers = [
            threading.Thread(target=read, name=f"{module}-reader", daemon=True)
            for read in (self._hear_facts, self._hear_complaints)
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, line: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def heard(self, seconds: float) -> dict[str, Any]:
        """The next facts it says."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise ConfigError(f"{self._name} said nothing for {seconds:.0f} s.") from None
        if line is None:
            raise ConfigError(
                f"{self._name} ended by itself: {' '.join(self._complaints) or 'without a word'}"
            )
        facts: dict[str, Any] = json.loads(line)
        return facts

    def stop(self) -> None:
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            try:
                process.stdin.close()
            except BrokenPipeError:
                process.stdin = None  # it is gone, and what was meant for it
        for end in (process.terminate, process.kill):
            try:
                process.wait(_GRACE_S)
                break
            except subprocess.TimeoutExpired:
                end()
        process.wait()
        for reader in self._readers:
            reader.join(_GRACE_S)

    def _hear_facts(self) -> None:
        with self._process.stdout or open(os.devnull) as facts:  # noqa: PTH123
            for line in facts:
                self._lines.put(line)
        self._lines.put(None)

    def _hear_complaints(self) -> None:
        with self._process.stderr or open(os.devnull) as complaints:  # noqa: PTH123
            self._complaints.extend(line.strip() for line in complaints)
