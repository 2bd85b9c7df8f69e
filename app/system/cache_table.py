"""Cache entries and their counts in the database; what an entry answers with is a capture."""

from collections.abc import Mapping, Sequence
from sqlite3 import Row
from typing import Final

from app.domain.units import Ns
from app.engine.cache_store import CacheEntry
from app.system.database import Database

# behind every key that begins with a prefix
_LAST: Final = "\U0010ffff"
_ENTRY: Final = (
    "SELECT cache.*, coalesce(capture.stored_size, 0) AS size, coalesce(capture.sha256, '') AS sha256 "
    "FROM cache LEFT JOIN capture ON capture.id = cache.capture "
)
_EVICTED_AT_ONCE: Final = 50


class CacheTable:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, key: str, capture_id: str, stored: Ns, fresh_until: Ns, keep_until: Ns, why: str) -> None:
        """A newer answer keeps the pin of the older one and how often it answered."""
        self._database.write(
            "INSERT INTO cache (key, capture, stored, fresh_until, keep_until, why, used) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET capture = excluded.capture, "
            "stored = excluded.stored, fresh_until = excluded.fresh_until, keep_until = excluded.keep_until, "
            "why = excluded.why, used = excluded.used",
            (key, capture_id, stored, fresh_until, keep_until, why, stored),
        )

    def get(self, key: str) -> CacheEntry | None:
        row = self._database.row(f"{_ENTRY} WHERE cache.key = ?", (key,))
        return None if row is None else _entry(row)

    def rows(self, prefix: str, limit: int) -> Sequence[CacheEntry]:
        found = self._database.rows(
            f"{_ENTRY} WHERE cache.key >= ? AND cache.key < ? ORDER BY cache.stored DESC LIMIT ?",
            (prefix, prefix + _LAST, limit),
        )
        return tuple(_entry(row) for row in found)

    def usage(self, prefix: str = "") -> tuple[int, int]:
        """An answer that several entries point at counts once."""
        those = (prefix, prefix + _LAST)
        entries = self._database.rows("SELECT count(*) FROM cache WHERE key >= ? AND key < ?", those)[0][0]
        used = (
            "SELECT coalesce(sum(stored_size), 0) FROM capture "
            "WHERE id IN (SELECT capture FROM cache WHERE key >= ? AND key < ?)"
        )
        return entries, self._database.rows(used, those)[0][0]

    def use(self, key: str, at: Ns) -> None:
        self._database.write("UPDATE cache SET used = ?, hits = hits + 1 WHERE key = ?", (at, key))

    def pin(self, key: str, pinned: bool) -> None:
        self._database.write("UPDATE cache SET pinned = ? WHERE key = ?", (int(pinned), key))

    def drop(self, prefix: str) -> int:
        with self._database.transaction() as connection:
            gone = connection.execute(
                "DELETE FROM cache WHERE key >= ? AND key < ?", (prefix, prefix + _LAST)
            )
            return gone.rowcount

    def evict(self, most_bytes: int) -> int:
        evicted = 0
        with self._database.transaction() as connection:
            while self.usage()[1] > most_bytes:
                gone = connection.execute(
                    "DELETE FROM cache WHERE key IN "
                    "(SELECT key FROM cache WHERE pinned = 0 ORDER BY used, stored LIMIT ?)",
                    (_EVICTED_AT_ONCE,),
                ).rowcount
                if not gone:
                    break
                evicted += gone
        return evicted

    def tally(self, name: str, minute: int, by: int) -> None:
        self._database.write(
            "INSERT INTO tally VALUES (?, ?, ?) "
            "ON CONFLICT (name, minute) DO UPDATE SET value = value + excluded.value",
            (name, minute, by),
        )

    def tallies(self, prefix: str, since_minute: int) -> Mapping[str, int]:
        found = self._database.rows(
            "SELECT name, sum(value) AS value FROM tally WHERE name >= ? AND name < ? AND minute >= ? "
            "GROUP BY name",
            (prefix, prefix + _LAST, since_minute),
        )
        return {row["name"]: row["value"] for row in found}

    def thin_tallies(self, before_minute: int) -> None:
        self._database.write("DELETE FROM tally WHERE minute < ?", (before_minute,))


def _entry(row: Row) -> CacheEntry:
    return CacheEntry(
        row["key"],
        row["capture"],
        Ns(row["stored"]),
        Ns(row["fresh_until"]),
        Ns(row["keep_until"]),
        row["why"],
        Ns(row["used"]),
        row["hits"],
        row["size"],
        row["sha256"],
        bool(row["pinned"]),
    )
