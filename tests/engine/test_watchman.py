"""The user hears once of what matters: who took over, what nobody feeds, what is back."""

from pathlib import Path

import pytest

from app.domain.errors import AuthFailed
from app.domain.health import Freshness, Link
from app.domain.routing import TICK, Channel, Offer, SourceId
from app.domain.updates import Notice, RouteChanged
from app.engine.engine import Engine
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade

SECOND_BEST = SourceId("second")
TRADES = Channel.NQ_TRADES
OFFERS = (Offer(TRADES, TICK),)


@pytest.fixture
def other(clock: ManualClock) -> Gateway:
    return Gateway(clock)


@pytest.fixture
def two(tmp_path: Path, clock: ManualClock, gateway: Gateway, other: Gateway) -> Bench:
    first = tick_source(gateway.make, tier=10, offers=OFFERS)
    second = tick_source(other.make, id=SECOND_BEST, title="Second", tier=20, offers=OFFERS)
    return Bench(tmp_path, clock, sources=(first, second))


async def deliver(bench: Bench, engine: Engine, **gateways: Gateway) -> None:
    """Each named source trades, and is seen to."""
    await until(lambda: all(g.living(trades=True) for g in gateways.values()))
    for gateway in gateways.values():
        gateway.trade(Trade(bench.clock.now()))
    await until(
        lambda: all(
            engine._desk.health.freshness(SourceId(name), TRADES) is Freshness.LIVE for name in gateways
        )
    )
    engine.watch()


def said(bench: Bench, topic: str) -> Notice | None:
    return next((n for n in bench.screen.now(Notice) if n.topic == topic), None)


async def test_a_switch_is_told_with_its_reason_and_the_return_of_the_lost(
    two: Bench, gateway: Gateway, other: Gateway
) -> None:
    async with two.running() as engine:
        await deliver(two, engine, ticks=gateway, second=other)
        assert said(two, f"switch/{TRADES.value}") is None
        two.clock.advance(20)
        await deliver(two, engine, second=other)
        told = said(two, f"switch/{TRADES.value}")
        assert told is not None
        assert told.sentence == "nq.trades: Ticks → Second (ticks stale)."
        for _ in range(70):
            two.clock.advance(1)
            await deliver(two, engine, ticks=gateway, second=other)
        route = next(r for r in two.screen.now(RouteChanged) if r.channel is TRADES)
        assert route.source == TICKS
        told = said(two, f"switch/{TRADES.value}")
        assert told is not None
        assert (told.count, told.sentence[:28]) == (2, "nq.trades: Second → Ticks (h")


async def test_what_nobody_feeds_is_told_once_and_so_is_its_end(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await deliver(bench, engine, ticks=gateway)
        bench.clock.advance(20)
        engine.watch()
        engine.watch()
        told = said(bench, "empty/nq.trades")
        assert told is not None
        assert (told.severity, told.count, told.over) == ("ERROR", 1, False)
        assert told.sentence == "Nobody feeds nq.trades: ticks: stale."
        await deliver(bench, engine, ticks=gateway)
        engine.watch()
        ended = said(bench, "empty/nq.trades")
        assert ended is not None
        assert ended.over


async def test_a_dead_pin_says_how_to_get_out(two: Bench, gateway: Gateway, other: Gateway) -> None:
    async with two.running() as engine:
        await deliver(two, engine, ticks=gateway, second=other)
        await engine.overrides.pin(TRADES, TICKS, "I know it")
        two.clock.advance(20)
        engine.watch()
        told = said(two, "pin/nq.trades")
        assert told is not None
        assert "Unpin it to fail over" in told.sentence
        await engine.overrides.unpin(TRADES)
        engine.watch()
        ended = said(two, "pin/nq.trades")
        assert ended is not None
        assert ended.over


@pytest.mark.expected_log("auth failed")
async def test_a_refused_key_is_told_and_its_acceptance(bench: Bench, gateway: Gateway) -> None:
    gateway.refusals = [AuthFailed("The key was refused."), AuthFailed("The key was refused.")]
    async with bench.running() as engine:
        await until(lambda: engine._desk.health.of(TICKS, TRADES).link is Link.AUTH_FAILED)
        engine.watch()
        told = said(bench, "source/ticks")
        assert told is not None
        assert told.sentence.startswith("Ticks refused the key.")
        await engine.save_key("ticks", "another-key")
        await until(lambda: len(gateway.living()) == 2)
        for _ in range(15):
            bench.clock.advance(1)
            gateway.trade(Trade(bench.clock.now()))
            gateway.quote(21_500, 21_500.25)
            await until(
                lambda: (
                    engine._desk.health.freshness(TICKS, Channel.NQ_QUOTES) is Freshness.LIVE
                    and engine._desk.health.freshness(TICKS, TRADES) is Freshness.LIVE
                )
            )
            engine.watch()
        assert engine._desk.health.of(TICKS, TRADES).breaker_state().value == "closed"


async def test_a_night_of_flaps_is_held_and_told_once(two: Bench, gateway: Gateway, other: Gateway) -> None:
    async with two.running() as engine:
        await deliver(two, engine, ticks=gateway, second=other)
        for name, one in (("second", other), ("ticks", gateway)) * 3:
            two.clock.advance(20)
            await deliver(two, engine, **{name: one})
        told = said(two, "flapping/nq.trades")
        assert told is not None
        assert "flapping between its sources" in told.sentence
        route = next(r for r in two.screen.now(RouteChanged) if r.channel is TRADES)
        assert route.flapping
        assert route.flapping_until is not None
        held = route.source
        two.clock.advance(20)
        await deliver(two, engine, ticks=gateway, second=other)
        assert engine._desk.router.active(TRADES) == held
