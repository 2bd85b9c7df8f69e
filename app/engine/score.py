"""The health score H of a source on a channel, from what was measured and nothing else. Pure.

`H = 100·(0.40·S + 0.25·F + 0.20·L + 0.15·V)`: success, freshness, latency, validity. What was not measured
leaves H unknown; a failed hard gate makes it 0 whatever was measured.
"""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.health import Score

FEWEST_SAMPLES: Final = 5
# What an unknown H weighs where one is needed.
UNMEASURED: Final = 50.0
_WEIGHTS: Final = (0.40, 0.25, 0.20, 0.15)
# 95 % of a normal distribution lie within.
_Z: Final = 1.96


class Manner(Enum):
    """How a source is asked: latency (ms) that is good, and that is bad."""

    STREAM = (100.0, 1_000.0)
    API = (500.0, 3_000.0)
    SCRAPE = (3_000.0, 10_000.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """`good` of `samples` were successes; the rest is None where nothing was measured."""

    good: int
    samples: int
    age_s: float | None
    stale_after_s: float
    expected_s: float | None
    p95_ms: float | None
    valid: float | None
    gate: str = ""


def wilson(good: int, samples: int) -> float:
    """Lower bound (95 %) of a share that was seen `good` times in `samples`."""
    if samples <= 0:
        return 0.0
    share, z2 = good / samples, _Z * _Z
    middle = share + z2 / (2 * samples)
    spread = _Z * math.sqrt(share * (1 - share) / samples + z2 / (4 * samples * samples))
    return max(0.0, (middle - spread) / (1 + z2 / samples))


def score(measured: Measured, manner: Manner) -> Score:
    few = measured.samples < FEWEST_SAMPLES
    parts = (
        None if few else wilson(measured.good, measured.samples),
        _freshness(measured),
        _latency(measured.p95_ms, manner),
        measured.valid,
    )
    if measured.gate:
        return Score(0.0, *parts, samples=measured.samples, gate=measured.gate)
    known = [part for part in parts if part is not None]
    whole = len(known) == len(parts)
    value = 100 * sum(w * part for w, part in zip(_WEIGHTS, known, strict=True)) if whole else None
    return Score(value, *parts, samples=measured.samples)


def weight(value: float | None) -> float:
    return UNMEASURED if value is None else value


def _freshness(measured: Measured) -> float | None:
    if measured.age_s is None or measured.expected_s is None:
        return None
    room = measured.stale_after_s - measured.expected_s
    if room <= 0:
        return 1.0 if measured.age_s <= measured.stale_after_s else 0.0
    return _share((measured.stale_after_s - measured.age_s) / room)


def _latency(p95_ms: float | None, manner: Manner) -> float | None:
    if p95_ms is None:
        return None
    good, bad = manner.value
    return _share((bad - p95_ms) / (bad - good))


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
