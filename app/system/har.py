"""A capture as HAR 1.2, the form that browsers and proxies read. What was not kept says so in a comment."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.domain.capture import Capture
from app.domain.units import Ns, iso
from app.system.exchanges import Told, exchanges

_UNKNOWN = -1
_HTTP = "HTTP/1.1"


def har(capture: Capture, version: str) -> dict[str, Any]:
    """The answer, after the requests that led to it. `capture` must be redacted already."""
    creator = {"name": "Pitwall", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": list(_entries(capture))}}


def _entries(capture: Capture) -> Iterator[dict[str, Any]]:
    for told in exchanges(capture):
        yield {
            "startedDateTime": iso(Ns(told.begun)),
            "time": told.ms,
            "request": _request(told),
            "response": _response(told),
            "cache": {},
            "timings": {"send": 0, "wait": told.ms, "receive": 0, "comment": "not timed apart"},
            "comment": f"{told.step}: {told.comment}" if told.comment else told.step,
        }


def _request(told: Told) -> dict[str, Any]:
    query = parse_qsl(urlsplit(told.url).query, keep_blank_values=True)
    request = {
        "method": told.method,
        "url": told.url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(told.request_headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": _UNKNOWN,
        "bodySize": len(told.sent),
        "comment": "" if told.request_headers else "its headers were not kept",
    }
    if told.sent:
        kind = told.request_headers.get("content-type", "application/x-www-form-urlencoded")
        request["postData"] = {
            "mimeType": kind,
            "text": told.sent.decode("utf-8", errors="replace"),
            "params": [],
        }
    return request


def _response(told: Told) -> dict[str, Any]:
    return {
        "status": told.status or 0,
        "statusText": "" if told.status else "no answer",
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(told.headers),
        "content": {
            "size": len(told.body),
            "mimeType": told.content_type,
            "text": told.body.decode("utf-8", errors="replace"),
        },
        "redirectURL": told.headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": len(told.body),
    }


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
