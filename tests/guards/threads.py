"""Whoever starts a thread ends it: what is still running two seconds after a test fails that test."""

import sys
import threading
import time
import traceback
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
    left = sorted(_ours() - before, key=lambda t: t.name)
    if left:
        doing = "\n".join(f"{t.name}\n{_stack(t)}" for t in left)
        pytest.fail("threads left behind: " + ", ".join(t.name for t in left) + "\n" + doing)


def _stack(thread: threading.Thread) -> str:
    frame = sys._current_frames().get(thread.ident or 0)
    return "".join(traceback.format_stack(frame)[-8:]) if frame is not None else "has just ended"
