"""One benchmark: ours and its peer in turns, so that whatever else the machine does slows both."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

LEAST_RUNS: Final = 3

Say = Callable[[str], None]
Rate = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work is put in. `settle` seconds after each change of pace are not measured. `say` is told
    what is being done; that goes to people, not into the results.
    """

    records: int = 1_000_000
    runs: int = 5
    seconds: float = 20.0
    settle: float = 2.0
    minutes: float = 1.0
    say: Say = lambda _: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`must` is the demand in words, `met` whether it was; both None where nothing is demanded."""

    name: str
    ours: float
    unit: str
    peer: str
    peers: float | None
    runs: int
    higher_is_better: bool = True
    must: str | None = None
    met: bool | None = None
    measured: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peers if self.peers else None

    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "ours": _rounded(self.ours),
            "unit": self.unit,
            "peer": self.peer,
            "peers": _rounded(self.peers),
            "ratio": _rounded(self.ratio),
            "runs": self.runs,
            "better": "higher" if self.higher_is_better else "lower",
            "must": self.must,
            "met": self.met,
            "measured": dict(self.measured),
        }


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    about: str
    run: Callable[["Case", Effort], Outcome]


def duel(
    case: Case, effort: Effort, unit: str, peer: str, ours: Rate, peers: Rate, least: float | None = None
) -> Outcome:
    """Both sides give a rate. `least` is the rate of ours that is demanded, measured as all the rest."""
    runs = max(LEAST_RUNS, effort.runs)
    our_rates, peer_rates = [], []
    for number in range(1, runs + 1):
        effort.say(f"{case.name}: run {number} of {runs}")
        our_rates.append(ours())
        peer_rates.append(peers())
    rate = statistics.median(our_rates)
    return Outcome(
        case.name, rate, unit, peer, statistics.median(peer_rates), runs,
        must=None if least is None else f"at least {least:,.0f} {unit}",
        met=None if least is None else rate >= least,
        measured={"slowest": _rounded(min(our_rates)), "fastest": _rounded(max(our_rates))},
    )  # fmt: skip


def rate_of(work: Callable[[], int]) -> float:
    """How much a second of one processor; `work` says how much it did, in this thread alone."""
    began = time.thread_time()
    done = work()
    return done / (time.thread_time() - began)


def _rounded(value: float | None) -> float | None:
    """Four digits: a benchmark has no more."""
    return None if value is None else float(f"{value:.4g}")
