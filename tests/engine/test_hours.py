"""A stream that is wanted in regular hours only: off outside them, back when they begin."""

from dataclasses import replace

from app.domain.health import Link
from app.domain.routing import SourceId
from app.domain.units import ns_from_iso
from app.domain.updates import HealthChanged
from tests.engine.bench import Bench, tick_source
from tests.engine.gateway import Gateway
from tests.waiting import until

REGULAR, EVENING = ns_from_iso("2025-06-10T15:00:00Z"), ns_from_iso("2025-06-10T23:00:00Z")


def link(bench: Bench) -> tuple[Link, str]:
    told = bench.screen.one(HealthChanged)
    assert told is not None
    return told.health.channels[0].link, told.health.channels[0].note


async def test_it_is_off_outside_regular_hours_and_says_by_which_setting(
    bench: Bench, gateway: Gateway
) -> None:
    bench.settings = replace(bench.settings, databento_hours="regular hours")
    bench.sources = (tick_source(gateway.make, id=SourceId("databento")),)
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        bench.clock.jump_to(EVENING)
        engine.watch()
        await until(lambda: not gateway.living())
        await until(lambda: link(bench)[0] is Link.DISABLED)
        assert link(bench)[1] == "Off outside regular hours (databento_hours)."
        bench.clock.jump_to(ns_from_iso("2025-06-11T14:00:00Z"))
        engine.watch()
        await until(lambda: len(gateway.living()) == 2)


async def test_without_the_setting_it_streams_through_the_evening(bench: Bench, gateway: Gateway) -> None:
    bench.sources = (tick_source(gateway.make, id=SourceId("databento")),)
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        bench.clock.jump_to(EVENING)
        engine.watch()
        await until(lambda: len(gateway.living()) == 2)
        assert link(bench)[0] is not Link.DISABLED
