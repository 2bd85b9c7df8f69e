"""What was recorded of a live run gives the very same numbers when it is played again."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli.tape_document import tape_document
from app.domain.bars import PressureBar
from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import SECOND, Ns
from app.domain.updates import (
    AbsorptionChanged,
    BarChanged,
    FlowChanged,
    HealthChanged,
    LargePrintChanged,
    Mode,
    PriceVolumeChanged,
    SizedFlowChanged,
    SweepChanged,
    TickBarChanged,
)
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.feeds import SourceSpec
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts, Replay
from app.engine.ports import Clock
from app.engine.tapes import PATIENCE, REPLAY
from app.sim.farm import Farm
from app.sources.databento import SOURCE
from app.system.clock import MarketClock
from app.system.deck import Deck
from app.system.paths import Paths
from app.system.recorder import DiskRecorder
from app.system.redact import SecretRedactor
from app.system.replay_clock import ReplayClock
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore
from tests.engine.bench import NoHttp, NoPictures
from tests.engine.screen import Screen
from tests.waiting import wait

Sums = dict[tuple[int, int], PressureBar]
Chart = dict[tuple[str, int, object], object]


def parts_for(folder: Path, clock: Clock, source: SourceSpec, **more: object) -> tuple[EngineParts, Screen]:
    redactor, outbox = SecretRedactor(), Outbox()
    parts = EngineParts(
        settings=Settings(chart_backfill=5),
        clock=clock,
        calendar=Calendar(),
        store=SqliteStore(Paths(folder), redactor, clock),
        secrets=MemorySecrets(simulated_keys(), redactor.learn),
        http=NoHttp(),
        renderer=NoPictures(),
        redactor=redactor,
        sources=(source,),
        outbox=outbox,
        **more,  # type: ignore[arg-type]
    )
    return parts, Screen(outbox)


def bars(screen: Screen) -> Sums:
    """By instrument and second; which of them are closed by now is a matter of the clock."""
    told = [one.bar for one in screen.now(BarChanged) if one.bar.seconds == 1]
    return {(bar.instrument, bar.start): replace(bar, closed=False, revised=False) for bar in told}


def chart(screen: Screen) -> Chart:
    """What the chart shows beyond bars, without where it came from."""
    found: Chart = {}
    for told in screen.now(PriceVolumeChanged):
        found["minute", told.instrument, told.start] = (
            told.low, told.bought.tolist(), told.sold.tolist(), told.unknown.tolist(),
        )  # fmt: skip
    for bar in screen.now(TickBarChanged):
        found["trades", bar.bar.instrument, bar.bar.number] = bar.bar
    for large in screen.now(LargePrintChanged):
        found["large", large.instrument, large.at * 3 + large.side] = large.size, large.price, large.prints
    for sized in screen.now(SizedFlowChanged):
        found["sized", sized.flow.instrument, sized.flow.start] = sized.flow
    for one in screen.now(SweepChanged):
        found["sweep", one.sweep.instrument, one.sweep.at * 3 + one.sweep.side] = one.sweep
    for mark in screen.now(AbsorptionChanged):
        held = mark.absorption
        found["held", held.instrument, (held.began, held.price, held.side)] = held
    return found


def cvd(screen: Screen) -> dict[int, int]:
    return {one.instrument: one.cvd for one in screen.now(FlowChanged)}


def link(screen: Screen) -> Link | None:
    for told in screen.now(HealthChanged):
        for health in told.health.channels:
            if health.channel is Channel.NQ_TRADES:
                return health.link
    return None


def recorded(folder: Path) -> tuple[Sums, dict[int, int], Chart]:
    with Farm(seed=7, activity=3.0) as farm:
        facts = farm.clock_facts()
        clock = MarketClock(facts["start_ns"], facts["wall_ns"], facts["speed"])
        recorder = DiskRecorder(folder / "tapes", clock, lambda *told: None, free=lambda path: 10**12)
        parts, screen = parts_for(
            folder / "live", clock, SOURCE,
            recorder=recorder, mode=Mode.DEMO, addresses=farm.addresses(),
        )  # fmt: skip
        host = EngineHost(lambda: Engine(parts))
        host.start()
        try:
            opened = clock.now()
            wait(lambda: sum(start > opened for _, start in bars(screen)) > 6)
            assert "identical ✓" in host.submit(host.engine.recheck()).result(10)
            farm.kill("databento_live")
            wait(lambda: link(screen) is Link.RECONNECTING)
            threading.Event().wait(0.3)
            return bars(screen), cvd(screen), chart(screen)
        finally:
            assert host.stop().in_time


def replayed(folder: Path, files: list[Path]) -> tuple[Sums, dict[int, int], Chart]:
    deck = Deck(files)
    clock = ReplayClock(deck.begin, Ns(deck.end + PATIENCE), 60.0)
    parts, screen = parts_for(folder / "again", clock, REPLAY, replay=Replay(deck, clock), mode=Mode.REPLAY)
    host = EngineHost(lambda: Engine(parts))
    host.start()
    try:
        wait(lambda: clock.now() == deck.end + PATIENCE)
        wait(lambda: max((start for _, start in bars(screen)), default=0) >= deck.end - 2 * SECOND)
        threading.Event().wait(0.3)
        return bars(screen), cvd(screen), chart(screen)
    finally:
        assert host.stop().in_time


@pytest.mark.expected_log("reconnecting")
def test_a_replay_repeats_bars_cvd_and_chart_of_the_live_run_exactly(tmp_path: Path) -> None:
    live_bars, live_cvd, live_chart = recorded(tmp_path)
    files = sorted((tmp_path / "tapes").glob("*/*"))
    assert [f.name.rpartition("-")[0] for f in files if "trades" in f.name] == ["databento-trades"]
    assert not any(f.name.endswith(".part") for f in files)
    again_bars, again_cvd, again_chart = replayed(tmp_path, files)
    assert len(live_bars) > 200
    assert again_bars == live_bars
    assert again_cvd == live_cvd
    assert {key[0] for key in live_chart} == {"minute", "trades", "large", "sized", "sweep", "held"}
    assert again_chart == live_chart
    assert any(live_cvd.values())
    document = tape_document([f for f in files if "trades" in f.name], 1)
    assert isinstance(document["bars"], list)
    counted = {(b["instrument_id"], b["start_ns"]): (b["bought"], b["sold"]) for b in document["bars"]}
    assert {key: counted[key] for key in live_bars} == {k: (b.bought, b.sold) for k, b in live_bars.items()}
