"""Reads the chains of one request source, politely: the cache first, one at a time, as the market moves.

The series on screen and the two nearest to expiry are read in turn. A failure never takes a good chain
away: it stays, with its age, and the reason stands beside it.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.contract import Series
from app.domain.errors import SourceError
from app.domain.health import Link
from app.domain.routing import Channel
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import ChainArrived
from app.engine.allowance import AllowanceTeller
from app.engine.balance import Bucket
from app.engine.cache import Cache
from app.engine.chain_reading import series_of
from app.engine.desk import Desk
from app.engine.errand import Errand
from app.engine.feeds import SourceSpec
from app.engine.listing import Listing
from app.engine.pause import pause, until_woken
from app.engine.ports import SiteCookie
from app.engine.reception import Reception
from app.engine.series_watch import SeriesWatch
from app.engine.ttl import poll_every
from app.engine.turns import Turns

_INTERVAL_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.25
_OI_INTERVAL_S: Final = 86_400.0


class ChainPoller:
    def __init__(
        self,
        desk: Desk,
        spec: SourceSpec,
        errand: Errand,
        cache: Cache,
        gate: Callable[[], tuple[Link, str] | None],
    ) -> None:
        self.source: Final = spec.id
        self._desk = desk
        self._errand = errand
        self.cache: Final = cache
        self._gate = gate
        self._listing = Listing(spec.id)
        self._watches: dict[str, SeriesWatch] = {}
        self._reception = Reception(desk, spec, cache)
        self._turns = Turns(desk, spec.id, errand, cache, self._reception, self._took, self._wanted_s)
        self._wake = asyncio.Event()
        self._busy: str | None = None
        self._list_again = Ns(0)
        self._allowance = AllowanceTeller(desk, spec.id, errand)
        self._bucket: Bucket | None = None

    def chosen_chain(self) -> ChainArrived | None:
        """The chain on screen, if one was read."""
        watch = self._watches.get(self._listing.chosen or "")
        return None if watch is None else watch.shown

    def expirations(self, known: Callable[[str], Ns | None]) -> None:
        """Where the definitions say when a series ends."""
        self._turns.expiration = known

    async def run(self) -> None:
        self.cache.bytes_allowed = self._desk.settings().cache_size
        await self.cache.load()
        while True:
            obstacle = self._gate() or self._reception.stopped
            if obstacle is not None:
                self._reception.link(*obstacle)
                await until_woken(self._wake)
                continue
            watch = self._next()
            if watch is not None and self._has_room():
                await self._turn(watch)
            else:
                await pause(self._desk.clock, _LOOK_EVERY_S, self._wake)

    def retry(self) -> None:
        """Something changed that may help: a key, a setting, an address that answers again."""
        self._reception.forgive()
        for watch in self._watches.values():
            if watch.failures:
                watch.due = self._desk.clock.now()
        self._list_again = min(self._list_again, self._desk.clock.now())
        self._wake.set()

    def reconsider(self) -> None:
        """Looks again whether anything is in the way, without hurrying what goes well."""
        self._wake.set()

    def unreachable(self, sentence: str, down: bool = False) -> None:
        self._reception.link(Link.DOWN if down else Link.RECONNECTING, sentence)

    @property
    def is_up(self) -> bool:
        return self._reception.is_up

    @property
    def waits(self) -> bool:
        """It was not reached and waits to try again."""
        return self._reception.waits

    async def restart(self) -> None:
        await self._errand.close()
        self.retry()

    def series(self, key: str) -> Series | None:
        return series_of(key, self._desk.market.day)

    def follow(self, series: Series) -> None:
        if self._listing.follow(series, self._desk.market.day):
            self._offer()

    async def choose(self, key: str) -> str:
        self._listing.choose(key)
        watch = self._watch(key)
        if watch.recorded and watch.shown is not None:
            self._offer()
            return f"This chain was saved in {watch.shown.recorded}. Refresh shows the live one."
        watch.due = min(watch.due, self._desk.clock.now())
        if watch.shown is not None:
            self._desk.outbox.put_state(watch.shown)
        self._offer()
        return await self._answer_of(watch)

    async def refresh(self, key: str | None) -> str:
        """Reads it now, whatever the cache has; joins a read that is under way."""
        wanted = key or self._listing.chosen
        if wanted is None:
            self.retry()
            return "The list of series is being read."
        watch = self._watch(wanted)
        watch.recorded = False
        self._reception.asked_by_user()
        if self._busy == wanted:
            self.cache.joined()
        else:
            watch.bypass, watch.due = True, self._desk.clock.now()
        return await self._answer_of(watch)

    async def show_recorded(self, capture: Capture, chain: Chain, name: str) -> str:
        """A saved chain on the board; its series is neither asked for nor shown until `end_recorded`."""
        watch = self._watch(capture.key)
        said = await self._turns.show_recorded(watch, capture, chain, name)
        self._listing.choose(capture.key)
        self._offer()
        return said

    @property
    def shows_recorded(self) -> bool:
        return any(watch.recorded for watch in self._watches.values())

    def end_recorded(self) -> int:
        """How many saved chains were on the board."""
        recorded = [watch for watch in self._watches.values() if watch.recorded]
        for watch in recorded:
            watch.recorded, watch.shown, watch.due = False, None, self._desk.clock.now()
        if recorded:
            self._listing.release()
            self._wake.set()
            self._offer()
        return len(recorded)

    async def log_in(self) -> str:
        said = await self._errand.log_in()
        self.retry()
        return said

    async def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        await self._errand.adopt(cookies)
        self.retry()

    async def compare_anew(self) -> None:
        await self._turns.forerunners.begin_anew()
        self.retry()

    def tell_ages(self) -> None:
        """Says a chain again when its age made it something else; called at least once a second."""
        self._allowance.tell()
        now, limit = self._desk.clock.now(), self._reception.stale_after_s()
        for watch in self._watches.values():
            aged = watch.aged(self._desk.market, now, limit)
            if aged is not None:
                self._desk.outbox.put_state(aged)
                self._reception.repeat_missing(watch)

    def _has_room(self) -> bool:
        """Within the cap of the profile, if it has one for this source; what finds no room waits."""
        cap, now = self._desk.profiles.current.caps.get(self.source), self._desk.clock.monotonic() / SECOND
        if cap is None:
            self._bucket = None
            return True
        if self._bucket is None or self._bucket.per_minute != cap:
            self._bucket = Bucket(cap, now)
        return self._bucket.take(now)

    @property
    def quota(self) -> str:
        """What may still be asked, in words; empty where nobody counts."""
        allowed = self._errand.allowance()
        if allowed is not None:
            return f"{allowed.requests} of {allowed.most_requests} requests this minute"
        if self._bucket is None:
            return ""
        left = self._bucket.left(self._desk.clock.monotonic() / SECOND)
        return f"{left} of {self._bucket.per_minute:g} requests left this minute"

    async def close(self) -> None:
        await self._errand.close()

    async def _answer_of(self, watch: SeriesWatch) -> str:
        """What came of it; at once when the source asked to be left alone."""
        if why := self._reception.excluded():
            return why
        asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        watch.asked.append(asked)
        self._wake.set()
        return await asked

    def _next(self) -> SeriesWatch | None:
        """The series that is due the longest; before anything else, the list of them."""
        moment = self._desk.market.moment()
        self._reception.interval(Channel.OPT_CHAIN, self._interval_s())
        self._reception.interval(Channel.OPT_OI, _OI_INTERVAL_S)
        if self._reception.held_until > moment.at or self._reception.drained():
            return None
        if self._list_again <= moment.at:
            return SeriesWatch("", moment.at)
        before = self._listing.chosen
        wanted = [self._watch(key) for key in self._listing.settle(moment.trading_day, moment.at)]
        if self._listing.chosen != before:
            self._offer()
        asked = [w for w in self._watches.values() if w.asked]
        due = [w for w in (*asked, *wanted) if w.due <= moment.at and not w.recorded]
        return min(due, key=lambda w: (not w.asked, w.due), default=None)

    async def _turn(self, watch: SeriesWatch) -> None:
        self._busy = watch.key
        self._reception.begins()
        try:
            if not watch.key:
                await self._list()
            else:
                await self._turns.take(watch)
        finally:
            self._busy = None
        if watch.asked:
            # joined it after it had answered: it is read again at once
            watch.due = self._desk.clock.now()
        # whoever asks meanwhile learns now what he would else wait minutes for
        if why := self._reception.excluded():
            for waiting in self._watches.values():
                waiting.answer(why)

    async def _list(self) -> None:
        watch = SeriesWatch("", self._desk.clock.now())
        try:
            page, read, until = await self._turns.pages.listing()
        except SourceError as e:
            self._reception.failed(watch, e, self._errand.last_ms)
            self._list_again = watch.due
            return
        self._reception.link(Link.UP)
        self._listing.add(page)
        if page.vendor_series is not None:
            shown = self._watch(page.vendor_series)
            shown.page, shown.page_read, shown.page_until = page, read, until
        moment = self._desk.market.moment()
        again = self._desk.market.calendar.session(moment.trading_day)[1]
        self._list_again = Ns(again if self._listing.known else moment.at + MINUTE)
        self._listing.settle(moment.trading_day, moment.at)
        self._offer()

    def _wanted_s(self) -> float:
        return self._desk.pace(self.source, "interval", _INTERVAL_S)

    def _interval_s(self) -> float:
        return poll_every(self._desk.market.state, self._wanted_s(), self._desk.settings().cache_mode)

    def _took(self, page: ChainPage) -> None:
        self._listing.add(page)
        self._offer()

    def _watch(self, key: str) -> SeriesWatch:
        return self._watches.setdefault(key, SeriesWatch(key, self._desk.clock.now()))

    def _offer(self) -> None:
        moment = self._desk.market.moment()
        self._desk.outbox.put_state(self._listing.offered(moment.trading_day, moment.at))
