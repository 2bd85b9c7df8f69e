"""Which captures go when there are too many, and which never do."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.capture import Capture, Outcome
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, MINUTE, Ns, ns_from_iso
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.engine.clocks import ManualClock

START = ns_from_iso("2025-06-02T14:00:00Z")
ONE = Capture(
    "c0", SourceId("barchart"), Channel.OPT_CHAIN, "MC7M25", "", START, 200, "application/json", {}, b"{}",
    (), Outcome.ACCEPTED, "accepted", 576,
)  # fmt: skip
PLENTY = 20_000


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(Paths(tmp_path), SecretRedactor())


def fill(store: SqliteStore, count: int, outcome: Outcome = Outcome.ACCEPTED, start: int = 0) -> None:
    for number in range(start, start + count):
        at = Ns(START + number * MINUTE)
        store.save_capture(replace(ONE, id=f"c{number}", fetched=at, outcome=outcome))


def left(store: SqliteStore) -> set[str]:
    return {line.id for line in store.capture_lines(10_000)}


def thin_all(store: SqliteStore, most_mb: int, now: Ns) -> None:
    while store.thin_captures(most_mb, 14, now):
        continue


def test_while_they_are_few_and_young_nothing_goes(store: SqliteStore) -> None:
    fill(store, 300)
    assert store.thin_captures(PLENTY, 14, START) == 0
    store.close()


def test_aged_good_ones_are_thinned_to_one_of_twenty_and_the_first_of_a_day(
    store: SqliteStore, tmp_path: Path
) -> None:
    fill(store, 300)
    thin_all(store, PLENTY, Ns(START + 40 * DAY))
    kept = left(store)
    assert kept == {"c0", "c20", "c40", "c60", "c80"} | {f"c{n}" for n in range(100, 300)}
    assert len(list((tmp_path / "captures").rglob("*.zst"))) == len(kept)
    store.close()


def test_aged_failures_stay(store: SqliteStore) -> None:
    fill(store, 100, Outcome.FAILED)
    fill(store, 200, start=100)
    thin_all(store, PLENTY, Ns(START + 40 * DAY))
    assert {f"c{n}" for n in range(100)} <= left(store)
    store.close()


def test_beyond_the_size_the_oldest_good_ones_go_but_never_those_that_are_needed(store: SqliteStore) -> None:
    fill(store, 260)
    for name in ("c0", "c1"):
        store.set_picture(name, b"x" * 1_000)
    store.pin_capture("c3", True)
    store.put_cached("chain", "c4", Ns(1), Ns(2), Ns(3))
    thin_all(store, 0, START)
    assert left(store) == {"c3", "c4"} | {f"c{n}" for n in range(60, 260)}
    store.close()


def test_what_was_read_lately_stays_longer_than_what_was_not(tmp_path: Path) -> None:
    clock = ManualClock(Ns(START + 300 * MINUTE))
    store = SqliteStore(Paths(tmp_path), SecretRedactor(), clock)
    fill(store, 260)
    for number in range(260):
        store.set_picture(f"c{number}", b"x" * 40_000)
    assert store.load_capture("c2") is not None
    store.close()
    store = SqliteStore(Paths(tmp_path), SecretRedactor(), clock)
    assert store.load_capture("c30") is not None
    thin_all(store, 9, clock.now())
    kept = left(store)
    assert {"c2", "c30"} <= kept
    assert not {"c1", "c3", "c4", "c29"} & kept
    store.close()


def test_the_last_twenty_good_ones_outlive_any_number_of_failures(store: SqliteStore) -> None:
    fill(store, 30)
    fill(store, 230, Outcome.FAILED, start=30)
    thin_all(store, 0, START)
    assert left(store) == {f"c{n}" for n in range(10, 30)} | {f"c{n}" for n in range(60, 260)}
    store.close()


def test_a_pin_is_shown_and_can_be_taken_off(store: SqliteStore) -> None:
    store.save_capture(ONE)
    line = store.pin_capture("c0", True)
    assert line is not None
    assert line.pinned
    assert store.save_capture(replace(ONE, verdict="again")).pinned
    line = store.pin_capture("c0", False)
    assert line is not None
    assert not line.pinned
    assert store.pin_capture("unknown", True) is None
    store.close()


def test_the_user_may_delete_one_unless_it_is_pinned_or_the_cache_needs_it(store: SqliteStore) -> None:
    for number in range(3):
        store.save_capture(replace(ONE, id=f"c{number}"))
    line = store.set_picture("c0", b"png")
    assert line is not None
    assert line.picture is not None
    store.pin_capture("c1", True)
    store.put_cached("chain", "c2", Ns(1), Ns(2), Ns(3))
    store.forget_capture("c0")
    assert not Path(line.picture).exists()
    with pytest.raises(ConfigError, match="pinned"):
        store.forget_capture("c1")
    with pytest.raises(ConfigError, match="cache"):
        store.forget_capture("c2")
    store.forget_capture("unknown")
    assert left(store) == {"c1", "c2"}
    store.close()


def test_all_files_of_what_goes_go_too(store: SqliteStore, tmp_path: Path) -> None:
    whole = replace(ONE, values={"bid": "1.00", "contract": "a"})
    for number in range(230):
        store.save_capture(replace(whole, id=f"c{number}", fetched=Ns(START + number * MINUTE)))
    for number in (5, 225):
        store.set_picture(f"c{number}", b"png", b"<p>built</p>")
    thin_all(store, PLENTY, Ns(START + 40 * DAY))
    kept = left(store)
    assert "c5" not in kept
    files = [path for path in (tmp_path / "captures").rglob("*") if path.is_file()]
    assert len(files) == 2 * len(kept) + 2
    store.close()
