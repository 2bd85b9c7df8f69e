"""The pass over a tape into books, tops and bars, beside the official decoder iterating the same bytes and
counting the same trades. Both by the time they have of one processor, whatever else the machine does.
"""

import time
from collections.abc import Callable

import databento_dbn
import numpy as np
from numpy.typing import NDArray

from app.bench import streams
from app.bench.duel import LEAST_RUNS, Case, Effort, Outcome, duel, rate_of
from app.domain import tape
from app.domain.errors import ConfigError
from app.domain.pressure import PressureBook
from app.domain.settings import Settings
from app.domain.units import Ns

# what one read of a socket brings that has more waiting
_READ = tape.PIECE
_VERSION = 3
# as the engine does
_TAKEN_EVERY_S = 0.02
_DEMANDED = 15e6
_INSTRUMENTS = (1, 100, 20_000)
_FLAT = 2.0


def mbo(case: Case, effort: Effort) -> Outcome:
    return _kernel(case, effort, streams.mbo(effort.records), None)


def mixed(case: Case, effort: Effort) -> Outcome:
    return _kernel(case, effort, streams.mixed(effort.records), _DEMANDED)


def instruments(case: Case, effort: Effort) -> Outcome:
    """The cost of a record with many instruments, beside its cost with one."""
    tape.warm_up()
    streamed = {n: _pieces(streams.mixed(effort.records, instruments=n)) for n in _INSTRUMENTS}
    runs = max(LEAST_RUNS, effort.runs)
    rates: dict[int, list[float]] = {n: [] for n in streamed}
    for number in range(1, runs + 1):
        effort.say(f"{case.name}: run {number} of {runs}")
        for n, pieces in streamed.items():
            rates[n].append(rate_of(lambda pieces=pieces: _by_tape(pieces)[0]))  # type: ignore[misc]
    cost = {n: 1e9 / max(found) for n, found in rates.items()}
    one, most = _INSTRUMENTS[0], _INSTRUMENTS[-1]
    return Outcome(
        case.name, cost[most], "ns a record", "the same with one instrument", cost[one], runs,
        higher_is_better=False, must=f"within × {_FLAT:g}", met=cost[most] <= _FLAT * cost[one],
        measured={
            "ns_a_record": {str(n): round(ns, 1) for n, ns in cost.items()},
            "slowest": round(1e9 / max(rates[most]), 1),
            "fastest": round(1e9 / max(rates[most]), 1),
        },
    )  # fmt: skip


def _kernel(case: Case, effort: Effort, data: NDArray[np.uint8], least: float | None) -> Outcome:
    tape.warm_up()
    pieces = _pieces(data)
    ours, peers = _by_tape(pieces), _by_decoder(pieces)
    if ours != peers:
        raise ConfigError(f"{case.name}: the tape counts {ours} records and trades, the decoder {peers}.")
    return duel(
        case, effort, "records/s", "databento_dbn.DBNDecoder, iterated",
        _rate(_by_tape, pieces), _rate(_by_decoder, pieces), least,
    )  # fmt: skip


def _pieces(data: NDArray[np.uint8]) -> list[bytes]:
    return [data[start : start + _READ].tobytes() for start in range(0, len(data), _READ)]


def _rate(count: Callable[[list[bytes]], tuple[int, int]], pieces: list[bytes]) -> Callable[[], float]:
    return lambda: rate_of(lambda: count(pieces)[0])


def _by_tape(pieces: list[bytes]) -> tuple[int, int]:
    """Records and trades; with order books, bars, and the tops of all instruments handed over as well."""
    reading, bars, trades = tape.Tape(_VERSION, books=True), PressureBook(Settings().flow_window), 0
    taken = time.perf_counter()
    for piece in pieces:
        reading.feed(piece)
        if time.perf_counter() - taken > _TAKEN_EVERY_S:
            trades += _taken(reading, bars)
            taken = time.perf_counter()
    return reading.records, trades + _taken(reading, bars)


def _taken(reading: tape.Tape, bars: PressureBook) -> int:
    batch = reading.take(Ns(0))
    bars.add(batch.trades)
    return len(batch.trades)


def _by_decoder(pieces: list[bytes]) -> tuple[int, int]:
    decoder = databento_dbn.DBNDecoder(has_metadata=False, input_version=_VERSION)
    trade, records, trades = databento_dbn.Action.TRADE, 0, 0
    for piece in pieces:
        decoder.write(piece)
        for record in decoder.decode():
            records += 1
            trades += record.action == trade  # type: ignore[union-attr]
    return records, trades
