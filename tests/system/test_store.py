import multiprocessing
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.capture import Capture, Outcome, Step
from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import MicroUsd, Ns, ns_from_iso
from app.engine.ports import CacheEntry, Store
from app.system.clock import MarketClock
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

NOON = MarketClock(ns_from_iso("2026-03-10T12:00:00Z"), Ns(0), speed=0.0)
CAPTURE = Capture(
    id="barchart-0001",
    source=SourceId("barchart"),
    channel=Channel.OPT_CHAIN,
    key="MC7M25",
    url="https://www.example.com/q?symbol=MC7M25",
    fetched=ns_from_iso("2025-06-09T05:32:18Z"),
    status=200,
    content_type="application/json",
    headers={"content-type": "application/json"},
    body=b'{"count": 2}' * 1000,
    steps=(Step("cookies", 12.5, True), Step("request", 800.0, True, "200")),
    rows=576,
)
CHARGE = Charge(
    "r1", ns_from_iso("2026-11-30T23:59:00Z"), SourceId("databento"), "GLBX.MDP3", "trades", CostKind.METERED,
    MicroUsd(1_500_000), None, ChargeState.RESERVED, None, "hash",
)  # fmt: skip


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


def opened(paths: Paths, redactor: SecretRedactor | None = None) -> SqliteStore:
    return SqliteStore(paths, redactor or SecretRedactor(), NOON)


@pytest.fixture
def store(paths: Paths) -> Iterator[SqliteStore]:
    store = opened(paths)
    yield store
    store.close()


def test_it_fills_the_engines_port(store: SqliteStore) -> None:
    port: Store = store
    assert port.capture_lines(10) == ()
    assert port.cache_usage() == (0, 0)


def test_a_capture_is_read_back_as_it_was_after_a_restart(paths: Paths) -> None:
    first = opened(paths)
    line = first.save_capture(CAPTURE)
    first.close()
    second = opened(paths)
    assert second.load_capture(CAPTURE.id) == CAPTURE
    assert second.capture_lines(10) == (line,)
    assert second.load_capture("unknown") is None
    second.close()
    assert (line.size, line.rows, line.steps) == (len(CAPTURE.body), 576, CAPTURE.steps)


def test_a_failed_attempt_without_an_answer_is_a_capture_too(store: SqliteStore) -> None:
    failed = replace(
        CAPTURE,
        id="failed",
        status=None,
        body=b"",
        rows=None,
        outcome=Outcome.FAILED,
        verdict="No answer.",
        steps=(),
    )
    store.save_capture(failed)
    assert store.load_capture("failed") == failed


def test_a_verdict_brings_the_same_capture_up_to_date(store: SqliteStore) -> None:
    store.save_capture(CAPTURE)
    store.put_cached("chain/MC7M25", CAPTURE.id, Ns(1), Ns(2), Ns(3))
    store.set_picture(CAPTURE.id, b"png")
    judged = store.save_capture(replace(CAPTURE, outcome=Outcome.ACCEPTED, verdict="fine"))
    assert [line.id for line in store.capture_lines(10)] == [CAPTURE.id]
    assert (judged.outcome, judged.verdict) == (Outcome.ACCEPTED, "fine")
    assert judged.picture is not None
    assert store.cached("chain/MC7M25") is not None


def test_the_newest_captures_come_first(store: SqliteStore) -> None:
    for number in range(5):
        store.save_capture(replace(CAPTURE, id=f"c{number}", fetched=Ns(CAPTURE.fetched + number)))
    assert [line.id for line in store.capture_lines(3)] == ["c4", "c3", "c2"]


def test_files_are_the_owners_only_and_small(store: SqliteStore, paths: Paths) -> None:
    store.save_capture(CAPTURE)
    line = store.set_picture(CAPTURE.id, b"\x89PNG")
    files = [path for path in paths.data.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert line is not None
    assert line.picture is not None
    assert Path(line.picture).read_bytes() == b"\x89PNG"
    assert store.set_picture("unknown", b"x") is None
    (body,) = paths.captures.rglob("*.zst")
    assert body.stat().st_size < len(CAPTURE.body) / 10


def test_no_id_leaves_the_folder(store: SqliteStore, paths: Paths) -> None:
    for bad in ("../../evil", "/etc/evil", "a/b", "..", "x" * 300, "naïve"):
        store.save_capture(replace(CAPTURE, id=bad))
        loaded = store.load_capture(bad)
        assert loaded is not None
        assert loaded.body == CAPTURE.body
    assert len(list(paths.captures.rglob("*.zst"))) == 6


def test_an_answer_that_cannot_be_written_is_one_sentence(store: SqliteStore, paths: Paths) -> None:
    (paths.captures / "20250609").write_text("in the way")
    with pytest.raises(ConfigError, match=r"^An answer could not be stored: .*\.$"):
        store.save_capture(CAPTURE)
    assert store.capture_lines(10) == ()


@pytest.mark.expected_log("cannot be read")
@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"x")], ids=["gone", "damaged"])
def test_an_answer_whose_file_is_lost_is_none(
    store: SqliteStore, paths: Paths, harm: Callable[[Path], object]
) -> None:
    store.save_capture(CAPTURE)
    (body,) = paths.captures.rglob("*.zst")
    harm(body)
    assert store.load_capture(CAPTURE.id) is None
    assert len(store.capture_lines(10)) == 1


