"""A capture as HAR 1.2, the form that browsers and proxies read. What was not kept says so in a comment."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.domain.capture import Capture
from app.domain.units import Ns, iso

_UNKNOWN = -1
_HTTP = "HTTP/1.1"


def har(capture: Capture, version: str) -> dict[str, Any]:
    """`capture` must be redacted already."""
    ms = sum(step.ms for step in capture.steps if step.name in ("request", "page", "cookies"))
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Pitwall", "version": version},
            "entries": [
                {
                    "startedDateTime": iso(Ns(capture.fetched - round(ms * 1_000_000))),
                    "time": ms,
                    "request": _request(capture),
                    "response": _response(capture),
                    "cache": {},
                    "timings": {"send": 0, "wait": ms, "receive": 0, "comment": "not timed apart"},
                    "comment": capture.verdict,
                }
            ],
        }
    }


def _request(capture: Capture) -> dict[str, Any]:
    query = parse_qsl(urlsplit(capture.url).query, keep_blank_values=True)
    return {
        "method": "GET",
        "url": capture.url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(dict(capture.request_headers)),
        "queryString": _pairs(dict(query)),
        "headersSize": _UNKNOWN,
        "bodySize": 0,
        "comment": "" if capture.request_headers else "its headers were not kept",
    }


def _response(capture: Capture) -> dict[str, Any]:
    return {
        "status": capture.status or 0,
        "statusText": "" if capture.status else "no answer",
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(dict(capture.headers)),
        "content": {
            "size": len(capture.body),
            "mimeType": capture.content_type,
            "text": capture.body.decode("utf-8", errors="replace"),
        },
        "redirectURL": "",
        "headersSize": _UNKNOWN,
        "bodySize": len(capture.body),
    }


def _pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]
