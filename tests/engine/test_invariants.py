"""Never silently stale: what must hold of everything the engine tells, whatever the screen makes of it.

The frames and the watchdog of the window (I6, I7) are proven in `tests/ui`, as is what the screen makes of I3
and I8; that no line crosses a gap or a switch (I5) in `tests/ui/panels`.
"""

import ast
from pathlib import Path

import pytest

from app.domain.health import Freshness, Link
from app.domain.routing import Channel, Fidelity, Provenance, SourceId
from app.domain.units import ns_from_iso
from app.domain.updates import (
    ChainArrived,
    FlowChanged,
    GapChanged,
    HealthChanged,
    Mode,
    RouteSwitched,
    Started,
    TopChanged,
)
from app.engine.engine import Engine
from tests.engine.bench import CHAINS, TICKS, Bench, chain_source, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade
from tests.engine.site import Site

SECOND_BEST = SourceId("second")
APP = Path(__file__).resolve().parents[2] / "app"


@pytest.fixture
def everything(tmp_path: Path, clock: ManualClock, gateway: Gateway, site: Site) -> Bench:
    sources = tick_source(gateway.make), chain_source(site.make)
    return Bench(tmp_path, clock, sources=sources)


async def delivered(bench: Bench, gateway: Gateway) -> None:
    await until(lambda: len(gateway.living()) == 2)
    gateway.trade(Trade(bench.clock.now()))
    gateway.quote(21_500, 21_500.25)
    await until(lambda: bench.screen.now(TopChanged) and bench.screen.now(FlowChanged))


def freshness(bench: Bench, channel: Channel) -> Freshness:
    told = [c for u in bench.screen.now(HealthChanged) for c in u.health.channels if c.channel is channel]
    return told[0].freshness


async def test_i1_whatever_is_rendered_says_where_it_comes_from(everything: Bench, gateway: Gateway) -> None:
    async with everything.running():
        await delivered(everything, gateway)
        await until(lambda: everything.screen.now(ChainArrived))
        everything.screen.look()
        carried = [u.provenance for u in everything.screen.all if hasattr(u, "provenance")]
    assert {type(u).__name__ for u in everything.screen.all if hasattr(u, "provenance")} >= {
        "BarChanged", "FlowChanged", "TopChanged", "Prints", "ChainArrived", "InstrumentKnown",
    }  # fmt: skip
    for origin in carried:
        assert isinstance(origin, Provenance)
        assert origin.source
        assert isinstance(origin.fidelity, Fidelity)
        assert origin.ts_event is None or origin.ts_event > 0
        assert origin.ts_ingest > 0
        assert origin.snapshot_id


async def test_i2_what_is_not_known_is_never_live(bench: Bench) -> None:
    engine = Engine(bench.parts())
    for watch in engine._desk.health.watches():
        assert watch.freshness() is Freshness.UNKNOWN
        assert watch.score().value is None
        watch.filling = True
        assert watch.freshness() is Freshness.UNKNOWN
    await engine.stop()


async def test_i3_i4_silence_shows_within_a_second_and_in_all_that_is_derived(
    everything: Bench, gateway: Gateway, site: Site
) -> None:
    bench = everything
    async with bench.running() as engine:
        await delivered(bench, gateway)
        engine.watch()
        assert freshness(bench, Channel.NQ_TRADES) is Freshness.LIVE
        limit = engine._desk.health.of(TICKS, Channel.NQ_TRADES).stale_after_s()
        bench.clock.advance(limit - 0.1)
        engine.watch()
        assert freshness(bench, Channel.NQ_TRADES) is Freshness.QUIET
        bench.clock.advance(0.5)
        engine.watch()
        assert freshness(bench, Channel.NQ_TRADES) is Freshness.STALE
        await until(lambda: {f.freshness for f in bench.screen.now(FlowChanged)} == {Freshness.STALE})
        await until(lambda: {t.freshness for t in bench.screen.now(TopChanged)} == {Freshness.STALE})
        await until(lambda: bench.screen.now(ChainArrived))
        await engine.overrides.drain(Channel.OPT_CHAIN, CHAINS, "to see it age")
        await until(lambda: len(bench.screen.now(ChainArrived)) == len(set(site.asked)))
        bench.clock.advance(155)
        engine.watch()
        assert {c.freshness for c in bench.screen.now(ChainArrived)} == {Freshness.STALE}


