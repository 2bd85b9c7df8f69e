"""The real window in a burst: what it costs, how late it paints, how it comes back from a cut, what it keeps.

Trades, every order of the futures, and quotes of options around the money, in the shares of a busy market.
"""

import statistics
from typing import Any, Final

import numpy as np

from app.bench.duel import LEAST_RUNS, Case, Effort, Outcome
from app.bench.window import Pair, opened

BURST_PER_S: Final = 500_000
_STEADY_PER_S: Final = 100_000
_BRISK_PER_S: Final = 20_000
_CORE: Final = 0.4
_P99_MS: Final = 16.0
_PAINTED_MS: Final = 60.0
_BACK_MS: Final = 300.0
_MANY: Final = 10
_MOST_MB: Final = 500.0
_FLAT: Final = 1.03
_REST: Final = "the same window at rest"


def burst(case: Case, effort: Effort) -> Outcome:
    with opened(effort) as pair:
        return in_a_burst(case, effort, pair)


def bursts(case: Case, effort: Effort) -> Outcome:
    with opened(effort) as pair:
        return in_bursts(case, effort, pair)


def latency(case: Case, effort: Effort) -> Outcome:
    with opened(effort) as pair:
        return until_painted(case, effort, pair)


def back(case: Case, effort: Effort) -> Outcome:
    """One cut of each window: after a second one within a minute the connections wait, as they should."""
    cuts = []
    for number in range(1, LEAST_RUNS + 1):
        with opened(effort) as pair:
            effort.say(f"{case.name}: cut {number} of {LEAST_RUNS}")
            cuts.append(after_a_cut(effort, pair))
    return came_back(case, cuts)


def many(case: Case, effort: Effort) -> Outcome:
    with opened(effort) as pair:
        return after_many(case, effort, pair)


def in_a_burst(case: Case, effort: Effort, pair: Pair) -> Outcome:
    """What feed and engine need of a processor, apart from the window's own thread."""
    busy, rest = [], []
    for number in range(1, LEAST_RUNS + 1):
        effort.say(f"{case.name}: run {number} of {LEAST_RUNS}")
        seconds = effort.seconds / LEAST_RUNS
        rest.append(pair.frames(0, seconds / 2))
        busy.append(pair.frames(BURST_PER_S, seconds, burst=True))
        pair.frames(0, effort.settle)
    core = statistics.median(_share(run, "others_s") for run in busy)
    frames = np.concatenate([run["busy"] for run in busy])
    p99, dropped = float(np.percentile(frames, 99)), sum(run["dropped"] for run in busy)
    return Outcome(
        case.name, core, "of a core", _REST, statistics.median(_share(run, "others_s") for run in rest),
        LEAST_RUNS, higher_is_better=False,
        must=f"at most {_CORE:.0%} of a core, frame p99 at most {_P99_MS:g} ms",
        met=core <= _CORE and p99 <= _P99_MS,
        measured={
            "asked_records_per_s": BURST_PER_S,
            "records_per_s": round(statistics.median(run["records"] / run["seconds"] for run in busy)),
            "window_thread": round(statistics.median(_share(run, "window_s") for run in busy), 3),
            "busy_ms": {f"p{n}": round(float(np.percentile(frames, n)), 2) for n in (50, 95, 99)},
            "prints_left_out": dropped,
            "slowest": round(max(_share(run, "others_s") for run in busy), 3),
            "fastest": round(min(_share(run, "others_s") for run in busy), 3),
            "updates": busy[-1]["updates"],
        },
    )  # fmt: skip


