"""A capture as a WARC 1.1 file, the form of web archives: request, answer, and what the program made of it.

The answer is stored decoded and redacted: its headers are told without those that would then be untrue.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from http.client import responses
from typing import Final
from urllib.parse import urlsplit

from app.domain.capture import Capture
from app.domain.units import Ns, moment
from app.system.exchanges import Told, exchanges

_NOTHING: Final[Mapping[str, str]] = {}
_LINE: Final = "\r\n"
# Of the bytes as they travelled, not as they are kept.
_OF_THE_WIRE: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_NAMES: Final = uuid.UUID("6f0c7c52-6d0e-5b0a-9a53-0b2f3d7c9a11")


def warc(capture: Capture, version: str) -> bytes:
    """The answer, after the requests that led to it. `capture` must be redacted already."""
    about = f"software: Pitwall/{version}{_LINE}format: WARC File Format 1.1{_LINE}".encode()
    info = _name(capture, "warcinfo")
    records = [_record("warcinfo", info, capture.fetched, "application/warc-fields", about)]
    answer = _name(capture, "response")
    for number, told in enumerate(tuple(exchanges(capture))[::-1]):
        mark = f"-{number}" if number else ""
        records[1:1] = _exchange(capture, told, mark)
    told_of = {"outcome": capture.outcome.value, "verdict": capture.verdict, "rows": capture.rows}
    steps = [{"step": s.name, "ms": s.ms, "ok": s.ok, "note": s.note} for s in capture.steps]
    metadata = json.dumps(told_of | {"steps": steps}, ensure_ascii=False).encode()
    about_answer = _about(capture, capture.url)
    if capture.status is not None:
        about_answer["WARC-Concurrent-To"] = f"<{answer.urn}>"
    name = _name(capture, "metadata")
    records.append(_record("metadata", name, capture.fetched, "application/json", metadata, about_answer))
    return b"".join(records)


def _exchange(capture: Capture, told: Told, mark: str) -> list[bytes]:
    """What was asked and what came; nothing of an attempt that never went out."""
    records: list[bytes] = []
    asked, came = (_name(capture, f"{kind}{mark}") for kind in ("request", "response"))
    about = _about(capture, told.url)
    if told.url:
        beside = {"WARC-Concurrent-To": f"<{came.urn}>"} if told.status is not None else {}
        kind = "application/http; msgtype=request"
        records.append(_record("request", asked, told.begun, kind, _request(told), about | beside))
    if told.status is not None:
        kind = "application/http; msgtype=response"
        records.append(_record("response", came, told.begun, kind, _response(told), about))
    return records


def _about(capture: Capture, url: str) -> dict[str, str]:
    fields = {"WARC-Warcinfo-ID": f"<{_name(capture, 'warcinfo').urn}>"}
    return fields | ({"WARC-Target-URI": _plain(url)} if url else {})


def _record(
    kind: str, name: uuid.UUID, at: Ns, content_type: str, block: bytes, more: Mapping[str, str] = _NOTHING
) -> bytes:
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{name.urn}>",
        "WARC-Date": _date(at),
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
        "WARC-Block-Digest": f"sha1:{digest}",
        **more,
    }
    head = "".join(f"{field}: {value}{_LINE}" for field, value in fields.items())
    return f"WARC/1.1{_LINE}{head}{_LINE}".encode() + block + b"\r\n\r\n"


def _request(told: Told) -> bytes:
    parts = urlsplit(told.url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    sent = {n: v for n, v in told.request_headers.items() if n.lower() not in ("host", "content-length")}
    length = {"Content-Length": str(len(told.sent))} if told.sent else {}
    return (
        _head(f"{told.method} {_plain(target)} HTTP/1.1", {"Host": parts.netloc, **sent, **length})
        + told.sent
    )


def _response(told: Told) -> bytes:
    kept = {n: v for n, v in told.headers.items() if n.lower() not in _OF_THE_WIRE}
    reason = responses.get(told.status or 0, "")
    head = _head(f"HTTP/1.1 {told.status} {reason}", kept | {"Content-Length": str(len(told.body))})
    return head + told.body


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
