"""Every fetched answer, good or bad, is a Capture first: cache entry, evidence and test case in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from app.domain.routing import Channel, SourceId
from app.domain.units import Ns


class Outcome(Enum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the pipeline (cookies, token, request, parse …) with its time and result."""

    name: str
    ms: float
    ok: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer as received, after redaction. `key` says what was asked for (e.g. the series).

    `url` carries no secret; `status` is None when there was no answer at all; `expiry` is what was read.
    `request_headers` are those that were sent, redacted; `readings` say what each field was read as.
    """

    id: str
    source: SourceId
    channel: Channel
    key: str
    url: str
    fetched: Ns
    status: int | None
    content_type: str
    headers: Mapping[str, str]
    body: bytes
    steps: tuple[Step, ...] = ()
    outcome: Outcome = Outcome.PENDING
    verdict: str = ""
    rows: int | None = None
    picture: str | None = None
    expiry: date | None = None
    request_headers: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """A capture as the list shows it; the body stays on disk. `picture` is a file path or None so far."""

    id: str
    source: SourceId
    channel: Channel
    key: str
    fetched: Ns
    status: int | None
    outcome: Outcome
    verdict: str
    rows: int | None
    size: int
    steps: tuple[Step, ...]
    picture: str | None
    pinned: bool = False
    expiry: date | None = None
