"""Answers out of a browser's HAR file, each as a capture of its own moment; other files hold one answer.

Only bodies and addresses are taken: a HAR also holds the cookies and tokens of whoever saved it.
"""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.domain.capture import Capture
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import ns_from_iso
from app.system.saved_answers import open_saved

_LARGEST: Final = 256_000_000
_UNKNOWN: Final = SourceId("file")
_KINDS: Final = ("json", "html")


def open_answers(path: str) -> tuple[Capture, ...]:
    """The newest first. Raises ConfigError with what is wrong with the file."""
    file = Path(path).expanduser()
    if file.suffix.lower() != ".har":
        return (open_saved(path),)
    try:
        if file.stat().st_size > _LARGEST:
            raise ConfigError(f"{file.name} is too large: {file.stat().st_size / 1e6:.0f} MB.")
        said: Any = json.loads(file.read_bytes())
        entries = said["log"]["entries"]
        found = sorted(_captures(file.name, entries), key=lambda capture: capture.fetched, reverse=True)
    except OSError as e:
        raise ConfigError(f"{file.name} cannot be read: {e.strerror}.") from e
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise ConfigError(f"{file.name} is no HAR file.", detail=repr(e)) from e
    if not found:
        raise ConfigError(f"{file.name} holds no answer that could be a chain: no JSON and no page.")
    return tuple(found)


def _captures(name: str, entries: list[Any]) -> Iterator[Capture]:
    for number, entry in enumerate(entries):
        response = entry.get("response") or {}
        content = response.get("content") or {}
        kind = str(content.get("mimeType") or "").split(";")[0].strip()
        text = content.get("text")
        if response.get("status") != 200 or not text or not any(word in kind for word in _KINDS):
            continue
        body = b64decode(text) if content.get("encoding") == "base64" else str(text).encode()
        split = urlsplit(str((entry.get("request") or {}).get("url") or ""))
        yield Capture(
            id=f"{name}#{number}",
            source=_UNKNOWN,
            channel=Channel.OPT_CHAIN,
            key="",
            url=f"{split.scheme}://{split.hostname or ''}{split.path}",
            fetched=ns_from_iso(str(entry["startedDateTime"])),
            status=200,
            content_type=kind,
            headers={},
            body=body,
        )
