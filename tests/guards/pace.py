"""A test whose market keeps the time of the wall is not traced for coverage.

Tracing costs several times the work itself, most of it in a lock that all threads of engine, feeds and
simulators ask for at each call: vendors then answer late, and the test tells of the tracer, not the program.
"""

import pytest

# what such a test is made of
_MARKETS = ("Farm", "live_run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and any(hasattr(item.module, name) for name in _MARKETS):
            item.add_marker("no_cover")
