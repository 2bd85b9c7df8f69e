"""From the wire to the screen: real sources against simulated vendors, through the real engine."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.health import Link
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.updates import ChainArrived, ChainMissing, HealthChanged, Mode, SeriesOffered
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts
from app.sim.farm import Farm
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

BARCHART = SourceId("barchart")


def wait(happened: Callable[[], object], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.02)


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


def test_a_chain_comes_from_the_site_to_the_screen(farm: Farm, tmp_path: Path) -> None:
    with _engine(farm, tmp_path) as (_, screen):
        wait(lambda: len(screen.now(ChainArrived)) >= 2)
        offered = screen.one(SeriesOffered)
        assert offered is not None
        shown = next(c for c in screen.now(ChainArrived) if c.chain.vendor_series == offered.chosen)
        assert shown.verdict.accepted
        assert shown.chain.delayed
        assert shown.chain.expiry is not None
        assert shown.board is not None
        assert _link(screen, BARCHART) is Link.UP
        assert not screen.now(ChainMissing)


@pytest.mark.expected_log("Barchart: opt.chain, opt.oi reconnecting")
def test_a_killed_site_shows_within_fifteen_seconds_and_recovers_by_itself(
    farm: Farm, tmp_path: Path
) -> None:
    with _engine(farm, tmp_path) as (_, screen):
        wait(lambda: _link(screen, BARCHART) is Link.UP)
        farm.kill("barchart")
        killed = time.monotonic()
        wait(lambda: _link(screen, BARCHART) is not Link.UP)
        assert time.monotonic() - killed < 15
        farm.revive("barchart")
        wait(lambda: _link(screen, BARCHART) is Link.UP, 25)
