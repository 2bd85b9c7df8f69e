"""Live data that a plan charges by size. What has come is noted every two seconds, and becomes a line of the
ledger every five minutes, at the end of a day and at the end of a run; the rest of a run that ended badly is
charged by the next one. Noting and charging are steps of their own, so nothing is charged twice.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from app.domain.plans import metered_price
from app.domain.routing import SourceId
from app.domain.units import MINUTE, MicroUsd, Ns, moment
from app.engine.desk import Desk
from app.engine.ledger import Ledger
from app.engine.pause import pause

_NOTE_EVERY_S: Final = 2.0
_CHARGE_EVERY: Final = 5 * MINUTE


class Metering:
    """`streamed` are the bytes of live data that each source has sent since the start."""

    def __init__(self, desk: Desk, ledger: Ledger, streamed: Callable[[], Mapping[SourceId, int]]) -> None:
        self._desk = desk
        self._ledger = ledger
        self._streamed = streamed
        self._seen: dict[SourceId, int] = {}
        self._charged_at = desk.clock.monotonic()
        self._noted_on = _day(desk.clock.now())

    async def run(self) -> None:
        await self.charge()
        while True:
            await pause(self._desk.clock, _NOTE_EVERY_S)
            await self.note()
            if self._desk.clock.monotonic() - self._charged_at >= _CHARGE_EVERY:
                await self.charge()

    async def note(self) -> None:
        """What came before a source was metered is not noted, and costs nothing."""
        today = _day(self._desk.clock.now())
        if today != self._noted_on:
            await self.charge()
            self._noted_on = today
        for source, size in self._streamed().items():
            grown = size - self._seen.get(source, 0)
            self._seen[source] = size
            if grown > 0 and self._price(source, today) is not None:
                # never awaited: a run that ends in the middle of it would note it again
                self._ledger.received(source, grown)

    async def charge(self) -> None:
        self._charged_at = self._desk.clock.monotonic()
        for source in await self._ledger.metered_sources():
            await self._charge(source)

    async def close(self) -> None:
        await self.note()
        await self.charge()

    async def _charge(self, source: SourceId) -> None:
        uncharged = await self._ledger.uncharged(source)
        if uncharged.size:
            price = self._price(source, _day(uncharged.until))
            await self._ledger.charge_live(source, price)

    def _price(self, source: SourceId, day: date) -> MicroUsd | None:
        return metered_price(self._ledger.plans, source, day)


def _day(at: Ns) -> date:
    return moment(at).date()
