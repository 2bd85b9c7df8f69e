"""The row of saved data: how much there is, how old, and whether some of it is on the board."""

import asyncio
from typing import Final

from app.domain.capture import CaptureLine, Outcome
from app.domain.health import Link
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, MINUTE, Ns
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.workers import DB

SAVED: Final = SourceId("saved")
_CHANNELS: Final = (Channel.OPT_CHAIN,)
_LOOKED_AT: Final = 2_000
_LIMIT_S: Final = 10.0
_LOOK_EVERY_S: Final = 1.0


class Saved:
    """Only where a source of that name is plugged in."""

    def __init__(self, desk: Desk, sources: tuple[Plugged, ...]) -> None:
        self._desk = desk
        self._plugged = any(one.spec.id == SAVED for one in sources)
        self._pollers = tuple(one.poller for one in sources if one.poller is not None)
        self._shown = ""

    async def run(self) -> None:
        """A refresh takes a saved chain off the board, too."""
        await self.look()
        while self._plugged:
            if self._shown and not any(poller.shows_recorded for poller in self._pollers):
                await self.shown("")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        if not self._plugged:
            return
        store = self._desk.store
        lines = await self._desk.workers.run(
            "saved data", lambda: tuple(store.capture_lines(_LOOKED_AT)), _LIMIT_S, DB
        )
        good = [line for line in lines if line.outcome is Outcome.ACCEPTED and line.rows]
        note = self._shown or _words(good, self._desk.clock.now())
        self._desk.health.link(SAVED, _CHANNELS, Link.UP if self._shown else Link.DISABLED, note)

    async def shown(self, name: str) -> None:
        """A saved chain is on the board; the empty name: none is any more."""
        self._shown = f"on the board by your choice: {name}" if name else ""
        await self.look()


def _words(lines: list[CaptureLine], now: Ns) -> str:
    if not lines:
        return "Nothing was saved yet; files can be opened. It is never used by itself."
    newest = max(line.fetched for line in lines)
    series = len({line.key for line in lines})
    return (
        f"{len(lines)} answers of {series} series are kept, the newest {_age(Ns(now - newest))} old. "
        "Opened by hand only."
    )


def _age(age: Ns) -> str:
    for unit, name in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min")):
        if age >= unit:
            return f"{age // unit} {name}"
    return "less than a minute"