def in_bursts(case: Case, effort: Effort, pair: Pair) -> Outcome:
    """A busy market with bursts: frames, and whether every record that was sent was received."""
    effort.say(f"{case.name}: {effort.seconds:g} s")
    rest = pair.frames(0, effort.seconds / 4)
    sent, received = pair.counted()
    busy = pair.bursts(_STEADY_PER_S, BURST_PER_S, effort.seconds)
    all_sent, all_received = pair.counted()
    missing = (all_sent - sent) - (all_received - received)
    p99 = float(np.percentile(busy["busy"], 99))
    return Outcome(
        case.name, p99, "ms a frame, p99", _REST, float(np.percentile(rest["busy"], 99)), 1,
        higher_is_better=False, must=f"at most {_P99_MS:g} ms, no record dropped",
        met=p99 <= _P99_MS and not missing,
        measured={
            "asked_records_per_s": [_STEADY_PER_S, BURST_PER_S],
            "records_per_s": round(busy["records"] / busy["seconds"]),
            "sent": all_sent - sent,
            "dropped": missing,
            "busy_ms": _percentiles(busy["busy"]),
            "processor_ms": _percentiles(busy["worked"]),
            "core": round(_share(busy, "others_s"), 3),
            "window_thread": round(_share(busy, "window_s"), 3),
            "panels_seen": busy["seen"],
        },
    )  # fmt: skip


def until_painted(case: Case, effort: Effort, pair: Pair) -> Outcome:
    """From the vendor's receipt of a record to the end of the frame that shows it."""
    rest = pair.frames(_BRISK_PER_S / 100, effort.seconds / 2, burst=True)
    busy = pair.frames(_BRISK_PER_S, effort.seconds, burst=True)
    found, few = _percentiles(busy["painted"]), _percentiles(rest["painted"])
    return Outcome(
        case.name, found["p99"], "ms, p99", "a hundredth of the records", few["p99"], 1,
        higher_is_better=False, must=f"at most {_PAINTED_MS:g} ms", met=found["p99"] <= _PAINTED_MS,
        measured={
            "records_per_s": round(busy["records"] / busy["seconds"]),
            "what": "the best prices of the futures, and prints",
            "values_painted": len(busy["painted"]),
            "ms": found,
        },
    )  # fmt: skip


def after_a_cut(effort: Effort, pair: Pair) -> dict[str, float]:
    """All connections are cut while the gateway goes on to listen."""
    pair.frames(_BRISK_PER_S, effort.settle, burst=True)
    return pair.after_a_cut(max(_BACK_MS / 100, effort.seconds / LEAST_RUNS))


def came_back(case: Case, cuts: list[dict[str, float]]) -> Outcome:
    """The slowest connection counts."""
    by_line: dict[str, list[float]] = {}
    for cut in cuts:
        for name, ms in cut.items():
            by_line.setdefault(name.rpartition("/")[0], []).append(ms)
    slowest = max((statistics.median(all_ms) for all_ms in by_line.values()), default=float("inf"))
    return Outcome(
        case.name, slowest, "ms until records", "nothing comparable", None, len(cuts),
        higher_is_better=False, must=f"at most {_BACK_MS:g} ms", met=slowest <= _BACK_MS,
        measured={"ms": {name: [round(ms) for ms in all_ms] for name, all_ms in by_line.items()}},
    )  # fmt: skip


def after_many(case: Case, effort: Effort, pair: Pair) -> Outcome:
    """The window's memory when ten million records have come, and after as many more."""
    wanted = _MANY * effort.records
    first = _after(pair, wanted, effort)
    last = _after(pair, wanted, effort)
    return Outcome(
        case.name, last, "MB resident", f"after the first {wanted:,} records", first, 1,
        higher_is_better=False, must=f"at most {_MOST_MB:g} MB, and flat from then",
        met=last <= _MOST_MB and last <= first * _FLAT,
        measured={"records": 2 * wanted, "slowest": last, "fastest": first},
    )  # fmt: skip


def _after(pair: Pair, records: int, effort: Effort) -> float:
    came = 0
    while came < records:
        came += pair.frames(BURST_PER_S, max(0.5, records / BURST_PER_S / 4), burst=True)["records"]
        effort.say(f"{came:,} of {records:,} records")
    return round(float(pair.frames(0, effort.settle)["megabytes"]), 1)


def _share(run: dict[str, Any], name: str) -> float:
    return float(run[name]) / float(run["seconds"])


def _percentiles(values: list[float]) -> dict[str, float]:
    if not values:
        return dict.fromkeys(("p50", "p95", "p99", "max"), float("inf"))
    found = np.percentile(values, (50, 95, 99, 100))
    return {name: round(float(ms), 1) for name, ms in zip(("p50", "p95", "p99", "max"), found, strict=True)}
