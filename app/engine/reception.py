"""What an answer of a chain source means: for the screen, for the source's health, for when to ask again."""

from dataclasses import replace
from typing import Final

from app.domain.errors import (
    AuthFailed,
    BadPayload,
    MissingKey,
    NotEntitled,
    RateLimited,
    Remedy,
    SourceError,
)
from app.domain.health import Breaker, Freshness, Link
from app.domain.market_state import MarketState
from app.domain.routing import RECORDED, Channel, Provenance
from app.domain.units import MINUTE, SECOND, Ns
from app.domain.updates import ChainArrived, ChainMissing, Served, Tried
from app.engine.cache import Cache
from app.engine.chain_reading import Reading
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.feeds import SourceSpec
from app.engine.series_watch import SeriesWatch, chain_freshness
from app.engine.ttl import Lifetime, after_error

_POLLED: Final = (Channel.OPT_CHAIN, Channel.OPT_OI, Channel.PROXY_CHAIN)
_ASKING: Final = {MissingKey: Link.NO_KEY, AuthFailed: Link.AUTH_FAILED, NotEntitled: Link.NOT_ENTITLED}
# Outside RTH a thin chain may stand still; after this long it no longer counts as alive.
_STANDSTILL: Final = 25 * MINUTE
_CALM: Final = (MarketState.ETH, MarketState.UNKNOWN)


