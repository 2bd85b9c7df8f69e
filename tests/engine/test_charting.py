"""What the chart shows beyond bars: told seldom, complete, and after a hole the same as without one."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.domain.large_prints import LEAST, Basis, Threshold
from app.domain.routing import Channel
from app.domain.sized_flow import LARGEST
from app.domain.tick_bars import TickBar
from app.domain.ticks import BUY, NO_SIDE, SELL, VendorNotice
from app.domain.units import FUTURE_TICK, MINUTE, SECOND, px
from app.domain.updates import (
    GapChanged,
    InstrumentKnown,
    LargeFromChanged,
    LargePrintChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    SizedFlowChanged,
    TickBarChanged,
)
from tests.engine.bench import Bench, until
from tests.engine.gateway import Gateway, Trade

Cell = tuple[int, int, int, int]


def _cells(bench: Bench) -> Counter[Cell]:
    """(instrument, minute, price, side): contracts."""
    found: Counter[Cell] = Counter()
    for one in bench.screen.now(PriceVolumeChanged):
        for side, column in ((BUY, one.bought), (SELL, one.sold), (NO_SIDE, one.unknown)):
            for row in np.flatnonzero(column).tolist():
                found[one.instrument, one.start, one.low + row * one.tick, side] += int(column[row])
    return found


def _traded(trades: Sequence[Trade]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for t in trades:
        found[t.instrument, t.at // MINUTE * MINUTE, px(t.price), t.side] += t.size
    return found


def _tick_bars(bench: Bench, instrument: int = 1) -> list[TickBar]:
    bars = [u.bar for u in bench.screen.now(TickBarChanged) if u.bar.instrument == instrument]
    return sorted(bars, key=lambda bar: bar.number)


def _all_tick_bars(bench: Bench) -> list[TickBar]:
    return [u.bar for u in bench.screen.now(TickBarChanged)]


def _market(begin: int, seconds: int, seed: int) -> list[Trade]:
    """Some trades a second, of two futures, in order."""
    chance = np.random.default_rng(seed)
    found = []
    for n in range(seconds * 7):
        at = begin + n * SECOND // 7
        price = 21_500 + int(chance.integers(-20, 21)) * FUTURE_TICK / px(1)
        side = (BUY, SELL, NO_SIDE)[int(chance.choice(3, p=(0.45, 0.45, 0.1)))]
        size = int(chance.choice((1, 2, 5, 40), p=(0.7, 0.2, 0.08, 0.02)))
        found.append(Trade(at, price, size, side, 1 + n % 5 // 4, n))
    return found


async def _connected(bench: Bench, gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2)
    await until(lambda: bench.screen.now(InstrumentKnown))
    # both have taken what came with the login
    await asyncio.sleep(0.05)


async def test_the_chart_is_told_four_times_a_second_and_only_what_changed(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        now = bench.clock.now()
        gateway.trade(Trade(now, 21_500.25, 3, BUY), Trade(now + 1, 21_500.0, 12, SELL))
        await until(lambda: sum(_cells(bench).values()) == 15)
        (minute,) = bench.screen.now(PriceVolumeChanged)
        assert (minute.low, minute.bought.tolist(), minute.sold.tolist()) == (px(21_500), [0, 3], [12, 0])
        (large,) = bench.screen.now(LargePrintChanged)
        assert (large.at, large.side, large.size, large.price) == (now + 1, SELL, 12, px(21_500))
        (large_from,) = bench.screen.now(LargeFromChanged)
        assert (large_from.threshold.size, large_from.threshold.basis) == (LEAST, Basis.FIXED)

        before, began = len(bench.screen.ever(PriceVolumeChanged)), asyncio.get_running_loop().time()
        for _ in range(40):
            gateway.trade(Trade(bench.clock.now(), 21_500.25, 1, BUY))
            await asyncio.sleep(0.01)
            bench.screen.look()
        await until(lambda: sum(_cells(bench).values()) == 55)
        took = asyncio.get_running_loop().time() - began
        assert len(bench.screen.ever(PriceVolumeChanged)) - before <= took * 4 + 1


async def test_quotes_are_summed_by_the_second(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        start = bench.clock.now() // SECOND * SECOND
        gateway.quote(21_500, 21_500.25)
        await asyncio.sleep(0.06)
        bench.clock.advance(0.5)
        gateway.quote(21_499.75, 21_500.25)
        await asyncio.sleep(0.06)
        bench.clock.advance(4)
        await until(lambda: (u := bench.screen.one(QuoteSecondChanged)) and u.quotes == 2)
        await until(lambda: bench.screen.now(QuoteSecondChanged)[0].imbalance is not None)
        told = bench.screen.now(QuoteSecondChanged)[0]
        assert (told.start, told.bid, told.low_bid, told.quotes) == (
            start, px("21499.75"), px("21499.75"), 2,
        )  # fmt: skip
        assert told.imbalance == pytest.approx(-1 / 7)
        assert told.flow == -3
        assert told.microprice == pytest.approx((21_500.25 * 3 + 21_499.75 * 4) / 7)


async def test_other_instruments_do_not_enter_the_chart(bench: Bench, gateway: Gateway) -> None:
    gateway.names[5] = "NQZ5"
    async with bench.running():
        await _connected(bench, gateway)
        now = bench.clock.now()
        gateway.trade(Trade(now, size=30, instrument=5), Trade(now, size=11, instrument=2))
        gateway.quote(1.0, 2.0, instrument=5)
        await until(lambda: bench.screen.now(PriceVolumeChanged))
        assert {cell[0] for cell in _cells(bench)} == {2}
        assert {u.instrument for u in bench.screen.now(LargePrintChanged)} == {2}
        assert not bench.screen.now(QuoteSecondChanged)


@pytest.mark.expected_log("reconnecting")
async def test_after_a_hole_was_filled_everything_equals_a_run_without_one(
    bench: Bench, gateway: Gateway
) -> None:
    begin = bench.clock.now()
    trades = _market(begin, 90, seed=11)
    async with bench.running():
        await _connected(bench, gateway)
        for second in range(90):
            bench.clock.advance(1)
            mine = [t for t in trades if begin + second * SECOND <= t.at < begin + (second + 1) * SECOND]
            if second == 30:
                gateway.trade(*mine[:3])
                await asyncio.sleep(0.05)
                gateway.cut()
                mine = mine[3:]
            gateway.trade(*mine)
            # from the cut to the end of the minute nobody gets to connect: half a minute is missed
            if second % 7 == 0 and not 30 <= second < 60:
                await asyncio.sleep(0.03)
        await until(lambda: len(gateway.living()) == 2)
        assert len(gateway.feeds) > 2
        gateway.trade(Trade(bench.clock.now(), sequence=10_000))
        trades.append(gateway.history[-1])
        bench.clock.advance(1)
        await until(lambda: all(g.filled for g in _trade_gaps(bench)) and _trade_gaps(bench))
        await until(lambda: sum(_cells(bench).values()) == sum(t.size for t in trades))
        await until(lambda: sum(bar.trades for bar in _all_tick_bars(bench)) == len(trades))

        assert _cells(bench) == _traded(trades)
        sized = [u.flow for u in bench.screen.now(SizedFlowChanged)]
        for instrument in (1, 2):
            flows = [flow for flow in sized if flow.instrument == instrument]
            for low, high in ((1, 4), (5, 19), (20, LARGEST)):
                classed = [t for t in trades if t.instrument == instrument and low <= t.size <= high]
                assert sum(flow.between(low, high) for flow in flows) == sum(t.size * t.side for t in classed)
            mine = [t for t in trades if t.instrument == instrument]
            bars = _tick_bars(bench, instrument)
            assert [bar.trades for bar in bars] == [len(mine[n : n + 100]) for n in range(0, len(mine), 100)]
            assert [bar.delta for bar in bars] == [
                sum(t.size * t.side for t in mine[n : n + 100]) for n in range(0, len(mine), 100)
            ]
        larger = {(u.instrument, u.at, u.side): u.size for u in bench.screen.now(LargePrintChanged)}
        assert larger == {(t.instrument, t.at, t.side): t.size for t in trades if t.size >= LEAST}


@pytest.mark.expected_log("skipped")
async def test_what_came_before_the_skipped_trades_keeps_its_place_in_the_count(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await _connected(bench, gateway)
        begin = bench.clock.now()
        before, skipped, after = (
            [Trade(begin + part * SECOND // 2 + n, size=1 + part, side=side, sequence=part * 60 + n)
             for n in range(60)]
            for part, side in enumerate((BUY, SELL, BUY))
        )  # fmt: skip
        gateway.trade(*before)
        await until(lambda: _tick_bars(bench))
        gateway.history += skipped
        gateway.say(VendorNotice(7, "skipped 60 records", True, False, bench.clock.now()))
        gateway.trade(*after)
        bench.clock.advance(2)
        await until(lambda: len(gateway.feeds) > 2)
        gateway.trade(Trade(bench.clock.now(), sequence=900))
        await until(lambda: all(g.filled for g in _trade_gaps(bench)) and _trade_gaps(bench))
        await until(lambda: sum(bar.trades for bar in _tick_bars(bench)) == 181)
        assert [bar.delta for bar in _tick_bars(bench)] == [60 - 2 * 40, -2 * 20 + 3 * 60 + 1]


async def test_a_day_that_is_read_again_is_told_in_slices(bench: Bench, gateway: Gateway) -> None:
    begin = bench.clock.now() - 50 * MINUTE
    gateway.history = [Trade(begin + n * SECOND, size=1 + n % 3, sequence=n) for n in range(50 * 60)]
    async with bench.running():
        volume = sum(t.size for t in gateway.history)
        await until(lambda: sum(_cells(bench).values()) == volume)
        assert _cells(bench) == _traded(gateway.history)
        await until(lambda: len(_tick_bars(bench)) == 30)


def _trade_gaps(bench: Bench) -> list[GapChanged]:
    return [g for g in bench.screen.now(GapChanged) if g.channel is Channel.NQ_TRADES]


async def test_a_session_teaches_the_next_what_is_large(bench: Bench, gateway: Gateway) -> None:
    gateway.history = [
        Trade(bench.clock.now() - 50 * MINUTE + n * SECOND, size=25 if n % 50 == 0 else 2, sequence=n)
        for n in range(1_500)
    ]
    gateway.names = {9: "NQM5", 2: "NQU5"}
    gateway.history = [replace(trade, instrument=9) for trade in gateway.history]
    async with bench.running() as engine:
        await until(lambda: bench.screen.now(LargeFromChanged))
        await until(lambda: bench.screen.now(LargeFromChanged)[0].threshold.orders == 1_500)
        assert bench.screen.now(LargeFromChanged)[0].threshold == Threshold(25, Basis.THIS_SESSION, 1_500)
        for plugged in engine._sources:
            assert plugged.streamer is not None
            plugged.streamer.day.intake.forget()

    gateway.names, gateway.history = {1: "NQM5", 2: "NQU5"}, []
    bench.clock.advance(24 * 3_600)
    async with bench.running():
        await _connected(bench, gateway)
        gateway.trade(Trade(bench.clock.now(), size=11))
        await until(lambda: len(bench.screen.now(LargeFromChanged)) == 2)
        told = next(u for u in bench.screen.now(LargeFromChanged) if u.instrument == 1)
        assert told.threshold == Threshold(25, Basis.PRIOR_SESSION, 1_500)
