"""Pictures are made beside the polling and never in its way."""

import asyncio
from dataclasses import replace
from pathlib import Path

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.updates import CaptureStored, ChainArrived
from app.engine.engine import Engine
from app.engine.ports import Drawn
from tests.engine.bench import Bench, chain_source, until
from tests.engine.clocks import ManualClock
from tests.engine.site import Site

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class SlowRenderer:
    """Draws one picture when it is let, and never another before that."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go = asyncio.Event()

    async def picture(self, capture: Capture, read: Chain | ChainPage | None) -> Drawn | None:
        self.asked.append(capture.id)
        await self.go.wait()
        return Drawn(_PNG)

    async def close(self) -> None:
        self.go.set()


async def test_a_slow_renderer_delays_no_chain(tmp_path: Path, clock: ManualClock) -> None:
    site, renderer = Site(clock), SlowRenderer()
    bench = Bench(tmp_path, clock, sources=(chain_source(site.make),))
    engine = Engine(replace(bench.parts(), renderer=renderer))
    running = asyncio.get_running_loop().create_task(engine.run())
    await until(lambda: len(bench.screen.now(ChainArrived)) == 2)
    for _ in range(4):
        asked = len(site.asked)
        bench.clock.advance(61)
        await until(lambda n=asked: len(site.asked) >= n + 2)  # type: ignore[misc]
    assert len(renderer.asked) == 1
    renderer.go.set()
    await until(lambda: any(u.line.picture for u in bench.screen.now(CaptureStored)))
    await engine.stop()
    await running
