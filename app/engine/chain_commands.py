"""Which chain is on the screen, whoever feeds it: other sources follow, for the case that one takes over."""

from app.domain.contract import Series
from app.domain.errors import ConfigError
from app.domain.routing import Channel
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.poller import ChainPoller
from app.engine.tick_chains import TickChains

Chains = ChainPoller | TickChains


class ChainCommands:
    def __init__(self, desk: Desk, plugged: tuple[Plugged, ...]) -> None:
        self._desk = desk
        self._plugged = plugged

    async def refresh(self, series: str | None) -> str:
        return await self._feeding().refresh(series)

    async def choose(self, key: str) -> str:
        feeding = self._feeding()
        series: Series | None = feeding.series(key)
        for other in self._all():
            if series is not None and other is not feeding:
                other.follow(series)
        return await feeding.choose(key)

    def _feeding(self) -> Chains:
        """What feeds the chain now, else the first that reads one, else what puts them together."""
        active = self._desk.router.active(Channel.OPT_CHAIN)
        every = self._all()
        if not every:
            raise ConfigError("No source reads option chains.")
        return next((one for one in every if one.source == active), every[0])

    def _all(self) -> tuple[Chains, ...]:
        offering = [
            one for one in self._plugged if any(o.channel is Channel.OPT_CHAIN for o in one.spec.offers)
        ]
        pollers = [one.poller for one in offering if one.poller is not None]
        made = [one.chains for one in offering if one.chains is not None]
        return (*pollers, *made)
