"""The user's hand on the switch: every verb does what it says, is audited, and outlives a restart."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.decisions import AuditFilter
from app.domain.errors import ConfigError
from app.domain.health import Breaker, ChannelHealth, Freshness, Link, Role
from app.domain.routing import RECORDED, TICK, Channel, Offer, SourceId
from app.domain.units import HOUR, Ns
from app.domain.updates import HealthChanged, Mode, RouteChanged, RouteSwitched
from app.engine.engine import Engine
from app.engine.feeds import SourceSpec
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade

SECOND_BEST = SourceId("second")
TRADES = Channel.NQ_TRADES


@pytest.fixture
def other(clock: ManualClock) -> Gateway:
    return Gateway(clock)


@pytest.fixture
def two(tmp_path: Path, clock: ManualClock, gateway: Gateway, other: Gateway) -> Bench:
    offers = (Offer(TRADES, TICK), Offer(Channel.NQ_QUOTES, TICK))
    first = tick_source(gateway.make, tier=10)
    second = tick_source(other.make, id=SECOND_BEST, title="Second", tier=20, offers=offers)
    return Bench(tmp_path, clock, sources=(first, second))


@asynccontextmanager
async def delivering(bench: Bench, *gateways: Gateway) -> AsyncIterator[Engine]:
    """Every gateway has traded, so that every source is LIVE."""
    async with bench.running() as engine:
        await until(lambda: all(len(g.living()) >= 2 for g in gateways))
        trade(bench, *gateways)
        await until(lambda: all(live(bench, engine, s.id) for s in bench.sources))
        yield engine


def trade(bench: Bench, *gateways: Gateway) -> None:
    for gateway in gateways:
        gateway.trade(Trade(bench.clock.now()))


def live(bench: Bench, engine: Engine, source: SourceId) -> bool:
    return health(bench, engine, source).freshness is Freshness.LIVE


def health(bench: Bench, engine: Engine, source: SourceId, channel: Channel = TRADES) -> ChannelHealth:
    engine.watch()
    told = {u.health.source: u.health for u in bench.screen.now(HealthChanged)}
    return next(c for c in told[source].channels if c.channel is channel)


def route(bench: Bench) -> RouteChanged:
    return next(r for r in bench.screen.now(RouteChanged) if r.channel is TRADES)


async def test_a_pin_holds_what_is_dead_until_it_is_taken_off(
    two: Bench, gateway: Gateway, other: Gateway
) -> None:
    async with delivering(two, gateway, other) as engine:
        pin = await engine.overrides.pin(TRADES, TICKS, "I trust it")
        assert pin.until == engine.overrides.session_close()
        assert health(two, engine, TICKS).breaker is Breaker.METRICS_ONLY
        two.clock.advance(60)
        trade(two, other)
        await until(lambda: live(two, engine, SECOND_BEST))
        shown = health(two, engine, TICKS)
        assert (shown.role, shown.freshness, shown.pin) == (Role.PINNED, Freshness.STALE, pin)
        assert (route(two).source, route(two).pin) == (TICKS, pin)
        assert await engine.overrides.unpin_and_fail_over(TRADES, "it is dead") == SECOND_BEST
        assert health(two, engine, TICKS).breaker is not Breaker.METRICS_ONLY


async def test_a_pin_ends_with_its_time(two: Bench, gateway: Gateway, other: Gateway) -> None:
    async with delivering(two, gateway, other) as engine:
        await engine.overrides.pin(TRADES, SECOND_BEST, "compare", until=Ns(two.clock.now() + HOUR))
        assert route(two).source == SECOND_BEST
        two.clock.advance(3_601)
        trade(two, gateway, other)
        await until(lambda: live(two, engine, TICKS))
        assert route(two).pin is None
        ended = await engine.decisions.read(AuditFilter(words="expired"))
        assert [line.actor for line in ended] == ["system"]


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda e: e.pin(TRADES, TICKS, " "), "needs a reason"),
        (lambda e: e.pin(TRADES, TICKS, "x", until=Ns(1)), "would have ended"),
        (lambda e: e.prefer(Channel.OPT_CHAIN, TICKS), "does not offer"),
        (lambda e: e.drain(Channel.OPT_CHAIN, TICKS), "does not offer"),
        (lambda e: e.disable(SourceId("nobody"), "x"), "no source called nobody"),
        (lambda e: e.fail_over(TRADES), "Nobody else can feed nq.trades. No other source offers it"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_words(
    bench: Bench, ask: Callable[[object], object], why: str
) -> None:
    async with bench.running() as engine:
        await until(lambda: engine._desk.router.active(TRADES))
        with pytest.raises(ConfigError, match=why):
            await ask(engine.overrides)  # type: ignore[misc]


async def test_recorded_data_is_never_used_by_itself_and_never_pinned_while_live(
    bench: Bench, gateway: Gateway
) -> None:
    recorded = (Offer(TRADES, RECORDED),)
    bench.sources = (replace(bench.sources[0], offers=recorded),)
    async with bench.running() as engine:
        engine.watch()
        assert route(bench).source is None
        assert "never used by itself" in route(bench).reason
        with pytest.raises(ConfigError, match="cannot be pinned while live"):
            await engine.overrides.pin(TRADES, TICKS, "why not")


async def test_a_preferred_one_takes_over_and_a_fail_over_moves_on(
    two: Bench, gateway: Gateway, other: Gateway
) -> None:
    async with delivering(two, gateway, other) as engine:
        assert route(two).source == TICKS
        await engine.overrides.prefer(TRADES, SECOND_BEST, "cheaper")
        assert (route(two).source, route(two).preferred) == (SECOND_BEST, SECOND_BEST)
        assert await engine.overrides.fail_over(TRADES, "looks odd") == TICKS
        marks = [(s.before, s.after, s.actor) for s in two.screen.ever(RouteSwitched) if s.channel is TRADES]
        assert marks[-2:] == [(TICKS, SECOND_BEST, "user"), (SECOND_BEST, TICKS, "user")]


async def test_disable_closes_what_nobody_else_uses_and_enable_opens_it_again(
    two: Bench, gateway: Gateway, other: Gateway
) -> None:
    async with delivering(two, gateway, other) as engine:
        await engine.overrides.disable(TICKS, "costs too much")
        watches = engine._desk.health.watches(TICKS)
        await until(lambda: {w.link for w in watches} == {Link.DISABLED})
        await until(lambda: not gateway.living())
        shown = health(two, engine, TICKS)
        assert shown.breaker is Breaker.FORCED_OPEN
        assert shown.note == "Switched off by you: costs too much."
        assert route(two).source == SECOND_BEST
        await engine.overrides.enable(TICKS)
        await until(lambda: len(gateway.living()) == 2)
        assert health(two, engine, TICKS).breaker is Breaker.CLOSED


async def test_one_channel_off_leaves_the_connection_to_the_others(bench: Bench, gateway: Gateway) -> None:
    async with delivering(bench, gateway) as engine:
        await engine.overrides.disable(TICKS, "no prints", TRADES)
        assert health(bench, engine, TICKS).breaker is Breaker.FORCED_OPEN
        assert health(bench, engine, TICKS, Channel.OPT_TRADES).breaker is Breaker.CLOSED
        assert len(gateway.living(trades=True)) == 1
        await engine.overrides.disable(TICKS, "nor options", Channel.OPT_TRADES)
        await until(lambda: not gateway.living(trades=True))
        assert len(gateway.living(trades=False)) == 1


async def test_a_drained_stream_hands_over_once_another_delivers(
    two: Bench, gateway: Gateway, other: Gateway
) -> None:
    async with two.running() as engine:
        await until(lambda: len(gateway.living()) == 2 and len(other.living()) == 2)
        trade(two, gateway)
        await until(lambda: live(two, engine, TICKS))
        await engine.overrides.drain(TRADES, TICKS, "maintenance")
        assert route(two).source == TICKS
        trade(two, other)
        await until(lambda: live(two, engine, SECOND_BEST))
        assert route(two).source == SECOND_BEST
        assert health(two, engine, TICKS).draining
        assert len(gateway.living()) == 2


async def test_what_was_decided_outlives_a_restart(
    two: Bench, gateway: Gateway, other: Gateway, tmp_path: Path
) -> None:
    async with delivering(two, gateway, other) as engine:
        await engine.overrides.pin(TRADES, SECOND_BEST, "for good", for_good=True)
        await engine.overrides.disable(TICKS, "quotes are odd", Channel.NQ_QUOTES)
        await engine.overrides.prefer(Channel.NQ_QUOTES, SECOND_BEST)
    again = Bench(tmp_path, two.clock, sources=two.sources)
    async with again.running() as engine:
        await until(lambda: engine._desk.overrides.loaded)
        engine.watch()
        assert route(again).pin == route(two).pin
        assert health(again, engine, TICKS, Channel.NQ_QUOTES).breaker is Breaker.FORCED_OPEN
        quotes = next(r for r in again.screen.now(RouteChanged) if r.channel is Channel.NQ_QUOTES)
        assert quotes.preferred == SECOND_BEST
        kept = await engine.decisions.read(AuditFilter(actor="user"))
        assert {"for good", "quotes are odd"} <= {line.rule for line in kept}


async def test_a_pin_that_expired_while_nobody_looked_is_forgotten(
    two: Bench, gateway: Gateway, other: Gateway, tmp_path: Path
) -> None:
    async with delivering(two, gateway, other) as engine:
        await engine.overrides.pin(TRADES, SECOND_BEST, "today only")
    two.clock.advance(30 * 3_600)
    again = Bench(tmp_path, two.clock, sources=two.sources)
    async with again.running() as engine:
        await until(lambda: engine._desk.overrides.loaded)
        engine.watch()
        assert route(again).pin is None


async def test_a_demo_asks_no_real_vendor(tmp_path: Path, clock: ManualClock, gateway: Gateway) -> None:
    spec: SourceSpec = tick_source(gateway.make)
    demo = Bench(tmp_path, clock, sources=(spec,), mode=Mode.DEMO)
    async with demo.running() as engine:
        await until(lambda: engine._desk.overrides.loaded)
        shown = health(demo, engine, TICKS)
        assert shown.link is Link.DISABLED
        assert "reaches no real vendor" in shown.note
        with pytest.raises(ConfigError, match="nothing that can be tested"):
            await engine.test_source(TICKS)
        assert gateway.wants == []


async def test_what_was_decided_about_an_absent_source_waits_for_it(
    two: Bench, gateway: Gateway, other: Gateway, tmp_path: Path
) -> None:
    async with delivering(two, gateway, other) as engine:
        await engine.overrides.pin(TRADES, SECOND_BEST, "for good", for_good=True)
    for sources, pinned in ((two.sources[:1], None), (two.sources, SECOND_BEST)):
        again = Bench(tmp_path, two.clock, sources=sources)
        async with again.running() as engine:
            await until(lambda e=engine: e._desk.overrides.loaded)  # type: ignore[misc]
            engine.watch()
            pin = route(again).pin
            assert (pin.source if pin else None) == pinned
