"""Simulated sources are tried; real ones are left in peace."""

from app.domain.routing import SourceId
from app.engine.plugging import Plugged
from app.engine.prober import Probed, Prober, probed
from tests.engine.bench import Bench, chain_source, tick_source
from tests.engine.gateway import Gateway
from tests.engine.site import Site


async def test_silence_and_answers_are_heard(bench: Bench) -> None:
    listening = {"a:1"}
    heard: list[str] = []

    def probe(address: str) -> bool:
        return address in listening

    async with bench.running() as engine:
        one = Probed(
            SourceId("x"),
            ("a:1", "b:2"),
            lambda said, misses: heard.append(f"{said} {misses}"),
            lambda: heard.append("answers"),
        )
        prober = Prober(engine._desk, probe, (one,))
        await prober.round()
        listening.clear()
        await prober.round()
        await prober.round()
        listening.add("b:2")
        await prober.round()
        listening.clear()
        await prober.round()
    silent = "Nobody listens at its address."
    assert heard == ["answers", f"{silent} 1", f"{silent} 2", "answers", f"{silent} 1"]


def test_only_simulated_sources_that_do_something_are_tried(bench: Bench, gateway: Gateway) -> None:
    site = Site(bench.clock)
    real = Plugged(tick_source(gateway.make), False, ("vendor:1",), None, None, gateway.make)
    idle = Plugged(chain_source(site.make), True, ("a:1",), None, None, None)
    assert probed((real, idle)) == ()
