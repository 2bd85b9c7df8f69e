"""A cache that counts what it answers, by span, and lets go of what was used longest ago."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.cache_updates import CacheCounted, CacheListed, Window
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, MINUTE, MicroUsd, Ns
from app.engine.cache import Cache
from app.engine.outbox import Outbox
from app.engine.ttl import Lifetime
from app.engine.workers import Workers
from app.system.paths import Paths
from app.system.store import SqliteStore
from tests.engine.clocks import ManualClock
from tests.engine.screen import Screen
from tests.engine.spenders import opened
from tests.system.kept import CAPTURE

SOURCE = SourceId("site")


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return opened(tmp_path)


class Kept:
    """One cache on a real store, its clock moved by hand."""

    def __init__(self, store: SqliteStore, clock: ManualClock, parser: str = "1") -> None:
        self.clock = clock
        self.outbox = Outbox()
        self.screen = Screen(self.outbox)
        self.workers = Workers(1)
        self.store = store
        self.cache = Cache(
            SOURCE, Channel.OPT_CHAIN, parser, clock, store, self.workers, self.outbox,
            session=lambda: Ns(clock.now() - HOUR),
        )  # fmt: skip
        self.cache.bytes_allowed = 1

    async def put(self, key: str, fresh_s: int = 60, body: bytes = b"x") -> None:
        now = self.clock.now()
        capture = replace(CAPTURE, id=f"{key}-{now}", fetched=now, body=body + key.encode())
        await self.workers.run("save", lambda: self.store.save_capture(capture), 5, "db")
        until = Ns(now + fresh_s * 1_000_000_000)
        await self.cache.put(key, capture, Lifetime(until, Ns(until + MINUTE), "a rule"), 120.0)

    def counted(self) -> CacheCounted:
        found = self.screen.one(CacheCounted)
        assert found is not None
        return found


@asynccontextmanager
async def _kept(store: SqliteStore, clock: ManualClock, parser: str = "1") -> AsyncIterator[Kept]:
    kept = Kept(store, clock, parser)
    await kept.cache.load()
    yield kept
    await kept.workers.run("close", store.close, 5, "db")
    kept.workers.close()


async def test_each_request_is_a_hit_or_a_miss_with_its_reason(
    store: SqliteStore, clock: ManualClock
) -> None:
    async with _kept(store, clock) as kept:
        assert await kept.cache.fresh("a") is None
        await kept.put("a")
        found = await kept.cache.fresh("a")
        assert found is not None
        assert found[0].id.startswith("a-")
        clock.advance(60)
        assert await kept.cache.fresh("a") is None
        assert await kept.cache.usable("a") is not None
        assert (kept.counted().behind, dict(kept.counted().misses)) == (1, {"cold": 1})
        clock.advance(60)
        assert await kept.cache.fresh("a") is None
        assert await kept.cache.usable("a") is None
        counted = kept.counted()
        assert (counted.hits, dict(counted.misses)) == (1, {"cold": 1, "expired": 1})
        assert counted.hit_rate == pytest.approx(1 / 3)
        assert [hit for _, hit in counted.recent] == [False, True, False]
        assert counted.origin_p95_ms == 120.0
        assert counted.lookup_p95_ms is not None


async def test_another_parser_starts_with_nothing(store: SqliteStore, clock: ManualClock) -> None:
    kept = Kept(store, clock)
    await kept.cache.load()
    await kept.put("a")
    other = Cache(
        SOURCE, Channel.OPT_CHAIN, "2", clock, store, kept.workers, kept.outbox
    )  # fmt: skip
    assert await other.fresh("a") is None
    await kept.workers.run("close", store.close, 5, "db")
    kept.workers.close()


async def test_counts_are_told_by_span_and_survive_a_restart(
    store: SqliteStore, clock: ManualClock, tmp_path: Path
) -> None:
    async with _kept(store, clock) as kept:
        await kept.put("a", fresh_s=10 * 86_400)
        await kept.cache.fresh("a")
        clock.advance(30 * 60)
        await kept.cache.fresh("a")
        clock.advance(2 * 86_400)
        await kept.cache.fresh("a")
        await kept.cache.count_windows()
        sums = {window.window: window.hits for window in kept.counted().windows}
        assert sums == {Window.RECENT: 1, Window.SESSION: 1, Window.LONG: 3}
        long = kept.counted().windows[-1]
        assert 0 < long.bytes_hit < long.bytes_asked
    async with _kept(opened(tmp_path), clock) as again:
        await again.cache.count_windows()
        assert again.counted().hits == 3
        clock.advance(31 * 86_400)
        await again.cache.count_windows()
        assert [window.hits for window in again.counted().windows] == [0, 0, 0]


@pytest.mark.expected_log("cannot be read")
async def test_a_capture_that_is_gone_takes_its_entry_with_it(
    store: SqliteStore, clock: ManualClock, tmp_path: Path
) -> None:
    async with _kept(store, clock) as kept:
        await kept.put("a")
        entry = await kept.cache.entry("a")
        assert entry is not None
        _wipe(tmp_path)
        assert await kept.cache.fresh("a") is None
        assert dict(kept.counted().misses) == {"invalidated": 1}
        assert await kept.cache.entry("a") is None


def _wipe(folder: Path) -> None:
    for path in Paths(folder).captures.rglob("*"):
        if path.is_file():
            path.unlink()


async def test_entries_are_listed_with_their_rule_pinned_and_purged(
    store: SqliteStore, clock: ManualClock
) -> None:
    async with _kept(store, clock) as kept:
        for key in ("a", "b"):
            await kept.put(key)
            clock.advance(1)
        listed = kept.screen.one(CacheListed)
        assert listed is not None
        assert [kept.cache.key_of(row.name) for row in listed.rows] == ["b", "a"]
        assert (listed.rows[0].why, len(listed.rows[0].sha256)) == ("a rule", 64)
        await kept.cache.pin(listed.rows[1].name, True)
        assert await kept.cache.purge(listed.rows[0].name) == 1
        listed = kept.screen.one(CacheListed)
        assert listed is not None
        assert [(kept.cache.key_of(row.name), row.pinned) for row in listed.rows] == [("a", True)]
        assert await kept.cache.purge() == 1
        assert kept.counted().entries == 0


async def test_what_is_too_much_is_evicted_and_counted(store: SqliteStore, clock: ManualClock) -> None:
    async with _kept(store, clock) as kept:
        chance = random.Random(1)
        for number in range(60):
            await kept.put(f"k{number}", body=chance.randbytes(40_000))
            clock.advance(1)
        counted = kept.counted()
        assert counted.bytes_used <= 1_000_000
        assert counted.evictions > 0
        assert await kept.cache.fresh("k59") is not None


async def test_money_saved_is_kept(store: SqliteStore, clock: ManualClock) -> None:
    async with _kept(store, clock) as kept:
        await kept.put("a", fresh_s=int(DAY // 1_000_000_000))
        entry = await kept.cache.fresh_entry("a")
        assert entry is not None
        kept.cache.hit(entry, 0.2, MicroUsd(420_000))
        assert kept.counted().saved == 420_000
