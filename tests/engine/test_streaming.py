"""A tick source as the screen sees it: what is lost comes back once, and silence is noticed."""

import asyncio
from datetime import date

import pytest

from app.domain.bars import PressureBar
from app.domain.errors import AuthFailed
from app.domain.health import ChannelHealth, Freshness, Link
from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.settings import with_value
from app.domain.ticks import BUY, SELL, InstrumentMapped, StatisticSaid
from app.domain.units import MINUTE, SECOND, Ns, ns_from_iso, px
from app.domain.updates import (
    BarChanged,
    CoverageChanged,
    FlowChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    Prints,
    TopChanged,
)
from tests.engine.bench import TICKS, Bench, until
from tests.engine.gateway import Gateway, Trade


def _health(bench: Bench, channel: Channel = Channel.NQ_TRADES) -> ChannelHealth:
    told = bench.screen.one(HealthChanged)
    assert told is not None
    return next(c for c in told.health.channels if c.channel is channel)


def _bars(bench: Bench, seconds: int = 1, instrument: int = 1) -> dict[int, PressureBar]:
    return {
        u.bar.start: u.bar
        for u in bench.screen.now(BarChanged)
        if u.bar.seconds == seconds and u.bar.instrument == instrument
    }


def _volume(bench: Bench, instrument: int = 1) -> int:
    return sum(bar.volume for bar in _bars(bench, instrument=instrument).values())


async def _connected(bench: Bench, gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2)
    await until(lambda: bench.screen.now(InstrumentKnown))
    # both have taken what came with the login
    await asyncio.sleep(0.05)


