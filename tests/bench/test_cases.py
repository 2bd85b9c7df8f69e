"""Each benchmark once, with little work: it runs, both sides agree, and what it reports was measured."""

import json

import pytest

from app.bench.burst import after_a_cut, after_many, came_back, in_a_burst, in_bursts, until_painted
from app.bench.cases import CASES
from app.bench.duel import Effort
from app.bench.window import growth, opened

LITTLE = Effort(records=4_000, runs=3, seconds=2.4, settle=0.2, minutes=4 / 60)
IN_PROCESS = [case.name for case in CASES if not case.name.startswith(("window.", "tape.live"))]


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_benchmark_of_parts_measures_both_sides(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    found = case.run(case, LITTLE)
    assert (found.name, found.runs) == (name, 3)
    assert found.ours > 0
    assert found.peers is not None
    assert found.peers > 0
    if "slowest" in found.measured:
        assert 0 < found.measured["slowest"] <= found.ours * 1.001 <= found.measured["fastest"] * 1.002
    else:
        assert found.ours <= found.measured["p95"] * 1.001 + 1e-4


@pytest.mark.parametrize("name", ["tape.live", "tape.live.mbo", "tape.live.mixed"])
def test_both_clients_take_the_same_stream_from_the_same_gateway(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    found = case.run(case, LITTLE)
    assert found.ours > 0
    assert found.peers is not None
    assert found.peers > 0


def test_the_real_window_is_timed_with_all_its_panels() -> None:
    case = next(case for case in CASES if case.name == "window.frames")
    found = case.run(case, LITTLE)
    busy = found.measured["busy_ms"]
    assert 0 < busy["p50"] <= busy["p95"] <= busy["p99"] <= busy["max"]
    assert found.measured["frames"] > 10
    assert found.measured["records_per_s"] > 2_000
    assert {"pressure", "chain", "health", "tape", "log"} <= set(found.measured["panels_seen"])
    assert found.met is (busy["p95"] <= 8 and busy["p99"] <= 16)
    assert json.loads(json.dumps(found.document()))["unit"] == "ms a frame"


def test_the_board_is_timed_with_twenty_thousand_contracts() -> None:
    case = next(case for case in CASES if case.name == "window.board")
    found = case.run(case, LITTLE)
    assert 0 < found.ours < 40
    assert found.peers is not None
    assert found.measured["contracts"] == 20_000
    assert found.met is (found.ours <= 8)


@pytest.mark.timeout(180)
def test_the_real_window_is_measured_under_load() -> None:
    """One window for all of it: opening it takes the longest."""
    case = next(case for case in CASES if case.name == "window.burst")
    with opened(LITTLE) as pair:
        measured = [
            measure(case, LITTLE, pair) for measure in (in_a_burst, in_bursts, until_painted, after_many)
        ]
        measured.append(came_back(case, [after_a_cut(LITTLE, pair)]))
    for found in measured:
        assert 0 < found.ours < 100_000
        assert json.loads(json.dumps(found.document()))["met"] in (True, False)
    assert measured[1].measured["sent"] > 100_000
    assert measured[1].measured["dropped"] == 0


@pytest.mark.parametrize(
    ("last", "minutes", "met"), [(500.0, 10, True), (560.0, 10, False), (560.0, 1, None)]
)
def test_memory_is_flat_or_grows_and_a_minute_says_nothing(
    last: float, minutes: float, met: bool | None
) -> None:
    case = next(case for case in CASES if case.name == "window.memory")
    found = growth(case, minutes, [500.0] * 40 + [last] * 20)
    assert (found.peers, found.ours, found.met) == (500.0, last, met)
    assert json.loads(json.dumps(found.document()))["measured"]["quarters_mb"] == [500, 500, 500, last]
