"""One turn of a series: the cache, then its page, then its chain; what fails falls back on what is kept."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.errors import BadPayload, SourceError
from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import Served, Tried
from app.engine.attempts import Attempts
from app.engine.cache import Cache
from app.engine.cache_tallies import BYPASS, INVALIDATED
from app.engine.chain_reading import Question, Reading
from app.engine.desk import Desk
from app.engine.errand import Errand
from app.engine.forerunners import Forerunners
from app.engine.pages import Pages
from app.engine.reception import Reception
from app.engine.series_watch import SeriesWatch
from app.engine.ttl import Lifetime, chain_lifetime, poll_every

_log = logging.getLogger(__name__)
FROM_CACHE: Final = "Shown from the cache."
# A longer wait for its turn is told and waited for out here, where the screen can count it down.
_PATIENCE_S: Final = 5.0


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
        self.forerunners = Forerunners(desk, source)
        self._attempts = Attempts(errand)
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
        wait = self._errand.wait_s()
        if wait > _PATIENCE_S:
            self._reception.waits_its_turn(watch, wait)
            return
        try:
            found = await self.pages.of(watch)
        except SourceError as e:
            await self._failed(watch, e, (Tried(Served.LIVE, str(e)),))
            return
        if found.page is not None and found.is_new:
            self._listed(found.page)
        attempt = await self._attempts.chain(watch.key, await self._question(watch, found.page), found.shown)
        if attempt.reading is None:
            error = attempt.error or BadPayload("Nothing came.")
            await self._failed(watch, error, attempt.tried)
            return
        reading = _told(attempt.reading, found.why_old)
        life = self._lifetime(reading.capture.fetched)
        self._reception.read(watch, reading, self._errand.last_ms, life, attempt.level)
        self._not_before(watch, reading.capture.fetched)
        self.forerunners.add(watch.key, reading.witness)
        if attempt.level is not Served.TABLE:
            await self._cache.put(watch.key, reading.capture, life, self._errand.last_ms)

    async def _failed(self, watch: SeriesWatch, error: SourceError, tried: tuple[Tried, ...]) -> None:
        """The kept chain, if there is none on screen, and why there is no newer one beside it."""
        if watch.shown is None:
            await self._show_kept(watch)
        self._reception.failed(watch, error, self._errand.last_ms, tried)

    async def show_recorded(self, watch: SeriesWatch, capture: Capture, chain: Chain, name: str) -> str:
        """Judged and worked out as of its own moment; the page of its day is used if it is still kept."""
        page = await self.pages.kept(watch.key, capture.fetched)
        asked = replace(self._asked(watch, page), before=None, unmoved=0, now=capture.fetched)
        reading = await self._errand.judged(chain, capture, asked)
        watch.recorded = True
        self._reception.show_recorded(watch, reading, name)
        return (
            f"{len(chain.quotes):,} contracts of {watch.key} as saved in {name}: a recording, not the market."
        )

    async def _from_cache(self, watch: SeriesWatch) -> bool:
        began = time.perf_counter()
        entry = await self._cache.fresh_entry(watch.key, failed=watch.failures > 0)
        if entry is None:
            await self._show_meanwhile(watch, began)
            return False
        if watch.shown is None or watch.shown.capture_id != entry.capture_id:
            await self._show_kept(watch)
        if watch.shown is None or watch.shown.capture_id != entry.capture_id:
            self._cache.miss(INVALIDATED)
            return False
        self._cache.hit(entry, (time.perf_counter() - began) * 1_000)
        watch.due = entry.fresh_until
        self._not_before(watch, entry.stored)
        watch.answer(FROM_CACHE)
        return watch.shown is not None

    async def _show_meanwhile(self, watch: SeriesWatch, began: float) -> None:
        """What is still usable answers at once, with its age; a newer one is read behind it."""
        usable = await self._cache.usable(watch.key)
        if usable is None or not (watch.shown is None or watch.asked):
            return
        if watch.shown is None:
            await self._show_kept(watch)
        if watch.shown is not None:
            self._cache.hit(usable, (time.perf_counter() - began) * 1_000)

    async def _show_kept(self, watch: SeriesWatch) -> None:
        """The newest kept answer, however old: it says its age itself."""
        entry = await self._cache.entry(watch.key)
        capture = None if entry is None else await self._cache.capture(entry)
        if capture is None:
            return
        page = await self.pages.kept(watch.key, capture.fetched)
        try:
            reading = await self._errand.read(capture, self._asked(watch, page))
        except SourceError as e:
            _log.info("%s: the kept answer for %s cannot be read: %s", self._source, watch.key, e)
            return
        within = self._desk.clock.now() < entry.keep_until if entry is not None else False
        self._reception.show(watch, reading, Served.CACHE if within else Served.LAST_GOOD)

    async def _question(self, watch: SeriesWatch, page: ChainPage | None) -> Question:
        return replace(self._asked(watch, page), good=await self.forerunners.of(watch.key))

    def _asked(self, watch: SeriesWatch, page: ChainPage | None) -> Question:
        return Question(
            series=watch.key,
            page=page,
            before=watch.shown.chain if watch.shown else None,
            unmoved=watch.unmoved,
            now=self._desk.clock.now(),
            rate=self._desk.settings().option_rate,
            expiration=self.expiration(watch.key),
        )

    def _not_before(self, watch: SeriesWatch, received: Ns) -> None:
        """Who wants a chain to be read more seldom than it passes as fresh sees it age instead."""
        market, mode = self._desk.market, self._desk.settings().cache_mode
        every = int(poll_every(market.state, self._interval_s(), mode) * SECOND)
        if self._desk.clock.now() + every <= market.moment().next_change:
            watch.due = max(watch.due, Ns(received + every))

    def _lifetime(self, received: Ns) -> Lifetime:
        mode = self._desk.settings().cache_mode
        moment = replace(self._desk.market.moment(), at=received)
        return chain_lifetime(moment, self._interval_s(), mode, random.random())


def _told(reading: Reading, trouble: str) -> Reading:
    """With what is wrong with its page among the warnings."""
    if not trouble:
        return reading
    verdict = replace(reading.verdict, warnings=(*reading.verdict.warnings, trouble))
    return replace(reading, verdict=verdict)
