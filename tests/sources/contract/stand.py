"""One source in a real engine, on its simulator: time is moved by hand, so that minutes take no time.

It stands still while anybody waits for an answer, and goes as much slower as the machine does: how long
something took by the market's time does not depend on how busy this machine is.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.domain.health import ChannelHealth
from app.domain.routing import Channel
from app.domain.settings import Settings
from app.domain.units import SECOND
from app.domain.updates import HealthChanged, Mode
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.feeds import SourceSpec
from app.sim.faults import Faults
from app.sim.http import HttpSimulator
from app.system.http import RequestsHttp
from tests.engine.bench import Bench
from tests.engine.clocks import ManualClock

_SETTINGS: Final = Settings(
    massive_per_minute=600,
    massive_interval=5,
    barchart_enabled=True,
    barchart_spacing=0.5,
    barchart_per_minute=30,
)
# what one step of simulated time takes of the test's own, and how much longer on a busy machine at most
_BREATH_S: Final = 0.004
_SLOWEST: Final = 25.0
# an answer that hangs for longer is one that never comes
_ANSWER_S: Final = 30.0


@dataclass
class Stand:
    bench: Bench
    clock: ManualClock
    faults: Faults
    simulator: HttpSimulator
    engine: Engine
    source: str
    step_s: float = 1.0

    def health(self, channel: Channel) -> ChannelHealth | None:
        for told in self.bench.screen.now(HealthChanged):
            for one in told.health.channels:
                if told.health.source == self.source and one.channel is channel:
                    return one
        return None

    def fault(self, route: str, kind: str, times: int | None = None, seconds: float | None = None) -> None:
        self.faults.set(self.simulator.source, route, kind, times, seconds)

    async def until(self, happened: Callable[[], object], within_s: float, why: str) -> float:
        """So many seconds of the market's time later it had happened."""
        began = self.clock.monotonic()
        while not happened():
            self.engine.watch()
            gone = (self.clock.monotonic() - began) / SECOND
            assert gone < within_s, f"{why}: not within {within_s:.0f} s; {self._said()}"
            await self._settle()
            self.clock.advance(self.step_s)
        return (self.clock.monotonic() - began) / SECOND

    async def _settle(self) -> None:
        began = time.monotonic()
        await asyncio.sleep(_BREATH_S)
        slower = (time.monotonic() - began) / _BREATH_S - 1
        await asyncio.sleep(_BREATH_S * min(_SLOWEST, max(0.0, slower)))
        while self.engine._workers.awaited and time.monotonic() < began + _ANSWER_S:  # noqa: ASYNC110 - threads
            await asyncio.sleep(_BREATH_S / 4)

    def _said(self) -> list[str]:
        told = [one for t in self.bench.screen.now(HealthChanged) for one in t.health.channels]
        return [f"{h.channel.value} {h.link} {h.freshness} {h.breaker} {h.role} {h.note!r}" for h in told]

    async def reaches(
        self, channel: Channel, wanted: Callable[[ChannelHealth], object], within_s: float
    ) -> float:
        def there() -> object:
            found = self.health(channel)
            return found is not None and wanted(found)

        return await self.until(there, within_s, f"{self.source} {channel.value}")


@asynccontextmanager
async def stand(
    folder: Path,
    spec: SourceSpec,
    make: Callable[[ManualClock, Faults], HttpSimulator],
    keys: Mapping[str, str] | None = None,
    step_s: float = 1.0,
    patience_s: float = 20.0,
) -> AsyncIterator[Stand]:
    """`patience_s` is how long an answer is waited for; shorter only where it is late on purpose."""
    clock, faults = ManualClock(), Faults()
    simulator = make(clock, faults)
    simulator.start()
    bench = Bench(
        folder,
        clock=clock,
        settings=_SETTINGS,
        keys=simulated_keys() if keys is None else keys,
        sources=(replace(spec, enabled_by=""),),
        addresses=dict.fromkeys(spec.addresses, simulator.address),
        mode=Mode.DEMO,
    )
    bench.http = RequestsHttp(bench.redactor, timeout=(patience_s, patience_s), whole=2 * patience_s)
    try:
        async with bench.running() as engine:
            yield Stand(bench, clock, faults, simulator, engine, str(spec.id), step_s)
    finally:
        simulator.stop()
