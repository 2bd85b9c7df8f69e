"""One turn of a series: the cache, then its page, then its chain; what fails falls back on what is kept."""

import logging
import random
from collections.abc import Callable
from dataclasses import replace

from app.domain.chain import ChainPage
from app.domain.errors import SourceError
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.engine.cache import BYPASS, Cache
from app.engine.chain_reading import Question
from app.engine.desk import Desk
from app.engine.errand import Errand
from app.engine.pages import Pages
from app.engine.reception import Reception
from app.engine.series_watch import SeriesWatch
from app.engine.ttl import Lifetime, chain_lifetime

_log = logging.getLogger(__name__)


class Turns:
    """`listed` hears of each new page; `interval_s` is how often a chain is read in regular hours."""

    def __init__(
        self,
        desk: Desk,
        source: SourceId,
        errand: Errand,
        cache: Cache,
        reception: Reception,
        listed: Callable[[ChainPage], None],
        interval_s: Callable[[], float],
    ) -> None:
        self.pages = Pages(source, errand, cache, desk.clock)
        self.expiration: Callable[[str], Ns | None] = lambda _: None
        self._desk = desk
        self._source = source
        self._errand = errand
        self._cache = cache
        self._reception = reception
        self._listed = listed
        self._interval_s = interval_s

    async def take(self, watch: SeriesWatch) -> None:
        bypass, watch.bypass = watch.bypass, False
        if bypass:
            self._cache.miss(BYPASS)
        elif await self._from_cache(watch):
            return
        try:
            page, new = await self.pages.of(watch)
            if page is not None and new:
                self._listed(page)
            reading = await self._errand.chain(watch.key, self._question(watch, page))
        except SourceError as e:
            if watch.shown is None:
                await self._show_kept(watch)
            self._reception.failed(watch, e, self._errand.last_ms)
            return
        life = self._lifetime(reading.capture.fetched)
        if self._reception.read(watch, reading, self._errand.last_ms, life):
            await self._cache.put(watch.key, reading.capture, life)

    async def _from_cache(self, watch: SeriesWatch) -> bool:
        kept = await self._cache.fresh(watch.key)
        if kept is None:
            return False
        capture, entry = kept
        if watch.shown is None or watch.shown.capture_id != capture.id:
            await self._show_kept(watch)
        watch.due = entry.fresh_until
        watch.answer("Shown from the cache.")
        return watch.shown is not None

    async def _show_kept(self, watch: SeriesWatch) -> None:
        """The newest kept answer, however old: it says its age itself."""
        entry = await self._cache.entry(watch.key)
        capture = None if entry is None else await self._cache.capture(entry)
        if capture is None:
            return
        page = await self.pages.kept(watch.key)
        try:
            reading = await self._errand.read(capture, self._question(watch, page))
        except SourceError as e:
            _log.info("%s: the kept answer for %s cannot be read: %s", self._source, watch.key, e)
            return
        self._reception.show(watch, reading, "cache")

    def _question(self, watch: SeriesWatch, page: ChainPage | None) -> Question:
        return Question(
            series=watch.key,
            page=page,
            before=watch.shown.chain if watch.shown else None,
            unmoved=watch.unmoved,
            now=self._desk.clock.now(),
            rate=self._desk.settings().option_rate,
            expiration=self.expiration(watch.key),
        )

    def _lifetime(self, received: Ns) -> Lifetime:
        mode = self._desk.settings().cache_mode
        moment = replace(self._desk.market.moment(), at=received)
        return chain_lifetime(moment, self._interval_s(), mode, random.random())
