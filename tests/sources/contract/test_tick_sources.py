"""The second tick source × every fault of logins and sockets: what it shows, how soon, and its return.

The first one has the same in `tests/engine/test_live_faults.py`, where each trade is counted as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from app.domain.health import ChannelHealth, Freshness, Link
from app.domain.routing import Channel
from app.domain.updates import FlowChanged, GapChanged, TopChanged
from app.elsewhere import simulated_keys
from app.sim.faults import Faults
from app.sim.http import HttpSimulator
from app.sim.tradovate import Tradovate
from app.sources import tradovate
from tests.engine.clocks import ManualClock
from tests.sim.still_market import StillMarket
from tests.sources.contract.stand import Stand, stand

TRADES, QUOTES = Channel.NQ_TRADES, Channel.NQ_QUOTES
# of the test's own time, so that a beat is not missed while minutes of the market's go by
BEAT_S = 0.02
STEP_S = 0.15

Shows = Callable[[ChannelHealth], object]


def make(clock: ManualClock, faults: Faults) -> HttpSimulator:
    return Tradovate(StillMarket(), clock.now, faults, heartbeat=BEAT_S)


def flows(health: ChannelHealth) -> object:
    return health.link is Link.UP and health.freshness in (Freshness.LIVE, Freshness.QUIET)


def lost(health: ChannelHealth) -> object:
    return health.link in (Link.RECONNECTING, Link.DOWN) and health.note and health.retry_in_s is not None


def asks_user(link: Link) -> Shows:
    return lambda health: health.link is link and health.note


def left_alone(seconds: float) -> Shows:
    """Excluded for about so long, which is no failure."""
    return lambda health: health.excluded_for_s is not None and health.excluded_for_s > seconds - 60


def falls_silent(health: ChannelHealth) -> object:
    """Its heartbeats go on, and yet it is not taken for live."""
    return health.link is Link.UP and health.freshness is Freshness.STALE


@dataclass(frozen=True)
class Case:
    """`cut` ends the living socket first: the fault waits for the next login or connection."""

    name: str
    route: str
    kind: str
    shows: Shows
    within_s: float
    cut: bool = True
    seconds: float | None = None
    asks: bool = False


CASES = (
    Case("port closed to logins", "login", "refuse", lost, 120),
    Case("login fails inside", "login", "500", lost, 120),
    Case("login is cut short", "login", "half_body", lost, 120),
    Case("login answers with a page", "login", "html", lost, 120),
    Case("wrong password", "login", "auth_failed", asks_user(Link.AUTH_FAILED), 120, asks=True),
    Case("captcha", "login", "captcha", asks_user(Link.DOWN), 120, asks=True),
    Case("time penalty", "login", "time_penalty", left_alone(80), 120, seconds=80.0),
    Case("too many requests", "login", "429", left_alone(3_600), 120),
    Case("too many requests, said first", "login", "423", left_alone(3_600), 120),
    Case("socket refused", "socket", "503", lost, 120),
    Case("socket hung up", "socket", "refuse", lost, 120),
    Case("too many on the socket", "request", "429", left_alone(3_600), 120),
    Case("symbol inaccessible", "request", "inaccessible", asks_user(Link.NOT_ENTITLED), 120, asks=True),
    Case("cut cleanly", "stream", "fin", lost, 60, cut=False),
    Case("reset", "stream", "rst", lost, 60, cut=False),
    Case("garbage", "stream", "garbage", lost, 60, cut=False),
    Case("only heartbeats", "stream", "mute", falls_silent, 90, cut=False, seconds=3.0),
)


def cases() -> list[ParameterSet]:
    """What goes wrong with a link is a warning; so is what was traded while nothing was told."""
    texts = {"mute": "were traded but not told"}
    return [
        pytest.param(case, id=case.name, marks=pytest.mark.expected_log(texts.get(case.kind, "Tradovate: ")))
        for case in CASES
    ]


async def begun(standing: Stand, within_s: float = 120) -> None:
    """Its quotes never move, so only their link can be looked at."""
    await standing.reaches(TRADES, lambda h: flows(h) and h.excluded_for_s is None, within_s)
    await standing.reaches(QUOTES, lambda h: h.link is Link.UP and h.excluded_for_s is None, within_s)


@pytest.mark.parametrize("case", cases())
async def test_a_fault_shows_as_documented_and_is_survived(tmp_path: Path, case: Case) -> None:
    async with stand(tmp_path, tradovate.SOURCE, make, step_s=STEP_S) as standing:
        await begun(standing)
        standing.fault(case.route, case.kind, seconds=case.seconds)
        if case.cut:
            assert isinstance(standing.simulator, Tradovate)
            if case.route == "login":
                standing.simulator.logins.expire_all()
            standing.simulator.close_all()
        for channel in (TRADES, QUOTES):
            await standing.reaches(channel, case.shows, case.within_s)
        standing.faults.clear()
        stopped = standing.health(TRADES)
        assert stopped is not None
        standing.clock.advance(max(stopped.excluded_for_s or 0.0, 3_700.0 if case.asks else 0.0))
        standing.engine.watch()
        if case.asks:
            await standing.engine.restart(standing.bench.sources[0].id)
        await begun(standing, 700)


async def test_without_its_keys_it_is_off_and_says_which_it_lacks(tmp_path: Path) -> None:
    keys = {name: value for name, value in simulated_keys().items() if name != "tradovate_secret"}
    async with stand(tmp_path, tradovate.SOURCE, make, keys, STEP_S) as standing:
        await standing.reaches(TRADES, lambda h: h.link is Link.NO_KEY and "secret" in h.note, 60)
        assert not standing.bench.screen.ever(TopChanged)


@pytest.mark.expected_log(":")
async def test_what_was_missed_stays_marked_as_missing(tmp_path: Path) -> None:
    async with stand(tmp_path, tradovate.SOURCE, make, step_s=STEP_S) as standing:
        await begun(standing)
        standing.fault("stream", "fin")
        await standing.reaches(TRADES, lost, 30)
        standing.faults.clear()
        await begun(standing)
        gaps = standing.bench.screen.now(GapChanged)
        await standing.until(lambda: standing.bench.screen.now(GapChanged), 60, "a hole")
        gaps = [gap for gap in standing.bench.screen.now(GapChanged) if gap.channel is TRADES]
        assert gaps
        assert not any(gap.filled for gap in gaps)
        flow = standing.bench.screen.now(FlowChanged)
        assert flow
        assert all(one.cvd_partial for one in flow)
