"""Acts on what the machine does to everything at once, and lets the watchman tell of the rest."""

import asyncio
from collections.abc import Callable
from typing import Final

from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.watchman import Watchman

_NETWORK_EVERY_S: Final = 5.0
_LIMIT_S: Final = 3.0
_SLEPT: Final = "the machine slept"


class Lookout:
    """`network` tries whether there is a local network at all; without it that is taken for granted."""

    def __init__(
        self,
        desk: Desk,
        plugged: tuple[Plugged, ...],
        reconsider: Callable[[], None],
        network: Callable[[], bool] | None,
    ) -> None:
        self._desk = desk
        self._plugged = plugged
        self._reconsider = reconsider
        self._network = network
        self._watchman = Watchman(desk.clock, desk.market, desk.health, desk.router, desk.notices)
        desk.router.switched, desk.router.flapping = self._watchman.switched, self._watchman.flapping
        desk.machine.woken, desk.machine.network = self._woken, self._network_changed

    def tick(self, tell: bool) -> None:
        self._desk.machine.tick()
        self._desk.health.excused = self._desk.machine.is_parent
        if tell:
            self._watchman.look()

    async def watch_network(self) -> None:
        network = self._network
        while network is not None:
            try:
                self._desk.machine.reached(await self._desk.workers.run("network", network, _LIMIT_S))
            except TimeoutError:
                self._desk.machine.reached(up=False)
            await asyncio.sleep(_NETWORK_EVERY_S)

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
            self._desk.notices.say("network", "ERROR", said, child=False)
        self._reconsider()


def _length(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.1f} h"