async def test_i3_the_timer_runs_twice_a_second_by_itself(bench: Bench, gateway: Gateway) -> None:
    async with bench.running():
        await delivered(bench, gateway)
        bench.clock.advance(20)
        await until(lambda: freshness(bench, Channel.NQ_TRADES) is Freshness.STALE, within=1.5)


@pytest.mark.expected_log("reconnecting")
async def test_i5_sums_of_two_sources_never_mix_and_every_break_is_told(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    other = Gateway(clock)
    second = tick_source(other.make, id=SECOND_BEST, title="Second", tier=50)
    bench = Bench(tmp_path, clock, sources=(tick_source(gateway.make), second))
    async with bench.running() as engine:
        await delivered(bench, gateway)
        await until(lambda: len(other.living()) == 2)
        other.trade(*(Trade(clock.now(), size=5, sequence=n) for n in range(3)))
        await until(lambda: engine._desk.health.freshness(SECOND_BEST, Channel.NQ_TRADES) is Freshness.LIVE)
        assert {(f.provenance.source, f.cvd) for f in bench.screen.now(FlowChanged)} == {(TICKS, 1)}
        clock.advance(15)
        other.trade(Trade(clock.now(), size=5, sequence=9))
        await until(lambda: engine._desk.health.freshness(SECOND_BEST, Channel.NQ_TRADES) is Freshness.LIVE)
        clock.advance(3)
        engine.watch()
        switch = next(s for s in bench.screen.ever(RouteSwitched) if s.channel is Channel.NQ_TRADES)
        assert (switch.before, switch.after, switch.actor) == (TICKS, SECOND_BEST, "auto")
        await until(
            lambda: (
                {(f.provenance.source, f.cvd) for f in bench.screen.now(FlowChanged)} == {(SECOND_BEST, 20)}
            )
        )
        other.cut()
        await until(lambda: any(g.source == SECOND_BEST for g in bench.screen.ever(GapChanged)))
        await until(lambda: engine._desk.health.of(SECOND_BEST, Channel.NQ_TRADES).reconnects)


@pytest.mark.expected_log("reconnecting")
async def test_i8_neither_errors_nor_a_closed_market_turn_a_run_into_a_demo(
    bench: Bench, gateway: Gateway
) -> None:
    gateway.down = True
    async with bench.running() as engine:
        await until(lambda: engine._desk.health.of(TICKS, Channel.NQ_TRADES).link is Link.RECONNECTING)
        bench.clock.jump_to(ns_from_iso("2025-06-14T15:00:00Z"))
        engine.watch()
        assert not engine._desk.market.state.is_open
        assert {s.mode for s in bench.screen.ever(Started)} == {Mode.LIVE}
        assert bench.screen.ever(FlowChanged) == []
        assert bench.screen.ever(ChainArrived) == []


def test_i8_the_mode_is_decided_in_one_place_by_where_the_user_pointed() -> None:
    """Others may ask which mode it is; none may make it DEMO."""
    chosen = []
    for path in APP.rglob("*.py"):
        compared = set()
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare | ast.Dict | ast.MatchValue | ast.Tuple | ast.Set):
                compared |= {id(child) for child in ast.walk(node)}
        for node in ast.walk(tree):
            is_demo = isinstance(node, ast.Attribute) and ast.unparse(node) == "Mode.DEMO"
            if is_demo and id(node) not in compared:
                chosen.append(path.relative_to(APP).as_posix())
    assert chosen == ["composition.py"]
