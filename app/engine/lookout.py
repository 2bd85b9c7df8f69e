"""Looks after what concerns all sources: the machine and its clock, the diary, the watchman's notices, and
what is shared among them.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from app.engine.clock_check import ClockCheck
from app.engine.desk import Desk
from app.engine.diary import Diary
from app.engine.parts import EngineParts
from app.engine.plugging import Plugged
from app.engine.sharing import Sharing
from app.engine.watchman import Watchman

_NETWORK_EVERY_S: Final = 5.0
_LIMIT_S: Final = 3.0
_SLEPT: Final = "the machine slept"


class Lookout:
    """Without a `network` to try, that there is one is taken for granted."""

    def __init__(
        self, desk: Desk, parts: EngineParts, plugged: tuple[Plugged, ...], reconsider: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._plugged = plugged
        self._reconsider = reconsider
        self._network = parts.network
        self._time_server = parts.time_server
        self._clock_check = ClockCheck(
            desk.clock, desk.outbox, desk.workers, self._ask if parts.time_server is not None else None
        )
        self._diary = Diary(desk.clock, desk.store, desk.workers, desk.health, lambda: desk.market.day)
        desk.health.time(self._clock_check)
        self._watchman = Watchman(desk.clock, desk.market, desk.health, desk.router, desk.notices)
        opinions = [one.opinions for one in plugged if one.opinions is not None]
        sharing = Sharing(desk, opinions)
        for one in opinions:
            one.part.joins(sharing)
        desk.router.switched, desk.router.flapping = self._watchman.switched, self._watchman.flapping
        desk.machine.woken, desk.machine.network = self._woken, self._network_changed
        desk.machine.jumped = self._clock_check.jumped

    def begin(self) -> None:
        spawn = self._desk.supervisor.spawn
        spawn("diary", self._diary.load)
        spawn("clock", self._clock_check.run)
        spawn("network", self._watch_network)

    def new_day(self) -> None:
        self._desk.supervisor.spawn("pace", self._diary.new_day)

    def write(self) -> None:
        """Minutes that have ended; after every look at the channels."""
        self._diary.write()

    def tick(self, tell: bool) -> None:
        self._desk.machine.tick()
        self._desk.health.excused = self._desk.machine.is_parent
        if tell:
            self._watchman.look()
            self._desk.notices.look()

    async def _watch_network(self) -> None:
        network = self._network
        while network is not None:
            try:
                self._desk.machine.reached(await self._desk.workers.run("network", network, _LIMIT_S))
            except TimeoutError:
                self._desk.machine.reached(up=False)
            await asyncio.sleep(_NETWORK_EVERY_S)

    def _ask(self) -> float | None:
        server = self._time_server
        return None if server is None else server(self._desk.settings().clock_server)

    def _woken(self, seconds: float) -> None:
        """Every connection may be dead without knowing it: all begin anew, and what was missed is a gap."""
        self._desk.health.slept()
        for one in self._plugged:
            if one.streamer is not None:
                one.streamer.restart(_SLEPT)
            if one.poller is not None:
                one.poller.retry()
        self._desk.notices.say(
            "slept",
            "WARNING",
            f"The machine slept for {_length(seconds)}. Everything connects anew; what was missed is a gap.",
            child=False,
        )

    def _network_changed(self, up: bool) -> None:
        if up:
            self._desk.notices.over("network", "The local network is back.")
        else:
            said = "The local network is down. No source can be reached until it is back."
            self._desk.notices.say("network", "ERROR", said, child=False, lasts=True)
        self._reconsider()


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"
