"""What a broken run leaves for the next one."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.system.clock import RealClock
from app.system.crash import CrashHooks, previous_crash
from app.system.paths import Paths
from app.system.redact import SecretRedactor

KEY = "db-simulatedSIMULATEDsimulated000"
DIES = """
import sys
from pathlib import Path
from app.system.clock import RealClock
from app.system.crash import CrashHooks
from app.system.paths import Paths
from app.system.redact import SecretRedactor
CrashHooks(Paths(Path(sys.argv[1])), SecretRedactor(), RealClock()).install()
exec(sys.argv[2])
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


@pytest.fixture
def hooks(paths: Paths) -> Iterator[CrashHooks]:
    redactor = SecretRedactor()
    redactor.learn(KEY)
    made = CrashHooks(paths, redactor, RealClock())
    made.install()
    yield made
    made.uninstall()


def dies(paths: Paths, how: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", DIES, str(paths.data), how], timeout=30, capture_output=True, check=False
    ).returncode


def test_nothing_is_told_after_a_good_run(paths: Paths) -> None:
    assert dies(paths, "pass") == 0
    assert previous_crash(paths) is None


def test_an_uncaught_exception_is_told_once_at_the_next_start(paths: Paths) -> None:
    assert dies(paths, "raise ValueError('the tape tore')") == 1
    told = previous_crash(paths)
    assert told is not None
    assert "the tape tore" in told
    assert "in the main thread" in told
    assert previous_crash(paths) is None


def test_a_fault_below_python_is_told_at_the_next_start(paths: Paths) -> None:
    assert dies(paths, "import faulthandler; faulthandler._sigsegv()") < 0
    told = previous_crash(paths)
    assert told is not None
    assert "Segmentation fault" in told


@pytest.mark.expected_log("Something broke")
def test_an_exception_in_a_thread_is_kept_without_its_secrets(hooks: CrashHooks, paths: Paths) -> None:
    def work() -> None:
        raise RuntimeError(f"refused with {KEY}")

    thread = threading.Thread(target=work, name="io-1")
    thread.start()
    thread.join()
    told = previous_crash(paths)
    assert told is not None
    assert "io-1" in told
    assert KEY not in told


@pytest.mark.expected_log("Something broke")
async def test_an_exception_in_a_loop_is_kept(hooks: CrashHooks, paths: Paths) -> None:
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(hooks.in_loop("engine"))
    try:
        loop.call_exception_handler({"message": "task died", "exception": KeyError("NQ")})
    finally:
        loop.set_exception_handler(before)
    told = previous_crash(paths)
    assert told is not None
    assert "engine loop: task died" in told


@pytest.mark.expected_log("Something broke")
def test_a_loop_that_fails_for_ever_does_not_fill_the_disk(hooks: CrashHooks, paths: Paths) -> None:
    for _ in range(100):
        hooks.note("in a test", ValueError("again"))
    assert len(list(paths.crash.glob("crash-*.txt"))) == 20
