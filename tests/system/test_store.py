"""The store as the engine's port: counters and charges, by one thread of each of several processes."""

import multiprocessing
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.cost import ChargeState
from app.domain.units import MicroUsd, Ns, ns_from_iso
from app.engine.ports import Store
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.system.kept import CHARGE, opened


def test_it_fills_the_engines_port(store: SqliteStore) -> None:
    port: Store = store
    assert port.capture_lines(10) == ()
    assert port.cache_usage() == (0, 0)


def test_counters_survive_restarts(paths: Paths) -> None:
    for _ in range(3):
        store = opened(paths)
        store.count("cache/hit", 2)
        store.count("cache/miss", 1)
        store.count("other_cache/hit", 9)
        store.close()
    store = opened(paths)
    assert store.counters("cache/") == {"cache/hit": 6, "cache/miss": 3}
    assert store.counters("nothing") == {}
    store.close()


def test_what_was_learnt_survives_restarts_until_it_is_forgotten(paths: Paths) -> None:
    store = opened(paths)
    store.remember("schema/databento/nq.quotes", "mbp-10", Ns(1))
    store.remember("schema/databento/nq.quotes", "mbp-1", Ns(2))
    store.remember("roll/databento", "NQZ6", Ns(3))
    store.close()
    store = opened(paths)
    assert store.remembered("schema/") == {"schema/databento/nq.quotes": "mbp-1"}
    store.remember("schema/databento/nq.quotes", "", Ns(4))
    assert store.remembered("") == {"roll/databento": "NQZ6"}
    store.close()


def test_a_reservation_counts_in_the_month_it_was_made(store: SqliteStore) -> None:
    settled = replace(
        CHARGE,
        at=ns_from_iso("2026-12-01T00:01:00Z"),
        actual=MicroUsd(1_400_000),
        state=ChargeState.SETTLED,
        bytes=77,
    )
    store.append_charge(CHARGE)
    store.append_charge(settled)
    store.append_charge(replace(CHARGE, reservation_id="r2", at=ns_from_iso("2026-12-05T00:00:00Z")))
    assert store.charges("2026-11") == (CHARGE, settled)
    assert [charge.reservation_id for charge in store.charges("2026-12")] == ["r2"]
    assert store.charges("2027-01") == ()


def test_a_step_that_fails_leaves_nothing_behind(store: SqliteStore) -> None:
    def interrupted() -> None:
        with store.transaction():
            store.append_charge(CHARGE)
            store.count("x", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert store.charges("2026-11") == ()
    assert store.counters("") == {}


def test_another_thread_is_refused(store: SqliteStore) -> None:
    store.count("x", 1)
    told: list[str] = []

    def misuse() -> None:
        try:
            store.count("x", 1)
        except RuntimeError as e:
            told.append(str(e))

    thread = threading.Thread(target=misuse)
    thread.start()
    thread.join()
    assert told == ["the store belongs to the thread that first used it"]


def test_it_may_be_made_in_one_thread_and_live_in_another(paths: Paths) -> None:
    store = opened(paths)

    def live() -> None:
        store.count("x", 1)
        store.close()

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    again = opened(paths)
    assert again.counters("") == {"x": 1}
    again.close()


def spend(data: Path, times: int) -> None:
    """A process of its own: each step reads the sum and adds to it only while it stays below the budget."""
    store = SqliteStore(Paths(data), SecretRedactor())
    for _ in range(times):
        with store.transaction():
            if sum(charge.estimate for charge in store.charges("2026-11")) + 10 <= 300:
                store.append_charge(
                    replace(CHARGE, reservation_id=os.urandom(8).hex(), estimate=MicroUsd(10))
                )
        store.count("tries", 1)
    store.close()


def test_processes_share_the_ledger_and_never_overspend(paths: Paths) -> None:
    context = multiprocessing.get_context("spawn")
    spenders = [context.Process(target=spend, args=(paths.data, 20)) for _ in range(3)]
    for spender in spenders:
        spender.start()
    for spender in spenders:
        spender.join(30)
    assert [spender.exitcode for spender in spenders] == [0, 0, 0]
    store = opened(paths)
    assert sum(charge.estimate for charge in store.charges("2026-11")) == 300
    assert store.counters("tries") == {"tries": 60}
    store.close()
