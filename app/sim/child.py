"""The simulators in a process of their own, so that they and the program do not share one interpreter."""

import json
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from app.domain.errors import ConfigError
from app.domain.units import Ns, iso
from app.sim.__main__ import TIED

_PATIENCE: Final = 60.0  # seconds; the first start on a machine compiles the kernels
_GRACE: Final = 3.0
_TAIL: Final = 20  # lines of its complaints that are kept


@dataclass(frozen=True, slots=True)
class ClockOrigin:
    """Simulated time is `start_ns` plus `speed` times what has passed since `wall_ns`."""

    start_ns: Ns
    wall_ns: Ns
    speed: float


class FarmChild:
    """`addresses` and `clock_origin` are known once `start` has returned."""

    def __init__(
        self,
        seed: int = 1,
        start: Ns | None = None,
        speed: float = 1.0,
        activity: float = 1.0,
        *,
        patience: float = _PATIENCE,
    ) -> None:
        self.addresses: dict[str, str] = {}
        self.clock_origin: ClockOrigin | None = None
        self._command = [*_program(), "--seed", str(seed), "--speed", f"{speed}", "--activity", f"{activity}"]
        if start is not None:
            self._command += ["--at", iso(start)]
        self._command.append("--json")
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._readers: list[threading.Thread] = []
        self._lines: queue.Queue[bytes | None] = queue.Queue()
        self._complaints: deque[str] = deque(maxlen=_TAIL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> dict[str, Any]:
        """What it says of itself: addresses and `clock`. ConfigError when it does not come up in time; then
        nothing is left of it."""
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
            )
        except OSError as why:
            raise ConfigError("The simulators could not be started.", detail=repr(why)) from why
        self._read(self._process.stdout, self._lines.put)
        self._read(self._process.stderr, self._complain)
        try:
            return self._hear()
        except ConfigError:
            self.stop()
            raise

    def stop(self) -> None:
        """At once: it has nothing to keep, and winding up took it half a second."""
        process = self._process
        if process is None:
            return
        self._process = None
        if process.stdin is not None:
            process.stdin.close()
        process.kill()
        process.wait()
        for reader in self._readers:
            reader.join(_GRACE)
        self._readers.clear()

    def _hear(self) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=self._patience)
        except queue.Empty:
            raise ConfigError(
                f"The simulators did not start within {self._patience:g} seconds.", detail=self._said()
            ) from None
        if line is None:
            raise ConfigError("The simulators ended while they were starting.", detail=self._said())
        try:
            said: dict[str, Any] = json.loads(line)
            clock = said["clock"]
            self.clock_origin = ClockOrigin(Ns(clock["start_ns"]), Ns(clock["wall_ns"]), clock["speed"])
        except (ValueError, KeyError, TypeError) as why:
            raise ConfigError("The simulators said something unexpected.", detail=repr(line[:200])) from why
        self.addresses = {name: said[name] for name in said if name != "clock"}
        return said

    def _read(self, stream: IO[bytes] | None, take: Callable[[bytes | None], None]) -> None:
        def run() -> None:
            for line in stream or ():
                take(line)
            take(None)
            if stream is not None:
                stream.close()

        self._readers.append(threading.Thread(target=run, name="sim-child-reader", daemon=True))
        self._readers[-1].start()

    def _complain(self, line: bytes | None) -> None:
        if line is not None:
            self._complaints.append(line.decode("utf-8", "replace").rstrip())

    def _said(self) -> str:
        return "\n".join(self._complaints)


def _program() -> list[str]:
    """A frozen program starts itself with its own command for the simulators."""
    return [sys.executable, "sim"] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app.sim"]


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{known}" if known else root, TIED: "1"}
