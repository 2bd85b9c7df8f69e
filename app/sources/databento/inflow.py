"""What comes in on one live connection: bytes into the tape, signs of life, and how it ended.

The client's loop writes, the engine takes. The lock is held for one read's pass, a few hundred microseconds.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.dbn import NotDbn, header_length, read_metadata
from app.domain.errors import BadPayload, SourceError, Unavailable
from app.domain.tape import Tape, TapeError
from app.domain.ticks import TickBatch, TradeColumns, VendorNotice
from app.domain.units import Ns
from app.engine.feeds import Recording
from app.engine.ports import Clock
from app.sources.databento.refusals import of_notice

# A quiet stream is read in small pieces. One that is behind, because the window's thread had the interpreter,
# has more waiting: taken at once, that thread is waited for less often.
_READ: Final = 64 * 1024
_MOST_READ: Final = 8 * _READ
# the kind of record that tells trades and nothing else
TRADES_OWN: Final = 0
_NO_RECORDS: Final = "Databento sent bytes that are no records; what came before them is kept."
_COLUMNS: Final = tuple(f.name for f in fields(TradeColumns))


class Inflow:
    """`begun` is set with the stream's header, and with its end; `over` when the connection is gone.
    `trades_are` is the kind of record whose trades are counted."""

    def __init__(
        self,
        clock: Clock,
        redact: Callable[[str], str],
        record: Callable[[bytes], Recording | None] = lambda header: None,
    ) -> None:
        self.begun: Final = threading.Event()
        self.over: Final = threading.Event()
        self.trades_are = TRADES_OWN
        self._clock = clock
        self._redact = redact
        self._guard = threading.Lock()
        self._record = record
        self._recording: Recording | None = None
        self._named: dict[int, bytes] = {}
        self._every_top = False
        self._tape = self._new_tape()
        self._header = bytearray()
        self._scratch = memoryview(bytearray(_READ))
        self._read = _READ
        self._last_sign: Ns | None = None
        self._has_begun = False
        self._undrained = False
        self._error: SourceError | None = None

    @property
    def last_sign(self) -> Ns | None:
        return self._last_sign

    @property
    def is_broken(self) -> bool:
        """Nothing after this point can be read: the connection is to be closed."""
        return self._error is not None

    @property
    def failure(self) -> SourceError | None:
        """Why there is no stream at all, when there is none."""
        return self._error if self.over.is_set() and not self._has_begun else None

    def keeps_every_top(self) -> None:
        """Before the connection begins: what is summed of the quotes needs each of them."""
        self._every_top = True
        self._tape = self._new_tape()

    def knows(self, named: Mapping[int, str]) -> None:
        """Before the connection begins: what these numbers stand for need not be told again."""
        self._named.update((number, symbol.encode() + b"\0") for number, symbol in named.items())

    def space(self) -> memoryview:
        """Where the next read may go."""
        return self._tape.space()[: self._read] if self._has_begun else self._scratch

    def fed(self, count: int) -> None:
        """Bytes of the gateway, header first, are in `space`."""
        self._sign()
        if self._error is not None:
            return
        if count >= self._read:
            self._read = min(2 * self._read, _MOST_READ)
        elif 4 * count < self._read:
            self._read = max(self._read // 2, _READ)
        try:
            if self._has_begun:
                self._tape.fed(count)
            else:
                self._begin(bytes(self._scratch[:count]))
        except (TapeError, NotDbn) as e:
            self._error = BadPayload(_NO_RECORDS, detail=str(e))
        self._undrained = True

    def record(self, record: bytes, header: bytes) -> None:
        """One record as the client decoded it, in the newest version, which the header is of."""
        self._sign()
        if not self._has_begun:
            self._recording = self._record(header)
        if self._error is None:
            try:
                self._tape.feed(record)
            except TapeError as e:
                self._error = BadPayload("Databento's client handed over what is no record.", detail=str(e))
        self._undrained = self._has_begun = True
        self.begun.set()

    def lost(self, error: BaseException | None) -> None:
        """The connection is gone; a clean end is a loss like any other."""
        if self._error is None:
            why = "broke off the connection" if error else "ended the connection"
            self._error = Unavailable(f"Databento {why}.", detail=repr(error) if error else "")
        if self._recording is not None:
            self._recording.close()
        self.over.set()
        self.begun.set()

    def ended_by(self) -> SourceError | None:
        """Why it is over; None while it lives, and until all that came has been taken."""
        if self._undrained or not (self.over.is_set() or self.is_broken):
            return None
        return self._error

    def drain(self) -> TickBatch:
        self._undrained = False
        batch, kinds = self._tape.take_with_kinds(self._clock.now())
        for said in batch.rare:
            if isinstance(said, VendorNotice):
                self._error = of_notice(replace(said, text=self._redact(said.text))) or self._error
        # quotes repeat each trade that moved them; counted are those of the stream that is for them
        told_twice = kinds != self.trades_are
        return _without(batch, told_twice) if told_twice.any() else batch

    def _sign(self) -> None:
        self._last_sign = self._clock.monotonic()

    def _begin(self, data: bytes) -> None:
        self._header += data
        length = header_length(memoryview(self._header))
        if length is None or len(self._header) < length:
            return
        metadata, first = read_metadata(bytes(self._header))
        self._recording = self._record(bytes(self._header[:first]))
        self._tape = self._new_tape(metadata.version, metadata.ts_out)
        self._tape.feed(memoryview(self._header)[first:])
        self._header = bytearray()
        self._has_begun = True
        self.begun.set()

    def _new_tape(self, version: int = 3, ts_out: bool = False) -> Tape:
        return Tape(
            version, ts_out, guard=self._guard, also=(self._keep,), books=True, named=self._named,
            every_top=self._every_top,
        )  # fmt: skip

    def _keep(self, buffer: NDArray[np.uint8], start: int, end: int) -> None:
        if self._recording is not None and end > start:
            self._recording.write(buffer[start:end].tobytes())


def _without(batch: TickBatch, rows: NDArray[np.bool_]) -> TickBatch:
    kept = ~rows
    columns = {name: _frozen(getattr(batch.trades, name)[kept]) for name in _COLUMNS}
    return replace(batch, trades=TradeColumns(**columns))


def _frozen(column: NDArray[Any]) -> NDArray[Any]:
    column.flags.writeable = False
    return column
