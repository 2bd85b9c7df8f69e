"""All simulators of one market on free ports of loopback, in this process."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Protocol, Self

import numpy as np

from app.domain.session import Calendar
from app.domain.units import HOUR, Ns
from app.sim.barchart import BarchartSite
from app.sim.barchart_text import central_date
from app.sim.clock import SimClock, wall_now
from app.sim.control import ControlPort
from app.sim.databento_hist import HistServer
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.market import Market
from app.sim.massive import Massive
from app.sim.tradovate import Tradovate
from app.sim.truth import Truth

CONTROL: Final = "control"
_INTO_THE_DAY: Final = Ns(2 * HOUR)


class Simulator(Protocol):
    """A service that can be stopped and started again at the address it had."""

    @property
    def address(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class Farm:
    """Without `start` the market begins in regular hours of the newest trading day, whatever day it is.

    `known` is a market that was worked out before; then seed and activity are its own.
    """

    def __init__(
        self,
        seed: int = 1,
        start: Ns | None = None,
        speed: float = 1.0,
        activity: float = 1.0,
        calendar: Calendar | None = None,
        known: Market | None = None,
    ) -> None:
        calendar = calendar or (known.calendar if known else Calendar())
        self.clock = SimClock(usual_start(calendar, wall_now()) if start is None else start, speed)
        self.market = known.by(self.clock) if known else Market(seed, self.clock, activity, calendar)
        self.faults = Faults()
        seed, market, now, faults = self.market.seed, self.market, self.clock.now, self.faults
        self.databento_live = LiveGateway(market, faults)
        self.databento_hist = HistServer(market, faults)
        self.barchart = BarchartSite(market, now, faults, calendar=calendar, seed=seed)
        self.massive = Massive(market, market, now, faults, calendar=calendar)
        self.tradovate = Tradovate(market, now, faults)
        self._simulators: dict[str, Simulator] = {
            "databento_live": self.databento_live,
            "databento_hist": self.databento_hist,
            "barchart": self.barchart,
            "massive": self.massive,
            "tradovate": self.tradovate,
        }
        self._control = ControlPort(self)
        self._dead: set[str] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with contextlib.ExitStack() as so_far:
            for simulator in (*self._simulators.values(), self._control):
                simulator.start()
                so_far.callback(simulator.stop)
            so_far.pop_all()

    def prepare(self) -> None:
        """Works out what the first visitor will ask for: definitions and statistics take the market a second
        and a half, in which a demo would show nothing of Databento."""
        reference, now = self.databento_live.house.feed.reference, self.clock.now()
        for schema in ("definition", "statistics"):
            reference.of_day(schema, np.zeros(0, np.int64), reference.newest(now))

    def stop(self) -> None:
        self._control.stop()
        for name, simulator in self._simulators.items():
            if name not in self._dead:
                simulator.stop()
        self._dead.clear()

    def addresses(self) -> dict[str, str]:
        """Of the living and the dead: who is revived comes back at the same address."""
        known = {name: simulator.address for name, simulator in self._simulators.items()}
        return {**known, CONTROL: self._control.address}

    def clock_facts(self) -> dict[str, Any]:
        """What another process needs to show the same market time."""
        clock = self.clock
        return {"start_ns": clock.start, "wall_ns": clock.origin_wall_ns, "speed": clock.speed}

    def names(self, source: str) -> tuple[str, ...]:
        """A simulator by its name; `databento` is both of its own."""
        return tuple(name for name in self._simulators if name == source or name.split("_")[0] == source)

    def kill(self, name: str) -> None:
        """The port is closed and every conversation ended; killing the dead changes nothing."""
        if name not in self._dead:
            self._dead.add(name)
            self._simulators[name].stop()

    def revive(self, name: str) -> None:
        if name in self._dead:
            self._simulators[name].start()
            self._dead.discard(name)

    def truth(self, start: Ns, end: Ns) -> Mapping[str, Truth]:
        return self.market.truth(start, end)


def usual_start(calendar: Calendar, now: Ns) -> Ns:
    """Two hours into the regular hours of the newest trading day that has come so far."""
    day = central_date(now)
    while True:
        regular = calendar.rth(day) if calendar.is_trading_day(day) else None
        if regular is not None and regular[0] + _INTO_THE_DAY <= now:
            return Ns(regular[0] + _INTO_THE_DAY)
        day -= timedelta(days=1)
