"""What the player needs of recorded tapes: records by the time they came, and a clock that runs with them."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from app.domain.replay import RecordedDay
from app.domain.routing import RECORDED, Channel, Offer, SourceId
from app.domain.ticks import InstrumentMapped, TickBatch
from app.domain.units import SECOND, Ns
from app.engine.feeds import Recorder, SourceSpec
from app.engine.ports import Clock

# how long time goes on behind the last record, so that its bars are closed
PATIENCE: Final = 3 * SECOND
REPLAY: Final = SourceSpec(
    id=SourceId("replay"),
    title="Recorded tape",
    tier=40,
    about="A recorded tape, played again.",
    offers=tuple(Offer(c, RECORDED) for c in (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES)),
    addresses={},
)


@dataclass(frozen=True, slots=True)
class Played:
    """`cut`: before this one connection ended, and another began, which brought trades from then on.
    `following`: when the next record came; None: there is none."""

    batches: tuple[TickBatch, ...]
    cut: Ns | None
    following: Ns | None


class Deck(Protocol):
    """Recorded tapes. `play` and `rewind` block; ConfigError when a file cannot be read any more. A trade
    that several files tell is played once. `joins`: recorded connections follow each other on it."""

    title: str
    simulated: bool
    joins: bool
    begin: Ns
    end: Ns
    first_trade: Ns

    def play(self, until: Ns) -> Played: ...
    def rewind(self) -> None: ...
    def names(self, day: date) -> tuple[InstrumentMapped, ...]: ...


class TapeClock(Clock, Protocol):
    """Time as the tape says; moved by the player only."""

    @property
    def playing(self) -> bool: ...
    @property
    def speed(self) -> float: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...
    def set_speed(self, speed: float) -> None: ...
    def jump(self, to: Ns) -> None: ...


class Archive(Recorder, Protocol):
    """A recorder whose recordings of a day can be played, the growing ones as far as they are on disk.

    `tapes` blocks; None where there are none. Raises ConfigError for what cannot be replayed.
    """

    def tapes(self, source: SourceId, day: date) -> Deck | None: ...
    def days(self) -> tuple[RecordedDay, ...]:
        """All that is kept, the newest day first. Blocks."""
        ...
