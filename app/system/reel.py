"""One recorded tape, read as its records came; and what all of it holds, found out before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain.dbn import Metadata
from app.domain.errors import ConfigError
from app.domain.pace import Reach, reach
from app.domain.tape import Tape, TapeError
from app.domain.ticks import InstrumentDefined, InstrumentMapped, TickBatch
from app.domain.units import HOUR, Ns
from app.system.recording_file import lane
from app.system.tape_files import TapeFile

# at most so much at a time; the screen shows it meanwhile
_PIECE: Final = 1024 * 1024
_TAKE_EVERY: Final = 4 * _PIECE
# as much as a live stream brings of what was before it
_PAST: Final = 24 * HOUR
_NEVER: Final = Ns(0)
TRADES_LANE: Final = "-trades"
# the same trades told by several kinds of record are counted from one of them, the first of these
RICHEST: Final = (layout.MBO, layout.TRADES, layout.MBP_1, layout.MBP_10)


@dataclass(slots=True)
class Contents:
    """`kinds`: the best kind of record that tells an instrument's trades."""

    path: Path
    about: Metadata
    names: set[str] = field(default_factory=set)
    kinds: dict[int, int] = field(default_factory=dict)
    first_trade: int | None = None
    last_trade: int = 0
    newest: int = 0
    records: int = 0

    @property
    def lane(self) -> str:
        """Files of one lane follow each other; others run side by side."""
        return lane(self.path) or self.about.schema or self.path.name

    @property
    def is_ours(self) -> bool:
        return lane(self.path) is not None

    @property
    def is_beside(self) -> bool:
        """Of our own connections only one was for trades; the others told some of them as well."""
        return self.is_ours and not self.lane.endswith(TRADES_LANE)

    @property
    def begins(self) -> Ns | None:
        """A live stream says when it was begun; what it brought from before that is its past."""
        start, first = int(self.about.start), self.first_trade
        if first is None:
            return None
        said = self.about.schema is None and first - _PAST <= start <= self.newest
        return Ns(start if said else first)


class Reel:
    def __init__(self, path: Path, newest: int) -> None:
        """`newest`: when its last record came, as was found out before."""
        file = self._file = TapeFile(path)
        self._newest = newest
        if file.metadata is None:
            raise ConfigError(f"{file.name} ends before its first record.")
        self.following: int | None = None
        self.is_over = False
        self._pieces: Iterator[bytes] = file.pieces()
        self._tape = Tape(file.metadata.version, file.metadata.ts_out, books=True)
        self._rest = b""

    def play(self, until: Ns) -> tuple[TickBatch, NDArray[np.uint8]] | None:
        """What came until then, with the kind of record of each trade; None when that was all before."""
        before = self._tape.records
        try:
            self._play(until)
        except TapeError as e:
            raise ConfigError(f"{self._file.name} is damaged: {e}.") from e
        return None if self._tape.records == before else self._tape.take_with_kinds(until)

    def close(self) -> None:
        """What is not referred to any more is closed by the interpreter at once."""
        self._pieces, self._rest = iter(()), b""

    def _play(self, until: Ns) -> None:
        fed = 0
        while fed < _PIECE:
            # the whole rest is wanted: nobody has to look at the times of its records
            found = Reach(len(self._rest), None) if until >= self._newest else reach(self._rest, until)
            self._tape.feed(memoryview(self._rest)[: found.stop])
            fed += found.stop
            self._rest = self._rest[found.stop :]
            self.following = found.following
            if found.following is not None:
                return
            piece = next(self._pieces, None)
            if piece is None:
                self.is_over = True
                self._tape.feed(self._rest)  # a record that was cut, or what raises
                self._rest = b""
                return
            self._rest += piece
        self.following = until


def contents(path: Path) -> Contents:
    """Reads all of it once. Raises ConfigError for what is no tape, or is damaged in its midst."""
    file = TapeFile(path)
    if file.metadata is None:
        raise ConfigError(f"{file.name} ends before its first record.")
    found, tape, taken = Contents(path, file.metadata), Tape(file.metadata.version, file.metadata.ts_out), 0
    found.names |= {m.symbol for m in file.metadata.mappings}
    found.names |= {i.symbol for m in file.metadata.mappings for i in m.intervals}
    try:
        for piece in file.pieces():
            tape.feed(piece)
            if tape.offset - taken > _TAKE_EVERY:
                taken = tape.offset
                _learn(found, tape)
    except TapeError as e:
        raise ConfigError(f"{file.name} is damaged: {e}.") from e
    _learn(found, tape)
    found.records = tape.records
    return found


def _learn(found: Contents, tape: Tape) -> None:
    batch, kinds = tape.take_with_kinds(_NEVER)
    found.names |= {r.raw_symbol for r in batch.rare if isinstance(r, InstrumentMapped | InstrumentDefined)}
    found.newest = max(found.newest, batch.last_ts_recv or 0)
    if not len(batch.trades):
        return
    first = int(batch.trades.ts_event.min())
    found.first_trade = min(first, found.first_trade or first)
    found.last_trade = max(found.last_trade, int(batch.trades.ts_event.max()))
    for kind in RICHEST:
        for instrument in np.unique(batch.trades.instrument_id[kinds == kind]).tolist():
            known = found.kinds.get(instrument, kind)
            found.kinds[instrument] = min(known, kind, key=RICHEST.index)


def counted(batch: TickBatch, kinds: NDArray[np.uint8], best: dict[int, int]) -> NDArray[np.bool_]:
    """The rows of trades that no richer kind of record tells as well."""
    ids: NDArray[Any] = batch.trades.instrument_id
    rows = np.zeros(len(ids), np.bool_)
    for instrument in np.unique(ids).tolist():
        rows |= (ids == instrument) & (kinds == best.get(instrument, -1))
    return rows