def test_nothing_secret_reaches_the_disk(paths: Paths, canary: str) -> None:
    redactor = SecretRedactor()
    redactor.learn(canary)
    store = opened(paths, redactor)
    store.save_capture(
        replace(
            CAPTURE,
            url=f"https://x.example/?apiKey={canary}",
            body=f'{{"token": "abc", "seen": "{canary}"}}'.encode(),
            headers={"authorization": f"Bearer {canary}", "x": canary},
            verdict=f"refused {canary}",
            steps=(Step("login", 1.0, False, canary),),
        )
    )
    store.append_audit(Ns(1), "user", canary, "", canary, "")
    store.close()
    for file in (path for path in paths.data.rglob("*") if path.is_file()):
        assert canary.encode() not in file.read_bytes()


def test_a_cache_entry_is_kept_and_replaced(store: SqliteStore) -> None:
    store.save_capture(CAPTURE)
    store.put_cached("k", CAPTURE.id, Ns(1), Ns(2), Ns(3))
    store.put_cached("k", CAPTURE.id, Ns(4), Ns(5), Ns(6))
    assert store.cached("k") == CacheEntry("k", CAPTURE.id, Ns(4), Ns(5), Ns(6))
    assert store.cached("other") is None
    entries, size = store.cache_usage()
    assert entries == 1
    assert 0 < size < len(CAPTURE.body)


def test_a_cache_entry_needs_its_capture(store: SqliteStore) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.put_cached("k", "never saved", Ns(1), Ns(2), Ns(3))
    assert store.cached("k") is None


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


def harm_head(content: bytes) -> bytes:
    return b"this is no database at all".ljust(len(content), b"!")


def harm_page(content: bytes) -> bytes:
    return content[:4096] + os.urandom(4096) + content[8192:]


@pytest.mark.expected_log("The database was damaged.")
@pytest.mark.parametrize("harm", [harm_head, harm_page, lambda content: content[: len(content) // 2 - 100]])
def test_a_damaged_database_is_set_aside_and_a_new_one_begun(
    tmp_path_factory: pytest.TempPathFactory, harm: Callable[[bytes], bytes]
) -> None:
    paths = Paths(tmp_path_factory.mktemp("damaged"))
    first = opened(paths)
    first.save_capture(CAPTURE)
    first.count("x", 1)
    first.close()
    paths.database.write_bytes(damaged := harm(paths.database.read_bytes()))
    second = opened(paths)
    kept = paths.database.with_name("pitwall.damaged-20260310T120000Z.db")
    assert second.open() == (f"The database was damaged. It was kept as {kept.name}; a new one was begun.",)
    assert second.counters("") == {}
    second.count("x", 5)
    assert second.counters("") == {"x": 5}
    second.close()
    assert kept.read_bytes() == damaged


def test_an_empty_file_is_a_new_database(paths: Paths) -> None:
    paths.database.touch()
    store = opened(paths)
    assert store.open() == ()
    store.close()


def test_a_database_of_a_newer_version_is_left_alone(paths: Paths) -> None:
    database = sqlite3.connect(paths.database)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ConfigError, match="newer Pitwall"):
        opened(paths).open()
    assert list(paths.data.glob("*damaged*")) == []


def test_a_place_without_a_database_is_one_sentence(paths: Paths) -> None:
    paths.database.mkdir()
    with pytest.raises(ConfigError, match=r"^The database cannot be opened: Is a directory\.$"):
        opened(paths).open()


def test_a_full_disk_is_one_sentence_and_nothing_is_half_written(store: SqliteStore) -> None:
    store.open()
    pages = store._database.rows("PRAGMA page_count")[0][0]
    store._database.rows(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with store.transaction():
            for number in range(1000):
                store.append_audit(Ns(number), "auto", "x" * 500, "", "", "")

    with pytest.raises(ConfigError, match="database or disk is full"):
        fill()
    assert store._database.rows("SELECT count(*) FROM audit")[0][0] == 0
    assert store.counters("") == {}
