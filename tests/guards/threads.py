"""Whoever starts a thread ends it: what is still running two seconds after a test fails that test."""

import threading
import time
from collections.abc import Iterator

import pytest

GRACE = 2.0
# databento keeps one loop for all its clients; the others belong to pytest's own tools
_OWNED_BY_LIBRARIES = ("databento_live", "pytest_timeout", "execnet", "Dummy-")


def _ours() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if not any(name in t.name for name in _OWNED_BY_LIBRARIES)}


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    before = _ours()
    yield
    deadline = time.monotonic() + GRACE
    for thread in _ours() - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = sorted(t.name for t in _ours() - before)
    if left:
        pytest.fail("threads left behind: " + ", ".join(left))
