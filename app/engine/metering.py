"""Live data that a plan charges by size: every five minutes what came since becomes a line of the ledger."""

from collections.abc import Callable, Mapping
from typing import Final

from app.domain.plans import GIB, metered_price
from app.domain.routing import SourceId
from app.domain.units import MINUTE, SECOND, MicroUsd, moment
from app.engine.desk import Desk
from app.engine.ledger import Ledger
from app.engine.pause import pause

_EVERY_S: Final = 5 * MINUTE / SECOND


class Metering:
    """`streamed` are the bytes of live data that each source has sent since the start."""

    def __init__(self, desk: Desk, ledger: Ledger, streamed: Callable[[], Mapping[SourceId, int]]) -> None:
        self._desk = desk
        self._ledger = ledger
        self._streamed = streamed
        self._charged: dict[SourceId, int] = {}

    async def run(self) -> None:
        while True:
            await pause(self._desk.clock, _EVERY_S)
            await self.charge()

    async def charge(self) -> None:
        """What came before a source was metered is not charged."""
        today = moment(self._desk.clock.now()).date()
        for source, size in self._streamed().items():
            grown = size - self._charged.get(source, 0)
            self._charged[source] = size
            price = metered_price(self._ledger.plans, source, today)
            if price is not None and grown > 0:
                await self._ledger.streamed(source, MicroUsd(round(price * grown / GIB)), grown)
