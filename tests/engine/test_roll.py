"""The roll from one quarterly future to the next, as the trader sees and decides it."""

import pytest

from app.domain.contract import Future
from app.domain.errors import ConfigError
from app.domain.settings import with_value
from app.domain.units import ns_from_iso
from app.domain.updates import AuditLine, BarChanged, FlowChanged, RollChanged
from app.engine.engine import Engine
from tests.engine.bench import Bench, until
from tests.engine.gateway import Gateway, Trade

M5, U5, Z5 = Future(2025, 6), Future(2025, 9), Future(2025, 12)
NAMES = {1: "NQM5", 2: "NQU5", 3: "NQZ5"}


def _roll(bench: Bench) -> RollChanged:
    told = bench.screen.one(RollChanged)
    assert told is not None
    return told


async def _session(bench: Bench, gateway: Gateway, front: int, following: int) -> None:
    gateway.trade(
        Trade(bench.clock.now(), size=front), Trade(bench.clock.now(), size=following, instrument=2)
    )
    share = round(front / (front + following), 2)
    await until(lambda: bench.screen.now(RollChanged) and _roll(bench).front_share == share)


async def _open(bench: Bench, engine: Engine, gateway: Gateway, at: str) -> None:
    bench.clock.jump_to(ns_from_iso(at))
    before = len(gateway.feeds)
    engine.watch()
    await until(lambda: len(gateway.feeds) == before + 2 and len(gateway.living()) == 2)


async def test_far_from_the_roll_volumes_are_told_and_nothing_is_announced(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        await _session(bench, gateway, 61, 39)
        told = _roll(bench)
        assert (told.front, told.following, told.charted) == (M5, U5, M5)
        assert (told.front_share, told.following_share) == (0.61, 0.39)
        assert (told.days_left, told.due) == (6, False)
        assert not told.announced


async def test_the_charted_future_stays_until_the_user_confirms_and_each_keeps_its_own_sums(
    bench: Bench, gateway: Gateway
) -> None:
    gateway.names = NAMES
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        await until(lambda: bench.screen.now(RollChanged))
        await _open(bench, engine, gateway, "2025-06-16T15:00:00Z")
        assert gateway.wants[-1].futures == ("NQM5", "NQU5", "NQZ5")
        await until(lambda: _roll(bench).due)
        assert _roll(bench).charted == M5
        assert _roll(bench).announced
        gateway.trade(Trade(bench.clock.now(), 21_500, 4), Trade(bench.clock.now(), 21_800, 3, instrument=2))
        await until(lambda: len(bench.screen.now(FlowChanged)) == 2)
        with pytest.raises(ConfigError, match="NQM25 or NQU25"):
            await engine.roll.follow(Z5)
        assert "NQU25 is charted now" in await engine.roll.follow(U5)
        assert _roll(bench).charted == U5
        assert not _roll(bench).announced
        assert {flow.instrument: flow.cvd for flow in bench.screen.now(FlowChanged)} == {1: 4, 2: 3}
        bars = {told.bar.instrument: told.bar.close for told in bench.screen.now(BarChanged)}
        assert bars[1] != bars[2]
        assert [
            (a.actor, a.before, a.after) for a in bench.screen.ever(AuditLine) if a.subject == "roll"
        ] == [("user", "NQM25", "NQU25")]
    async with bench.running():
        await until(lambda: bench.screen.now(RollChanged) and _roll(bench).charted == U5)


async def test_volume_that_crossed_on_two_sessions_moves_the_chart_at_the_open_if_that_is_wanted(
    bench: Bench, gateway: Gateway
) -> None:
    bench.settings = with_value(bench.settings, "chart_roll", "at session open")
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        await _session(bench, gateway, 4, 6)
        await _open(bench, engine, gateway, "2025-06-11T15:00:00Z")
        await _session(bench, gateway, 3, 7)
        assert (_roll(bench).charted, _roll(bench).due) == (M5, False)
        await _open(bench, engine, gateway, "2025-06-12T15:00:00Z")
        await until(lambda: _roll(bench).charted == U5)
        assert _roll(bench).due


async def test_a_first_start_in_the_week_of_the_roll_follows_the_market(bench: Bench) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-17T15:00:00Z"))
    async with bench.running():
        await until(lambda: bench.screen.now(RollChanged))
        assert (_roll(bench).front, _roll(bench).charted) == (M5, U5)
        assert not _roll(bench).announced
