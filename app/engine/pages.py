"""The pages around the chains: the series listed, expiry and underlying of one. Few may be viewed.

A page says the expiry for good, but a price only for its own moment. One that cannot be had now is replaced
by the last one known, never by a guess.
"""

import logging
from dataclasses import dataclass, replace
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import ChainPage, Underlying
from app.domain.errors import BadPayload, Blocked, RateLimited, SourceError
from app.domain.routing import SourceId
from app.domain.units import MINUTE, SECOND, Ns
from app.engine.cache import Cache
from app.engine.errand import Errand
from app.engine.ports import Clock
from app.engine.series_watch import SeriesWatch
from app.engine.ttl import page_lifetime

_log = logging.getLogger(__name__)
_AGAIN: Final = MINUTE
_LIST: Final = ""
# A shorter wait is waited for where the page is fetched.
_PATIENCE_S: Final = 10.0
# The future moves 10 points in two minutes; later the chain's own parity knows better.
PRICE_HOLDS: Final = Ns(2 * MINUTE)


@dataclass(frozen=True, slots=True)
class PageFound:
    """`page` is the newest that is known; `why_old` says in words why it is not a fresh one. `shown` is its
    capture if it was fetched just now and shows rows."""

    page: ChainPage | None
    is_new: bool = False
    why_old: str = ""
    shown: Capture | None = None


class Pages:
    def __init__(self, source: SourceId, errand: Errand, cache: Cache, clock: Clock) -> None:
        self._source = source
        self._errand = errand
        self._cache = cache
        self._clock = clock

    async def listing(self) -> tuple[ChainPage, Ns, Ns]:
        """The page that the source itself shows first, when it was read, and until when that is enough."""
        now = self._clock.now()
        entry = await self._cache.entry(_key(_LIST))
        if entry is not None and entry.fresh_until > now:
            kept = await self.kept(_LIST, now)
            if kept is not None:
                return kept, entry.stored, entry.fresh_until
        capture, page = await self._errand.page(None)
        life = page_lifetime(now)
        await self._cache.put(_key(_LIST), capture, life)
        if page.vendor_series is not None:
            await self._cache.put(_key(page.vendor_series), capture, life)
        return page, now, life.fresh_until

    async def of(self, watch: SeriesWatch) -> PageFound:
        """The page of a series, if it may be looked at now, else the last one. Raises Blocked."""
        now = self._clock.now()
        if watch.page_until > now:
            return PageFound(_as_of(watch, now), why_old=watch.page_trouble)
        wait = self._errand.page_wait_s()
        if wait > _PATIENCE_S:
            return await self._last(watch, f"no page may be viewed for {wait:.0f} s", Ns(int(wait * SECOND)))
        try:
            capture, page = await self._errand.page(watch.key)
        except Blocked:
            raise
        except (RateLimited, BadPayload) as e:
            return await self._last(watch, str(e).rstrip("."), Ns(_AGAIN))
        if page.vendor_series != watch.key:
            # what it offers instead is said once; the next minute it may be another
            watch.page, watch.page_read, watch.page_until = page, now, Ns(now + _AGAIN)
            return PageFound(page, is_new=True)
        life = page_lifetime(now)
        watch.page, watch.page_read, watch.page_until = page, now, life.fresh_until
        watch.page_trouble = ""
        await self._cache.put(_key(watch.key), capture, life)
        return PageFound(page, is_new=True, shown=capture if page.table is not None else None)

    async def _last(self, watch: SeriesWatch, why: str, again: Ns) -> PageFound:
        now = self._clock.now()
        _log.info("%s: no page for %s: %s", self._source, watch.key, why)
        if watch.page is None:
            watch.page, watch.page_read = await self.kept(watch.key, now), Ns(0)
        which = "the last known one is used" if watch.page is not None else "expiry and future are not known"
        watch.page_trouble = f"Its page is missing ({why}): {which}."
        watch.page_until = Ns(now + again)
        return PageFound(_as_of(watch, now), why_old=watch.page_trouble)

    async def kept(self, series: str, at: Ns) -> ChainPage | None:
        """The last page of the series in the cache, its price only if it is of about that moment."""
        entry = await self._cache.entry(_key(series))
        capture = None if entry is None else await self._cache.capture(entry)
        if capture is None:
            return None
        try:
            page = await self._errand.read_page(capture)
        except SourceError as e:
            _log.info("%s: the kept page of %s cannot be read: %s", self._source, series or "the list", e)
            return None
        return page if abs(at - capture.fetched) <= PRICE_HOLDS else without_price(page)


def without_price(page: ChainPage) -> ChainPage:
    future = None if page.underlying is None else Underlying(page.underlying.contract, None)
    return replace(page, underlying=future)


def _as_of(watch: SeriesWatch, now: Ns) -> ChainPage | None:
    page = watch.page
    return page if page is None or now - watch.page_read <= PRICE_HOLDS else without_price(page)


def _key(series: str) -> str:
    return f"page/{series}"
