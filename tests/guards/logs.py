"""A warning nobody expected fails the test, and so does an expected one that never came.

Mark what belongs to the story: `@pytest.mark.expected_log("part of the text")`.
"""

import logging
from collections.abc import Iterator

import pytest

# Written in full during tests, so that the guard of the keys sees what a user could switch on. Not the root:
# numba writes every bytecode at DEBUG.
SCANNED = ("app", "databento", "urllib3", "websockets", "keyring")


class WrittenRecords(logging.Handler):
    """Every record the test caused, whatever thread it came from."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.all: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.all.append(record)

    def warnings(self) -> list[logging.LogRecord]:
        return [r for r in self.all if r.levelno >= logging.WARNING]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expected_log(*texts): log warnings that belong to this test")


@pytest.fixture(autouse=True)
def written_records(request: pytest.FixtureRequest) -> Iterator[WrittenRecords]:
    written, root = WrittenRecords(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in SCANNED}
    root.addHandler(written)
    for name in SCANNED:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield written
    root.removeHandler(written)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    expected = [text for mark in request.node.iter_markers("expected_log") for text in mark.args]
    came = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in written.warnings()]
    surprises = [line for line in came if not any(text in line for text in expected)]
    missed = [text for text in expected if not any(text in line for line in came)]
    if surprises:
        pytest.fail("unexpected in the log:\n" + "\n".join(surprises))
    if missed:
        pytest.fail("expected in the log, but never written: " + ", ".join(missed))
