"""Sleep and a lost network are told once, as the cause; what they cause stays silent."""

from dataclasses import replace

import pytest

from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.units import MINUTE, Ns
from app.domain.updates import GapChanged, NetworkChecked, Notice, Slept
from app.engine.engine import Engine
from app.engine.machine import Machine
from app.engine.notices import Notices
from app.engine.outbox import Outbox
from tests.engine.bench import TICKS, Bench, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade
from tests.engine.screen import Screen


class Decided:
    """Stands for the audit."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, ...]] = []

    def note(self, *line: str) -> None:
        self.lines.append(line)


async def test_a_sleep_begins_everything_anew_and_is_told_once(bench: Bench, gateway: Gateway) -> None:
    own = ManualClock()
    bench.machine_clock = own
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        gateway.trade(Trade(bench.clock.now()))
        await until(lambda: engine.records() == 1)
        engine.watch()
        own.jump_to(Ns(own.now() + 40 * MINUTE))
        engine.watch()
        await until(lambda: len(gateway.feeds) == 4 and len(gateway.living()) == 2)
        assert [round(s.seconds) for s in bench.screen.ever(Slept)] == [2_400]
        assert any(g.channel is Channel.NQ_TRADES for g in bench.screen.ever(GapChanged))
        told = [n for n in bench.screen.now(Notice) if n.topic == "slept"]
        assert [n.sentence.split(".")[0] for n in told] == ["The machine slept for 40 min"]
        engine.watch()
        assert len(gateway.feeds) == 4


async def test_a_clock_set_back_is_noted_and_nothing_is_restarted(bench: Bench, gateway: Gateway) -> None:
    own = ManualClock()
    bench.machine_clock = own
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        engine.watch()
        own.jump_to(Ns(own.now() - 40 * MINUTE))
        engine.watch()
        own.advance(1.5)
        own.jump_to(Ns(own.now() + 1_900_000_000))
        engine.watch()
        assert len(gateway.feeds) == 2
        assert bench.screen.ever(Slept) == []


@pytest.mark.expected_log("The local network is down")
async def test_a_lost_network_stops_all_trying_and_is_told_as_the_cause(
    bench: Bench, gateway: Gateway
) -> None:
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        machine = engine._desk.machine
        machine.reached(up=False)
        assert not machine.network_down
        machine.reached(up=False)
        await until(lambda: links(engine) == {Link.DOWN})
        assert not gateway.living()
        assert [n.up for n in bench.screen.now(NetworkChecked)] == [False]
        engine._desk.notices.say("source/ticks", "ERROR", "Ticks is down.")
        assert [n.topic for n in bench.screen.ever(Notice)] == ["network"]
        machine.reached(up=True)
        machine.reached(up=True)
        await until(lambda: links(engine) == {Link.UP})
        last = next(n for n in bench.screen.now(Notice) if n.topic == "network")
        assert (last.over, last.sentence) == (True, "The local network is back.")


def links(engine: Engine) -> set[Link]:
    return {watch.link for watch in engine._desk.health.watches(TICKS)}


def test_one_look_without_a_network_proves_nothing() -> None:
    decided = Decided()
    machine = Machine(ManualClock(), Outbox(), decided, None)  # type: ignore[arg-type]
    for up in (False, True, False, True):
        machine.reached(up)
    assert not machine.network_down
    assert decided.lines == []


def test_repeats_within_ten_minutes_are_one_notice() -> None:
    clock, outbox = ManualClock(), Outbox()
    screen, notices = Screen(outbox), Notices(clock, outbox, lambda: False)
    for _ in range(3):
        notices.say("t", "WARNING", "Again.")
        clock.advance(200)
    told = screen.one(Notice)
    assert told is not None
    assert (told.count, told.first) == (3, clock.now() - 600 * 10**9)
    clock.advance(600)
    notices.say("t", "WARNING", "Again.")
    told = screen.one(Notice)
    assert told is not None
    assert told.count == 1
    notices.over("t", "Over.")
    notices.over("t", "Over again.")
    notices.over("never told", "Over.")
    ended = screen.one(Notice)
    assert ended == replace(told, at=clock.now(), severity="INFO", sentence="Over.", over=True)
