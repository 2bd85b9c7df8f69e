"""What the C library keeps back."""

import subprocess
import sys

import pytest

TOLD = """
import threading
from app.system.memory import hold_little_back
assert hold_little_back()
held = [threading.Thread(target=lambda: bytes(100_000)) for _ in range(12)]
for one in held: one.start()
for one in held: one.join()
import ctypes
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_a_dozen_threads_share_two_heaps() -> None:
    order = [sys.executable, "-c", TOLD]
    said = subprocess.run(order, capture_output=True, text=True, check=True, timeout=60)
    assert 1 <= said.stderr.count("Arena ") <= 2


GIVEN_BACK = """
import numba
from app.engine.pulse import memory_mb
from app.system.memory import give_back
assert numba.njit(lambda number: number + 1)(2) == 3
before = memory_mb()
given = give_back("llvmlite")
assert given > 10_000_000
assert memory_mb() < before - 10
assert numba.njit(lambda number: number + 2)(2) == 4
assert give_back("no such library") == 0
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system's own list of mappings")
def test_a_library_that_was_given_back_can_still_be_used() -> None:
    order = [sys.executable, "-c", GIVEN_BACK]
    done = subprocess.run(order, capture_output=True, text=True, check=False, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")
