"""A chain source as the screen sees it: the last good chain stays, and the reason stands beside it."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.domain.capture import Outcome
from app.domain.errors import AuthFailed, BadPayload, RateLimited, SourceError, Unavailable
from app.domain.health import ChannelHealth, Freshness, Link, Role
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns, ns_from_iso
from app.domain.updates import (
    CacheCounted,
    CaptureStored,
    ChainArrived,
    ChainMissing,
    HealthChanged,
    RouteChanged,
    SeriesOffered,
)
from app.engine.engine import Engine
from tests.engine.bench import Bench, chain_source, until
from tests.engine.clocks import ManualClock
from tests.engine.site import ID, NEAREST, Site


@pytest.fixture
def site(clock: ManualClock) -> Site:
    return Site(clock)


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, site: Site) -> Bench:
    return Bench(tmp_path, clock, sources=(chain_source(site.make),))


def _health(bench: Bench) -> ChannelHealth:
    told = bench.screen.one(HealthChanged)
    assert told is not None
    return told.health.channels[0]


def _shown(bench: Bench, series: str = NEAREST) -> ChainArrived | None:
    return next((c for c in bench.screen.now(ChainArrived) if c.chain.vendor_series == series), None)


def _missing(bench: Bench, series: str = NEAREST) -> ChainMissing | None:
    return next((c for c in bench.screen.now(ChainMissing) if c.series == series), None)


@asynccontextmanager
async def _with_chains(bench: Bench) -> AsyncIterator[Engine]:
    """The two nearest series have been read."""
    async with bench.running() as engine:
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)
        yield engine


async def test_the_nearest_listed_expiry_is_shown_unless_the_user_chooses(bench: Bench, site: Site) -> None:
    async with _with_chains(bench) as engine:
        offered = bench.screen.one(SeriesOffered)
        assert offered is not None
        assert offered.chosen == NEAREST
        assert [s.key for s in offered.series] == ["MM2M25", "MC2M25", "MM7M25", "NQM25"]
        shown = _shown(bench)
        assert shown is not None
        assert (shown.level, shown.freshness) == ("live", Freshness.LIVE)
        assert shown.chain.underlying is not None
        assert shown.board is not None
        assert shown.provenance.snapshot_id == shown.capture_id
        assert await engine.choose_series("NQM25") == "Read."
        assert bench.screen.now(SeriesOffered)[0].chosen == "NQM25"
        assert _shown(bench, "NQM25")
        route = next(r for r in bench.screen.now(RouteChanged) if r.channel is Channel.OPT_CHAIN)
        assert route.source == ID
        assert _health(bench).role is Role.ACTIVE


async def test_every_attempt_is_a_capture_with_its_outcome(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        lines = [u.line for u in bench.screen.now(CaptureStored)]
        assert {line.outcome for line in lines} == {Outcome.ACCEPTED}
        assert {line.key for line in lines} == {"page", "MM2M25", "MC2M25"}
        chain = next(line for line in lines if line.key == NEAREST)
        assert chain.rows == 6
        assert [step.name for step in chain.steps] == ["parse", "judge"]


async def test_chains_are_read_again_when_they_are_no_longer_fresh(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        first = _shown(bench)
        bench.clock.advance(59)
        await asyncio.sleep(0.4)
        assert site.asked.count(NEAREST) == 1
        bench.clock.advance(2)
        await until(lambda: site.asked.count(NEAREST) == 2)
        await until(lambda: _shown(bench) != first)


@pytest.mark.expected_log("reconnecting")
async def test_a_failure_keeps_the_last_good_chain_and_says_why(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        good = _shown(bench)
        assert good is not None
        site.errors = [Unavailable("Nobody answers.")] * 10
        bench.clock.advance(61)
        await until(lambda: _missing(bench) or _missing(bench, "MC2M25"))
        assert _health(bench).link is Link.RECONNECTING
        bench.clock.advance(20)
        await until(lambda: _missing(bench))
        missing = _missing(bench)
        assert missing is not None
        assert missing.reason == "Nobody answers."
        assert missing.next_try is not None
        kept = _shown(bench)
        assert kept is not None
        assert kept.chain == good.chain
        failed = [u.line for u in bench.screen.now(CaptureStored) if u.line.outcome is Outcome.FAILED]
        assert failed
        assert failed[0].verdict == "Nobody answers."
        site.errors.clear()
        bench.clock.advance(300)
        await until(lambda: (c := _shown(bench)) is not None and c.chain != good.chain)
        await until(lambda: _health(bench).link is Link.UP)


async def test_a_bad_chain_is_not_shown(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        good = _shown(bench)
        site.empty = True
        bench.clock.advance(61)
        await until(lambda: _missing(bench))
        missing = _missing(bench)
        assert missing is not None
        assert "No contracts" in missing.reason
        assert good is not None
        assert (shown := _shown(bench)) is not None
        assert shown.chain == good.chain
        rejected = [u.line for u in bench.screen.now(CaptureStored) if u.line.outcome is Outcome.REJECTED]
        assert rejected
        assert _health(bench).errors >= 1


async def test_what_cannot_be_read_is_a_failure_with_its_evidence(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        site.errors = [BadPayload("Barred by a page.")] * 4
        bench.clock.advance(61)
        await until(lambda: _missing(bench))
        assert [u for u in bench.screen.now(CaptureStored) if u.line.verdict == "Barred by a page."]


async def test_a_rate_limit_is_obeyed_and_shown(bench: Bench, site: Site) -> None:
    async with _with_chains(bench):
        site.errors = [RateLimited("Too many requests.", retry_after=120.0)]
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        asked = len(site.asked)
        assert _health(bench).role is Role.EXCLUDED
        assert _health(bench).note == "Too many requests."
        bench.clock.advance(119)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        bench.clock.advance(2)
        await until(lambda: len(site.asked) > asked)
        assert _health(bench).errors == 0


@pytest.mark.expected_log("auth failed")
async def test_a_refused_login_stops_until_the_user_acts(bench: Bench, site: Site) -> None:
    async with _with_chains(bench) as engine:
        site.errors = [AuthFailed("The login was refused.")]
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        asked = len(site.asked)
        bench.clock.advance(3_600)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        assert _health(bench).link is Link.AUTH_FAILED
        assert await engine.refresh(NEAREST) == "Read."
        assert _health(bench).link is Link.UP


@pytest.mark.expected_log("reconnecting")
async def test_a_chain_turns_stale_by_the_timer_and_keeps_its_reason(bench: Bench, site: Site) -> None:
    async with _with_chains(bench) as engine:
        site.errors = [Unavailable("Nobody answers.")] * 50
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        for _ in range(3):
            bench.clock.advance(40)
            engine.watch()
        series = bench.screen.now(ChainMissing)[0].series
        await until(lambda: (c := _shown(bench, series)) is not None and c.freshness is Freshness.STALE)
        told: list[str] = []
        for update in bench.screen.all:
            if isinstance(update, ChainArrived) and update.chain.vendor_series == series:
                told.append("arrived")
            if isinstance(update, ChainMissing) and update.series == series:
                told.append("missing")
        assert told[-1] == "missing"


async def test_an_answer_that_stands_still_in_regular_hours_is_no_sign_of_life(
    bench: Bench, site: Site
) -> None:
    site.stuck = True
    async with _with_chains(bench) as engine:
        received = _health(bench).last_receipt
        for _ in range(4):
            asked = len(site.asked)
            bench.clock.advance(61)
            await until(lambda n=asked: len(site.asked) >= n + 2)  # type: ignore[misc]
        engine.watch()
        assert _health(bench).last_receipt == received
        assert _health(bench).freshness is Freshness.STALE
        await until(
            lambda: any("Nothing moved" in w for w in bench.screen.now(ChainArrived)[0].verdict.warnings)
        )


async def test_a_restart_shows_the_kept_chain_without_asking_the_vendor(
    bench: Bench, site: Site, tmp_path: Path
) -> None:
    async with _with_chains(bench):
        await asyncio.sleep(0.05)
    asked, pages = len(site.asked), len(site.pages)
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    async with again.running():
        await until(lambda: len(again.screen.now(ChainArrived)) == 2)
        shown = _shown(again)
        assert shown is not None
        assert shown.level == "cache"
        assert shown.chain.expiry is not None
        assert (len(site.asked), len(site.pages)) == (asked, pages)
        counted = again.screen.one(CacheCounted)
        assert counted is not None
        assert counted.hits == 2
        assert dict(counted.misses) == {"cold": 2}
        assert counted.hit_rate == 0.5
        assert len(again.screen.now(CaptureStored)) >= 3


async def test_a_kept_chain_does_not_survive_the_open(bench: Bench, site: Site, tmp_path: Path) -> None:
    sunday = ns_from_iso("2025-06-08T21:59:30Z")
    bench.clock.jump_to(sunday)
    async with _with_chains(bench):
        await until(lambda: (c := _shown(bench)) is not None and c.freshness is Freshness.CLOSED)
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    bench.clock.jump_to(Ns(sunday + 33 * SECOND))
    asked = len(site.asked)
    async with again.running():
        await until(lambda: len(site.asked) > asked)
        counted = again.screen.one(CacheCounted)
        assert counted is not None
        assert dict(counted.misses)["expired"] >= 1
        assert counted.hits == 0


async def test_a_read_under_way_is_joined(bench: Bench, site: Site) -> None:
    async with _with_chains(bench) as engine:
        site.hang = threading.Event()
        asked = len(site.asked)
        loop = asyncio.get_running_loop()
        first = loop.create_task(engine.refresh(NEAREST))
        await until(lambda: len(site.asked) == asked + 1)
        second = loop.create_task(engine.refresh(NEAREST))
        await asyncio.sleep(0.05)
        site.hang.set()
        assert await first == await second == "Read."
        assert len(site.asked) == asked + 1
        counted = bench.screen.one(CacheCounted)
        assert counted is not None
        assert counted.joins == 1
        assert dict(counted.misses)["bypass"] == 1


async def test_a_real_site_is_not_read_until_the_user_agrees(bench: Bench, site: Site) -> None:
    bench.sources = (chain_source(site.make, enabled_by="barchart_enabled"),)
    async with bench.running() as engine:
        await until(lambda: bench.screen.one(HealthChanged) and _health(bench).link is Link.DISABLED)
        await asyncio.sleep(0.1)
        assert not site.pages
        await engine.change_setting("barchart_enabled", True)
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)


async def test_the_interval_follows_the_market(bench: Bench, site: Site) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-10T03:00:00Z"))
    async with _with_chains(bench):
        asked = len(site.asked)
        bench.clock.advance(179)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        bench.clock.advance(3)
        await until(lambda: len(site.asked) == asked + 2)


@pytest.mark.parametrize(
    "error", [BadPayload("The page has changed."), RateLimited("Few pages.", retry_after=60)]
)
async def test_a_page_that_cannot_be_had_does_not_hold_up_the_chain(
    bench: Bench, site: Site, error: SourceError
) -> None:
    async with _with_chains(bench):
        site.page_errors = [error] * 2
        asked = len(site.asked)
        bench.clock.advance(11 * 60)
        await until(lambda: len(site.asked) >= asked + 2)
        shown = _shown(bench)
        assert shown is not None
        assert shown.chain.expiry is not None


@pytest.mark.expected_log("reconnecting")
async def test_a_feed_that_hangs_is_left_behind(
    bench: Bench, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.errand._FETCH_LIMIT_S", 0.1)
    async with _with_chains(bench):
        release = site.hang = threading.Event()
        made = site.made
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        site.hang = None
        bench.clock.advance(60)
        await until(lambda: site.made == made + 1)
        release.set()
