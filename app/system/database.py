"""One SQLite file for everything that is counted, listed or charged; several processes may share it.

A damaged file is set aside and a new one begun. All calls come from one thread: the first one decides which.
"""

import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.engine.ports import Clock
from app.system.atomic import set_aside
from app.system.migrations import MIGRATIONS

_log = logging.getLogger(__name__)

# Another process holds the write lock for milliseconds; this is for a machine that was asleep.
_PATIENCE_SECONDS: Final = 10.0
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# A full check reads the whole file: 100 ms for 50 MB.
_LARGEST_CHECKED: Final = 50_000_000


class Database:
    """Opened by its first use, in the thread of that use."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._thread: int | None = None
        self.notices: list[str] = []

    def rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with _sentences():
            return self._opened().execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        found = self.rows(query, values)
        return found[0] if found else None

    def write(self, statement: str, values: Sequence[object] = ()) -> None:
        with self.transaction() as connection, _sentences():
            connection.execute(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Takes the write lock at once, so that what is read inside is still true when it is written."""
        connection = self._opened()
        if connection.in_transaction:
            yield connection
            return
        with _sentences():
            connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            _roll_back(connection)
            raise
        with _sentences():
            connection.execute("COMMIT")

    def close(self) -> None:
        if self._connection is not None:
            self._opened().close()
            self._connection = None

    def _opened(self) -> sqlite3.Connection:
        here = threading.get_ident()
        if self._connection is not None:
            if here != self._thread:
                raise RuntimeError("the store belongs to the thread that first used it")
            return self._connection
        with _sentences():
            try:
                self._connection = self._open()
            except sqlite3.DatabaseError as e:
                if not _is_damage(e):
                    raise
                self._keep_damaged()
                self._connection = self._open()
        self._thread = here
        return self._connection

    def _open(self) -> sqlite3.Connection:
        # made by us, so that journal and database are the owner's only
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._path, timeout=_PATIENCE_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            # a reservation in the ledger must outlive a power cut
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            if self._path.stat().st_size <= _LARGEST_CHECKED:
                _check(connection)
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _keep_damaged(self) -> None:
        kept = set_aside(self._path, self._clock.now())
        for tail in ("-wal", "-shm"):
            rest = self._path.with_name(self._path.name + tail)
            if rest.exists():
                rest.rename(kept.with_name(kept.name + tail))
        notice = f"The database was damaged. It was kept as {kept.name}; a new one was begun."
        self.notices.append(notice)
        _log.warning("%s", notice)


def _check(connection: sqlite3.Connection) -> None:
    if (told := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        error = sqlite3.DatabaseError(told)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise ConfigError(
                "The database was written by a newer Pitwall. Update Pitwall, or choose another --data-dir."
            )
        for step in MIGRATIONS[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite has already rolled back when the disk was full
        connection.execute("ROLLBACK")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


@contextmanager
def _sentences() -> Iterator[None]:
    """What the user can mend (a full disk, a lock held for long) becomes a sentence; a bug stays a bug."""
    try:
        yield
    except sqlite3.OperationalError as e:
        code = getattr(e, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code == sqlite3.SQLITE_ERROR:
            raise
        raise ConfigError(f"The database cannot be used: {e}.", detail=repr(e)) from e
    except OSError as e:
        raise ConfigError(f"The database cannot be opened: {e.strerror}.", detail=repr(e)) from e
    except sqlite3.DatabaseError as e:
        if not _is_damage(e):
            raise
        raise ConfigError("The database is damaged; the next start sets it aside.", detail=repr(e)) from e
