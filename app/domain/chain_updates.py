"""What a chain source changes on the screen: chains, what is missing, what is offered, captures."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.capture import CaptureLine
from app.domain.chain import Chain, ChainPage, ListedSeries, Verdict
from app.domain.chain_metrics import Board, Strip
from app.domain.health import Freshness
from app.domain.interest import InterestChange
from app.domain.routing import Provenance, SourceId
from app.domain.smile import Smile
from app.domain.units import Ns


class Served(StrEnum):
    """From where a chain on screen was taken, the best first; the text completes `from …`."""

    LIVE = "live"
    OWN_CALL = "the page's own call"
    TABLE = "the page's table"
    CACHE = "cache"
    LAST_GOOD = "last good"
    RECORDED = "saved file"


@dataclass(frozen=True, slots=True)
class Tried:
    """One level that was tried in vain, and why it gave nothing."""

    level: Served
    why: str


@dataclass(frozen=True, slots=True)
class ChainArrived:
    """A chain that may be shown, with its verdict, the age state of its channel and its evidence.

    `board` and `strip` are worked out where the chain was parsed, so that the screen only paints. `level` is
    a `Served`; a recorded chain names its file in `recorded`, is no market of now, and wears the dress of a
    replay whatever the mode.
    """

    chain: Chain
    verdict: Verdict
    freshness: Freshness
    level: str
    capture_id: str
    provenance: Provenance
    board: Board | None = None
    strip: Strip | None = None
    expiration: Ns | None = None
    smile: Smile | None = None
    interest: InterestChange | None = None
    recorded: str = ""

    @property
    def key(self) -> str:
        return f"chain/{self.chain.vendor_series}"


@dataclass(frozen=True, slots=True)
class ChainMissing:
    """NO DATA for a series, and why; a last good chain stays on screen in STALE dress.

    `tried` are the levels that gave nothing, in order; `capture_id` names the evidence, where there is one.
    """

    source: SourceId
    series: str
    reason: str
    next_try: Ns | None
    tried: tuple[Tried, ...] = ()
    capture_id: str | None = None

    @property
    def key(self) -> str:
        return f"chain-missing/{self.series}"


@dataclass(frozen=True, slots=True)
class SeriesOffered:
    """The series a chain source lists, for the picker; `chosen` is the one on screen."""

    source: SourceId
    families: tuple[ListedSeries, ...]
    series: tuple[ListedSeries, ...]
    chosen: str | None
    page: ChainPage | None

    @property
    def key(self) -> str:
        return f"series/{self.source}"


@dataclass(frozen=True, slots=True)
class AllowanceChanged:
    """How much a scraped source has been asked of late, against what it may be asked.

    Requests count over a minute, page views over ten. `free_at` is when the next request may go out, and
    `page_free_at` the next page view; None: at once. `note` is a sentence on how the visit stands.
    """

    source: SourceId
    requests: int
    most_requests: int
    pages: int
    most_pages: int
    free_at: Ns | None
    page_free_at: Ns | None
    note: str = ""

    @property
    def key(self) -> str:
        return f"allowance/{self.source}"


@dataclass(frozen=True, slots=True)
class CaptureStored:
    line: CaptureLine

    @property
    def key(self) -> str:
        return f"capture/{self.line.id}"
