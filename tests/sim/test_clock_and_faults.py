"""Simulated time, and misbehaviour that waits to be taken."""

import threading

import pytest

from app.domain.units import HOUR, SECOND, Ns, ns_from_iso
from app.sim import keys
from app.sim.clock import SimClock, wall_now
from app.sim.faults import ANY_ROUTE, Fault, FaultKind, Faults

START = ns_from_iso("2026-06-10T15:00:00Z")


def test_time_runs_at_its_speed_and_is_shared_by_its_origin() -> None:
    origin = Ns(wall_now() - SECOND)
    mine, theirs = SimClock(START, 60.0, origin), SimClock(START, 60.0, origin)
    first, second, third = mine.now(), theirs.now(), mine.now()

    assert first >= START + 60 * SECOND
    # two readings of the wall differ by microseconds, at this speed by well under a second
    assert first - SECOND // 2 <= second <= third + SECOND // 2


def test_time_that_stands_still_moves_only_when_told() -> None:
    clock = SimClock(START, speed=0)
    before = clock.now()
    clock.advance(Ns(HOUR))

    assert before == START
    assert clock.now() == START + HOUR
    assert clock.wall_delay(START) == 0
    assert clock.wall_delay(Ns(START + 2 * HOUR)) == float("inf")


def test_a_wait_is_told_in_real_seconds() -> None:
    clock = SimClock(START, speed=100.0)

    assert 8.5 < clock.wall_delay(Ns(START + 1_000 * SECOND)) <= 10.0


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_time_refuses_impossible_speeds(speed: float) -> None:
    with pytest.raises(ValueError, match="cannot run"):
        SimClock(START, speed)
    with pytest.raises(ValueError, match="backwards"):
        SimClock(START, 0).advance(Ns(-1))


def test_a_fault_strikes_its_route_as_often_as_told() -> None:
    faults = Faults()
    faults.set("barchart", "chain", "429", times=2, seconds=30)
    faults.set("barchart", ANY_ROUTE, FaultKind.RST)

    assert faults.take("massive", "chain") is None
    assert [faults.take("barchart", "chain"), faults.take("barchart", "page")] != [None, None]
    assert [(f.kind, f.times) for f in faults.active()] == [(FaultKind.RATE_LIMITED, 1)]
    taken = faults.take("barchart", "chain")
    assert taken is not None
    assert (taken.kind, taken.seconds) == (FaultKind.RATE_LIMITED, 30)
    assert faults.take("barchart", "chain") is None


def test_a_lasting_fault_lasts_until_cleared() -> None:
    faults = Faults()
    faults.set("databento_live", "connect", "refuse", times=None)
    faults.set("barchart", "login", "403", times=None)

    assert all(faults.take("databento_live", "connect") for _ in range(5))
    faults.clear("databento_live")
    assert faults.take("databento_live", "connect") is None
    assert faults.take("barchart", "login") is not None
    faults.clear()
    assert faults.active() == ()


def test_each_occurrence_goes_to_one_of_many_threads() -> None:
    faults = Faults()
    taken: list[Fault | None] = []
    faults.set("barchart", "chain", "500", times=50)
    threads = [
        threading.Thread(target=lambda: taken.extend(faults.take("barchart", "chain") for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(fault is not None for fault in taken) == 50


@pytest.mark.parametrize("bad", [{"kind": "earthquake"}, {"times": 0}, {"seconds": -1.0}])
def test_a_fault_without_a_meaning_is_refused(bad: dict[str, object]) -> None:
    wanted: dict[str, object] = {"kind": "rst", "times": 1, "seconds": None} | bad
    with pytest.raises(ValueError, match=r"not a valid|at least once|cannot last"):
        Faults().set("barchart", "chain", **wanted)  # type: ignore[arg-type]


def test_the_key_has_the_form_the_vendors_clients_check() -> None:
    assert len(keys.DATABENTO) == 32
    assert keys.DATABENTO.startswith("db-Simulated")
