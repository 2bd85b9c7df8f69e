"""How long a gap lasts: from the last good record to the first good live one after it."""

import asyncio
import threading

import pytest

from app.domain.market_state import MarketState
from app.domain.routing import Channel
from app.domain.ticks import TradingStatus, VendorNotice
from app.domain.units import SECOND
from app.domain.updates import BarChanged, GapChanged, MarketChanged
from app.engine.engine import Engine
from tests.engine.bench import Bench, until
from tests.engine.gateway import Gateway, Trade


def _gap(bench: Bench) -> GapChanged:
    return next(gap for gap in bench.screen.now(GapChanged) if gap.channel is Channel.NQ_TRADES)


def _volume(bench: Bench) -> int:
    return sum(told.bar.volume for told in bench.screen.now(BarChanged) if told.bar.seconds == 1)


@pytest.mark.expected_log("reconnecting")
async def test_a_gap_lasts_until_the_login_is_done_and_not_until_it_was_begun(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        start = bench.clock.now()
        gateway.trade(Trade(start, size=10))
        await until(lambda: _volume(bench) == 10)
        gateway.hang_open = threading.Event()
        gateway.cut()
        await until(lambda: len(gateway.wants) == 4)
        bench.clock.advance(5)
        gateway.trade(Trade(bench.clock.now(), size=7))
        bench.clock.advance(2)
        back = bench.clock.now()
        gateway.hang_open.set()
        await until(lambda: len(gateway.living()) == 2)
        await until(lambda: _volume(bench) == 17)
        bench.clock.advance(2)
        gateway.trade(Trade(bench.clock.now(), size=1))
        await until(lambda: _volume(bench) == 18)
        await until(lambda: _gap(bench).filled)
        gap = _gap(bench)
        assert gap.start == start
        assert gap.end is not None
        assert back <= gap.end <= bench.clock.now()


@pytest.mark.expected_log("reconnecting")
async def test_a_halt_that_began_during_a_gap_is_known_after_it(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        gateway.hang_open = threading.Event()
        gateway.cut()
        await until(lambda: len(gateway.wants) == 4)
        bench.clock.advance(2)
        gateway.rare = [TradingStatus(1, bench.clock.now(), 8, 0, False)]
        bench.clock.advance(2)
        gateway.hang_open.set()
        await until(lambda: _state(engine, bench) is MarketState.HALTED)
        # said again by a later replay, an older word changes nothing
        gateway.say(TradingStatus(1, bench.clock.now(), 7, 0, True))
        await until(lambda: _state(engine, bench) is MarketState.RTH)
        gateway.cut()
        await until(lambda: not gateway.living())
        while len(gateway.living()) < 2:
            bench.clock.advance(1)
            await asyncio.sleep(0.06)
        gateway.trade(Trade(bench.clock.now(), size=3))
        await until(lambda: _volume(bench) == 3)
        assert _state(engine, bench) is MarketState.RTH


def _state(engine: Engine, bench: Bench) -> MarketState:
    engine.watch()
    told = bench.screen.one(MarketChanged)
    assert told is not None
    return told.moment.state


@pytest.mark.expected_log("reconnecting")
@pytest.mark.parametrize("words", ["Finished definition replay", ""])
async def test_what_is_said_once_a_day_is_not_asked_for_in_full_again(
    bench: Bench, gateway: Gateway, words: str
) -> None:
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        assert [want.known_from for want in gateway.wants if want.trades] == [None]
        gateway.trade(Trade(bench.clock.now()))
        gateway.say(VendorNotice(3, words, False, False, bench.clock.now()))
        await until(lambda: _volume(bench) == 1)
        if not words:
            # not understood, so only time tells
            bench.clock.advance(130)
            gateway.trade(Trade(bench.clock.now()))
            await until(lambda: _volume(bench) == 2)
        gateway.cut()
        await until(lambda: len(gateway.living()) == 2 and len(gateway.feeds) == 4)
        again = [want for want in gateway.wants if want.trades][-1]
        assert again.known_from == again.since
        assert again.since is not None


@pytest.mark.expected_log("reconnecting")
async def test_a_past_that_is_gone_is_not_asked_for_again_and_again(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        gateway.trade(Trade(bench.clock.now(), size=4))
        await until(lambda: _volume(bench) == 4)
        gateway.down = True
        gateway.cut()
        await until(lambda: not gateway.living())
        bench.clock.advance(3_600)
        gateway.trade(Trade(bench.clock.now(), size=5))
        gateway.down, gateway.oldest = False, bench.clock.now() - 600 * SECOND
        while len(gateway.living(trades=True)) < 1 or _volume(bench) < 9:
            bench.clock.advance(5)
            gateway.oldest += int(5 * SECOND)
            await asyncio.sleep(0.06)
        bench.clock.advance(5)
        gateway.trade(Trade(bench.clock.now(), size=1))
        await until(lambda: (gap := _gap(bench)).end is not None and not gap.filled)
        asked = [want.since for want in gateway.wants if want.trades]
        assert len(asked) < 12
        assert (asked[-1] or bench.clock.now()) > (asked[1] or 0)
