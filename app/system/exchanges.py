"""All requests of a capture in order, the last with the answer that it is about, for whoever writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.capture import Capture
from app.domain.units import Ns


@dataclass(frozen=True, slots=True)
class Told:
    """`status` is None when nothing came; `comment` is what the capture says of its own answer."""

    step: str
    begun: Ns
    ms: float
    method: str
    url: str
    status: int | None
    content_type: str
    request_headers: Mapping[str, str]
    headers: Mapping[str, str]
    sent: bytes
    body: bytes
    comment: str = ""


def exchanges(capture: Capture) -> Iterator[Told]:
    """`capture` must be redacted already."""
    for one in capture.earlier:
        name = capture.steps[one.step].name if one.step < len(capture.steps) else ""
        yield Told(
            name, capture.begun(one.step), one.ms, one.method, one.url, one.status, one.content_type,
            one.request_headers, one.headers, one.sent, one.body,
        )  # fmt: skip
    place = capture.last_request
    step = None if place is None else capture.steps[place]
    yield Told(
        "answer" if step is None else step.name,
        capture.fetched if place is None else capture.begun(place),
        0.0 if step is None else step.ms,
        "GET",
        capture.url,
        capture.status,
        capture.content_type,
        capture.request_headers,
        capture.headers,
        b"",
        capture.body,
        capture.verdict,
    )
