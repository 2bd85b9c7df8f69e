"""What the engine needs of the world, as narrow protocols; adapters in `sources` and `system` fill them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.capture import Capture, CaptureLine
from app.domain.chain import Chain, ChainPage
from app.domain.examination import Examination
from app.domain.routing import SourceId
from app.domain.table import Table
from app.domain.units import Ns
from app.engine.accounts import Accounts
from app.engine.cache_store import CacheStore
from app.engine.roll_up_book import RollUpBook
from app.engine.shelf import HistoryIndex


class Clock(Protocol):
    """Market time and elapsed time. In demo and replay `now` is simulated; `monotonic` never jumps."""

    def now(self) -> Ns: ...
    def monotonic(self) -> Ns: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer with any status. All but the `body` is already redacted; `sent` are our own headers,
    `form` what we sent with them; `hops` are the redirects that led here, each with its own answer."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    ms: float
    sent: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    form: bytes = field(default=b"", repr=False)
    hops: "tuple[Reply, ...]" = ()

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip()


class HttpSession(Protocol):
    """Blocking HTTP with cookies, for one worker. Only no answer at all raises (Unavailable)."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
        basic: str | None = None,
    ) -> Reply: ...
    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
        basic: str | None = None,
    ) -> Reply: ...
    def cookie(self, name: str) -> str | None: ...
    def adopt(self, cookies: "Sequence[SiteCookie]") -> None:
        """Goes on with these; they are secrets from now on."""
        ...

    def cookies(self) -> "tuple[SiteCookie, ...]": ...
    def forget_cookies(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SiteCookie:
    """`expires` is in seconds since 1970; None: it ends with the visit."""

    name: str
    value: str = field(repr=False)
    domain: str
    path: str
    secure: bool
    expires: int | None


@dataclass(frozen=True, slots=True)
class BrowserPage:
    """What the embedded browser shows of an address after its scripts ran, and the visit's cookies."""

    url: str
    status: int
    body: bytes = field(repr=False)
    cookies: tuple[SiteCookie, ...]
    ms: float


class Browser(Protocol):
    """The embedded browser in a process of its own. All calls block; `missing` says why there is none."""

    def missing(self) -> str: ...
    def page(self, url: str, cookies: Sequence[SiteCookie]) -> BrowserPage:
        """Raises Unavailable when nothing usable came in time."""
        ...

    def by_hand(self, url: str, title: str) -> tuple[SiteCookie, ...]:
        """Opens a window for the user and waits until it is closed; the cookies of the visit, maybe none."""
        ...

    def close(self) -> None:
        """Ends whatever runs."""
        ...


class Http(Protocol):
    def session(self, source: SourceId) -> HttpSession: ...


class Secrets(Protocol):
    """Keys by name: environment, then the OS keyring, then memory until exit. Calls may block for seconds."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str) -> str: ...
    def forget(self, name: str) -> None: ...
    def where(self, name: str) -> str:
        """environment, keyring, memory or missing."""
        ...

    def state(self) -> tuple[str, str]:
        """(ready | locked | none, a sentence for the user)."""
        ...


class Redactor(Protocol):
    """The one place that takes secrets out of text and bytes before anything is kept."""

    def text(self, text: str) -> str: ...
    def body(self, body: bytes, content_type: str) -> bytes: ...
    def learn(self, secret: str) -> None: ...


class Store(Accounts, HistoryIndex, CacheStore, RollUpBook, Protocol):
    """Everything kept on disk. Blocking; the engine calls it on the `db` worker only."""

    def save_capture(self, capture: Capture) -> CaptureLine: ...
    def load_capture(self, capture_id: str) -> Capture | None: ...
    def capture_lines(self, limit: int) -> Sequence[CaptureLine]: ...
    def set_picture(self, capture_id: str, png: bytes, dom: bytes | None = None) -> CaptureLine | None: ...
    def pin_capture(self, capture_id: str, pinned: bool) -> CaptureLine | None: ...
    def forget_capture(self, capture_id: str) -> None:
        """Deletes it with its files. Raises ConfigError while it is pinned or the cache refers to it."""
        ...

    def good_before(self, capture: Capture, limit: int, *, pages: bool) -> Sequence[CaptureLine]:
        """Accepted captures of the same question before it, the newest first."""
        ...

    def thin_captures(self, most_mb: int, days: int, now: Ns) -> int:
        """Removes what is too much or too old, as far as it may go; how many went."""
        ...

    def count(self, name: str, by: int) -> None: ...
    def counters(self, prefix: str) -> Mapping[str, int]: ...
    def remember(self, name: str, value: str, at: Ns) -> None:
        """A fact that was learnt, until it is learnt anew; an empty value forgets it."""
        ...

    def remembered(self, prefix: str) -> Mapping[str, str]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and the page as the browser engine built it, where that one drew it."""

    png: bytes = field(repr=False)
    dom: bytes | None = field(default=None, repr=False)


class Renderer(Protocol):
    """Makes the picture of a capture in a child process; awaited by the engine."""

    async def picture(self, capture: Capture, read: Chain | ChainPage | None) -> Drawn | None: ...
    async def close(self) -> None: ...


class Exporter(Protocol):
    """Writes a capture for others to read; blocking. Raises ConfigError, also when a secret is left in it."""

    def __call__(self, examination: Examination, kind: str, target: str) -> str:
        """`kind` is bundle, har, warc or fixture, or check (against a fixture); the answer is a sentence."""
        ...


class TableWriter(Protocol):
    """Writes a table; blocking. The ending of `target` says how. Raises ConfigError."""

    def __call__(self, table: Table, target: str) -> str:
        """The answer is a sentence."""
        ...


class Probe(Protocol):
    """Tries whether anybody listens at an address (`host:port` or a URL). Blocks for two seconds at most."""

    def __call__(self, address: str) -> bool: ...
