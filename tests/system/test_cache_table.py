"""Entries of the cache by use: what answered last goes last, a pinned one never; counts by the minute."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.units import Ns
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.system.kept import CAPTURE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(Paths(tmp_path), SecretRedactor())
    yield store
    store.close()


def _fill(store: SqliteStore, count: int) -> None:
    for number in range(count):
        name = f"c{number:03d}"
        store.save_capture(replace(CAPTURE, id=name, body=CAPTURE.body + name.encode()))
        store.put_cached(f"a/{name}", name, Ns(number), Ns(number + 1), Ns(number + 2), "why")


def test_the_least_recently_used_goes_first_and_a_pinned_one_never(store: SqliteStore) -> None:
    _fill(store, 120)
    store.use_cached("a/c000", Ns(1_000))
    store.pin_cached("a/c001", True)
    used = store.cache_usage()[1]
    assert store.evict_cached(used) == 0
    assert store.evict_cached(used // 2) in (100, 50)
    kept = {entry.key for entry in store.cache_rows("a/", 500)}
    assert {"a/c000", "a/c001", "a/c119"} <= kept
    assert "a/c002" not in kept
    assert store.cache_usage()[1] <= used // 2


def test_an_entry_says_how_often_it_answered_and_keeps_its_pin(store: SqliteStore) -> None:
    _fill(store, 1)
    store.use_cached("a/c000", Ns(5))
    store.use_cached("a/c000", Ns(9))
    store.pin_cached("a/c000", True)
    store.put_cached("a/c000", "c000", Ns(20), Ns(21), Ns(22), "anew")
    (entry,) = store.cache_rows("a/", 10)
    assert (entry.hits, entry.pinned, entry.stored, entry.why) == (2, True, 20, "anew")


def test_entries_are_dropped_by_what_their_keys_begin_with(store: SqliteStore) -> None:
    _fill(store, 3)
    store.put_cached("b/c", "c000", Ns(1), Ns(1), Ns(1))
    assert store.drop_cached("a/c001") == 1
    assert store.drop_cached("a/") == 2
    assert [entry.key for entry in store.cache_rows("", 10)] == ["b/c"]


def test_counts_are_summed_from_a_minute_on_and_thinned(store: SqliteStore) -> None:
    for minute in (10, 11, 11, 12):
        store.tally("cache/x/hits", minute, 2)
    store.tally("cache/x/miss/cold", 12, 1)
    store.tally("cache/y/hits", 12, 100)
    assert store.tallies("cache/x/", 11) == {"cache/x/hits": 6, "cache/x/miss/cold": 1}
    store.thin_tallies(12)
    assert store.tallies("cache/x/", 0) == {"cache/x/hits": 2, "cache/x/miss/cold": 1}


@pytest.mark.expected_log("is not what was stored")
def test_an_answer_that_was_changed_on_disk_is_none(store: SqliteStore, tmp_path: Path) -> None:
    _fill(store, 2)
    first, second = sorted(p for p in Paths(tmp_path).captures.rglob("*") if p.is_file())
    first.write_bytes(second.read_bytes())
    assert [store.load_capture(name) is None for name in ("c000", "c001")] == [True, False]
