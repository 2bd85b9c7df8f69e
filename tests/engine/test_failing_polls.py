"""A chain source in trouble: the last good chain stays, and the reason stands beside it."""

import asyncio
import threading
from pathlib import Path

import pytest

from app.domain.capture import Outcome
from app.domain.errors import AuthFailed, BadPayload, RateLimited, SourceError, Unavailable
from app.domain.health import Freshness, Link, Role
from app.domain.updates import (
    CaptureStored,
    ChainArrived,
    ChainMissing,
)
from tests.engine.bench import Bench, chain_source, until
from tests.engine.chains import chain_missing, chain_shown, health, with_chains
from tests.engine.clocks import ManualClock
from tests.engine.site import NEAREST, Site


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, site: Site) -> Bench:
    return Bench(tmp_path, clock, sources=(chain_source(site.make),))


@pytest.mark.expected_log("reconnecting")
async def test_a_failure_keeps_the_last_good_chain_and_says_why(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        good = chain_shown(bench)
        assert good is not None
        site.errors = [Unavailable("Nobody answers.")] * 10
        bench.clock.advance(61)
        await until(lambda: chain_missing(bench) or chain_missing(bench, "MC2M25"))
        assert health(bench).link is Link.RECONNECTING
        bench.clock.advance(20)
        await until(lambda: chain_missing(bench))
        missing = chain_missing(bench)
        assert missing is not None
        assert missing.reason == "Nobody answers."
        assert missing.next_try is not None
        kept = chain_shown(bench)
        assert kept is not None
        assert kept.chain == good.chain
        failed = [u.line for u in bench.screen.now(CaptureStored) if u.line.outcome is Outcome.FAILED]
        assert failed
        assert failed[0].verdict == "Nobody answers."
        site.errors.clear()
        bench.clock.advance(300)
        await until(lambda: (c := chain_shown(bench)) is not None and c.chain != good.chain)
        await until(lambda: health(bench).link is Link.UP)


async def test_a_bad_chain_is_not_shown(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        good = chain_shown(bench)
        site.empty = True
        bench.clock.advance(61)
        await until(lambda: chain_missing(bench))
        missing = chain_missing(bench)
        assert missing is not None
        assert "No contracts" in missing.reason
        assert good is not None
        assert (shown := chain_shown(bench)) is not None
        assert shown.chain == good.chain
        rejected = [u.line for u in bench.screen.now(CaptureStored) if u.line.outcome is Outcome.REJECTED]
        assert rejected
        assert health(bench).errors >= 1


async def test_what_cannot_be_read_is_a_failure_with_its_evidence(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        site.errors = [BadPayload("Barred by a page.")] * 4
        bench.clock.advance(61)
        await until(lambda: chain_missing(bench))
        assert [u for u in bench.screen.now(CaptureStored) if u.line.verdict == "Barred by a page."]


async def test_a_rate_limit_is_obeyed_and_shown(bench: Bench, site: Site) -> None:
    async with with_chains(bench):
        site.errors = [RateLimited("Too many requests.", retry_after=120.0)]
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        asked = len(site.asked)
        assert health(bench).role is Role.EXCLUDED
        assert health(bench).note == "Too many requests."
        bench.clock.advance(119)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        bench.clock.advance(2)
        await until(lambda: len(site.asked) > asked)
        assert health(bench).errors == 0


@pytest.mark.expected_log("auth failed")
async def test_a_refused_login_stops_until_the_user_acts(bench: Bench, site: Site) -> None:
    async with with_chains(bench) as engine:
        site.errors = [AuthFailed("The login was refused.")]
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        asked = len(site.asked)
        bench.clock.advance(3_600)
        await asyncio.sleep(0.4)
        assert len(site.asked) == asked
        assert health(bench).link is Link.AUTH_FAILED
        assert await engine.refresh(NEAREST) == "Read."
        assert health(bench).link is Link.UP


@pytest.mark.expected_log("reconnecting")
async def test_a_chain_turns_stale_by_the_timer_and_keeps_its_reason(bench: Bench, site: Site) -> None:
    async with with_chains(bench) as engine:
        site.errors = [Unavailable("Nobody answers.")] * 50
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        for _ in range(3):
            bench.clock.advance(40)
            engine.watch()
        series = bench.screen.now(ChainMissing)[0].series
        await until(lambda: (c := chain_shown(bench, series)) is not None and c.freshness is Freshness.STALE)
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
    async with with_chains(bench) as engine:
        received = health(bench).last_receipt
        for _ in range(4):
            asked = len(site.asked)
            bench.clock.advance(61)
            await until(lambda n=asked: len(site.asked) >= n + 2)  # type: ignore[misc]
        engine.watch()
        assert health(bench).last_receipt == received
        assert health(bench).freshness is Freshness.STALE
        await until(
            lambda: any("Nothing moved" in w for w in bench.screen.now(ChainArrived)[0].verdict.warnings)
        )


@pytest.mark.parametrize(
    "error", [BadPayload("The page has changed."), RateLimited("Few pages.", retry_after=60)]
)
async def test_a_page_that_cannot_be_had_does_not_hold_up_the_chain(
    bench: Bench, site: Site, error: SourceError
) -> None:
    async with with_chains(bench):
        site.page_errors = [error] * 2
        asked = len(site.asked)
        bench.clock.advance(11 * 60)
        await until(lambda: len(site.asked) >= asked + 2)
        shown = chain_shown(bench)
        assert shown is not None
        assert shown.chain.expiry is not None


@pytest.mark.expected_log("reconnecting")
async def test_a_feed_that_hangs_is_left_behind(
    bench: Bench, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.errand._FETCH_LIMIT_S", 0.1)
    async with with_chains(bench):
        release = site.hang = threading.Event()
        made = site.made
        bench.clock.advance(61)
        await until(lambda: bench.screen.now(ChainMissing))
        site.hang = None
        bench.clock.advance(60)
        await until(lambda: site.made == made + 1)
        release.set()
