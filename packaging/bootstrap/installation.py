"""Makes the `.venv`, or mends it: packages by pip with their hashes checked, then the project itself."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bootstrap.environment import (
    COVERS,
    INSTALLING,
    PYTHON,
    READY,
    REQUIREMENTS,
    ROOT,
    VENV,
    is_ready,
    is_whole,
    mark,
)
from bootstrap.progress import Counter, say
from bootstrap.trouble import Trouble, from_os_error, from_tool, not_writable


def make_ready(level: str) -> None:
    """Whatever is missing for `run`, `test` or `browser`, however the last attempt ended."""
    place = VENV if VENV.is_dir() else ROOT
    if not os.access(place, os.W_OK):
        raise Trouble(not_writable(place))
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
    say("Installing the pinned Python packages (about 900 MB on disk)")
    _pip(["--require-hashes", "-r", str(REQUIREMENTS[level])])
    say("Installing Pitwall itself")
    _pip(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    before = READY.read_text("utf-8").splitlines() if READY.exists() else []
    still_true = {mark(known) for known in REQUIREMENTS} & set(before)
    now = {mark(covered) for covered in COVERS[level]}
    READY.write_text("\n".join(sorted(now | still_true)) + "\n", "utf-8")
    say(f"Ready after {time.monotonic() - began:.0f} s.")


def _is_sound() -> bool:
    """It can be added to: it answers with this Python's version, and no set-up broke off in it."""
    if not is_whole():
        return False
    ask = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
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
    VENV.mkdir()
    INSTALLING.touch()
    made = subprocess.run(make, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise from_tool("Python", "make .venv", made.stdout + made.stderr, ROOT)
    INSTALLING.unlink()


def _pip_command() -> list[str]:
    """Pip inside `.venv`, or this Python's own working on it: Debian packs ensurepip separately."""
    inside = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*inside, "--version"], capture_output=True, check=False).returncode == 0:
        return inside
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _pip(what: list[str]) -> None:
    """Fetching may fail and leaves all as it was; from the first written file on, only the end is sound."""
    command = [*_pip_command(), "install", "--disable-pip-version-check", "--no-input", *what]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
    INSTALLING.touch()
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as run:
        output, writing = _follow(run.stdout or ())
    if run.returncode == 0 or not writing:
        INSTALLING.unlink()
    if run.returncode != 0:
        raise from_tool("pip", "install the pinned packages", "".join(output), ROOT)


def _follow(lines: Iterable[str]) -> tuple[list[str], bool]:
    """All that pip says, shown as progress; and whether it began to write."""
    counter, seen, writing = Counter(), list[str](), False
    for line in lines:
        seen.append(line)
        if line.startswith("Collecting "):
            counter.step(line.split()[1])
        elif line.startswith("Installing collected packages"):
            counter.end("  writing to .venv")
            writing = True
    return seen, writing


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
