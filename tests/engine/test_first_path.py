"""From the wire to the screen: real sources against simulated vendors, through the real engine."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.bars import PressureBar
from app.domain.health import ChannelHealth, Freshness, Link
from app.domain.routing import Channel, SourceId
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import Ns, iso
from app.domain.updates import (
    BarChanged,
    ChainArrived,
    ChainMissing,
    CoverageChanged,
    FlowChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    Mode,
    SeriesOffered,
)
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts
from app.sim.farm import Farm
from app.sim.truth import Truth
from app.sources import discover
from app.system.clock import MarketClock
from app.system.http import RequestsHttp
from app.system.paths import Paths
from app.system.probe import listens
from app.system.redact import SecretRedactor
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore
from tests.engine.bench import NoPictures
from tests.engine.screen import Screen
from tests.waiting import wait

DATABENTO = SourceId("databento")
BARCHART = SourceId("barchart")


@contextmanager
def _engine(farm: Farm, folder: Path, settings: Settings | None = None) -> Iterator[tuple[Engine, Screen]]:
    facts = farm.clock_facts()
    clock = MarketClock(facts["start_ns"], facts["wall_ns"], facts["speed"])
    redactor, outbox, paths = SecretRedactor(), Outbox(), Paths(folder)
    sources, broken = discover()
    parts = EngineParts(
        settings=settings or Settings(),
        clock=clock,
        calendar=Calendar(),
        store=SqliteStore(paths, redactor, clock),
        secrets=MemorySecrets(simulated_keys(), redactor.learn),
        http=RequestsHttp(redactor),
        renderer=NoPictures(),
        redactor=redactor,
        sources=sources,
        outbox=outbox,
        addresses=farm.addresses(),
        mode=Mode.DEMO,
        broken=broken,
        probe=listens,
    )
    host = EngineHost(lambda: Engine(parts))
    host.start()
    try:
        yield host.engine, Screen(outbox)
    finally:
        assert host.stop().in_time


@pytest.fixture
def farm() -> Iterator[Farm]:
    with Farm(seed=7) as farm:
        yield farm


def _link(screen: Screen, source: SourceId) -> Link | None:
    for told in screen.now(HealthChanged):
        if told.health.source == source and told.health.channels:
            return told.health.channels[0].link
    return None


def _closed_bars(screen: Screen) -> list[tuple[str, PressureBar]]:
    """Of the source that can be asked for what was missed; another begins in the middle of a second."""
    known = [u for u in screen.now(InstrumentKnown) if u.provenance.source == DATABENTO]
    names = {u.instrument: u.raw_symbol for u in known}
    told = [u for u in screen.now(BarChanged) if u.provenance.source == DATABENTO]
    return [(names[u.bar.instrument], u.bar) for u in told if u.bar.closed]


def _differing(farm: Farm, screen: Screen) -> list[str]:
    """The closed bars that are not exactly what the market really traded."""
    wrong = []
    truths: dict[tuple[int, int], Mapping[str, Truth]] = {}
    for name, bar in _closed_bars(screen):
        window = bar.start, bar.end
        if window not in truths:
            truths[window] = farm.market.truth(*window)
        truth = truths[window].get(name)
        got = Truth(bar.bought, bar.sold, bar.unknown, bar.trades, bar.open, bar.high, bar.low, bar.close)
        if got != truth:
            wrong.append(f"{name} {iso(bar.start)} {bar.seconds} s: {got} instead of {truth}")
    return wrong


def _feed(screen: Screen, channel: Channel) -> ChannelHealth | None:
    for told in screen.now(HealthChanged):
        for health in told.health.channels:
            if health.channel is channel and health.source == DATABENTO:
                return health
    return None


def _is_live(screen: Screen) -> bool:
    feed = _feed(screen, Channel.NQ_TRADES)
    return feed is not None and (feed.link, feed.freshness) == (Link.UP, Freshness.LIVE)


def _cvd_truth(farm: Farm, flow: FlowChanged, name: str) -> int:
    assert flow.cvd_since is not None
    assert flow.provenance.ts_event is not None
    truth = farm.market.truth(flow.cvd_since, Ns(flow.provenance.ts_event + 1))[name]
    return truth.bought - truth.sold


def test_what_is_on_the_screen_is_what_the_market_did(farm: Farm, tmp_path: Path) -> None:
    with _engine(farm, tmp_path) as (_, screen):
        wait(lambda: _is_live(screen))
        wait(lambda: (h := _feed(screen, Channel.NQ_QUOTES)) is not None and h.freshness is Freshness.LIVE)
        since = farm.clock.now()
        wait(lambda: any(bar.start > since and bar.seconds == 1 for _, bar in _closed_bars(screen)))
        _assert_bars_and_flow(farm, screen)
        _assert_chain(screen)
        wait(lambda: (h := _feed(screen, Channel.OPT_QUOTES)) is not None and h.link is Link.UP)


def _assert_bars_and_flow(farm: Farm, screen: Screen) -> None:
    bars = _closed_bars(screen)
    assert sum(bar.seconds == 1 for _, bar in bars) > 1_000
    assert len({name for name, bar in bars if bar.seconds == 300}) > 50
    assert _differing(farm, screen) == []
    # where the machine is slow some closed too early: those were put right, and say so
    assert sum(bar.revised for _, bar in bars) < len(bars) / 10
    flow = max(screen.now(FlowChanged), key=lambda f: f.contracts)
    name = next(u.raw_symbol for u in screen.now(InstrumentKnown) if u.instrument == flow.instrument)
    assert flow.cvd == _cvd_truth(farm, flow, name)
    assert flow.change is not None
    (coverage,) = (c for c in screen.now(CoverageChanged) if c.source == DATABENTO)
    assert coverage.roots_covered == coverage.roots_listed > 20


def _assert_chain(screen: Screen) -> None:
    wait(lambda: len(screen.now(ChainArrived)) >= 2)
    offered = next(one for one in screen.now(SeriesOffered) if one.source == BARCHART)
    shown = next(c for c in screen.now(ChainArrived) if c.chain.vendor_series == offered.chosen)
    assert shown.verdict.accepted
    assert shown.chain.delayed
    assert shown.chain.expiry is not None
    assert shown.board is not None
    assert shown.freshness is Freshness.LIVE
    assert not screen.now(ChainMissing)


@pytest.mark.expected_log(
    "Databento: nq.trades, opt.trades", "Databento: nq.quotes", "Barchart: opt.chain",
    "Databento: opt.quotes", "Databento: opt.chain",
)  # fmt: skip
def test_killed_vendors_show_within_fifteen_seconds_and_recover_with_nothing_lost(
    farm: Farm, tmp_path: Path
) -> None:
    with _engine(farm, tmp_path) as (_, screen):
        wait(lambda: _is_live(screen) and _link(screen, BARCHART) is Link.UP)
        wait(lambda: (h := _feed(screen, Channel.OPT_CHAIN)) is not None and h.link is Link.UP)
        killed = time.monotonic()
        farm.kill("databento_live")
        farm.kill("barchart")
        wait(lambda: (h := _feed(screen, Channel.NQ_TRADES)) is not None and h.link is Link.RECONNECTING)
        threading.Event().wait(2.5)
        farm.revive("databento_live")
        back = farm.clock.now()
        wait(lambda: _link(screen, BARCHART) is not Link.UP, within=killed + 15 - time.monotonic())
        farm.revive("barchart")
        wait(lambda: _is_live(screen) and all(g.filled for g in _trade_gaps(screen)))
        wait(lambda: any(bar.start > back and bar.seconds == 1 for _, bar in _closed_bars(screen)))
        assert _trade_gaps(screen)
        assert _differing(farm, screen) == []
        wait(lambda: _link(screen, BARCHART) is Link.UP)


def _trade_gaps(screen: Screen) -> list[GapChanged]:
    return [g for g in screen.now(GapChanged) if g.channel in (Channel.NQ_TRADES, Channel.OPT_TRADES)]
