"""What the engine needs of the world, as narrow protocols; adapters in `sources` and `system` fill them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from app.domain.capture import Capture, CaptureLine
from app.domain.chain import Chain, ChainPage
from app.domain.examination import Examination
from app.domain.routing import Offer, SourceId
from app.domain.settings import Settings
from app.domain.ticks import SideQuality, TickBatch
from app.domain.units import Ns
from app.engine.accounts import Accounts


class Clock(Protocol):
    """Market time and elapsed time. In demo and replay `now` is simulated; `monotonic` never jumps."""

    def now(self) -> Ns: ...
    def monotonic(self) -> Ns: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer with any status. `url` and `headers` are already redacted; `body` is not."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    ms: float

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
    def forget_cookies(self) -> None: ...
    def close(self) -> None: ...


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


class Store(Accounts, Protocol):
    """Everything kept on disk. Blocking; the engine calls it on the `db` worker only."""

    def save_capture(self, capture: Capture) -> CaptureLine: ...
    def load_capture(self, capture_id: str) -> Capture | None: ...
    def capture_lines(self, limit: int) -> Sequence[CaptureLine]: ...
    def set_picture(self, capture_id: str, png: bytes) -> CaptureLine | None: ...
    def pin_capture(self, capture_id: str, pinned: bool) -> CaptureLine | None: ...
    def good_before(self, capture: Capture, limit: int, *, pages: bool) -> Sequence[str]:
        """Ids of accepted captures of the same question before it, the newest first."""
        ...

    def thin_captures(self, most_mb: int, days: int, now: Ns) -> int:
        """Removes what is too much or too old, as far as it may go; how many went."""
        ...

    def put_cached(self, key: str, capture_id: str, stored: Ns, fresh_until: Ns, keep_until: Ns) -> None: ...
    def cached(self, key: str) -> "CacheEntry | None": ...
    def cache_usage(self) -> tuple[int, int]:
        """(entries, bytes)."""
        ...

    def count(self, name: str, by: int) -> None: ...
    def counters(self, prefix: str) -> Mapping[str, int]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CacheEntry:
    key: str
    capture_id: str
    stored: Ns
    fresh_until: Ns
    keep_until: Ns


class Renderer(Protocol):
    """Makes the picture of a capture in a child process; awaited by the engine."""

    async def picture(self, capture: Capture, chain: Chain | None) -> bytes | None: ...
    async def close(self) -> None: ...


class Exporter(Protocol):
    """Writes a capture for others to read; blocking. Raises ConfigError, also when a secret is left in it."""

    def __call__(self, examination: Examination, kind: str, target: str) -> str:
        """`kind` is bundle, har or fixture; the answer is a sentence."""
        ...


class Probe(Protocol):
    """Tries whether anybody listens at an address (`host:port` or a URL). Blocks for two seconds at most."""

    def __call__(self, address: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetch is evidence first: the answer as a Capture, and the error it means, if it means one."""

    capture: Capture
    error: Exception | None = None


class ChainFeed(Protocol):
    """A request source of chains. `fetch*` block in the source's own worker; `parse*` are pure.

    `fetch*` never raise SourceError for an answer that came: they return it with its error, so that a
    failed attempt has its capture too. `parse*` raise BadPayload.
    """

    def fetch_page(self, series: str | None) -> Fetched: ...
    def parse_page(self, capture: Capture) -> ChainPage: ...
    def fetch_chain(self, series: str, page: ChainPage | None) -> Fetched: ...
    def parse_chain(self, capture: Capture, page: ChainPage | None) -> Chain: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TickWant:
    """What a tick feed should subscribe to. `since` asks for a replay of the past (None: from now)."""

    futures: tuple[str, ...] = ()
    option_roots: tuple[str, ...] = ()
    trades: bool = True
    quotes: bool = True
    option_quote_symbols: tuple[str, ...] = ()
    since: Ns | None = None


class TickFeed(Protocol):
    """A stream source. `open` blocks until subscribed or raises SourceError; records then collect inside
    the feed until `drain` takes them, which never blocks; a lost connection shows as `closed_by`.
    """

    side_quality: SideQuality

    def open(self, want: TickWant) -> None: ...
    def drain(self) -> TickBatch: ...
    def last_sign(self) -> Ns | None:
        """Monotonic time of the last byte of any kind, heartbeats included."""
        ...

    def closed_by(self) -> Exception | None:
        """Why the connection is over (a clean end counts, as Unavailable); None while it lives."""
        ...

    def close(self) -> None:
        """Never raises, takes at most a second, frees the socket."""
        ...


class Recording(Protocol):
    """A file that keeps what one connection brings. Neither method waits or raises."""

    def write(self, data: bytes) -> None:
        """Whole records, as received."""
        ...

    def close(self) -> None: ...


class Recorder(Protocol):
    """Keeps DBN. `open` gives None while nothing is recorded; `most_mb` is asked repeatedly, 0 ends it."""

    def open(self, name: str, day: date, header: bytes, most_mb: Callable[[], int]) -> Recording | None: ...
    def close(self) -> None:
        """Blocks until all is on disk, less than a second."""
        ...


def unrecorded(name: str, header: bytes) -> Recording | None:
    return None


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source may use. `secret` is asked at every request; nobody stores the value.

    `record` begins a recording of what a connection (by its name) brings, given the DBN header of it.
    """

    id: SourceId
    http: Http
    clock: Clock
    secret: Callable[[str], str | None]
    redactor: Redactor
    settings: Callable[[], Settings]
    addresses: Mapping[str, str]
    simulated: bool = False
    record: Callable[[str, bytes], Recording | None] = unrecorded


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """A key that a source needs: `name` in the keyring, `env` in the environment, in words for the dialog."""

    name: str
    env: str
    title: str
    pattern: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Declares a source. `addresses` are the real ones; demo and tests replace them by name.

    `read_stored` reads an answer kept in a file, without any connection; raises BadPayload.
    """

    id: SourceId
    title: str
    tier: int
    about: str
    offers: tuple[Offer, ...]
    addresses: Mapping[str, str]
    secrets: tuple[SecretSpec, ...] = ()
    chain_feed: Callable[[SourceContext], ChainFeed] | None = None
    tick_feed: Callable[[SourceContext], TickFeed] | None = None
    read_stored: Callable[[Capture], Chain | ChainPage] | None = None
    enabled_by: str = ""
    live_detail: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """A source whose module failed to load, listed with the reason instead of vanishing."""

    id: SourceId
    reason: str
