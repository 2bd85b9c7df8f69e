"""A benchmark's rules: both sides in turns, medians, honest ratios, one shape for scripts."""

import itertools

import pytest

from app.bench.cases import CASES, chosen
from app.bench.duel import Case, Effort, Outcome, duel
from app.domain.errors import ConfigError

SHAPE = {"name", "ours", "unit", "peer", "peers", "ratio", "runs"}


def any_case() -> Case:
    return Case("some.case", "about", lambda case, effort: Outcome(case.name, 1, "1/s", "peer", 1, 3))


def test_both_sides_take_turns() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return 1.0

    duel(any_case(), Effort(runs=3), "1/s", "peer", lambda: side("ours"), lambda: side("peer"))
    assert order == ["ours", "peer"] * 3


def test_the_median_is_told_and_the_spread_beside_it() -> None:
    ours, peers = itertools.cycle([10.0, 1000.0, 20.0]), itertools.cycle([5.0, 1.0, 4.0])
    found = duel(any_case(), Effort(runs=3), "1/s", "peer", lambda: next(ours), lambda: next(peers))
    assert (found.ours, found.peers, found.ratio, found.runs) == (20.0, 4.0, 5.0, 3)
    assert found.measured == {"slowest": 10.0, "fastest": 1000.0}


def test_fewer_than_three_runs_are_not_a_measurement() -> None:
    assert duel(any_case(), Effort(runs=1), "1/s", "peer", lambda: 1.0, lambda: 1.0).runs == 3


@pytest.mark.parametrize(("rate", "met"), [(14.0, False), (15.0, True)])
def test_a_demand_is_met_or_not(rate: float, met: bool) -> None:
    found = duel(any_case(), Effort(), "1/s", "peer", lambda: rate, lambda: 1.0, least=15.0)
    assert (found.met, found.must) == (met, "at least 15 1/s")


def test_a_peer_that_did_nothing_gives_no_ratio() -> None:
    assert Outcome("some.case", 1.0, "1/s", "peer", 0.0, 3).ratio is None
    assert Outcome("some.case", 1.0, "1/s", "peer", None, 3).document()["ratio"] is None


def test_scripts_get_one_shape() -> None:
    assert set(Outcome("some.case", 1.0, "1/s", "peer", 2.0, 3).document()) >= SHAPE


def test_progress_is_told_run_by_run() -> None:
    told: list[str] = []
    duel(any_case(), Effort(runs=3, say=told.append), "1/s", "peer", lambda: 1.0, lambda: 1.0)
    assert told == [f"some.case: run {n} of 3" for n in (1, 2, 3)]


def test_names_choose_one_or_a_group() -> None:
    assert [case.name for case in chosen(["pressure.bars"])] == ["pressure.bars"]
    kernels = [case.name for case in chosen(["tape.kernel"])]
    assert kernels == ["tape.kernel.mbo", "tape.kernel.mixed", "tape.kernel.instruments"]
    live = [case.name for case in chosen(["tape.live"])]
    assert live == ["tape.live", "tape.live.mbo", "tape.live.mixed"]
    assert chosen([]) == tuple(CASES)


@pytest.mark.parametrize("name", ["nothing", "tape.ker", "tape.live.x", ""])
def test_a_name_of_nothing_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(ConfigError, match=r"tape\.live"):
        chosen([name])
