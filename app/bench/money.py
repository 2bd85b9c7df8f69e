"""The ledger after a month of purchases: reserve and settle, each durable, beside a JSON file written anew.

The peer does as much for safety as a plain file can: write, flush to the disk, replace. It keeps no lock
against other processes and adds up all lines to know what is left.
"""

import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from app.bench.duel import LEAST_RUNS, Case, Effort, Outcome
from app.domain.cost import Approval
from app.domain.purchase import Purchase
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, SECOND, MicroUsd, Ns, ns_from_iso
from app.engine.till import Limits, Till
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

_BEGIN: Final = ns_from_iso("2025-06-10T15:00:00Z")
_LINES_BEFORE: Final = 1_000
_STEPS: Final = 50
_LINES_A_PURCHASE: Final = 2
_PAGES: Final = 8_192
_FLUSHES: Final = 10
_MUST_MS: Final = 2.0
_LIMITS: Final = Limits(MicroUsd(10_000 * DOLLAR), MicroUsd(150 * DOLLAR), MicroUsd(0))


def ledger(case: Case, effort: Effort) -> Outcome:
    """Milliseconds a durable line. Half of the lines are reservations, which look first at what is left."""
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = _Ours(Path(folder)), _Plain(Path(folder) / "ledger.json")
        for number in range(_LINES_BEFORE // 2):
            ours.buy(number)
            peer.keep(number)
        our_ms: list[float] = []
        worked_ms: list[float] = []
        flush_ms: list[float] = []
        peer_ms: list[float] = []
        runs = max(LEAST_RUNS, effort.runs)
        for run in range(runs):
            effort.say(f"{case.name}: run {run + 1} of {runs}")
            numbers = range(_LINES_BEFORE + run * _STEPS, _LINES_BEFORE + (run + 1) * _STEPS)
            # each side by itself: a flush also waits for what the other one left to the disk
            for number in numbers:
                began = time.thread_time()
                our_ms += ours.buy(number)
                worked_ms.append((time.thread_time() - began) / _LINES_A_PURCHASE * 1e3)
            for number in numbers:
                peer_ms += peer.buy(number)
            flush_ms += (_flushed(Path(folder) / "flushed") for _ in range(_FLUSHES))
        ours.close()
    middle = statistics.median(our_ms)
    return Outcome(
        case.name, middle, "ms a line", "one JSON file, written anew and flushed", statistics.median(peer_ms),
        runs, higher_is_better=False, must=f"at most {_MUST_MS:g} ms", met=middle <= _MUST_MS,
        measured={
            "p95": round(sorted(our_ms)[len(our_ms) * 95 // 100], 3), "lines_before": _LINES_BEFORE,
            "processor_ms": round(statistics.median(worked_ms), 3),
            "disk_flush_ms": round(statistics.median(flush_ms), 3),
        },
    )  # fmt: skip


def _flushed(path: Path) -> float:
    """Milliseconds that the disk alone takes to keep a page or two: no durable line is faster than it."""
    with path.open("ab") as file:
        file.write(bytes(_PAGES))
        began = time.perf_counter()
        file.flush()
        os.fsync(file.fileno())
        return (time.perf_counter() - began) * 1e3


class _Ours:
    def __init__(self, folder: Path) -> None:
        self._store = SqliteStore(Paths(folder), SecretRedactor())
        self._till = Till(self._store)

    def buy(self, number: int) -> tuple[float, float]:
        now = Ns(_BEGIN + number * SECOND)
        purchase = Purchase(
            SourceId("bench"), "GLBX.MDP3", "trades", MicroUsd(1_000), str(number), approval=Approval.USER
        )
        began = time.perf_counter()
        charge = self._till.reserve(purchase, _LIMITS, now)
        reserved = time.perf_counter()
        self._till.settle(charge.reservation_id, MicroUsd(900), 10, now)
        return (reserved - began) * 1e3, (time.perf_counter() - reserved) * 1e3

    def close(self) -> None:
        self._store.close()


class _Plain:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: list[dict[str, Any]] = []

    def keep(self, number: int) -> None:
        self._lines += [{"name": number, "state": state, "micro": 1_000} for state in ("reserved", "settled")]

    def buy(self, number: int) -> tuple[float, float]:
        times = []
        for state in ("reserved", "settled"):
            began = time.perf_counter()
            newest = {line["name"]: line["micro"] for line in self._lines}
            if sum(newest.values()) < _LIMITS.budget:
                self._lines.append({"name": number, "state": state, "micro": 1_000})
            self._write()
            times.append((time.perf_counter() - began) * 1e3)
        return times[0], times[1]

    def _write(self) -> None:
        part = self._path.with_suffix(".part")
        with part.open("w") as file:
            json.dump(self._lines, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._path)
