"""Tests never see the user's keys: a keyring in memory, no key in the environment, and a canary to look for.

Whatever a test stores in this keyring, and the canary itself, must appear nowhere else: not in a log record,
not in what was printed, not in a file under the test's `tmp_path`, in no common encoding.
"""

import base64
import gzip
import logging
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import keyring
import keyring.errors
import pytest
import zstandard
from keyring.backend import KeyringBackend
from keyring.backends import SecretService

from tests.guards.logs import WrittenRecords

# As long as a Databento key, and different from itself once it is URL-encoded.
CANARY = "db-Canary+nowhere/to=be%seen0042"
SHORTEST_SECRET = 12

for _name in [n for n in os.environ if n.endswith("_API_KEY") or n.startswith("PITWALL_")]:
    del os.environ[_name]
# for child processes
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


class MemoryKeyring(KeyringBackend):
    """The system's keyring as tests know it; every test starts with an empty one."""

    priority = -1  # never chosen when a test asks for the real one

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.ever_stored: set[str] = set()

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password
        self.ever_stored.add(password)

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("no such password")


@pytest.fixture(autouse=True)
def memory_keyring(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryKeyring]:
    ours, before = MemoryKeyring(), keyring.get_keyring()
    if request.node.get_closest_marker("real_keyring"):
        request.getfixturevalue("secret_service")
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
        # get_keyring() would answer with what it found at its first call, before this bus was there
        keyring.set_keyring(SecretService.Keyring())  # type: ignore[no-untyped-call]
    else:
        keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def canary() -> str:
    """A key to give to sources and stores; the guard below looks for it everywhere afterwards."""
    return CANARY


@pytest.fixture(autouse=True)
def _secrets_stay_secret(
    request: pytest.FixtureRequest, memory_keyring: MemoryKeyring, written_records: WrittenRecords
) -> Iterator[None]:
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    secrets = {CANARY} | {s for s in memory_keyring.ever_stored if len(s) >= SHORTEST_SECRET}
    looks = tuple(look for secret in secrets for look in disguises(secret))
    found = [f"log record of {r.name}" for r in written_records.all if _shows(_text(r), looks)]
    if folder is not None:
        found += leaks_below(folder, looks)
    if found:
        pytest.fail("a key can be read in: " + ", ".join(found))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    looks = disguises(CANARY)
    if report.outcome == "passed" and any(_shows(text.encode(), looks) for _, text in report.sections):
        report.outcome, report.longrepr = "failed", "the canary key was printed"
    return report


def disguises(secret: str) -> tuple[bytes, ...]:
    """The secret as it is, URL-encoded, and as it looks inside base64 at each of the three alignments."""
    raw = secret.encode()
    plain = {raw, quote(secret, safe="").encode(), quote_plus(secret).encode()}
    shifted = {base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3)}
    return tuple(plain | shifted)


def leaks_below(folder: Path, looks: Iterable[bytes]) -> list[str]:
    looks = tuple(looks)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    return [str(p.relative_to(folder)) for p in files if any(_shows(part, looks) for part in _parts(p))]


def _parts(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return  # a program that ends takes the files of its database's writers with it
    yield _unpacked(content)
    if content.startswith(b"SQLite format 3\0"):
        yield from _cells(path)


def _cells(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(path)) as database:
        for (table,) in database.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in database.execute(f'select * from "{table}"'):  # noqa: S608 -- a name it gave us itself
                for value in row:
                    yield _unpacked(value) if isinstance(value, bytes) else str(value).encode()


def _unpacked(content: bytes) -> bytes:
    try:
        if content.startswith(b"\x28\xb5\x2f\xfd"):
            return zstandard.ZstdDecompressor().decompressobj().decompress(content)
        if content.startswith(b"\x1f\x8b"):
            return gzip.decompress(content)
    except (zstandard.ZstdError, OSError, EOFError):
        return content  # damaged on purpose
    return content


def _text(record: logging.LogRecord) -> bytes:
    return logging.Formatter("%(name)s %(message)s").format(record).encode("utf-8", "replace")


def _shows(content: bytes, looks: Iterable[bytes]) -> bool:
    return any(look in content for look in looks)
