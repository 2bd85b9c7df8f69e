"""The program as a script starts it: a process of its own, its answers and its exit code."""

import os
import subprocess
import sys
from pathlib import Path

NOBODY = {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "DATABENTO_API_KEY", "DBUS_SESSION_BUS_ADDRESS"}


def pitwall(
    *arguments: str | Path, data: Path, typed: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Without a screen, a keyring or a key; `typed` comes from standard input."""
    known = {name: value for name, value in os.environ.items() if name not in NOBODY}
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, arguments)],
        env={**known, "PITWALL_DATA_DIR": str(data), **(env or {})},
        input=typed, capture_output=True, text=True, timeout=40, check=False,
    )  # fmt: skip


def refusal(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The one line that a refused command says, when that is all it did."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("pitwall")
    assert "Traceback" not in done.stderr
    return done.stderr.strip()
