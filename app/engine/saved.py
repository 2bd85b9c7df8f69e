"""The row of saved data: how much there is, how old, and whether some of it is on the board.

Chains come on the board beside what is live; tapes are played in a run of their own.
"""

import asyncio
from typing import Final

from app.domain.capture import CaptureLine, Outcome
from app.domain.health import Link
from app.domain.replay import RecordedDay
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, MINUTE, Ns
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.tapes import Archive
from app.engine.workers import DB

SAVED: Final = SourceId("saved")
_CHAINS: Final = (Channel.OPT_CHAIN,)
_TAPES: Final = (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES)
_LOOKED_AT: Final = 2_000
_LIMIT_S: Final = 10.0
_LOOK_EVERY_S: Final = 1.0
_COUNT_EVERY: Final = 60


class Saved:
    """Only where a source of that name is plugged in."""

    def __init__(self, desk: Desk, sources: tuple[Plugged, ...], archive: Archive | None) -> None:
        self._desk = desk
        self._archive = archive
        self._plugged = any(one.spec.id == SAVED for one in sources)
        self._pollers = tuple(one.poller for one in sources if one.poller is not None)
        self._shown = ""

    async def run(self) -> None:
        """A refresh takes a saved chain off the board, too; and what is said of ages must not grow old."""
        await self.look()
        looks = 0
        while self._plugged:
            looks += 1
            if self._shown and not any(poller.shows_recorded for poller in self._pollers):
                await self.shown("")
            elif looks % _COUNT_EVERY == 0:
                await self.look()
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
        self._desk.health.link(SAVED, _CHAINS, Link.UP if self._shown else Link.DISABLED, note)
        tapes = _tapes_in_words(await self.days(), self._desk.clock.now())
        self._desk.health.link(SAVED, _TAPES, Link.DISABLED, tapes)

    async def days(self) -> tuple[RecordedDay, ...]:
        """Those of which tapes are kept, the newest first."""
        archive = self._archive
        if archive is None:
            return ()
        return await self._desk.workers.run("recorded days", archive.days, _LIMIT_S)

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


def _tapes_in_words(days: tuple[RecordedDay, ...], now: Ns) -> str:
    if not days:
        return "No tape was recorded yet; files can be replayed. They are never used by themselves."
    tapes, newest = sum(len(one.files) for one in days), days[0].begins
    age = "" if newest is None else f", the newest begun {_age(Ns(max(0, now - newest)))} ago"
    of = "1 day" if len(days) == 1 else f"{len(days)} days"
    return f"{tapes} tapes of {of} are kept{age}. Only “Replay saved tapes…” plays them."


def _age(age: Ns) -> str:
    for unit, name in ((DAY, "day"), (HOUR, "h"), (MINUTE, "min")):
        if age >= unit:
            count = age // unit
            return f"{count} {name}{'s' if name == 'day' and count > 1 else ''}"
    return "less than a minute"