async def test_trades_become_bars_flow_and_prints(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        now = bench.clock.now()
        gateway.trade(Trade(now, 21_500.25, 3, BUY), Trade(now + 1, 21_500.0, 1, SELL))
        await until(lambda: _volume(bench) == 4)
        bar = _bars(bench)[now // SECOND * SECOND]
        assert (bar.bought, bar.sold, bar.trades) == (3, 1, 2)
        assert (bar.open, bar.close) == (px("21500.25"), px(21_500))
        await until(lambda: bench.screen.one(FlowChanged))
        flow = bench.screen.one(FlowChanged)
        assert flow is not None
        assert (flow.last, flow.last_side, flow.cvd) == (px(21_500), SELL, 2)
        assert flow.change is None
        assert flow.cvd_partial
        prints = [one for told in bench.screen.ever(Prints) for one in told]
        assert [(p.raw_symbol, p.size, p.side) for p in prints] == [("NQM5", 3, BUY), ("NQM5", 1, SELL)]
        assert prints[0].provenance.source == TICKS


async def test_windows_close_by_time_and_not_by_the_next_trade(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        gateway.trade(Trade(bench.clock.now()))
        await until(lambda: _bars(bench))
        assert not any(bar.closed for bar in _bars(bench).values())
        bench.clock.advance(3.5)
        await until(lambda: all(bar.closed for bar in _bars(bench).values()))
        bench.clock.advance(400)
        await until(lambda: all(bar.closed for bar in _bars(bench, 300).values()))


@pytest.mark.expected_log("reconnecting")
async def test_what_was_missed_is_replayed_once_and_the_gap_says_so(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        start = bench.clock.now()
        gateway.trade(*(Trade(start + n, size=2, sequence=n) for n in range(5)))
        await until(lambda: _volume(bench) == 10)
        gateway.down = True
        gateway.cut()
        await until(lambda: _health(bench).link is Link.RECONNECTING)
        assert bench.screen.now(GapChanged)[0].end is None
        bench.clock.advance(5)
        gateway.trade(*(Trade(bench.clock.now() + n, size=7, sequence=9) for n in (0, 0, 1)))
        bench.clock.advance(90)
        gateway.down = False
        back = bench.clock.now()
        while len(gateway.living()) < 2:
            bench.clock.advance(1)
            await asyncio.sleep(0.06)
        gateway.trade(Trade(bench.clock.now(), size=100))
        await until(lambda: _volume(bench) >= 131)
        assert _volume(bench) == 10 + 21 + 100
        await until(
            lambda: all(g.filled for g in bench.screen.now(GapChanged) if g.channel is Channel.NQ_TRADES)
        )
        gap = next(g for g in bench.screen.now(GapChanged) if g.channel is Channel.NQ_TRADES)
        assert gap.start == start + 4
        # Trades and quotes come back one after the other; the gap of the trades ends with the trades.
        assert gap.end is not None
        assert back <= gap.end <= bench.clock.now()
        assert _health(bench).reconnects_today == 1
        assert _health(bench).gaps_today == 1


@pytest.mark.expected_log("reconnecting")
async def test_the_first_try_after_a_cut_is_immediate(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        gateway.cut()
        # the clock stands still: no back-off could ever be over
        await until(lambda: len(gateway.living()) == 2 and len(gateway.feeds) == 4, within=1.0)


@pytest.mark.expected_log("reconnecting")
async def test_a_new_connection_need_not_be_told_what_is_named(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        gateway.cut()
        await until(lambda: len(gateway.wants) == 4)
        assert [dict(want.named) for want in gateway.wants[2:]] == [{1: "NQM5", 2: "NQU5"}] * 2


@pytest.mark.expected_log("auth failed")
async def test_a_refused_key_stops_and_asks(bench: Bench, gateway: Gateway) -> None:
    gateway.refusals = [AuthFailed("The key was refused.")] * 2
    async with bench.running() as engine:
        await until(lambda: bench.screen.one(HealthChanged) and _health(bench).link is Link.AUTH_FAILED)
        assert _health(bench).note == "The key was refused."
        assert _health(bench).retry_in_s is None
        await until(lambda: len(gateway.wants) == 2)
        bench.clock.advance(10_000)
        await until(lambda: _health(bench).age_s is None)
        assert len(gateway.wants) == 2
        await engine.restart(TICKS)
        await _connected(bench, gateway)
        await until(lambda: _health(bench).link is Link.UP)


@pytest.mark.expected_log("reconnecting")
async def test_silence_without_heartbeats_is_noticed_within_fifteen_seconds(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        gateway.heartbeats = False
        gateway.down = True
        bench.clock.advance(14)
        await asyncio.sleep(0.1)
        assert _health(bench).link is Link.UP
        bench.clock.advance(1)
        await until(lambda: _health(bench).link is Link.RECONNECTING)


async def test_a_mute_channel_turns_stale_by_the_timer_alone(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await _connected(bench, gateway)
        engine.watch()
        assert _health(bench).freshness is Freshness.UNKNOWN
        gateway.trade(Trade(bench.clock.now()))
        gateway.quote(21_500, 21_500.25)
        await until(lambda: _volume(bench) == 1 and bench.screen.one(TopChanged))
        engine.watch()
        assert _health(bench).freshness is Freshness.LIVE
        bench.clock.advance(9)
        engine.watch()
        assert _health(bench).freshness is Freshness.QUIET
        assert _health(bench, Channel.NQ_QUOTES).freshness is Freshness.STALE
        bench.clock.advance(8)
        engine.watch()
        assert _health(bench).freshness is Freshness.STALE
        assert _health(bench).link is Link.UP
        await until(lambda: [t.freshness for t in bench.screen.now(TopChanged)] == [Freshness.STALE])
        await until(lambda: [f.freshness for f in bench.screen.now(FlowChanged)] == [Freshness.STALE])


async def test_a_replay_makes_nothing_live(bench: Bench, gateway: Gateway) -> None:
    gateway.history = [Trade(bench.clock.now() - 30 * MINUTE + n, sequence=n) for n in range(50)]
    async with bench.running() as engine:
        await until(lambda: _volume(bench) == 50)
        engine.watch()
        assert _health(bench).freshness is Freshness.UNKNOWN
        assert _health(bench).last_receipt is None
        assert not bench.screen.ever(Prints)


async def test_trades_of_unnamed_instruments_are_held_until_they_are_named(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        now = bench.clock.now()
        gateway.trade(Trade(now, size=5, instrument=77), Trade(now, size=1))
        await until(lambda: _volume(bench) == 1)
        assert not _bars(bench, 300, 77)
        await until(lambda: (c := bench.screen.one(CoverageChanged)) is not None and c.unresolved == 1)
        gateway.say(InstrumentMapped(77, "Q2CM5 C21500", "Q2C.OPT"))
        await until(lambda: [b.volume for b in _bars(bench, 300, 77).values()] == [5])
        known = next(u for u in bench.screen.now(InstrumentKnown) if u.instrument == 77)
        assert known.option is not None
        assert known.option.strike == px(21_500)


async def test_spreads_are_excluded_and_counted(bench: Bench, gateway: Gateway) -> None:
    gateway.names = {1: "NQM5", 2: "NQU5", 3: "NQM5-NQU5", 4: "UD:1V: VT 12345"}
    async with bench.running():
        await _connected(bench, gateway)
        now = bench.clock.now()
        gateway.trade(*(Trade(now, instrument=n) for n in (1, 3, 4)))
        await until(lambda: _volume(bench) == 1)
        await until(lambda: (c := bench.screen.one(CoverageChanged)) is not None and c.excluded == 2)
        assert {u.bar.instrument for u in bench.screen.now(BarChanged)} == {1}


@pytest.mark.expected_log("excluded")
async def test_one_number_for_two_instruments_enters_no_series(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        gateway.trade(Trade(bench.clock.now(), size=2))
        await until(lambda: _volume(bench) == 2)
        gateway.say(InstrumentMapped(1, "NQZ5", "NQZ5"))
        await until(lambda: (c := bench.screen.one(CoverageChanged)) is not None and c.excluded == 1)
        gateway.trade(Trade(bench.clock.now(), size=3), Trade(bench.clock.now(), size=9, instrument=2))
        await until(lambda: _volume(bench, 2) == 9)
        assert _volume(bench) == 2


async def test_change_is_against_the_settlement_of_the_day_before(bench: Bench, gateway: Gateway) -> None:
    before = ns_from_iso("2025-06-09T00:00:00Z")
    async with bench.running():
        await _connected(bench, gateway)
        gateway.trade(Trade(bench.clock.now(), 21_510.25))
        gateway.say(StatisticSaid(1, 3, px(21_500), None, before, bench.clock.now()))
        gateway.say(StatisticSaid(1, 3, px(1), None, Ns(before + 86_400 * SECOND), bench.clock.now()))
        await until(lambda: bench.screen.one(FlowChanged))
        bench.clock.advance(1)
        await until(lambda: bench.screen.now(FlowChanged)[0].change is not None)
        flow = bench.screen.now(FlowChanged)[0]
        assert (flow.change, flow.change_from) == (px("10.25"), "settlement 2025-06-09")


async def test_cvd_is_whole_when_the_backfill_reached_the_open(bench: Bench, gateway: Gateway) -> None:
    bench.settings = with_value(bench.settings, "chart_backfill", 1_440)
    opened = Calendar().session(date(2025, 6, 10))[0]
    gateway.history = [
        Trade(opened - 1, size=50),
        Trade(opened, size=4),
        Trade(opened + 5, size=1, side=SELL),
    ]
    async with bench.running():
        await until(lambda: bench.screen.one(FlowChanged))
        flow = bench.screen.now(FlowChanged)[0]
        assert (flow.cvd, flow.cvd_since, flow.cvd_partial) == (3, opened, False)


async def test_without_a_key_nothing_is_connected_until_one_is_saved(bench: Bench, gateway: Gateway) -> None:
    bench.secrets.forget("ticks")
    async with bench.running() as engine:
        await until(lambda: bench.screen.one(HealthChanged) and _health(bench).link is Link.NO_KEY)
        assert not gateway.wants
        assert await engine.save_key("ticks", "a-new-key") == "memory"
        await _connected(bench, gateway)
