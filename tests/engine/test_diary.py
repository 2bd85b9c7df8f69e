"""What a channel did is remembered: its pace after five sessions, its strip and counts after a restart."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.health import Beat, Breaker
from app.domain.market_state import MarketState
from app.domain.roll_up import Period, RollUp
from app.domain.routing import Channel
from app.domain.units import DAY, MINUTE, Ns
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.engine.bench import TICKS, Bench, until
from tests.engine.gateway import Gateway


def kept(bench: Bench, *minutes: RollUp) -> None:
    store = SqliteStore(Paths(bench.folder), SecretRedactor(), bench.clock)
    store.add_roll_ups(minutes)
    store.close()


def minute(bench: Bench, before: int, records: int, day: date = date(2025, 6, 10)) -> RollUp:
    start = Ns((bench.clock.now() - before) // MINUTE * MINUTE)
    return RollUp(TICKS, Channel.NQ_QUOTES, start, day, MarketState.RTH, 60.0, 60.0, records)


async def test_after_five_sessions_a_channel_is_measured_by_its_own_pace(
    bench: Bench, gateway: Gateway
) -> None:
    sessions = [
        minute(bench, n * DAY + k * MINUTE, 1_200, date(2025, 6, 10) - timedelta(days=n))
        for n in range(1, 6)
        for k in range(3)
    ]
    kept(bench, *sessions)
    async with bench.running() as engine:
        watch = engine._desk.health.of(TICKS, Channel.NQ_QUOTES)
        assert watch.stale_after_s() == pytest.approx(7.0, abs=0.1)
        await until(lambda: watch.pace.measured)
        assert watch.expected_s() == pytest.approx(1 / 20)
        assert watch.stale_after_s() == 3.0


@pytest.mark.expected_log("ended the connection")
async def test_the_strip_uptime_and_counts_survive_a_restart(
    bench: Bench, gateway: Gateway, tmp_path: Path
) -> None:
    rows = tuple(minute(bench, n * MINUTE, 9) for n in range(1, 13))
    kept(bench, *(replace(row, good_s=0.0) if n % 2 else row for n, row in enumerate(rows)))
    async with bench.running() as engine:
        watch = engine._desk.health.of(TICKS, Channel.NQ_QUOTES)
        await until(lambda: watch.trend.history.uptime_day is not None)
        assert watch.trend.history.uptime_day == 0.5
        assert {Beat.GOOD, Beat.BAD} <= set(watch.trend.history.beats)
        await until(lambda: len(gateway.living()) == 2)
        gateway.cut()
        await until(lambda: watch.reconnects == 1)
        for _ in range(3):
            bench.clock.advance(30)
            engine.watch()
        await engine._workers.run("settled", lambda: None, 5.0, "db")
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    async with again.running() as engine:
        later = engine._desk.health.of(TICKS, Channel.NQ_QUOTES)
        await until(lambda: later.reconnects)
        assert later.reconnects == watch.reconnects


@pytest.mark.expected_log("Nobody listens")
async def test_how_often_a_breaker_opened_survives_a_restart_and_calms_down_meanwhile(
    bench: Bench, gateway: Gateway, tmp_path: Path
) -> None:
    gateway.down = True
    async with bench.running() as engine:
        watch = engine._desk.health.of(TICKS, Channel.NQ_QUOTES)

        def opened_twice() -> bool:
            bench.clock.advance(5)
            engine.watch()
            return watch.openings() >= 2

        await until(opened_twice)
        for _ in range(3):
            bench.clock.advance(30)
            engine.watch()
        before = watch.openings()
        await engine._workers.run("settled", lambda: None, 60.0, "db")
    gateway.down = False
    bench.clock.advance(320)
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    async with again.running() as engine:
        later = engine._desk.health.of(TICKS, Channel.NQ_QUOTES)
        await until(lambda: later.openings())
        assert later.openings() == before - 1
        assert later.breaker_state() is Breaker.CLOSED


async def test_every_minute_is_kept_once_it_has_ended(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        for _ in range(70):
            bench.clock.advance(1)
            gateway.quote(21_500, 21_501)
            engine.watch()
        store = engine._desk.store
        rows = await engine._workers.run("rows", lambda: store.roll_ups(Period.MINUTE, Ns(0)), 5.0, "db")
        assert {row.channel for row in rows} == {Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES}
