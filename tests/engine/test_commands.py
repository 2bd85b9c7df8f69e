"""What the user may ask, and what he is told."""

import asyncio
from dataclasses import replace

import pytest

from app.domain.errors import AuthFailed, ConfigError
from app.domain.health import Link, Role
from app.domain.routing import Channel, SourceId
from app.domain.settings import Settings
from app.domain.units import Ns
from app.domain.updates import (
    AuditLine,
    BarChanged,
    EnginePulse,
    HealthChanged,
    KeyringState,
    LogLine,
    RouteChanged,
)
from app.engine.engine import Engine
from app.engine.feeds import BrokenSource, SourceContext, TickFeed
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.gateway import Gateway, Trade


async def test_a_pin_is_shown_audited_and_taken_off_again(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        await engine.overrides.pin(Channel.NQ_TRADES, TICKS, "looks better")
        route = next(r for r in bench.screen.now(RouteChanged) if r.channel is Channel.NQ_TRADES)
        assert (route.source, route.pinned, route.reason) == (TICKS, True, "looks better")
        engine.watch()
        health = bench.screen.one(HealthChanged)
        assert health is not None
        assert health.health.channels[0].role is Role.PINNED
        await engine.overrides.unpin(Channel.NQ_TRADES)
        route = next(r for r in bench.screen.now(RouteChanged) if r.channel is Channel.NQ_TRADES)
        assert not route.pinned
        pins = [a for a in bench.screen.ever(AuditLine) if a.actor == "user"]
        assert [(a.before, a.after) for a in pins] == [
            ("ticks", "ticks (pinned)"),
            ("ticks (pinned)", "ticks"),
        ]


async def test_a_source_that_does_not_offer_the_channel_cannot_be_pinned(bench: Bench) -> None:
    async with bench.running() as engine:
        with pytest.raises(ConfigError, match=r"ticks does not offer opt\.chain"):
            await engine.overrides.pin(Channel.OPT_CHAIN, TICKS, "")
        with pytest.raises(ConfigError, match="no source called nobody"):
            await engine.restart(SourceId("nobody"))
        with pytest.raises(ConfigError, match="No source reads option chains"):
            await engine.refresh(None)


async def test_a_restart_is_a_clean_reconnect(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        await engine.restart(TICKS)
        await until(lambda: len(gateway.living()) == 2 and len(gateway.feeds) == 4)
        assert all(feed.closed for feed in gateway.feeds[:2])


async def test_a_key_is_tried_on_a_connection_of_its_own(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        assert await engine.test_key("ticks") == "Ticks accepted the key."
        gateway.refusals = [AuthFailed("The key was refused.")]
        assert await engine.test_key("ticks") == "The key was refused."
        await until(lambda: len(gateway.living()) == 2)
        with pytest.raises(ConfigError):
            await engine.test_key("nothing")


async def test_a_key_that_has_not_the_form_of_one_is_not_kept(bench: Bench, gateway: Gateway) -> None:
    spec = tick_source(gateway.make)
    bench.sources = (replace(spec, secrets=(replace(spec.secrets[0], pattern="k-[0-9]+"),)),)
    bench.secrets.forget("ticks")
    async with bench.running() as engine:
        with pytest.raises(ConfigError, match="form of such a key"):
            await engine.save_key("ticks", "secret-value")
        assert bench.secrets.get("ticks") is None
        await engine.save_key("ticks", "k-1")
        await until(lambda: len(gateway.living()) == 2)
        told = bench.screen.one(KeyringState)
        assert told is not None
        assert dict(told.keys) == {"ticks": "memory"}


async def test_forgetting_the_key_ends_the_connections(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        await engine.forget_key("ticks")
        await until(lambda: not gateway.living())
        await until(
            lambda: (
                (h := bench.screen.one(HealthChanged)) is not None
                and h.health.channels[0].link is Link.NO_KEY
            )
        )


async def test_a_changed_window_is_filled_again_from_what_can_be_replayed(
    bench: Bench, gateway: Gateway
) -> None:
    now = bench.clock.now()
    gateway.history = [Trade(now - 600_000_000_000 + n, sequence=n) for n in range(10)]
    async with bench.running() as engine:
        await until(lambda: any(u.bar.seconds == 300 for u in bench.screen.now(BarChanged)))
        await engine.change_setting("flow_window", 60)
        await until(lambda: any(u.bar.seconds == 60 for u in bench.screen.now(BarChanged)))
        assert sum(u.bar.trades for u in bench.screen.now(BarChanged) if u.bar.seconds == 60) == 10


async def test_a_setting_is_saved_before_it_is_used(bench: Bench) -> None:
    saved: list[Settings] = []

    def refuses(settings: Settings) -> None:
        raise ConfigError("The disk is full.")

    good = Engine(replace(bench.parts(), save_settings=saved.append))
    assert (await good.change_setting("flow_window", 60)).flow_window == 60
    assert good.settings.flow_window == saved[0].flow_window == 60
    await good.stop()
    bad = Engine(replace(bench.parts(), save_settings=refuses))
    with pytest.raises(ConfigError, match="disk is full"):
        await bad.change_setting("flow_window", 60)
    assert bad.settings.flow_window == 300
    await bad.stop()


@pytest.mark.expected_log("its tick feed failed")
async def test_a_source_that_cannot_be_made_is_listed_as_broken(bench: Bench, gateway: Gateway) -> None:
    def broken(_: SourceContext) -> TickFeed:
        raise ImportError("no such library")

    spec = tick_source(broken, id=SourceId("broken"))
    bench.sources = (*bench.sources, spec)
    parts = replace(bench.parts(), broken=(BrokenSource(SourceId("worse"), "SyntaxError: line 3"),))
    engine = Engine(parts)
    running = asyncio.get_running_loop().create_task(engine.run())
    await until(lambda: len(bench.screen.now(HealthChanged)) == 3)
    reasons = {u.health.source: u.health.broken for u in bench.screen.now(HealthChanged)}
    assert reasons == {
        "ticks": None,
        "broken": "ImportError: no such library",
        "worse": "SyntaxError: line 3",
    }
    await until(lambda: len(gateway.living()) == 2)
    await engine.stop()
    await running


async def test_the_pulse_says_what_the_engine_costs(bench: Bench, gateway: Gateway) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        gateway.trade(*(Trade(bench.clock.now() + n) for n in range(5)))
        await until(lambda: engine.records() == 5)
        await until(lambda: (p := bench.screen.one(EnginePulse)) is not None and p.records == 5)
        pulse = bench.screen.one(EnginePulse)
        assert pulse is not None
        assert pulse.tasks_died == 0
        assert pulse.memory_mb > 10
        await engine.note_log(LogLine(Ns(1), "INFO", "test", "a line"))
        assert bench.screen.ever(LogLine)[0].text == "a line"
        assert await engine.load_capture("unknown") is None


@pytest.mark.expected_log("auth failed")
async def test_a_passed_test_lets_what_was_refused_try_again(bench: Bench, gateway: Gateway) -> None:
    gateway.refusals = [AuthFailed("Not now."), AuthFailed("Not now.")]
    async with bench.running() as engine:
        watches = engine._desk.health.watches(TICKS)
        await until(lambda: {w.link for w in watches} == {Link.AUTH_FAILED})
        assert {w.breaker_state().value for w in watches} == {"open"}
        tested = asyncio.ensure_future(engine.connections.test("ticks"))  # noqa: TID251 - awaited below
        await until(lambda: bool(gateway.living()))
        gateway.trade(Trade(bench.clock.now()))
        done = await tested
        assert (done.failure, done.proved) == (None, True)
        await until(lambda: {w.link for w in watches} == {Link.UP})
        assert {w.breaker_state().value for w in watches} == {"half open"}
