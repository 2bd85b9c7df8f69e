"""The project's `.venv`: where it is, and whether it already holds exactly the pinned packages.

Two marks inside it tell its state. `pitwall-ready` holds what was installed, so a later start only compares;
`pitwall-installing` is there while packages are being written, so an interrupted set-up is started afresh:
pip takes a half-written package for an installed one.
"""

import hashlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
CONFIG = VENV / "pyvenv.cfg"
READY = VENV / "pitwall-ready"
INSTALLING = VENV / "pitwall-installing"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = {
    "run": ROOT / "packaging" / "requirements.txt",
    "test": ROOT / "packaging" / "requirements-test.txt",
    "browser": ROOT / "packaging" / "requirements-browser.txt",
}
# each set holds all of `run`, in the same versions
COVERS = {"run": ("run",), "test": ("run", "test"), "browser": ("run", "browser")}


def is_ready(level: str) -> bool:
    try:
        return is_whole() and mark(level) in READY.read_text("utf-8").splitlines()
    except OSError:
        return False


def is_whole() -> bool:
    return PYTHON.exists() and CONFIG.exists() and not INSTALLING.exists()


def mark(level: str) -> str:
    """Names all that decides what is installed: the pins, our own description, this Python, this place."""
    content = hashlib.sha256(str(ROOT).encode())
    content.update(REQUIREMENTS[level].read_bytes())
    content.update((ROOT / "pyproject.toml").read_bytes().partition(b"[tool.ruff]")[0])
    return f"{level} {sys.version_info[0]}.{sys.version_info[1]} {content.hexdigest()}"
