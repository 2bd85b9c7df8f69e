"""The pass over a tape, beside the official decoder iterating the same bytes and counting the same trades."""

import time
from collections.abc import Callable

import databento_dbn
import numpy as np
from numpy.typing import NDArray

from app.bench import streams
from app.bench.duel import Case, Effort, Outcome, duel, rate_of
from app.domain import tape
from app.domain.errors import ConfigError
from app.domain.units import Ns

# what one read of a socket brings
_READ = 64 * 1024
_VERSION = 3
# as the engine does
_TAKEN_EVERY_S = 0.02
_DEMANDED = 15e6


def mbo(case: Case, effort: Effort) -> Outcome:
    return _kernel(case, effort, streams.mbo(effort.records), None)


def mixed(case: Case, effort: Effort) -> Outcome:
    return _kernel(case, effort, streams.mixed(effort.records), _DEMANDED)


def _kernel(case: Case, effort: Effort, data: NDArray[np.uint8], least: float | None) -> Outcome:
    tape.warm_up()
    pieces = [data[start : start + _READ].tobytes() for start in range(0, len(data), _READ)]
    ours, peers = _by_tape(pieces), _by_decoder(pieces)
    if ours != peers:
        raise ConfigError(f"{case.name}: the tape counts {ours} records and trades, the decoder {peers}.")
    return duel(
        case, effort, "records/s", "databento_dbn.DBNDecoder, iterated",
        _rate(_by_tape, pieces), _rate(_by_decoder, pieces), least,
    )  # fmt: skip


def _rate(count: Callable[[list[bytes]], tuple[int, int]], pieces: list[bytes]) -> Callable[[], float]:
    return lambda: rate_of(lambda: count(pieces)[0])


def _by_tape(pieces: list[bytes]) -> tuple[int, int]:
    """Records and trades; the tops of all instruments are kept, and handed over, as well."""
    reading, trades = tape.Tape(_VERSION), 0
    taken = time.perf_counter()
    for piece in pieces:
        reading.feed(piece)
        if time.perf_counter() - taken > _TAKEN_EVERY_S:
            trades += len(reading.take(Ns(0)).trades)
            taken = time.perf_counter()
    return reading.records, trades + len(reading.take(Ns(0)).trades)


def _by_decoder(pieces: list[bytes]) -> tuple[int, int]:
    decoder = databento_dbn.DBNDecoder(has_metadata=False, input_version=_VERSION)
    trade, records, trades = databento_dbn.Action.TRADE, 0, 0
    for piece in pieces:
        decoder.write(piece)
        for record in decoder.decode():
            records += 1
            trades += record.action == trade  # type: ignore[union-attr]
    return records, trades
