"""Every fetched answer, good or bad, is a Capture first: cache entry, evidence and test case in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final

from app.domain.answer import Count
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns

# of sources that never said another
FIRST_PARSER: Final = "1"


# Noted at the step of a page whose body is what the browser held after its scripts had run.
BY_BROWSER: Final = "by the embedded browser"


# Steps that ask the site for something, and those that come once it has answered.
REQUESTS: Final = ("page", "cookies", "login", "request")
_AFTERWARDS: Final = ("parse", "judge")
_MS: Final = 1_000_000


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
class Exchange:
    """One request on the way to the answer, and what it brought: cookies, a login, a redirect, a refusal.

    `step` is the place of its step among those of the capture; `sent` the form that went with it. Redacted.
    """

    step: int
    method: str
    url: str
    status: int
    content_type: str
    request_headers: Mapping[str, str]
    headers: Mapping[str, str]
    sent: bytes
    body: bytes
    ms: float


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer as received, after redaction. `key` says what was asked for (e.g. the series).

    `url` carries no secret; `status` is None when there was no answer at all; `expiry` is what was read.
    `request_headers` are those that were sent, redacted; `readings` say what each field was read as,
    `count` what its rows gave. `earlier` are the requests before the one that is told here, `values` is what
    the `parser` of then read, by field, a line a contract. `dom` is the file of the page as a browser
    built it, where one did.
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
    count: Count | None = None
    earlier: tuple[Exchange, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    parser: str = FIRST_PARSER
    dom: str | None = None

    def begun(self, step: int) -> Ns:
        """When a step began; what was made of the answer came after it was fetched."""
        took = sum(one.ms for one in self.steps[step:] if one.name not in _AFTERWARDS)
        return Ns(self.fetched - round(took * _MS))

    @property
    def asks(self) -> tuple[int, ...]:
        """The places of the steps that asked for something."""
        return tuple(n for n, step in enumerate(self.steps) if step.name in REQUESTS and not self._is_echo(n))

    @property
    def last_request(self) -> int | None:
        """The place of the step whose answer this is, or that brought none."""
        answered = tuple(n for n in self.asks if self.status is None or self.steps[n].ok)
        return answered[-1] if answered else None

    def _is_echo(self, place: int) -> bool:
        """The verdict on a request is a step of its name, too, without a request of its own."""
        step = self.steps[place]
        return step.ms == 0.0 and not step.ok and any(one.name == step.name for one in self.steps[:place])

    @property
    def by_browser(self) -> bool:
        return any(BY_BROWSER in step.note for step in self.steps) and self.body.lstrip()[:1] == b"<"


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
    count: Count | None = None
