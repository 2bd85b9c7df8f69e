"""What a source is: the feeds it fills, what it may use, and how it declares itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, runtime_checkable

from app.domain.books import Books
from app.domain.capture import FIRST_PARSER, Capture
from app.domain.chain import Chain, ChainPage
from app.domain.routing import Channel, Offer, SourceId
from app.domain.second_opinion import Opinion
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.ticks import SideQuality, TickBatch, TopColumns
from app.domain.units import Ns
from app.engine.ground import Ground, keep_in_mind
from app.engine.history_feed import Download, HistoryFeed
from app.engine.poll_feed import PollFeed
from app.engine.ports import Browser, Clock, Http, Redactor, SiteCookie


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
class Rung:
    """One schema of a stream. `loses` says what is missing where it is not given. `builds`: its records build
    on each other, so that none may be missing."""

    schema: str
    loses: str
    builds: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """What of a channel may be refused: the schema of its stream, the richest first, and what comes along
    with it and can be done without."""

    rungs: tuple[Rung, ...] = ()
    beside: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a visited site was asked of late and may be asked; the waits are seconds until the next is free.

    `note` says in words how the visit stands: as whom, and by which way.
    """

    requests: int
    most_requests: int
    wait_s: float
    pages: int
    most_pages: int
    page_wait_s: float
    note: str = ""


@runtime_checkable
class Visiting(Protocol):
    """A chain feed that visits a site as a person would: with cookies, slowly, perhaps with an account."""

    def allowance(self) -> Allowance:
        """Never waits; may be asked from any thread."""
        ...

    def log_in(self) -> str:
        """Tries the account of the keyring now; answers a sentence or raises SourceError. Blocks."""
        ...

    def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        """Goes on with the cookies of a visit that the user made by hand."""
        ...


@dataclass(frozen=True, slots=True)
class TickWant:
    """What a tick feed should subscribe to. `since` asks for a replay of the past (None: from now).

    `schema` is the rung of the quotes, or of the trades where no quotes are wanted ("": the feed chooses).
    `without` is not asked for at all.
    `known_from`: what is said once a day was received until then (None: nothing of it was).
    `named`: instrument numbers whose symbol is known; being told the same again is of no use.
    """

    futures: tuple[str, ...] = ()
    option_roots: tuple[str, ...] = ()
    trades: bool = True
    quotes: bool = True
    option_quote_symbols: tuple[str, ...] = ()
    since: Ns | None = None
    schema: str = ""
    without: frozenset[str] = frozenset()
    known_from: Ns | None = None
    named: Mapping[int, str] = field(default_factory=dict[int, str])


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


class PastQuotes(Protocol):
    """Quotes of the last day, replayed on a connection of its own that ends with them."""

    def quotes(self, symbols: tuple[str, ...], since: Ns, until: Ns) -> TopColumns:
        """Those with `since <= ts_event < until`, in order of arrival, the last of each short slot of time.
        Blocks; raises SourceError, also when not all of them come."""
        ...

    def stop(self) -> None:
        """From any thread: what runs ends soon, with an error."""
        ...


@dataclass(frozen=True, slots=True)
class BookComparison:
    """Price levels with size and number of orders, and how many of them differ."""

    levels: int
    differing: int


class PastOrders(Protocol):
    """Orders of the last hours, replayed on a connection of its own."""

    def compare(
        self, futures: tuple[str, ...], since: Ns, carried: Books, now: Books, instruments: Sequence[int]
    ) -> BookComparison:
        """Carries the books of an ended connection on, from `since`, until they stand at the same event as
        the living ones. Blocks; raises SourceError, also when they never do."""
        ...

    def stop(self) -> None:
        """From any thread: what runs ends soon."""
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
    `calendar` knows the user's own overrides. Without a `browser` there is only the plain path.
    `ground` is what all feeds of the source share, such as a login; `keep` makes a text once and gives it
    again in every later run.
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
    download: Download | None = None
    calendar: Calendar = field(default_factory=Calendar)
    browser: Browser | None = None
    ground: Ground = field(default_factory=Ground)
    keep: Callable[[str, Callable[[], str]], str] = keep_in_mind


@dataclass(frozen=True, slots=True)
class SecretSpec:
    """A key that a source needs: `name` in the keyring, `env` in the environment, in words for the dialog."""

    name: str
    env: str
    title: str
    pattern: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """The datasets that a vendor lists for a key, and the one that is wanted. No proof of what may be had."""

    wanted: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """Declares a source. `addresses` are the real ones; demo and tests replace them by name.

    `read_stored` reads an answer kept in a file, without any connection; raises BadPayload. Of one that
    `scrapes`, seconds are expected where an API answers in parts of one. `read_opinion` is the same for
    what is no chain of NQ. A stream that never `replays` begins with now, and what it missed stays missing.
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
    datasets: Callable[[SourceContext], Listing] | None = None
    past_quotes: Callable[[SourceContext], PastQuotes] | None = None
    past_orders: Callable[[SourceContext], PastOrders] | None = None
    ladders: Mapping[Channel, Ladder] = field(default_factory=dict)
    history_feed: Callable[[SourceContext], HistoryFeed] | None = None
    poll_feed: Callable[[SourceContext], PollFeed] | None = None
    read_stored: Callable[[Capture, Calendar], Chain | ChainPage] | None = None
    read_opinion: Callable[[Capture, Calendar], Opinion] | None = None
    replays: bool = True
    enabled_by: str = ""
    live_detail: str = ""
    scrapes: bool = False
    extras: Mapping[str, str] = field(default_factory=dict)

    @property
    def parser(self) -> str:
        """Which rules read its answers today."""
        return self.extras.get("parser", FIRST_PARSER)


@dataclass(frozen=True, slots=True)
class BrokenSource:
    """A source whose module failed to load, listed with the reason instead of vanishing."""

    id: SourceId
    reason: str
