"""How busy the window is per frame, and whether it grows: all panels seen, beside the same window at rest.

Window and vendors are processes of their own, so that nothing of a benchmark shares their interpreter.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.bench.child import Child
from app.bench.duel import LEAST_RUNS, Case, Effort, Outcome

TICKS_PER_S: Final = 5_000
_START_S: Final = 90.0
# for the time at rest, as part of that under load
_REST_SHARE: Final = 0.5
_P95_MS, _P99_MS = 8.0, 16.0
# what counts as flat, and from which length on that says anything
_FLAT: Final = 1.03
_BURST_S, _BURST_EVERY_S = 1.0, 4.0
_LONG_MIN: Final = 10.0
_REST: Final = "the same window at rest"


class Pair:
    """The window's process and its vendors'."""

    def __init__(self, vendors: Child, window: Child, settle: float) -> None:
        self._vendors = vendors
        self._window = window
        self._settle = settle

    def frames(self, pace: float, seconds: float, *, burst: bool = False) -> dict[str, Any]:
        self._vendors.tell(f"{pace} burst" if burst else str(pace))
        self._ask("frames", self._settle)
        return self._ask("frames", seconds)

    def bursts(self, pace: float, burst: float, seconds: float) -> dict[str, Any]:
        """Steady, with one second in four of a burst."""
        self._vendors.tell(f"{pace} burst")
        self._ask("frames", self._settle)
        self._window.tell(f"frames {seconds}")
        over = time.monotonic() + seconds
        while (left := over - time.monotonic()) > 0:
            self._vendors.tell(f"{pace} burst")
            time.sleep(min(left, _BURST_EVERY_S - _BURST_S))
            self._vendors.tell(f"{burst} burst")
            time.sleep(min(max(0.0, over - time.monotonic()), _BURST_S))
        return self._window.heard(_START_S)

    def counted(self) -> tuple[int, int]:
        """Records that were sent and that were received by now, while none is on its way."""
        self._vendors.tell("0")
        self._ask("frames", self._settle)
        received = int(self._ask("records", 0)["records"])
        self._vendors.tell("count")
        return int(self._vendors.heard(_START_S)["count"]), received

    def after_a_cut(self, seconds: float) -> dict[str, float]:
        """Milliseconds from a cut of all connections until records of each new one were to be painted."""
        before = self._ask("connections", 0)["heard"]
        self._vendors.tell("cut")
        at = float(self._vendors.heard(_START_S)["cut"])
        after = self._ask("connections", seconds)["heard"]
        return {name: (when - at) * 1000 for name, when in after.items() if name not in before}

    def memory(self, pace: float, seconds: float) -> list[float]:
        self._vendors.tell(str(pace))
        megabytes: list[float] = self._ask("memory", seconds)["megabytes"]
        return megabytes

    def _ask(self, what: str, seconds: float) -> dict[str, Any]:
        self._window.tell(f"{what} {seconds}")
        return self._window.heard(seconds + _START_S)


@contextmanager
def opened(effort: Effort) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="pitwall-bench-") as folder, Child("app.bench.paced") as vendors:
        effort.say("starting the simulated vendors")
        addresses = Path(folder) / "addresses.json"
        addresses.write_text(json.dumps(vendors.heard(_START_S)), encoding="utf-8")
        with Child("app.bench.window_child", str(Path(folder) / "state"), str(addresses)) as window:
            effort.say("opening the window")
            vendors.tell(str(TICKS_PER_S))
            window.heard(_START_S)
            yield Pair(vendors, window, effort.settle)


def frames(case: Case, effort: Effort) -> Outcome:
    runs, seconds = LEAST_RUNS, effort.seconds / LEAST_RUNS
    busy_runs, rest_runs = [], []
    with opened(effort) as pair:
        for number in range(1, runs + 1):
            effort.say(f"{case.name}: run {number} of {runs}")
            rest_runs.append(pair.frames(0, seconds * _REST_SHARE))
            busy_runs.append(pair.frames(TICKS_PER_S, seconds))
    busy, rest = _percentiles(busy_runs, "busy"), _percentiles(rest_runs, "busy")
    return Outcome(
        case.name, _median_p95(busy_runs), "ms a frame", _REST, _median_p95(rest_runs), runs,
        higher_is_better=False, must=f"p95 at most {_P95_MS:g} ms, p99 at most {_P99_MS:g} ms",
        met=busy["p95"] <= _P95_MS and busy["p99"] <= _P99_MS,
        measured={
            "what": "p95 of the time the window's thread is busy per frame, the median of the runs",
            "ticks_per_s": TICKS_PER_S,
            "busy_ms": busy,
            "busy_at_rest_ms": rest,
            "processor_ms": _percentiles(busy_runs, "worked"),
            "timer_late_ms": _percentiles(busy_runs, "late"),
            "frames": sum(len(run["busy"]) for run in busy_runs),
            "frames_per_s": _a_second(busy_runs, lambda run: len(run["busy"])),
            "over_16_ms": sum(run["over_16_ms"] for run in busy_runs),
            "records_per_s": _a_second(busy_runs, lambda run: int(run["records"])),
            "dropped": sum(run["dropped"] for run in busy_runs),
            "panels_seen": busy_runs[-1]["seen"],
            "window": busy_runs[-1]["size"],
            "updates": busy_runs[-1]["updates"],
        },
    )  # fmt: skip


def memory(case: Case, effort: Effort) -> Outcome:
    with opened(effort) as pair:
        effort.say(f"{case.name}: {effort.minutes:g} min")
        samples = pair.memory(TICKS_PER_S, effort.minutes * 60)
    return growth(case, effort.minutes, samples)


def growth(case: Case, minutes: float, megabytes: list[float]) -> Outcome:
    """The last quarter of evenly spaced samples beside the first."""
    parts = [part.tolist() for part in np.array_split(np.array(megabytes), 4)]
    quarters = [round(statistics.median(part), 1) for part in parts]
    first, last = quarters[0], quarters[-1]
    return Outcome(
        case.name, last, "MB resident", "the same window in the first quarter of the time", first, 1,
        higher_is_better=False,
        must=f"flat within {_FLAT - 1:.0%} over {_LONG_MIN:g} min",
        met=last <= first * _FLAT if minutes >= _LONG_MIN else None,
        measured={
            "minutes": minutes,
            "ticks_per_s": TICKS_PER_S,
            # between the middles of the two quarters
            "mb_a_minute": round((last - first) / (minutes * 0.75), 3),
            "quarters_mb": quarters,
            "least_mb": round(min(megabytes), 1),
            "most_mb": round(max(megabytes), 1),
        },
    )  # fmt: skip


def _percentiles(runs: list[dict[str, Any]], name: str) -> dict[str, float]:
    every = np.concatenate([run[name] for run in runs])
    p50, p95, p99 = (float(value) for value in np.percentile(every, (50, 95, 99)))
    shown = {"p50": p50, "p95": p95, "p99": p99, "max": float(every.max())}
    return {key: round(value, 2) for key, value in shown.items()}


def _median_p95(runs: list[dict[str, Any]]) -> float:
    return statistics.median(float(np.percentile(run["busy"], 95)) for run in runs)


def _a_second(runs: list[dict[str, Any]], count: Callable[[dict[str, Any]], int]) -> float:
    return round(statistics.median(count(run) / float(run["seconds"]) for run in runs), 1)
