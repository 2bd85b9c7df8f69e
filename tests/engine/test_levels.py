"""From where a chain on screen comes: each level in its turn, and every one of them named."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import BadPayload, Blocked
from app.domain.health import Link
from app.domain.updates import Served
from app.engine.feeds import Allowance
from tests.engine.bench import Bench, chain_source, until
from tests.engine.chains import chain_missing, chain_shown, health, with_chains
from tests.engine.clocks import ManualClock
from tests.engine.site import NEAREST, Site

CALL = {"list": "futures.options", "fields": "strike"}


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, site: Site) -> Bench:
    site.api = CALL
    return Bench(tmp_path, clock, sources=(chain_source(site.make),))


def level(bench: Bench) -> str:
    shown = chain_shown(bench)
    return "" if shown is None else shown.level


async def test_the_pages_own_call_is_tried_once_when_the_plain_one_brings_no_chain(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        assert level(bench) == Served.LIVE
        assert site.own_calls == []
        site.errors = [BadPayload("Not what was asked for.")]
        assert await engine.refresh(NEAREST) == "Read."
        assert site.own_calls == [NEAREST]
        assert level(bench) == Served.OWN_CALL
        assert chain_missing(bench) is None


async def test_when_both_calls_fail_the_last_good_chain_stays_and_all_tries_are_told(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        good = chain_shown(bench)
        site.errors = [BadPayload("Plain."), BadPayload("Own.", capture_id="evidence")]
        assert await engine.refresh(NEAREST) == "Own."
        shown, missing = chain_shown(bench), chain_missing(bench)
        assert shown is not None
        assert good is not None
        assert missing is not None
        assert (shown.level, shown.chain) == (Served.LAST_GOOD, good.chain)
        assert [(t.level, t.why) for t in missing.tried] == [
            (Served.LIVE, "Plain."), (Served.OWN_CALL, "Own."),
        ]  # fmt: skip
        assert missing.capture_id == "evidence"


@pytest.mark.expected_log("opt.chain down")
async def test_a_check_for_robots_is_not_asked_again_until_the_user_acts(bench: Bench, site: Site) -> None:
    async with with_chains(bench) as engine:
        site.errors = [Blocked("Are you a robot?")]
        asked = len(site.asked)
        await engine.refresh(NEAREST)
        assert len(site.asked) == asked + 1
        assert health(bench).link is Link.DOWN
        missing = chain_missing(bench)
        assert missing is not None
        assert missing.next_try is None
        bench.clock.advance(3_600)
        engine.watch()
        assert len(site.asked) == asked + 1
        assert await engine.refresh(NEAREST) == "Read."
        assert health(bench).link is Link.UP


async def test_a_restart_shows_the_kept_chain_by_its_age(bench: Bench, site: Site, tmp_path: Path) -> None:
    async with with_chains(bench):
        pass
    soon = replace(bench)
    async with soon.running():
        await until(lambda: level(soon))
        assert level(soon) == Served.CACHE
    bench.clock.advance(3_600)
    site.errors = [BadPayload("No chain.")] * 20
    later = replace(bench)
    async with later.running():
        await until(lambda: chain_missing(later))
        assert level(later) == Served.LAST_GOOD


async def test_a_chain_without_a_quote_is_refused_and_the_last_good_one_stays(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        site.quoted = False
        assert "No contract has a bid or an ask" in await engine.refresh(NEAREST)
        shown = chain_shown(bench)
        assert shown is not None
        assert shown.level == Served.LAST_GOOD
        assert any(q.bid is not None for q in shown.chain.quotes)


async def test_a_page_about_another_series_refuses_the_chain_and_says_what_is_on_offer(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        site.instead = "NQM25"
        bench.clock.advance(11 * 60)
        said = await engine.refresh(NEAREST)
        assert "The page is not about MM2M25. On offer: MC2M25" in said
        site.instead = None
        bench.clock.advance(61)
        assert await engine.refresh(NEAREST) == "Read."


async def test_without_a_page_view_left_the_last_known_page_is_used_and_said(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        pages = len(site.pages)
        site.allowed = Allowance(3, 10, 0.0, 4, 4, 300.0)
        bench.clock.advance(11 * 60)
        assert await engine.refresh(NEAREST) == "Read."
        assert len(site.pages) == pages
        shown = chain_shown(bench)
        assert shown is not None
        assert shown.chain.expiry is not None
        assert any("the last known one is used" in w for w in shown.verdict.warnings)
        # a price of ten minutes ago is no price of now
        assert shown.chain.underlying is not None
        assert shown.chain.underlying.price is None


async def test_a_full_minute_of_requests_is_waited_for_without_calling_it_a_failure(
    bench: Bench, site: Site
) -> None:
    async with with_chains(bench) as engine:
        site.allowed = Allowance(10, 10, 40.0, 1, 4, 40.0)
        asked = len(site.asked)
        assert "read in 40 s" in await engine.refresh(NEAREST)
        assert len(site.asked) == asked
        assert chain_missing(bench) is None
        assert health(bench).errors == 0
