"""What a chain source changes on the screen: chains, what is missing, what is offered, captures."""

from dataclasses import dataclass

from app.domain.capture import CaptureLine
from app.domain.chain import Chain, ChainPage, ListedSeries, Verdict
from app.domain.chain_metrics import Board, Strip
from app.domain.health import Freshness
from app.domain.routing import Provenance, SourceId
from app.domain.units import Ns


@dataclass(frozen=True, slots=True)
class ChainArrived:
    """A chain that may be shown, with its verdict, the age state of its channel and its evidence.

    `board` and `strip` are worked out where the chain was parsed, so that the screen only paints.
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

    @property
    def key(self) -> str:
        return f"chain/{self.chain.vendor_series}"


@dataclass(frozen=True, slots=True)
class ChainMissing:
    """NO DATA for a series, and why; a last good chain stays on screen in STALE dress."""

    source: SourceId
    series: str
    reason: str
    next_try: Ns | None

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
class CaptureStored:
    line: CaptureLine

    @property
    def key(self) -> str:
        return f"capture/{self.line.id}"
