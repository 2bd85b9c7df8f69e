"""Channels, sources and fidelity: what can be delivered, by whom, and how true to the market."""

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from app.domain.units import Ns

SourceId = NewType("SourceId", str)


class Channel(Enum):
    NQ_TRADES = "nq.trades"
    NQ_QUOTES = "nq.quotes"
    OPT_TRADES = "opt.trades"
    OPT_QUOTES = "opt.quotes"
    OPT_CHAIN = "opt.chain"
    OPT_OI = "opt.oi"
    BARS = "bars"
    REFERENCE = "reference"
    PROXY_CHAIN = "proxy.chain"

    @property
    def is_stream(self) -> bool:
        return self in (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES, Channel.OPT_QUOTES)


class Level(Enum):
    """Fidelity levels, best first."""

    TICK = "TICK"
    SNAPSHOT = "SNAPSHOT"
    DELAYED = "DELAYED"
    EOD = "EOD"
    RECORDED = "RECORDED"
    SYNTHETIC = "SYNTHETIC"


_ORDER = tuple(Level)


@dataclass(frozen=True, slots=True)
class Fidelity:
    """`minutes` is the exchange delay of a DELAYED level and 0 elsewhere."""

    level: Level
    minutes: int = 0

    def __str__(self) -> str:
        return f"{self.level.value}({self.minutes})" if self.level is Level.DELAYED else self.level.value

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is better."""
        return _ORDER.index(self.level), self.minutes

    def reaches(self, minimum: "Fidelity") -> bool:
        return self.rank <= minimum.rank


TICK = Fidelity(Level.TICK)
SNAPSHOT = Fidelity(Level.SNAPSHOT)
EOD = Fidelity(Level.EOD)
RECORDED = Fidelity(Level.RECORDED)
SYNTHETIC = Fidelity(Level.SYNTHETIC)


def delayed(minutes: int) -> Fidelity:
    return Fidelity(Level.DELAYED, minutes)


@dataclass(frozen=True, slots=True)
class Offer:
    """A source declares each channel it can feed, and how well."""

    channel: Channel
    fidelity: Fidelity


@dataclass(frozen=True, slots=True)
class Pin:
    """The user's hard choice for a channel: it never fails over. `until` None holds until it is taken off."""

    source: SourceId
    reason: str
    since: Ns
    until: Ns | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One source in the choice of a channel, best first: why it may not feed it, if it may not.

    `score` is H, None below five samples. `ejections` count how often it was failed down from.
    """

    source: SourceId
    tier: int
    fidelity: Fidelity
    eligible: bool
    reason: str = ""
    score: float | None = None
    ejections: int = 0


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from. Everything rendered carries one; `ts_event` is None where nobody said it."""

    source: SourceId
    fidelity: Fidelity
    ts_event: int | None
    ts_recv: int
    ts_ingest: int
    snapshot_id: str
