"""What every week brings is survived without a restart or an alarm: breaks, restarts, jumps, sleep."""

import asyncio
from pathlib import Path

import pytest

from app.domain.health import Freshness, Link
from app.domain.routing import Channel
from app.domain.units import DAY, HOUR, MINUTE, Ns, ns_from_iso
from app.domain.updates import ChainArrived, HealthChanged, Notice, SessionRolled
from app.engine.channel_watch import ChannelWatch
from app.engine.engine import Engine
from tests.engine.bench import CHAINS, TICKS, Bench, chain_source, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade
from tests.engine.site import Site

SATURDAY = ns_from_iso("2025-06-14T07:15:00Z")  # 02:15 in Chicago
BEFORE_THE_BREAK = ns_from_iso("2025-06-10T20:58:00Z")


@pytest.fixture
def everything(tmp_path: Path, clock: ManualClock, gateway: Gateway, site: Site) -> Bench:
    return Bench(tmp_path, clock, sources=(tick_source(gateway.make), chain_source(site.make)))


async def connected(gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2)


def trades(engine: Engine) -> Freshness:
    return engine._desk.health.freshness(TICKS, Channel.NQ_TRADES)


async def minutes(bench: Bench, engine: Engine, count: int) -> None:
    for _ in range(count):
        bench.clock.advance(60)
        engine.watch()
        # whoever waits by the market's clock looks at it twenty times a second
        await asyncio.sleep(0.06)
        await until(lambda: engine._workers.awaited == 0)


async def live_again(bench: Bench, gateway: Gateway, engine: Engine) -> None:
    gateway.trade(Trade(bench.clock.now()))
    await until(lambda: trades(engine) is Freshness.LIVE)


@pytest.mark.expected_log("reconnecting")
async def test_the_gateways_restart_on_saturday_is_no_incident(bench: Bench, gateway: Gateway) -> None:
    bench.clock.jump_to(SATURDAY)
    async with bench.running() as engine:
        await connected(gateway)
        engine.watch()
        gateway.down, tried = True, len(gateway.wants)
        gateway.cut()
        await until(lambda: engine._desk.health.of(TICKS, Channel.NQ_TRADES).link is Link.RECONNECTING)
        await minutes(bench, engine, 30)
        # two connections, each at once and then every five minutes at most
        assert len(gateway.wants) - tried <= 2 * (1 + 30 // 5)
        gateway.down = False
        await minutes(bench, engine, 6)
        await connected(gateway)
        assert bench.screen.ever(Notice) == []
        assert trades(engine) is Freshness.CLOSED


async def test_the_daily_break_is_waited_out_and_all_goes_on_afterwards(
    everything: Bench, gateway: Gateway, site: Site
) -> None:
    bench = everything
    bench.clock.jump_to(BEFORE_THE_BREAK)
    async with bench.running() as engine:
        await connected(gateway)
        await live_again(bench, gateway, engine)
        await until(lambda: bench.screen.now(ChainArrived))
        await minutes(bench, engine, 3)
        asked, said = len(site.asked), len(bench.screen.ever(Notice))
        await minutes(bench, engine, 56)
        assert trades(engine) is Freshness.CLOSED
        # half an hour is what a chain is good for while nothing trades
        assert len(site.asked) - asked <= 2 * 3
        assert len(bench.screen.ever(Notice)) == said
        before = len(site.asked)
        await minutes(bench, engine, 4)
        assert bench.screen.now(SessionRolled)
        await connected(gateway)
        await live_again(bench, gateway, engine)
        await until(lambda: len(site.asked) > before)


async def test_a_clock_that_is_set_changes_no_age_and_stops_nothing(
    everything: Bench, gateway: Gateway
) -> None:
    bench = everything
    async with bench.running() as engine:
        await connected(gateway)
        await live_again(bench, gateway, engine)
        for jump in (-40 * MINUTE, 41 * MINUTE, -3 * HOUR, 3 * HOUR):
            bench.clock.jump_to(Ns(bench.clock.now() + jump))
            engine.watch()
            bench.clock.advance(1)
            gateway.trade(Trade(bench.clock.now()))
            await until(lambda: trades(engine) is Freshness.LIVE)
            told = [one for health in bench.screen.now(HealthChanged) for one in health.health.channels]
            assert all(one.age_s is None or one.age_s >= 0 for one in told)
            assert all(one.event_age_s is None or one.event_age_s >= 0 for one in told)
        assert len(gateway.living()) == 2


async def test_a_sleep_over_the_week_end_ends_in_the_new_session(bench: Bench, gateway: Gateway) -> None:
    own = ManualClock()
    bench.machine_clock = own
    bench.clock.jump_to(ns_from_iso("2025-06-13T19:00:00Z"))
    async with bench.running() as engine:
        await connected(gateway)
        await live_again(bench, gateway, engine)
        slept = 3 * DAY - 3 * HOUR
        bench.clock.jump_to(Ns(bench.clock.now() + slept))
        own.jump_to(Ns(own.now() + slept))
        engine.watch()
        await until(lambda: len(gateway.feeds) >= 4 and len(gateway.living()) == 2)
        engine.watch()
        assert bench.screen.now(SessionRolled)[0].trading_day.isoformat() == "2025-06-16"
        await live_again(bench, gateway, engine)


async def test_what_is_asked_for_while_nothing_trades_is_not_taken_for_trading(
    everything: Bench, site: Site
) -> None:
    bench = everything
    bench.clock.jump_to(SATURDAY)

    def watch(engine: Engine) -> ChannelWatch:
        return engine._desk.health.of(CHAINS, Channel.OPT_CHAIN)

    async with bench.running() as engine:
        health = engine._desk.health
        await until(lambda: bench.screen.now(HealthChanged))
        bench.clock.advance(60)
        closed = Ns(bench.clock.now() - 9 * HOUR)
        watch(engine).interval_s = 1_800.0
        health.data(CHAINS, Channel.OPT_CHAIN, 90, closed, None)
        assert watch(engine).freshness() is Freshness.CLOSED
        bench.clock.advance(60)
        health.data(CHAINS, Channel.OPT_CHAIN, 90, Ns(bench.clock.now() - MINUTE // 2), None)
        assert watch(engine).freshness() is Freshness.LIVE
