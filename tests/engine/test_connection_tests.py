"""A source tried from its key to a live record, against simulators."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.connection_test import ConnectionTested, Step
from app.domain.errors import AuthFailed, NotEntitled, Unavailable
from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.settings import Settings
from app.domain.units import ns_from_iso
from app.domain.verification import Verdict
from app.engine.connection_commands import fix_of
from tests.engine.bench import Bench, tick_source
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway
from tests.engine.live_run import Run, live_run, wait

_LIMIT_S = 60.0
_STREAMS = (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_QUOTES)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    with live_run(tmp_path, pays=True) as running:
        yield running


def outcome(run: Run) -> ConnectionTested:
    return run.host.submit(run.host.engine.connections.test("databento")).result(_LIMIT_S)


def test_a_key_that_works_is_followed_to_a_live_record(run: Run) -> None:
    done = outcome(run)
    assert [(one.step, one.verdict) for one in done.steps] == [(step, Verdict.PASS) for step in Step]
    assert done.failure is None
    assert done.doing is None
    told = [one for one in run.screen.ever(ConnectionTested) if one.source == "databento"]
    assert told[-1] == done


def test_a_refused_key_says_what_to_do_and_stops_there(run: Run) -> None:
    wait(lambda: all(_is_up(run, one) for one in _STREAMS), "the engine's own connections")
    run.farm.faults.set("databento_live", "auth", "auth_failed", times=1)
    failed = outcome(run).failure
    assert failed is not None
    assert failed.step is Step.LOGIN
    assert "Copy the key again" in failed.fix


async def test_while_the_market_is_closed_nothing_is_proved_and_the_next_opening_is_said(
    tmp_path: Path, gateway: Gateway
) -> None:
    clock = ManualClock(ns_from_iso("2025-06-14T15:00:00Z"))
    bench = Bench(tmp_path, clock, Settings(), sources=(tick_source(gateway.make),))
    async with bench.running() as engine:
        done = await engine.connections.test("ticks")
    assert [(one.step, one.verdict) for one in done.steps] == [
        (Step.KEY, Verdict.PASS),
        (Step.LOGIN, Verdict.PASS),
        (Step.LISTED, Verdict.SKIPPED),
        (Step.ENTITLED, Verdict.SKIPPED),
        (Step.RECORD, Verdict.SKIPPED),
        (Step.LATENCY, Verdict.SKIPPED),
    ]
    assert done.steps[4].words == "The market is closed."
    assert done.opens_at == ns_from_iso("2025-06-15T22:00:00Z")
    assert (done.failure, done.proved) == (None, False)


def test_each_kind_of_failure_has_its_own_plain_fix() -> None:
    fixes = [fix_of(error("…")) for error in (AuthFailed, NotEntitled, Unavailable)]
    assert all(fixes)
    assert len(set(fixes)) == len(fixes)


def _is_up(run: Run, channel: Channel) -> bool:
    health = run.health(channel)
    return health is not None and health.link is Link.UP
