"""Which captures go when there are too many: never those that others are judged by, and never a pinned one.

Kept whatever happens: pinned captures, the 200 of the strip, the last 20 good ones of each series, and what a
cache entry refers to. Of good ones that nobody has read for so many days 19 of 20 go, but not the first of a
day; failures stay. Beyond the size all the rest goes, good ones first, the longest unread first.
"""

import logging
from sqlite3 import Row
from typing import Final

from app.domain.capture import Outcome
from app.domain.units import DAY, Ns
from app.system.capture_files import CaptureFiles
from app.system.database import Database

_log = logging.getLogger(__name__)

_STRIP: Final = 200
_GOOD_KEPT: Final = 20
# by the number of its row, which never changes: counted anew after each thinning, one of twenty becomes none
_ONE_OF: Final = 20
# In one go; the next save takes the next ones. Removing a file takes 50 µs.
_AT_ONCE: Final = 50
_GOOD: Final = Outcome.ACCEPTED.value

_COLUMNS: Final = ("file", "picture", "aside", "dom")
_FILES: Final = ", ".join(_COLUMNS)
# of a capture: its name, and those of its files
_Going = tuple[str, tuple[str, ...]]

_USED: Final = "SELECT coalesce(sum(stored_size + picture_size), 0) AS used FROM capture"
_FREE: Final = f"""
    SELECT id, {_FILES}, stored_size + picture_size AS size, max(used, fetched) AS used, outcome,
           rowid AS place,
           row_number() OVER (PARTITION BY source, key, fetched / {DAY} ORDER BY fetched) AS place_of_day
    FROM capture
    WHERE pinned = 0
      AND id NOT IN (SELECT capture FROM cache)
      AND id NOT IN (SELECT id FROM capture ORDER BY fetched DESC, rowid DESC LIMIT {_STRIP})
      AND id NOT IN (
          SELECT id FROM (
              SELECT id, row_number() OVER (
                  PARTITION BY source, key, rows IS NULL ORDER BY fetched DESC, rowid DESC) AS newest
              FROM capture WHERE outcome = '{_GOOD}')
          WHERE newest <= {_GOOD_KEPT})
"""  # noqa: S608 - our own numbers


class Retention:
    def __init__(self, database: Database, files: CaptureFiles) -> None:
        self._database = database
        self._files = files
        self._read: dict[str, Ns] = {}

    def read(self, capture_id: str, at: Ns) -> None:
        """Noted in memory, because reading must not wait for a disk; written with the next thinning."""
        self._read[capture_id] = at

    def write_down(self) -> None:
        read, self._read = self._read, {}
        if read:
            with self._database.transaction() as connection:
                connection.executemany(
                    "UPDATE capture SET used = max(used, ?) WHERE id = ?",
                    [(at, capture_id) for capture_id, at in read.items()],
                )

    def thin(self, most_mb: int, days: int, now: Ns) -> int:
        """How many captures went. A few milliseconds when there is nothing to do."""
        oldest = Ns(now - days * DAY)
        excess = self._database.rows(_USED)[0]["used"] - most_mb * 1_000_000
        aged = self._database.row("SELECT 1 FROM capture WHERE fetched < ? LIMIT 1", (oldest,))
        if excess <= 0 and aged is None:
            return 0
        self.write_down()
        going = self._aged(oldest)
        if excess > 0:
            going += self._too_many(excess, {row[0] for row in going})
        for row in going[:_AT_ONCE]:
            self._remove(*row)
        return len(going[:_AT_ONCE])

    def _aged(self, oldest: Ns) -> list[_Going]:
        found = self._database.rows(
            f"SELECT id, {_FILES} FROM ({_FREE}) WHERE used < ? AND outcome = ? "  # noqa: S608
            "AND place % ? != 1 AND place_of_day > 1 ORDER BY used LIMIT ?",
            (oldest, _GOOD, _ONE_OF, _AT_ONCE),
        )
        return [_going(row) for row in found]

    def _too_many(self, excess: int, going: set[str]) -> list[_Going]:
        found = self._database.rows(
            f"SELECT id, {_FILES}, size FROM ({_FREE}) "  # noqa: S608
            "ORDER BY outcome != ?, place % ? = 1, used LIMIT ?",
            (_GOOD, _ONE_OF, _AT_ONCE),
        )
        more: list[_Going] = []
        for row in found:
            if excess <= 0:
                break
            excess -= row["size"]
            if row["id"] not in going:
                more.append(_going(row))
        return more

    def _remove(self, capture_id: str, files: tuple[str, ...]) -> None:
        """The row first: a file without one is lost space, a row without its file a broken promise."""
        self._database.write("DELETE FROM capture WHERE id = ?", (capture_id,))
        for name in files:
            try:
                self._files.remove(name)
            except OSError as e:
                _log.warning("%s could not be removed: %s", name, e.strerror)


def _going(row: Row) -> _Going:
    return row["id"], tuple(row[column] for column in _COLUMNS if row[column] is not None)
