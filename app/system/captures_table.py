"""The list of captures in the database; what was received lies beside it as files."""

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import date
from sqlite3 import Row
from typing import Final

from app.domain.capture import Capture, CaptureLine, Outcome, Step
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.system.capture_files import CaptureFiles
from app.system.database import Database
from app.system.redact import SecretRedactor

_log = logging.getLogger(__name__)

_BY_ID: Final = "SELECT * FROM capture WHERE id = ?"
_COLUMNS: Final = (
    "id", "source", "channel", "key", "url", "fetched", "status", "content_type", "headers", "steps",
    "outcome", "verdict", "rows", "size", "file", "sha256", "stored_size", "expiry",
    "request_headers", "readings",
)  # fmt: skip
# not REPLACE, which would delete the row that a cache entry refers to, and its picture with it
_UPSERT: Final = (
    f"INSERT INTO capture ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + c for c in _COLUMNS)}) "  # noqa: S608 -- our own names
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS[1:])}"
)


class CapturesTable:
    """Redacts once more whatever it is given: nothing reaches the disk with a secret in it."""

    def __init__(self, database: Database, files: CaptureFiles, redactor: SecretRedactor) -> None:
        self._database = database
        self._files = files
        self._redactor = redactor

    def save(self, capture: Capture) -> CaptureLine:
        """Also brings an earlier state of the same capture up to date; an unchanged body is not rewritten."""
        body = capture.body
        if self._redactor.residue(body):
            body = self._redactor.body(body, capture.content_type)
        digest = hashlib.sha256(body).hexdigest()
        known = self._row(capture.id)
        if known is not None and known["sha256"] == digest:
            file, stored_size = known["file"], known["stored_size"]
        else:
            file, stored_size = self._files.write_body(capture.id, capture.fetched, body)
        with self._database.transaction() as connection:
            connection.execute(
                _UPSERT,
                self._values(capture)
                | {
                    "size": len(body),
                    "file": file,
                    "sha256": digest,
                    "stored_size": stored_size,
                },
            )
        return self._line(self._database.rows(_BY_ID, (capture.id,))[0])

    def load(self, capture_id: str) -> Capture | None:
        """None when it is not known, or when its file is gone or damaged."""
        row = self._row(capture_id)
        if row is None:
            return None
        try:
            body = self._files.read_body(row["file"])
        except (OSError, ValueError) as e:
            _log.warning("the stored answer %s cannot be read: %s", capture_id, e)
            return None
        if hashlib.sha256(body).hexdigest() != row["sha256"]:
            _log.warning("the stored answer %s is not what was stored", capture_id)
            return None
        return Capture(
            row["id"], SourceId(row["source"]), Channel(row["channel"]), row["key"], row["url"],
            Ns(row["fetched"]), row["status"], row["content_type"], json.loads(row["headers"]), body,
            _steps(row), Outcome(row["outcome"]), row["verdict"], row["rows"], self._picture(row),
            _expiry(row), json.loads(row["request_headers"]), json.loads(row["readings"]),
        )  # fmt: skip

    def lines(self, limit: int) -> Sequence[CaptureLine]:
        """The newest first."""
        newest = "SELECT * FROM capture ORDER BY fetched DESC, rowid DESC LIMIT ?"
        return tuple(self._line(row) for row in self._database.rows(newest, (limit,)))

    def set_picture(self, capture_id: str, png: bytes) -> CaptureLine | None:
        row = self._row(capture_id)
        if row is None:
            return None
        name = self._files.write_picture(capture_id, Ns(row["fetched"]), png)
        self._database.write(
            "UPDATE capture SET picture = ?, picture_size = ? WHERE id = ?", (name, len(png), capture_id)
        )
        return self._line(self._database.rows(_BY_ID, (capture_id,))[0])

    def pin(self, capture_id: str, pinned: bool) -> CaptureLine | None:
        """A pinned one is never thinned."""
        self._database.write("UPDATE capture SET pinned = ? WHERE id = ?", (int(pinned), capture_id))
        row = self._row(capture_id)
        return None if row is None else self._line(row)

    def forget(self, capture_id: str) -> None:
        """What the user no longer wants; one that is gone already is no trouble."""
        row = self._row(capture_id)
        if row is None:
            return
        if row["pinned"]:
            raise ConfigError("This capture is pinned. Unpin it first, then delete it.")
        if self._database.row("SELECT 1 FROM cache WHERE capture = ?", (capture_id,)) is not None:
            raise ConfigError("This capture is what the cache still serves; it cannot be deleted yet.")
        self._database.write("DELETE FROM capture WHERE id = ?", (capture_id,))
        for name in (row["file"], row["picture"]):
            if name is not None:
                self._remove(name)

    def good_before(self, capture: Capture, limit: int, *, pages: bool) -> Sequence[str]:
        """Accepted ones of the same question, the newest first: answers with rows, or else pages."""
        found = self._database.rows(
            "SELECT id FROM capture WHERE source = ? AND key = ? AND outcome = ? AND (rows IS NULL) = ? "
            "AND fetched <= ? AND id != ? ORDER BY fetched DESC, rowid DESC LIMIT ?",
            (capture.source, capture.key, Outcome.ACCEPTED.value, pages, capture.fetched, capture.id, limit),
        )
        return tuple(row["id"] for row in found)

    def _remove(self, name: str) -> None:
        try:
            self._files.remove(name)
        except OSError as e:
            _log.warning("%s could not be removed: %s", name, e.strerror)

    def _row(self, capture_id: str) -> Row | None:
        return self._database.row(_BY_ID, (capture_id,))

    def _values(self, capture: Capture) -> dict[str, object]:
        text = self._redactor.text
        steps = [[step.name, step.ms, step.ok, text(step.note)] for step in capture.steps]
        return {
            "id": capture.id,
            "source": capture.source,
            "channel": capture.channel.value,
            "key": capture.key,
            "url": self._redactor.url(capture.url),
            "fetched": capture.fetched,
            "status": capture.status,
            "content_type": capture.content_type,
            "headers": json.dumps(self._redactor.headers(capture.headers)),
            "steps": json.dumps(steps),
            "outcome": capture.outcome.value,
            "verdict": text(capture.verdict),
            "rows": capture.rows,
            "expiry": None if capture.expiry is None else capture.expiry.isoformat(),
            "request_headers": json.dumps(self._redactor.headers(capture.request_headers)),
            "readings": json.dumps(dict(capture.readings)),
        }

    def _line(self, row: Row) -> CaptureLine:
        return CaptureLine(
            row["id"], SourceId(row["source"]), Channel(row["channel"]), row["key"], Ns(row["fetched"]),
            row["status"], Outcome(row["outcome"]), row["verdict"], row["rows"], row["size"], _steps(row),
            self._picture(row), bool(row["pinned"]), _expiry(row),
        )  # fmt: skip

    def _picture(self, row: Row) -> str | None:
        return None if row["picture"] is None else str(self._files.path(row["picture"]))


def _steps(row: Row) -> tuple[Step, ...]:
    return tuple(Step(name, ms, ok, note) for name, ms, ok, note in json.loads(row["steps"]))


def _expiry(row: Row) -> date | None:
    return None if row["expiry"] is None else date.fromisoformat(row["expiry"])
