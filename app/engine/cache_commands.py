"""What the user may do to the cache: pin an entry, let it go, let all go, have one read anew."""

from app.domain.errors import ConfigError
from app.engine.audit import USER
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.poller import ChainPoller


class CacheCommands:
    def __init__(self, desk: Desk, sources: tuple[Plugged, ...]) -> None:
        self._desk = desk
        self._pollers = tuple(one.poller for one in sources if one.poller is not None)

    async def pin(self, name: str, pinned: bool) -> None:
        await self._of(name).cache.pin(name, pinned)

    async def purge(self, name: str) -> str:
        await self._of(name).cache.purge(name)
        self._desk.audit.note(USER, "cache", name, "purged", "command")
        return "The entry is gone; the next request asks the source."

    async def purge_all(self) -> str:
        """Captures stay: they are evidence, not the cache."""
        gone = sum([await poller.cache.purge() for poller in self._pollers])
        self._desk.audit.note(USER, "cache", f"{gone} entries", "purged", "command")
        return f"{gone:,} entries are gone. Stored captures stay."

    async def refresh(self, name: str) -> str:
        """Reads it anew, whatever the cache has."""
        poller = self._of(name)
        return await poller.refresh(poller.cache.key_of(name).removeprefix("page/") or None)

    async def count(self) -> None:
        """By the timer."""
        for poller in self._pollers:
            await poller.cache.count_windows()

    def _of(self, name: str) -> ChainPoller:
        for poller in self._pollers:
            if poller.cache.owns(name):
                return poller
        raise ConfigError("This entry is of no source that runs.")
