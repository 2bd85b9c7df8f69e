"""The project's `.venv`: made, filled with exactly the pinned packages, and recognised as ready in no time.

Two marks inside it tell its state. `pitwall-ready` holds what was installed, so a later start only compares;
`pitwall-installing` is there while packages are being written, so an interrupted set-up is started afresh:
pip takes a half-written package for an installed one.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.progress import Counter, say
from bootstrap.trouble import Trouble, from_os_error, from_tool, not_writable

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
        return PYTHON.exists() and CONFIG.exists() and _mark(level) in READY.read_text("utf-8").splitlines()
    except OSError:
        return False


def make_ready(level: str) -> None:
    """Whatever is missing for `run`, `test` or `browser`, however the last attempt ended."""
    if is_ready(level):
        return
    if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
        raise Trouble(not_writable(ROOT))
    try:
        with _one_at_a_time():
            if not is_ready(level):
                _install(level)
    except OSError as e:
        raise from_os_error(e, ROOT) from e


def _install(level: str) -> None:
    began = time.monotonic()
    if not _is_sound():
        _build_anew()
    kept = READY.read_text("utf-8").splitlines() if READY.exists() else []
    INSTALLING.touch()
    READY.unlink(missing_ok=True)
    file = REQUIREMENTS[level]
    _pip(["--require-hashes", "-r", str(file)], count=_number_of_pins(file))
    say("Installing Pitwall itself")
    _pip(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)], count=1)
    now = {_mark(covered) for covered in COVERS[level]}
    current = {_mark(known) for known in REQUIREMENTS}
    READY.write_text("\n".join(sorted(now | (current & set(kept)))) + "\n", "utf-8")
    INSTALLING.unlink()
    say(f"Ready after {time.monotonic() - began:.0f} s.")


def _mark(level: str) -> str:
    """Names all that decides what is installed: the pins, our own description, this Python, this place."""
    content = hashlib.sha256(str(ROOT).encode())
    for file in (REQUIREMENTS[level], ROOT / "pyproject.toml"):
        content.update(file.read_bytes())
    return f"{level} {sys.version_info[0]}.{sys.version_info[1]} {content.hexdigest()}"


def _number_of_pins(file: Path) -> int:
    return sum(line[:1].isalnum() for line in file.read_text("utf-8").splitlines())


def _is_sound() -> bool:
    """It can be added to: it answers, with pip and this Python's version, and no set-up broke off in it."""
    if INSTALLING.exists() or not PYTHON.exists() or not CONFIG.exists():
        return False
    ask = [str(PYTHON), "-c", "import pip, sys; print(*sys.version_info[:2], sep='.')"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == f"{sys.version_info[0]}.{sys.version_info[1]}"


def _build_anew() -> None:
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        say("Removing .venv: it is damaged, from another Python, or was never finished")
        shutil.rmtree(VENV)
    say("Making .venv")
    bundled_pip = importlib.util.find_spec("ensurepip") is not None
    python = getattr(sys, "_base_executable", "") or sys.executable
    make = [python, "-m", "venv", str(VENV)] + ([] if bundled_pip else ["--without-pip"])
    made = subprocess.run(make, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise from_tool("Python", "make .venv", made.stdout + made.stderr, ROOT)


def _pip_command() -> list[str]:
    """Pip inside `.venv`, or this Python's own working on it: Debian packs ensurepip separately."""
    inside = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*inside, "--version"], capture_output=True, check=False).returncode == 0:
        return inside
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _pip(what: list[str], count: int) -> None:
    command = [*_pip_command(), "install", "--disable-pip-version-check", "--no-input", *what]
    counter, output = Counter(count), []
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as run:
        assert run.stdout is not None  # noqa: S101 -- for the type checker: it was asked for
        for line in run.stdout:
            output.append(line)
            if line.startswith("Collecting "):
                counter.step(line.split()[1])
            elif line.startswith("Installing collected packages"):
                counter.end("  writing them to .venv")
    if run.returncode != 0:
        raise from_tool("pip", "install the pinned packages", "".join(output), ROOT)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two starts at once take turns; the lock sits on a file that is there anyway."""
    try:
        import fcntl
    except ImportError:  # not on Windows, where opening the half-made files fails by itself
        yield
        return
    with (ROOT / "pyproject.toml").open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up is at work here; waiting for it")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
