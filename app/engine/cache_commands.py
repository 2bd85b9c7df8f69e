"""What the user may do to the cache: pin an entry, let it go, let all go, have one read anew."""

from collections.abc import Awaitable, Callable
from functools import partial

from app.domain.errors import ConfigError
from app.engine.audit import USER
from app.engine.cache import Cache
from app.engine.desk import Desk
from app.engine.plugging import Plugged

# reads what a key stands for anew
Anew = Callable[[str], Awaitable[str]]


class CacheCommands:
    def __init__(
        self, desk: Desk, sources: tuple[Plugged, ...], shelf: Callable[[], Awaitable[None]]
    ) -> None:
        """`shelf` tells what is held of bought history."""
        self._desk = desk
        self._shelf = shelf
        self._caches = tuple(pair for one in sources for pair in _caches(one))

    async def pin(self, name: str, pinned: bool) -> None:
        await self._of(name)[0].pin(name, pinned)

    async def purge(self, name: str) -> str:
        await self._of(name)[0].purge(name)
        self._desk.audit.note(USER, "cache", name, "purged", "command")
        return "The entry is gone; the next request asks the source."

    async def purge_all(self) -> str:
        """Captures stay: they are evidence, not the cache. So does history that was bought."""
        gone = sum([await cache.purge() for cache, _ in self._caches])
        self._desk.audit.note(USER, "cache", f"{gone} entries", "purged", "command")
        return f"{gone:,} entries are gone. Stored captures and bought history stay."

    async def refresh(self, name: str) -> str:
        """Reads it anew, whatever the cache has."""
        cache, anew = self._of(name)
        return await anew(cache.key_of(name))

    async def count(self) -> None:
        """By the timer."""
        for cache, _ in self._caches:
            await cache.count_windows()
        await self._shelf()

    def _of(self, name: str) -> tuple[Cache, Anew]:
        if "/history/" in name:
            raise ConfigError("Bought history never changes: it is kept for good, and never read again.")
        for cache, anew in self._caches:
            if cache.owns(name):
                return cache, anew
        raise ConfigError("This entry is of no source that runs.")


def _caches(one: Plugged) -> tuple[tuple[Cache, Anew], ...]:
    found: list[tuple[Cache, Anew]] = []
    poller, opinions = one.poller, one.opinions
    if poller is not None:
        found.append((poller.cache, lambda key: poller.refresh(key.removeprefix("page/") or None)))
    if opinions is not None:
        found += [(c, partial(opinions.ask, c.channel, anew=True)) for c in opinions.caches]
    return tuple(found)
