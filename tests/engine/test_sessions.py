"""From one trading day to the next, without a restart."""

import asyncio
from datetime import date
from pathlib import Path

from app.domain.market_state import MarketState
from app.domain.routing import TICK, Channel, Offer
from app.domain.session import Calendar
from app.domain.settings import with_value
from app.domain.ticks import InstrumentDefined, TradingStatus
from app.domain.units import DAY, Ns, ns_from_iso, px
from app.domain.updates import FlowChanged, HealthChanged, MarketChanged, SessionRolled
from app.engine.engine import Engine
from app.engine.feeds import SourceContext
from app.system.recorder import DiskRecorder
from tests.engine.bench import Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, GatewayFeed, Trade
from tests.sources.databento.gateway import header, trade


async def _connected(gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2)
    # both have taken what came with the login
    await asyncio.sleep(0.05)


async def test_a_new_day_starts_its_sums_and_its_connections_anew(bench: Bench, gateway: Gateway) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-10T20:59:00Z"))
    async with bench.running() as engine:
        await _connected(gateway)
        gateway.trade(Trade(bench.clock.now(), size=5))
        await until(lambda: (f := bench.screen.one(FlowChanged)) is not None and f.cvd == 5)
        bench.clock.advance(120)
        engine.watch()
        assert _state(bench) is MarketState.MAINTENANCE
        assert not bench.screen.now(SessionRolled)
        bench.clock.advance(3_600)
        engine.watch()
        assert bench.screen.now(SessionRolled)[0].trading_day == date(2025, 6, 11)
        await until(lambda: len(gateway.living()) == 2 and len(gateway.feeds) == 4)
        gateway.trade(Trade(bench.clock.now(), size=2))
        await until(lambda: bench.screen.now(FlowChanged)[0].cvd == 2)
        flow = bench.screen.now(FlowChanged)[0]
        assert flow.cvd_since == Calendar().session(date(2025, 6, 11))[0]
        assert not flow.cvd_partial


async def test_what_is_recorded_is_kept_by_trading_day(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    def make(context: SourceContext) -> GatewayFeed:
        track = context.record("ticks", header(3))
        assert track is not None
        track.write(trade(at=clock.now()))
        track.close()
        return gateway.make()

    recorder = DiskRecorder(tmp_path / "tapes", clock, lambda *told: None, free=lambda folder: 10**12)
    bench = Bench(tmp_path, clock, sources=(tick_source(make),), recorder=recorder)
    clock.jump_to(ns_from_iso("2025-06-10T20:30:00Z"))
    async with bench.running() as engine:
        await _connected(gateway)
        # the session of the eleventh opens on the evening of the tenth
        clock.advance(2 * 3_600)
        engine.watch()
        await until(lambda: len(gateway.feeds) == 4)
    recorder.close()
    assert {path.name for path in (tmp_path / "tapes").iterdir()} == {"2025-06-10", "2025-06-11"}
    assert all(any(folder.iterdir()) for folder in (tmp_path / "tapes").iterdir())


async def test_the_contracts_roll_with_the_calendar(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await until(lambda: len(gateway.wants) == 2)
        assert gateway.wants[0].futures == ("NQM5", "NQU5")
    gateway.wants.clear()
    bench.clock.jump_to(ns_from_iso("2025-06-16T15:00:00Z"))
    async with bench.running():
        await until(lambda: len(gateway.wants) == 2)
        assert list(gateway.wants[0].futures) == ["NQM5", "NQU5", "NQZ5"]


async def test_silence_after_the_close_is_no_fault_and_the_open_is_waited_for(
    bench: Bench, gateway: Gateway
) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-10T20:59:50Z"))
    async with bench.running() as engine:
        await _connected(gateway)
        gateway.trade(Trade(bench.clock.now()))
        await until(lambda: _fresh(bench) == "live")
        bench.clock.advance(1_800)
        engine.watch()
        assert _fresh(bench) == "closed"
        bench.clock.advance(1_812)
        engine.watch()
        assert _fresh(bench) == "unknown"
        bench.clock.advance(120)
        engine.watch()
        assert _fresh(bench) == "stale"


async def test_data_that_arrives_while_closed_is_believed(bench: Bench, gateway: Gateway) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-10T21:10:00Z"))
    async with bench.running() as engine:
        await _connected(gateway)
        engine.watch()
        bench.clock.advance(6)
        gateway.trade(Trade(bench.clock.now()))
        await until(lambda: _fresh(bench) == "live")
        health = bench.screen.now(HealthChanged)[0].health.channels[0]
        assert health.note == "calendar disagrees with exchange"


async def test_a_halt_of_the_future_is_a_halt_of_the_market(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await _connected(gateway)
        gateway.say(TradingStatus(1, bench.clock.now(), 8, 0, False))
        await until(lambda: _watched(engine, bench) is MarketState.HALTED)
        gateway.say(TradingStatus(1, bench.clock.now(), 7, 0, True))
        await until(lambda: _watched(engine, bench) is MarketState.RTH)


async def test_quotes_are_streamed_around_the_money_of_the_nearest_expiries(
    bench: Bench, gateway: Gateway
) -> None:
    offers = tuple(Offer(c, TICK) for c in (Channel.NQ_TRADES, Channel.OPT_TRADES, Channel.OPT_QUOTES))
    bench.sources = (tick_source(gateway.make, id="databento", offers=offers),)
    bench.settings = with_value(bench.settings, "databento_strikes", 1)
    bench.settings = with_value(bench.settings, "databento_expiries", 2)
    gateway.names |= {10 + n: f"Q2CM5 C{21_400 + 100 * n}" for n in range(5)}
    gateway.names |= {20: "QN2M5 C21600", 21: "Q3AM5 C21600"}
    expiry = ns_from_iso("2025-06-11T20:00:00Z")
    gateway.rare = [_definition(n, name, expiry) for n, name in gateway.names.items() if 10 <= n < 20]
    gateway.rare.append(_definition(20, gateway.names[20], Ns(expiry + 2 * DAY)))
    gateway.rare.append(_definition(21, gateway.names[21], Ns(expiry + 5 * DAY)))
    async with bench.running():
        await until(lambda: gateway.living(trades=True))
        assert not gateway.living(trades=False)
        gateway.trade(Trade(bench.clock.now(), 21_610))
        await until(lambda: gateway.living(trades=False))
        want = gateway.wants[-1]
        assert want.option_quote_symbols == (
            "Q2CM5 C21500", "Q2CM5 C21600", "Q2CM5 C21700", "QN2M5 C21600",
        )  # fmt: skip
        assert not want.futures


def _definition(number: int, name: str, expiry: Ns) -> InstrumentDefined:
    strike = px(name.rpartition("C")[2])
    return InstrumentDefined(number, name, name[:3], "OOF", "C", "NQM5", expiry, strike, px(0.25), 20)


def _fresh(bench: Bench) -> str:
    told = bench.screen.one(HealthChanged)
    return "" if told is None else told.health.channels[0].freshness.value


def _watched(engine: Engine, bench: Bench) -> MarketState:
    engine.watch()
    return _state(bench)


def _state(bench: Bench) -> MarketState:
    told = bench.screen.one(MarketChanged)
    assert told is not None
    return told.moment.state
