"""The audit on disk: one JSON object a line, only ever appended to, redacted before it is written."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.domain.decisions import AuditFilter, Grounds, found
from app.domain.desk_updates import AuditLine
from app.domain.errors import ConfigError
from app.domain.units import Ns, iso, ns_from_iso
from app.system.redact import SecretRedactor

_log = logging.getLogger(__name__)
_OWNER_ONLY: Final = 0o600
# Twenty sessions with more switches than anyone has seen; older lines stay in the file.
_READ_BACK: Final = 32_000_000


class AuditFile:
    """Several processes may append; each line is written at once."""

    def __init__(self, path: Path, redactor: SecretRedactor) -> None:
        self._path = path
        self._redactor = redactor

    @property
    def exists(self) -> bool:
        return self._path.exists()

    def append(self, line: AuditLine, monotonic: Ns) -> None:
        said = json.dumps(_document(line, monotonic, self._redactor), ensure_ascii=False)
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
            try:
                os.write(handle, (("" if _ends_well(handle) else "\n") + said + "\n").encode())
            finally:
                os.close(handle)
        except OSError as e:
            raise ConfigError(f"The audit cannot be written: {e.strerror}.", detail=repr(e)) from e

    def read(self, wanted: AuditFilter) -> tuple[AuditLine, ...]:
        """The newest last; a line that cannot be read is passed over and told in the log."""
        return found(self._lines(), wanted)

    def _lines(self) -> Iterator[AuditLine]:
        unread = 0
        for text in self._texts():
            try:
                yield _line(json.loads(text))
            except (ValueError, KeyError, TypeError):
                unread += 1
        if unread:
            _log.info("%d lines of the audit cannot be read", unread)

    def _texts(self) -> Iterator[bytes]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _READ_BACK))
            if size > _READ_BACK:
                file.readline()
            yield from file


def grounded(
    at: Ns, actor: str, subject: str, before: str, after: str, rule: str, more: Grounds
) -> AuditLine:
    return AuditLine(
        at, actor, subject, before, after, rule, more.channel, more.source, more.profile, more.evidence
    )


def _document(line: AuditLine, monotonic: Ns, redactor: SecretRedactor) -> dict[str, Any]:
    clean = redactor.text
    return {
        "ts_utc": iso(line.at),
        "mono_ns": int(monotonic),
        "actor": line.actor,
        "subject": clean(line.subject),
        "channel": clean(line.channel),
        "source": clean(line.source),
        "from": clean(line.before),
        "to": clean(line.after),
        "rule": clean(line.rule),
        "evidence": {name: clean(text) for name, text in line.evidence},
        "profile": clean(line.profile),
        "app_ver": __version__,
    }


def _line(said: dict[str, Any]) -> AuditLine:
    return AuditLine(
        at=ns_from_iso(said["ts_utc"]),
        actor=str(said["actor"]),
        subject=str(said["subject"]),
        before=str(said["from"]),
        after=str(said["to"]),
        rule=str(said["rule"]),
        channel=str(said["channel"]),
        source=str(said["source"]),
        profile=str(said["profile"]),
        evidence=tuple((str(name), str(text)) for name, text in said["evidence"].items()),
    )


def _ends_well(handle: int) -> bool:
    """A crash may have cut the last line: then the next one begins a new line."""
    size = os.fstat(handle).st_size
    return size == 0 or os.pread(handle, 1, size - 1) == b"\n"
