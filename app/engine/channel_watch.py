"""One source on one channel, watched: what happened to it, and the four axes that follow from that."""

from typing import Final

from app.domain.health import Breaker as BreakerState
from app.domain.health import ChannelHealth, Freshness, Link, Role
from app.domain.routing import Channel, Offer, SourceId
from app.domain.units import SECOND, Ns
from app.engine.breaker import Breaker
from app.engine.freshness import Signs, judge, stale_after, stale_after_poll
from app.engine.market import Market
from app.engine.measures import Latencies, Rate
from app.engine.ports import Clock

_RATE_WINDOW_S: Final = 10.0
_ANSWERS_WINDOW_S: Final = 300.0
# A record on its way when the market closes says nothing against the calendar.
_LATE_S: Final = 5.0


class ChannelWatch:
    def __init__(self, source: SourceId, offer: Offer, clock: Clock, market: Market) -> None:
        self.source: Final = source
        self.channel: Final[Channel] = offer.channel
        self.fidelity: Final = offer.fidelity
        self.breaker: Final = Breaker()
        self.link = Link.DISABLED
        self.role = Role.STANDBY
        self.note = ""
        self.excluded = ""
        self.filling = False
        self.schema = ""
        self.interval_s: float | None = None
        self.calls = self.errors = self.reconnects = self.gaps = 0
        self._clock = clock
        self._market = market
        self._subscribed: Ns | None = None
        self._retry_at: Ns | None = None
        self._free_at: Ns | None = None
        self._receipt: Ns | None = None
        self._received_at: Ns | None = None
        self._event: Ns | None = None
        self._rate = Rate(_RATE_WINDOW_S)
        self._answers = Rate(_ANSWERS_WINDOW_S)
        self._latencies = Latencies()

    def linked(self, link: Link, note: str, retry_in_s: float | None) -> None:
        now = self._clock.monotonic()
        if link is Link.UP and self.link is not Link.UP:
            self._subscribed = now
            self._rate.add(0, now)
        self.link, self.note = link, note
        self._retry_at = None if retry_in_s is None else Ns(now + int(retry_in_s * SECOND))

    def data(self, records: int, event: Ns | None, latency_ms: float | None) -> None:
        """Records of this channel that are live and passed their checks."""
        now = self._clock.monotonic()
        self._receipt, self._received_at = self._clock.now(), now
        if event is not None and (self._event is None or event > self._event):
            self._event = event
        if self.interval_s is None:
            self._rate.add(records, now)
        else:
            # The rows of a page are one answer: what is polled has a rate of answers.
            self._answers.add(1, now)
        if latency_ms is not None:
            self._latencies.add(latency_ms, now)
        self.breaker.succeeded(now / SECOND)

    def called(self, ok: bool, ms: float, content_ok: bool) -> None:
        now = self._clock.monotonic()
        self.calls += 1
        self.errors += not ok
        self._latencies.add(ms, now)
        self.breaker.called(now / SECOND, ok, ms, content_ok)

    def refused(self) -> None:
        """A connection for this channel could not be made."""
        self.errors += 1
        self.breaker.refused(self._clock.monotonic() / SECOND)

    def reopen_in(self) -> float:
        return self.breaker.reopen_in(self._clock.monotonic() / SECOND)

    def half_open(self) -> None:
        """Somebody answers at its address again."""
        self.breaker.half_open(self._clock.monotonic() / SECOND)

    def exclude(self, why: str, for_s: float) -> None:
        self.excluded, self._free_at = why, Ns(self._clock.monotonic() + int(for_s * SECOND))

    def excluded_now(self) -> str:
        if self._free_at is not None and self._clock.monotonic() >= self._free_at:
            self.excluded, self._free_at = "", None
        return self.excluded

    def age_s(self) -> float | None:
        return self._seconds_since(self._received_at)

    def stale_after_s(self) -> float:
        state = self._market.state
        if self.interval_s is None:
            return stale_after(self.channel, state)
        return stale_after_poll(self.channel, self.interval_s, state)

    def disagrees(self) -> bool:
        """Data goes on arriving although the market should be closed: the data is right."""
        age = self.age_s()
        return age is not None and self._market.closed_for_s - age > _LATE_S

    def freshness(self) -> Freshness:
        age, waited, opened = self.age_s(), self._seconds_since(self._subscribed), self._market.open_for_s
        if age is not None and age > opened:
            age = None
        if waited is not None:
            waited = min(waited, opened)
        limit = self.stale_after_s()
        disagrees = self.disagrees() and age is not None and age <= limit
        return judge(Signs(self._market.state, limit, age, waited, disagrees, self.filling))

    def breaker_state(self) -> BreakerState:
        return self.breaker.state(self._clock.monotonic() / SECOND)

    def health(self) -> ChannelHealth:
        now = self._clock.monotonic()
        latency = self._latencies.percentiles(now)
        event_age = None if self._event is None else max(0.0, (self._clock.now() - self._event) / SECOND)
        retry = None if self._retry_at is None else max(0.0, (self._retry_at - now) / SECOND)
        excluded, note = self.excluded_now(), self.note
        if not note and self.disagrees() and not self._market.state.is_open:
            note = "calendar disagrees with exchange"
        return ChannelHealth(
            source=self.source,
            channel=self.channel,
            fidelity=self.fidelity,
            link=self.link,
            freshness=self.freshness(),
            breaker=self.breaker_state(),
            role=Role.EXCLUDED if excluded else self.role,
            note=excluded or note,
            last_receipt=self._receipt,
            last_event=self._event,
            age_s=self.age_s(),
            event_age_s=event_age,
            rate_per_s=self._rate_per_s(now),
            latency_p50_ms=latency[0] if latency else None,
            latency_p95_ms=latency[1] if latency else None,
            calls=self.calls,
            errors=self.errors,
            retry_in_s=retry,
            reconnects_today=self.reconnects,
            gaps_today=self.gaps,
            schema=self.schema,
        )

    def _rate_per_s(self, now: Ns) -> float | None:
        if self._receipt is None:
            return None
        return (self._rate if self.interval_s is None else self._answers).per_s(now)

    def new_day(self) -> None:
        self.reconnects = self.gaps = 0

    def _seconds_since(self, then: Ns | None) -> float | None:
        return None if then is None else (self._clock.monotonic() - then) / SECOND
