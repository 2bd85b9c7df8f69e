"""Garbage is collected between tests, on the main thread: a widget of an earlier test must not die elsewhere.

With automatic collection an engine's thread once destroyed the widgets of a finished test while Qt painted.
"""

import gc
from collections.abc import Iterator

import pytest

EVERY = 25
_count = 0


def pytest_configure() -> None:
    gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    global _count
    yield
    _count += 1
    if _count % EVERY == 0:
        gc.collect()
