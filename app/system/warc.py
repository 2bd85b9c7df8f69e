"""A capture as a WARC 1.1 file, the form of web archives: request, answer, and what the program made of it.

The answer is stored decoded and redacted: its headers are told without those that would then be untrue.
"""

import base64
import hashlib
import json
import uuid
from http.client import responses
from typing import Final
from urllib.parse import urlsplit

from app.domain.capture import Capture
from app.domain.units import Ns, moment

_LINE: Final = "\r\n"
# Of the bytes as they travelled, not as they are kept.
_OF_THE_WIRE: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NAMES: Final = uuid.UUID("6f0c7c52-6d0e-5b0a-9a53-0b2f3d7c9a11")


def warc(capture: Capture, version: str) -> bytes:
    """`capture` must be redacted already."""
    about = f"software: Pitwall/{version}{_LINE}format: WARC File Format 1.1{_LINE}".encode()
    records = [_record(capture, "warcinfo", "application/warc-fields", about)]
    if capture.url:
        records.append(_record(capture, "request", "application/http; msgtype=request", _request(capture)))
    if capture.status is not None:
        records.append(_record(capture, "response", "application/http; msgtype=response", _response(capture)))
    told = {"outcome": capture.outcome.value, "verdict": capture.verdict, "rows": capture.rows}
    steps = [{"step": s.name, "ms": s.ms, "ok": s.ok, "note": s.note} for s in capture.steps]
    metadata = json.dumps(told | {"steps": steps}, ensure_ascii=False).encode()
    records.append(_record(capture, "metadata", "application/json", metadata))
    return b"".join(records)


def _record(capture: Capture, kind: str, content_type: str, block: bytes) -> bytes:
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{_name(capture, kind).urn}>",
        "WARC-Date": _date(capture.fetched),
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
        "WARC-Block-Digest": f"sha1:{digest}",
    }
    if kind != "warcinfo":
        fields["WARC-Warcinfo-ID"] = f"<{_name(capture, 'warcinfo').urn}>"
        if capture.url:
            fields["WARC-Target-URI"] = _plain(capture.url)
        if kind in ("request", "metadata") and capture.status is not None:
            fields["WARC-Concurrent-To"] = f"<{_name(capture, 'response').urn}>"
    head = "".join(f"{name}: {value}{_LINE}" for name, value in fields.items())
    return f"WARC/1.1{_LINE}{head}{_LINE}".encode() + block + b"\r\n\r\n"


def _request(capture: Capture) -> bytes:
    parts = urlsplit(capture.url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    sent = {name: value for name, value in capture.request_headers.items() if name.lower() != "host"}
    return _head(f"GET {_plain(target)} HTTP/1.1", {"Host": parts.netloc, **sent})


def _response(capture: Capture) -> bytes:
    kept = {n: v for n, v in capture.headers.items() if n.lower() not in _OF_THE_WIRE}
    reason = responses.get(capture.status or 0, "")
    head = _head(f"HTTP/1.1 {capture.status} {reason}", kept | {"Content-Length": str(len(capture.body))})
    return head + capture.body


def _head(first: str, headers: dict[str, str]) -> bytes:
    lines = [first, *(f"{_plain(name)}: {_plain(value)}" for name, value in headers.items())]
    return (_LINE.join(lines) + _LINE * 2).encode("utf-8")


def _plain(text: str) -> str:
    """On one line: nothing that came from outside may begin a header of its own."""
    return " ".join(text.split())


def _date(at: Ns) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _name(capture: Capture, kind: str) -> uuid.UUID:
    """The same capture always gives the same file."""
    return uuid.uuid5(_NAMES, f"{capture.id}/{kind}")
