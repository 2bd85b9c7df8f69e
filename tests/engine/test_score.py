"""H says what was measured, and nothing where nothing was."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.score import Manner, Measured, score, weight, wilson

WELL = Measured(60, 60, age_s=0.2, stale_after_s=7.0, expected_s=0.2, p95_ms=80.0, valid=1.0)


def test_a_perfect_stream_is_worth_almost_all() -> None:
    found = score(WELL, Manner.STREAM)
    assert (found.freshness, found.latency, found.valid) == (1.0, 1.0, 1.0)
    assert found.success == pytest.approx(0.940, abs=0.001)
    assert found.value == pytest.approx(100 * (0.40 * 0.940 + 0.60), abs=0.1)


def test_the_bound_is_the_one_of_wilson() -> None:
    assert wilson(5, 5) == pytest.approx(0.5655, abs=1e-4)
    assert wilson(8, 10) == pytest.approx(0.4902, abs=1e-4)
    assert wilson(0, 20) == 0.0


def test_each_part_falls_to_nothing_at_its_limit() -> None:
    assert score(replace(WELL, age_s=7.0), Manner.STREAM).freshness == 0.0
    assert score(replace(WELL, age_s=3.6), Manner.STREAM).freshness == pytest.approx(0.5)
    assert score(replace(WELL, p95_ms=550.0), Manner.STREAM).latency == pytest.approx(0.5)
    assert score(replace(WELL, p95_ms=3_000.0), Manner.API).latency == 0.0
    assert score(replace(WELL, p95_ms=3_000.0), Manner.SCRAPE).latency == 1.0


@pytest.mark.parametrize("lacking", ["age_s", "expected_s", "p95_ms", "valid"])
def test_what_was_not_measured_is_not_invented(lacking: str) -> None:
    unmeasured: dict[str, Any] = {lacking: None}
    assert score(replace(WELL, **unmeasured), Manner.STREAM).value is None


def test_below_five_samples_there_is_no_score_and_the_weight_is_in_the_middle() -> None:
    few = score(replace(WELL, good=4, samples=4), Manner.STREAM)
    assert (few.value, few.success, few.samples) == (None, None, 4)
    assert weight(few.value) == 50.0


def test_a_failed_gate_makes_it_nothing_and_says_so() -> None:
    found = score(replace(WELL, gate="stale"), Manner.STREAM)
    assert (found.value, found.gate) == (0.0, "stale")
    assert found.success is not None


@given(
    st.integers(0, 60), st.integers(5, 60), st.floats(0, 1e6), st.floats(0.1, 300), st.floats(0.01, 300),
    st.floats(0, 1e6), st.floats(0, 1),
)  # fmt: skip
def test_it_stays_between_nothing_and_a_hundred(
    good: int, samples: int, age: float, stale: float, expected: float, p95: float, valid: float
) -> None:
    measured = Measured(min(good, samples), samples, age, stale, expected, p95, valid)
    found = score(measured, Manner.API)
    assert found.value is not None
    assert 0 <= found.value <= 100
