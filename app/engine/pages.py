"""The pages around the chains: the series listed, expiry and underlying of one. Few may be viewed."""

import logging
from typing import Final

from app.domain.chain import ChainPage
from app.domain.errors import BadPayload, RateLimited, SourceError
from app.domain.routing import SourceId
from app.domain.units import MINUTE, Ns
from app.engine.cache import Cache
from app.engine.errand import Errand
from app.engine.ports import Clock
from app.engine.series_watch import SeriesWatch
from app.engine.ttl import page_lifetime

_log = logging.getLogger(__name__)
_AGAIN: Final = MINUTE
_LIST: Final = ""


class Pages:
    def __init__(self, source: SourceId, errand: Errand, cache: Cache, clock: Clock) -> None:
        self._source = source
        self._errand = errand
        self._cache = cache
        self._clock = clock

    async def listing(self) -> tuple[ChainPage, Ns]:
        """The page that the source itself shows first, and until when it need not be looked at again."""
        now = self._clock.now()
        entry = await self._cache.entry(_key(_LIST))
        if entry is not None and entry.fresh_until > now:
            kept = await self.kept(_LIST)
            if kept is not None:
                return kept, entry.fresh_until
        capture, page = await self._errand.page(None)
        life = page_lifetime(now)
        await self._cache.put(_key(_LIST), capture, life)
        if page.vendor_series is not None:
            await self._cache.put(_key(page.vendor_series), capture, life)
        return page, life.fresh_until

    async def of(self, watch: SeriesWatch) -> tuple[ChainPage | None, bool]:
        """The page of a series, if it may be looked at now, else the last one or none; whether it is new."""
        now = self._clock.now()
        if watch.page_until > now:
            return watch.page, False
        try:
            capture, page = await self._errand.page(watch.key)
        except (RateLimited, BadPayload) as e:
            _log.info("%s: no page for %s: %s", self._source, watch.key, e)
            watch.page_until = Ns(now + _AGAIN)
            return watch.page, False
        life = page_lifetime(now)
        watch.page, watch.page_until = page, life.fresh_until
        await self._cache.put(_key(watch.key), capture, life)
        return page, True

    async def kept(self, series: str) -> ChainPage | None:
        entry = await self._cache.entry(_key(series))
        capture = None if entry is None else await self._cache.capture(entry)
        if capture is None:
            return None
        try:
            return await self._errand.read_page(capture)
        except SourceError as e:
            _log.info("%s: the kept page of %s cannot be read: %s", self._source, series or "the list", e)
            return None


def _key(series: str) -> str:
    return f"page/{series}"