class Reception:
    def __init__(self, desk: Desk, spec: SourceSpec, cache: Cache) -> None:
        self.held_until = Ns(0)
        self.stopped: tuple[Link, str] | None = None
        self._desk = desk
        self._source = spec.id
        self._cache = cache
        self._fidelity = {o.channel: o.fidelity for o in spec.offers}
        self._channels = tuple(c for c in _POLLED if c in self._fidelity)
        self._missing: dict[str, ChainMissing] = {}

    @property
    def is_up(self) -> bool:
        return self._first.link is Link.UP

    @property
    def waits(self) -> bool:
        return self._first.link in (Link.RECONNECTING, Link.DOWN) and self.stopped is None

    @property
    def _first(self) -> ChannelWatch:
        return self._desk.health.of(self._source, self._channels[0])

    def link(self, link: Link, note: str = "", retry_in_s: float | None = None) -> None:
        self._desk.health.link(self._source, self._channels, link, note, retry_in_s)

    def interval(self, channel: Channel, seconds: float) -> None:
        if channel in self._channels:
            self._desk.health.of(self._source, channel).interval_s = seconds

    def stale_after_s(self) -> float:
        return self._first.stale_after_s()

    def forgive(self) -> None:
        self.held_until, self.stopped = Ns(0), None
        for channel in self._channels:
            self._desk.health.of(self._source, channel).half_open()

    def drained(self) -> bool:
        """The user asked that nothing new be read."""
        return self._first.draining

    def excluded(self) -> str:
        return self._first.excluded_now()

    def asked_by_user(self) -> None:
        """Worth a try at once, unless the source asked to be left alone."""
        if not self.excluded():
            self.forgive()

    def begins(self) -> None:
        if self._first.link in (Link.DISABLED, Link.NO_KEY, Link.AUTH_FAILED, Link.NOT_ENTITLED):
            self.link(Link.CONNECTING)

    def read(self, watch: SeriesWatch, reading: Reading, ms: float, life: Lifetime, level: Served) -> None:
        """A chain that was accepted as what it claims to be."""
        self._called(True, ms)
        self.link(Link.UP)
        watch.failures, watch.due = 0, life.fresh_until
        self._missing.pop(watch.key, None)
        self._aged(watch, reading)
        self.show(watch, reading, level)
        watch.answer("Read.")

    def waits_its_turn(self, watch: SeriesWatch, wait: float) -> None:
        """Nothing is wrong: so many requests were sent of late that the next one has to wait."""
        watch.due = Ns(self._desk.clock.now() + int(wait * SECOND))
        watch.answer(f"It is read in {wait:.0f} s, so that not too much is asked of the site.")

    def show(self, watch: SeriesWatch, reading: Reading, level: Served) -> None:
        chain, now = reading.chain, self._desk.clock.now()
        watch.shown = ChainArrived(
            chain=chain,
            verdict=reading.verdict,
            freshness=chain_freshness(chain.received, self._desk.market, now, self.stale_after_s()),
            level=level,
            capture_id=reading.capture.id,
            provenance=Provenance(
                self._source, chain.fidelity, chain.as_of, chain.received, now, reading.capture.id
            ),
            board=reading.board,
            strip=reading.strip,
            expiration=reading.expiration,
            smile=reading.smile,
            interest=self._desk.interest.change(chain),
        )
        self._desk.outbox.put_state(watch.shown)
        self.repeat_missing(watch)

    def show_recorded(self, watch: SeriesWatch, reading: Reading, name: str) -> None:
        """A chain that was saved: nothing in it is of now, whatever its source could deliver."""
        self._missing.pop(watch.key, None)
        self.show(watch, reading, Served.RECORDED)
        shown = watch.shown
        if shown is None:
            return
        watch.shown = replace(
            shown,
            chain=replace(shown.chain, fidelity=RECORDED),
            provenance=replace(shown.provenance, fidelity=RECORDED),
            freshness=Freshness.STALE,
            recorded=name,
        )
        self._desk.outbox.put_state(watch.shown)

    def failed(
        self, watch: SeriesWatch, error: SourceError, ms: float, tried: tuple[Tried, ...] = ()
    ) -> None:
        watch.failures += 1
        wait = after_error(watch.failures)
        if isinstance(error, RateLimited):
            wait = error.retry_after if error.retry_after is not None else wait
            self._hold(wait)
            self._desk.health.exclude(self._source, self._channels, str(error), wait)
        else:
            self._called(False, ms, content_ok=not isinstance(error, BadPayload))
            wait = max(wait, self._first.reopen_in())
            self._broken(error, wait)
        watch.due = Ns(self._desk.clock.now() + int(wait * SECOND))
        if watch.shown is not None:
            self._cache.served_stale()
            watch.shown = replace(watch.shown, level=Served.LAST_GOOD)
            self._desk.outbox.put_state(watch.shown)
        next_try = None if self.stopped else watch.due
        evidence = error.capture_id if isinstance(error, BadPayload) else None
        self._missing[watch.key] = ChainMissing(
            self._source, watch.key, str(error), next_try, tried, evidence
        )
        self.repeat_missing(watch)
        watch.answer(str(error))

    def repeat_missing(self, watch: SeriesWatch) -> None:
        """A chain that is shown again must not hide why there is no newer one."""
        missing = self._missing.get(watch.key)
        if missing is not None:
            self._desk.outbox.put_state(missing)

    def _broken(self, error: SourceError, wait: float) -> None:
        link = _ASKING.get(type(error))
        if link is not None or error.remedy is Remedy.ASK_USER:
            self.stopped = link or Link.DOWN, str(error)
            self.link(*self.stopped)
        elif isinstance(error, BadPayload):
            self.link(Link.UP, str(error))
        else:
            self._hold(wait)
            is_open = self._first.breaker_state() is Breaker.OPEN
            self.link(Link.DOWN if is_open else Link.RECONNECTING, str(error), wait)

    def _hold(self, seconds: float) -> None:
        """Nothing at all is asked of the source until then."""
        self.held_until = Ns(self._desk.clock.now() + int(seconds * SECOND))

    def _called(self, ok: bool, ms: float, content_ok: bool = True) -> None:
        for channel in self._channels:
            self._desk.health.of(self._source, channel).called(ok, ms, content_ok)

    def _aged(self, watch: SeriesWatch, reading: Reading) -> None:
        """An answer counts as data only while the vendor's own time goes on."""
        now = self._desk.clock.now()
        if reading.moved or not watch.moved_at:
            watch.moved_at, watch.unmoved = now, 0
        else:
            watch.unmoved += 1
        calm = self._desk.market.state in _CALM and now - watch.moved_at < _STANDSTILL
        if watch.unmoved == 0 or calm:
            for channel in self._channels:
                self._desk.health.data(
                    self._source, channel, len(reading.chain.quotes), reading.chain.as_of, None
                )
