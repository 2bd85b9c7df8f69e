"""Databento's live gateway on loopback, speaking the real protocol with the simulated market.

What clients see of login, subscriptions, replay, heartbeats, slow readers and errors is that of the real
gateway as far as it is documented; a session's id says that it is simulated.
"""

from functools import partial

from app.sim.door import LOOPBACK, Door
from app.sim.faults import Faults
from app.sim.live_house import House
from app.sim.live_session import hold
from app.sim.market import Market


class LiveGateway:
    """`house` has the switches: entitlements, connection limits."""

    def __init__(self, market: Market, faults: Faults) -> None:
        self.house = House(market, faults)
        self._door = Door("databento-live", partial(hold, self.house), self.house.stopping)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def port(self) -> int:
        return self._door.port

    def start(self) -> None:
        """Again at the port it had, if it was started before."""
        self._door.open()

    def stop(self) -> None:
        """Ends every session; after a second at most no thread and no socket is left."""
        self._door.shut()

    kill = stop
    revive = start
