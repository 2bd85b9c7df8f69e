"""The list of captures in the database; what was received lies beside it as files."""

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import date
from sqlite3 import Row
from typing import Final

from app.domain.answer import Count
from app.domain.capture import Capture, CaptureLine, Outcome, Step
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.system.aside import Aside, packed, unpacked
from app.system.capture_files import CaptureFiles
from app.system.database import Database
from app.system.redact import SecretRedactor

_log = logging.getLogger(__name__)

_BY_ID: Final = "SELECT * FROM capture WHERE id = ?"
_COLUMNS: Final = (
    "id", "source", "channel", "key", "url", "fetched", "status", "content_type", "headers", "steps",
    "outcome", "verdict", "rows", "size", "file", "sha256", "stored_size", "expiry",
    "request_headers", "readings", "counted", "aside", "parser",
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
            file, stored_size = known["file"], self._files.size(known["file"])
        else:
            file, stored_size = self._files.write_body(capture.id, capture.fetched, body)
        aside, aside_size = self._write_aside(capture)
        with self._database.transaction() as connection:
            connection.execute(
                _UPSERT,
                self._values(capture)
                | {
                    "size": len(body),
                    "file": file,
                    "sha256": digest,
                    "stored_size": stored_size + aside_size,
                    "aside": aside,
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
        aside = self._aside(row)
        return Capture(
            row["id"], SourceId(row["source"]), Channel(row["channel"]), row["key"], row["url"],
            Ns(row["fetched"]), row["status"], row["content_type"], json.loads(row["headers"]), body,
            _steps(row), Outcome(row["outcome"]), row["verdict"], row["rows"], self._path(row["picture"]),
            _expiry(row), json.loads(row["request_headers"]), json.loads(row["readings"]), _count(row),
            aside.earlier, aside.values, row["parser"], self._path(row["dom"]),
        )  # fmt: skip

    def lines(self, limit: int) -> Sequence[CaptureLine]:
        """The newest first."""
        newest = "SELECT * FROM capture ORDER BY fetched DESC, rowid DESC LIMIT ?"
        return tuple(self._line(row) for row in self._database.rows(newest, (limit,)))

    def set_picture(self, capture_id: str, png: bytes, dom: bytes | None = None) -> CaptureLine | None:
        row = self._row(capture_id)
        if row is None:
            return None
        at = Ns(row["fetched"])
        name, size, page = self._files.write_picture(capture_id, at, png), len(png), None
        if dom is not None:
            clean = self._redactor.body(dom, "text/html")
            page, stored = self._files.write_packed(capture_id, at, "dom.zst", clean)
            size += stored
        self._database.write(
            "UPDATE capture SET picture = ?, picture_size = ?, dom = ? WHERE id = ?",
            (name, size, page, capture_id),
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
        for name in (row["file"], row["picture"], row["aside"], row["dom"]):
            if name is not None:
                self._remove(name)

    def good_before(self, capture: Capture, limit: int, *, pages: bool) -> Sequence[CaptureLine]:
        """Accepted ones of the same question, the newest first: answers with rows, or else pages."""
        found = self._database.rows(
            "SELECT * FROM capture WHERE source = ? AND key = ? AND outcome = ? AND (rows IS NULL) = ? "
            "AND fetched <= ? AND id != ? ORDER BY fetched DESC, rowid DESC LIMIT ?",
            (capture.source, capture.key, Outcome.ACCEPTED.value, pages, capture.fetched, capture.id, limit),
        )
        return tuple(self._line(row) for row in found)

    def _write_aside(self, capture: Capture) -> tuple[str | None, int]:
        content = packed(capture, self._redactor)
        if content is None:
            return None, 0
        if self._redactor.residue(content):
            raise ConfigError("An answer could not be stored: a secret was left in what came before it.")
        return self._files.write_packed(capture.id, capture.fetched, "aside.zst", content)

    def _aside(self, row: Row) -> Aside:
        """What lies beside an answer is less than the answer: it can be read without."""
        if row["aside"] is None:
            return Aside()
        try:
            return unpacked(self._files.read_body(row["aside"]))
        except (OSError, ValueError) as e:
            _log.warning("what was kept beside the stored answer %s cannot be read: %s", row["id"], e)
            return Aside()

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
            "counted": None if capture.count is None else json.dumps(_counted(capture.count)),
            "parser": capture.parser,
        }

    def _line(self, row: Row) -> CaptureLine:
        return CaptureLine(
            row["id"], SourceId(row["source"]), Channel(row["channel"]), row["key"], Ns(row["fetched"]),
            row["status"], Outcome(row["outcome"]), row["verdict"], row["rows"], row["size"], _steps(row),
            self._path(row["picture"]), bool(row["pinned"]), _expiry(row), _count(row),
        )  # fmt: skip

    def _path(self, name: str | None) -> str | None:
        return None if name is None else str(self._files.path(name))


def _steps(row: Row) -> tuple[Step, ...]:
    return tuple(Step(name, ms, ok, note) for name, ms, ok, note in json.loads(row["steps"]))


def _counted(count: Count) -> list[object]:
    return [count.rows, {name: round(share, 4) for name, share in count.coverage.items()}]


def _count(row: Row) -> Count | None:
    if row["counted"] is None:
        return None
    rows, coverage = json.loads(row["counted"])
    return Count(rows, coverage)


def _expiry(row: Row) -> date | None:
    return None if row["expiry"] is None else date.fromisoformat(row["expiry"])
