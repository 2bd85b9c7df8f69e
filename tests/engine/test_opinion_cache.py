"""Prices, bars and proxy chains come out of the cache where it has them: before any request or login."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.cache_updates import CacheCounted, CacheListed
from app.domain.chain_updates import Served
from app.domain.errors import NotEntitled, RateLimited, Unavailable
from app.domain.routing import Channel
from app.domain.second_updates import FuturePriced, PriceBarsArrived, ProxyChainArrived
from app.domain.units import px
from tests.engine.bench import Bench, until
from tests.engine.clocks import ManualClock
from tests.engine.teller import PROXY, TELLER, Teller, teller_source


@pytest.fixture
def teller() -> Teller:
    return Teller()


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, teller: Teller) -> Bench:
    return Bench(tmp_path, clock, sources=(teller_source(teller),))


def again(bench: Bench, teller: Teller) -> Bench:
    """The same data folder, started once more."""
    return Bench(bench.folder, bench.clock, sources=(teller_source(teller),))


def counted(bench: Bench, channel: Channel) -> CacheCounted:
    return next(c for c in bench.screen.now(CacheCounted) if c.channel is channel)


def shown(bench: Bench) -> bool:
    screen = bench.screen
    return all(screen.now(kind) for kind in (FuturePriced, PriceBarsArrived, ProxyChainArrived))


async def as_time_passes(bench: Bench, happened: Callable[[], bool]) -> None:
    def look() -> bool:
        bench.clock.advance(1)
        return happened()

    await until(look, within=60)


async def test_a_restart_shows_what_still_holds_without_asking(bench: Bench, teller: Teller) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
    asked = len(teller.asked)
    bench.clock.advance(10)
    second = again(bench, teller)
    teller.wait = 60
    async with second.running():
        await until(lambda: shown(second))
        assert len(teller.asked) == asked
        proxy = second.screen.one(ProxyChainArrived)
        assert proxy is not None
        assert proxy.served is Served.CACHE
        assert proxy.provenance.ts_ingest - proxy.provenance.ts_recv >= 10 * 10**9
        assert counted(second, Channel.PROXY_CHAIN).hits == 1
        assert counted(second, Channel.BARS).hits == 1


@pytest.mark.expected_log("reconnecting")
async def test_what_expired_is_asked_for_again_and_counted_by_its_reason(
    bench: Bench, teller: Teller
) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
        assert dict(counted(bench, Channel.PROXY_CHAIN).misses) == {"cold": 1}
        await as_time_passes(bench, lambda: counted(bench, Channel.PROXY_CHAIN).behind > 0)
        assert "expired" not in dict(counted(bench, Channel.PROXY_CHAIN).misses)
        teller.silent = {Channel.PROXY_CHAIN}
        await as_time_passes(bench, lambda: "error" in dict(counted(bench, Channel.PROXY_CHAIN).misses))


@pytest.mark.expected_log("reconnecting")
async def test_when_nothing_comes_the_last_answer_is_shown_as_such(bench: Bench, teller: Teller) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
    bench.clock.advance(3_600)
    second = again(bench, teller)
    teller.errors = [Unavailable("Nobody answers.")] * 20
    async with second.running():
        await until(lambda: second.screen.one(ProxyChainArrived))
        proxy = second.screen.one(ProxyChainArrived)
        assert proxy is not None
        assert proxy.served is Served.LAST_GOOD
        assert counted(second, Channel.PROXY_CHAIN).stale_served >= 1


async def test_what_is_no_longer_fresh_is_shown_while_it_is_read_anew(bench: Bench, teller: Teller) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
    asked = teller.times(Channel.PROXY_CHAIN)
    bench.clock.advance(120)
    second = again(bench, teller)
    async with second.running():
        await until(lambda: teller.times(Channel.PROXY_CHAIN) > asked)
        await until(lambda: (p := second.screen.one(ProxyChainArrived)) and p.served is Served.LIVE)
        served = [p.served for p in second.screen.ever(ProxyChainArrived)]
        assert served == [Served.CACHE, Served.LIVE]
        proxies = counted(second, Channel.PROXY_CHAIN)
        assert (proxies.hits, proxies.behind, dict(proxies.misses)) == (1, 1, {"cold": 1})


async def test_an_answer_read_now_is_named_live_and_one_that_failed_later_is_not(
    bench: Bench, teller: Teller
) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
        priced = bench.screen.one(FuturePriced)
        assert priced is not None
        assert priced.served is Served.LIVE
        teller.errors = [RateLimited("Too many.", retry_after=30)]
        bench.clock.advance(16)
        await until(lambda: (p := bench.screen.one(FuturePriced)) and p.served is Served.LAST_GOOD)


async def test_the_user_may_have_an_entry_read_anew_or_forgotten(bench: Bench, teller: Teller) -> None:
    async with bench.running() as engine:
        await until(lambda: shown(bench))
        await until(lambda: len([r for c in bench.screen.now(CacheListed) for r in c.rows]) == 3)
        rows = {r.channel: r for c in bench.screen.now(CacheListed) for r in c.rows}
        teller.price = 21_800.0
        assert await engine.cache.refresh(rows[Channel.PROXY_CHAIN].name) == "Read."
        proxy = bench.screen.one(ProxyChainArrived)
        assert proxy is not None
        assert proxy.chain.quotes[0].strike == px(21_800.0)
        assert dict(counted(bench, Channel.PROXY_CHAIN).misses)["bypass"] == 1
        assert rows[Channel.PROXY_CHAIN].why.startswith("RTH: fresh 60 s")
        await engine.cache.purge(rows[Channel.BARS].name)
        assert not [r for c in bench.screen.now(CacheListed) for r in c.rows if r.channel is Channel.BARS]


async def test_a_second_request_joins_the_first_or_is_answered_here(bench: Bench, teller: Teller) -> None:
    async with bench.running() as engine:
        await until(lambda: shown(bench))
        one = engine._sources[0].opinions
        assert one is not None
        asked = len(teller.asked)
        assert await one.ask(Channel.PROXY_CHAIN, PROXY, anew=False) == "Shown from the cache."
        assert len(teller.asked) == asked


async def test_the_regular_reads_of_a_price_are_no_misses(bench: Bench, teller: Teller) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
        await as_time_passes(bench, lambda: teller.times(Channel.NQ_QUOTES) >= 4)
        assert dict(counted(bench, Channel.NQ_QUOTES).misses) == {"cold": 1}


async def test_what_is_switched_off_is_not_waited_for(bench: Bench, teller: Teller) -> None:
    async with bench.running() as engine:
        await until(lambda: shown(bench))
        one = engine._sources[0].opinions
        assert one is not None
        await engine.overrides.disable(TELLER, "a test", Channel.PROXY_CHAIN)
        assert "switched off by you" in await one.ask(Channel.PROXY_CHAIN, PROXY, anew=True)


@pytest.mark.expected_log("not entitled")
async def test_what_a_plan_lacks_is_not_asked_for_by_the_cache_either(bench: Bench, teller: Teller) -> None:
    teller.errors = [NotEntitled("The plan does not include this.", everything=True)]
    async with bench.running() as engine:
        await until(lambda: len(teller.asked) >= 3)
        one = engine._sources[0].opinions
        assert one is not None
        refused, name = teller.asked[0]
        await until(lambda: one.shown(Channel.PROXY_CHAIN) is not None)
        assert await one.ask(refused, name, anew=True) == "The plan does not include this."


async def test_a_clock_that_was_set_back_makes_an_entry_worthless(bench: Bench, teller: Teller) -> None:
    async with bench.running():
        await until(lambda: shown(bench))
    bench.clock.jump_to(type(bench.clock.now())(bench.clock.now() - 30 * 10**9))
    second = again(bench, teller)
    asked = len(teller.asked)
    async with second.running():
        await until(lambda: shown(second))
        assert len(teller.asked) > asked
        assert dict(counted(second, Channel.PROXY_CHAIN).misses).get("invalidated") == 1
