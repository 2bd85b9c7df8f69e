"""A chain source as the screen sees it: what is read and when, and what is kept for the next start."""

import asyncio
import threading
from pathlib import Path

import pytest

from app.domain.capture import Outcome
from app.domain.health import Freshness, Link, Role
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns, ns_from_iso
from app.domain.updates import (
    CacheCounted,
    CaptureStored,
    ChainArrived,
    HealthChanged,
    RouteChanged,
    SeriesOffered,
)
from tests.engine.bench import Bench, chain_source, until
from tests.engine.chains import chain_shown, health, with_chains
from tests.engine.clocks import ManualClock
from tests.engine.site import ID, NEAREST, Site


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, site: Site) -> Bench:
    return Bench(tmp_path, clock, sources=(chain_source(site.make),))


async def test_the_nearest_listed_expiry_is_shown_unless_the_user_chooses(bench: Bench, site: Site) -> None:
    async with with_chains(bench) as engine:
        offered = bench.screen.one(SeriesOffered)
        assert offered is not None
        assert offered.chosen == NEAREST
        assert [s.key for s in offered.series] == ["MM2M25", "MC2M25", "MM7M25", "NQM25"]
        shown = chain_shown(bench)
        assert shown is not None
        assert (shown.level, shown.freshness) == ("live", Freshness.LIVE)
        assert shown.chain.underlying is not None
        assert shown.board is not None
        assert shown.provenance.snapshot_id == shown.capture_id
        assert await engine.choose_series("NQM25") == "Read."
        assert bench.screen.now(SeriesOffered)[0].chosen == "NQM25"
        assert chain_shown(bench, "NQM25")
        route = next(r for r in bench.screen.now(RouteChanged) if r.channel is Channel.OPT_CHAIN)
        assert route.source == ID
        assert health(bench).role is Role.ACTIVE


async def test_every_attempt_is_a_capture_with_its_outcome(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        lines = [u.line for u in bench.screen.now(CaptureStored)]
        assert {line.outcome for line in lines} == {Outcome.ACCEPTED}
        assert {line.key for line in lines} == {"page", "MM2M25", "MC2M25"}
        chain = next(line for line in lines if line.key == NEAREST)
        assert chain.rows == 6
        assert [step.name for step in chain.steps] == ["parse", "judge"]


async def test_chains_are_read_again_when_they_are_no_longer_fresh(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        first = chain_shown(bench)
        bench.clock.advance(59)
        await asyncio.sleep(0.4)
        assert site.asked.count(NEAREST) == 1
        bench.clock.advance(2)
        await until(lambda: site.asked.count(NEAREST) == 2)
        await until(lambda: chain_shown(bench) != first)


async def test_a_restart_shows_the_kept_chain_without_asking_the_vendor(
    bench: Bench, site: Site, tmp_path: Path
) -> None:
    async with with_chains(bench):
        await asyncio.sleep(0.05)
    asked, pages = len(site.asked), len(site.pages)
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    async with again.running():
        await until(lambda: len(again.screen.now(ChainArrived)) == 2)
        shown = chain_shown(again)
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
    async with with_chains(bench):
        await until(lambda: (c := chain_shown(bench)) is not None and c.freshness is Freshness.CLOSED)
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
    async with with_chains(bench) as engine:
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
        await until(lambda: bench.screen.one(HealthChanged) and health(bench).link is Link.DISABLED)
        await asyncio.sleep(0.1)
        assert not site.pages
        await engine.change_setting("barchart_enabled", True)
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)


async def test_the_interval_follows_the_market(bench: Bench, site: Site) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-10T03:00:00Z"))
    async with with_chains(bench):
        asked = len(site.asked)
        bench.clock.advance(179)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        bench.clock.advance(3)
        await until(lambda: len(site.asked) == asked + 2)
