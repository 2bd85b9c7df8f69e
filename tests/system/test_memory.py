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
