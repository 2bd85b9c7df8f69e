"""One source on one channel, watched: what happened to it, and the four axes that follow from that."""

from typing import Final

from app.domain.health import Breaker as BreakerState
from app.domain.health import Freshness, Link, Role, Score
from app.domain.market_state import MarketState
from app.domain.roll_up import RollUp
from app.domain.routing import Channel, Offer, Pin, SourceId
from app.domain.units import SECOND, Ns
from app.engine.breaker import API_SLOW_MS, SCRAPE_SLOW_MS, Breaker
from app.engine.freshness import Pace, Signs, judge, shipped, stale_after, stale_after_poll
from app.engine.market import Market
from app.engine.measures import Latencies, Outcomes, Rate
from app.engine.ports import Clock
from app.engine.score import FEWEST_SAMPLES, Manner, Measured, score
from app.engine.trend import Trend

_RATE_WINDOW_S: Final = 10.0
_ANSWERS_WINDOW_S: Final = 300.0
# A record on its way when the market closes says nothing against the calendar.
_LATE_S: Final = 5.0
_PROBE_S: Final = 5.0
_ASKING: Final = frozenset({Link.AUTH_FAILED, Link.NOT_ENTITLED})
_UNWANTED: Final = frozenset({Link.DISABLED, Link.NO_KEY})
_FAILED: Final = _ASKING | {Link.RECONNECTING, Link.DOWN}
_FLOWING: Final = frozenset({Freshness.LIVE, Freshness.QUIET, Freshness.GAP})
# A gate of the score, where the link is the reason.
_GATES: Final = _ASKING | {Link.NO_KEY, Link.DOWN}


class ChannelWatch:
    """`role_reason`, `barred`, `pin`, `preferred` and `draining` are the router's to say; `fidelity` is the
    declared one until an answer says another.
    """

    def __init__(
        self, source: SourceId, offer: Offer, clock: Clock, market: Market, manner: Manner | None = None
    ) -> None:
        self.source: Final = source
        self.channel: Final[Channel] = offer.channel
        self.fidelity = offer.fidelity
        self.manner: Final = manner or (Manner.STREAM if offer.channel.is_stream else Manner.API)
        slow = SCRAPE_SLOW_MS if self.manner is Manner.SCRAPE else API_SLOW_MS
        self.breaker: Final = Breaker(slow)
        self.trend: Final = Trend(source, offer.channel)
        self.link = Link.DISABLED
        self.role = Role.STANDBY
        self.role_reason = self.barred = ""
        self.pin: Pin | None = None
        self.preferred = self.draining = False
        self.below_minimum = False
        self.note = ""
        self.schema = ""
        self.excluded = ""
        self.last_error = ""
        self.filling = False
        self.interval_s: float | None = None
        self.valid: float | None = None
        self.pace: Pace = shipped(offer.channel)
        self.calls = self.errors = self.reconnects = self.gaps = 0
        self.retry_at: Ns | None = None
        self.receipt: Ns | None = None
        self.event: Ns | None = None
        self.latencies: Final = Latencies()
        self.venues: Final = Latencies()
        self._clock = clock
        self._market = market
        self._subscribed: Ns | None = None
        self._free_at: Ns | None = None
        self._received_at: Ns | None = None
        self._probed_at: Ns | None = None
        self._rate = Rate(_RATE_WINDOW_S)
        self._answers = Rate(_ANSWERS_WINDOW_S)
        self._outcomes = Outcomes()

    def linked(self, link: Link, note: str, retry_in_s: float | None) -> None:
        now = self._clock.monotonic()
        if link is Link.UP and self.link is not Link.UP:
            self._subscribed = now
            self._rate.add(0, now)
        if link in _ASKING and self.link is not link:
            self.breaker.shut(now / SECOND)
        elif self.link in _ASKING and link not in _ASKING:
            self.breaker.half_open(now / SECOND)
        if link in _FAILED and note:
            self.last_error = note
        self.link, self.note = link, note
        self.retry_at = None if retry_in_s is None else Ns(now + int(retry_in_s * SECOND))

    def data(
        self, records: int, event: Ns | None, latency_ms: float | None, venue_ms: float | None = None
    ) -> None:
        """Records of this channel that are live and passed their checks."""
        now = self._clock.monotonic()
        self.receipt, self._received_at = self._clock.now(), now
        if event is not None and (self.event is None or event > self.event):
            self.event = event
        if self.interval_s is None:
            self._rate.add(records, now)
            self.trend.records(records)
            self.valid = 1.0
        else:
            # The rows of a page are one answer: what is polled has a rate of answers.
            self._answers.add(1, now)
            self.trend.records(1)
        if latency_ms is not None:
            self.latencies.add(latency_ms, now)
            self.trend.latency(latency_ms)
        if venue_ms is not None:
            self.venues.add(venue_ms, now)
        self.breaker.succeeded(now / SECOND)

    def replaying(self) -> None:
        """The past comes first: what is of now cannot have come yet."""
        if self._received_at is None:
            self._subscribed = self._clock.monotonic()

    def called(self, ok: bool, ms: float, content_ok: bool = True) -> None:
        now = self._clock.monotonic()
        self.calls += 1
        self.errors += not ok
        self.latencies.add(ms, now)
        self.trend.latency(ms)
        self.trend.called(ok)
        self._outcomes.add(ok and content_ok, now)
        self.breaker.called(now / SECOND, ok, ms, content_ok)

    def refused(self) -> None:
        """A connection for this channel could not be made."""
        self.errors += 1
        self.breaker.refused(self._clock.monotonic() / SECOND)

    def staled(self) -> None:
        """It was delivering and has fallen silent; a poll that fails is counted by its calls."""
        if self.interval_s is None:
            self.breaker.staled(self._clock.monotonic() / SECOND)

    def look(self) -> RollUp | None:
        """By the timer, at least once a second: probes a stream, and hands out the minute that has ended."""
        now, freshness, state = self._clock.monotonic(), self.freshness(), self._market.state
        wanted = self.link not in _UNWANTED and not self.breaker.forced
        due = self._probed_at is None or now - self._probed_at >= _PROBE_S * SECOND
        if self.interval_s is None and wanted and due and state.is_open:
            self._probed_at = now
            # while it connects for the first time there is nothing to judge
            if freshness is not Freshness.UNKNOWN or self.link in _FAILED:
                self._outcomes.add(freshness in _FLOWING, now)
        connected = self.link is Link.UP
        at, day = self._clock.now(), self._market.day
        return self.trend.look(at, now, day, state, freshness, wanted, connected)

    def reopen_in(self) -> float:
        return self.breaker.reopen_in(self._clock.monotonic() / SECOND)

    def openings(self) -> int:
        """Of its breaker, in a row."""
        return self.breaker.openings(self._clock.monotonic() / SECOND)

    def half_open(self) -> None:
        """Somebody answers at its address again."""
        self.breaker.half_open(self._clock.monotonic() / SECOND)

    def exclude(self, why: str, for_s: float) -> None:
        self.excluded, self._free_at = why, Ns(self._clock.monotonic() + int(for_s * SECOND))

    def excluded_now(self) -> str:
        if self._free_at is not None and self._clock.monotonic() >= self._free_at:
            self.excluded, self._free_at = "", None
        return self.excluded

    def excluded_for_s(self) -> float | None:
        if not self.excluded_now() or self._free_at is None:
            return None
        return (self._free_at - self._clock.monotonic()) / SECOND

    def forget(self) -> None:
        """The machine slept: how old anything is, is known again with the next record."""
        self._received_at = None
        self._subscribed = self._clock.monotonic()

    def age_s(self) -> float | None:
        return self._seconds_since(self._received_at)

    def stale_after_s(self) -> float:
        state = self._market.state
        if self.interval_s is None:
            return stale_after(self.channel, self.pace.of(state))
        return stale_after_poll(self.channel, self.interval_s, state)

    def expected_s(self) -> float | None:
        """The usual time between two records; None where nobody knows."""
        if self.interval_s is not None:
            return self.interval_s
        rate = self.pace.of(self._market.state)
        return 1 / rate if rate else None

    def disagrees(self) -> bool:
        """Data goes on arriving although the market should be closed: the data is right. An answer that was
        asked for says so only by a time of its own."""
        age, closed_s = self.age_s(), self._market.closed_for_s
        if age is None or self.interval_s is None:
            return age is not None and closed_s - age > _LATE_S
        return self.event is not None and (self._clock.now() - self.event) / SECOND < closed_s - _LATE_S

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

    def outcomes(self) -> tuple[int, int]:
        """(good, all) of the last five minutes."""
        return self._outcomes.count(self._clock.monotonic())

    def error_share(self) -> float | None:
        good, seen = self.outcomes()
        return None if seen < FEWEST_SAMPLES else (seen - good) / seen

    def score(self, freshness: Freshness | None = None) -> Score:
        seen = self.freshness() if freshness is None else freshness
        latency = self.latencies.percentiles(self._clock.monotonic())
        good, samples = self.outcomes()
        asleep = seen in (Freshness.CLOSED, Freshness.HALTED)
        return score(
            Measured(
                good=good,
                samples=samples,
                age_s=None if asleep else self.age_s(),
                stale_after_s=self.stale_after_s(),
                expected_s=self.expected_s(),
                p95_ms=latency[1] if latency else None,
                valid=self.valid,
                gate=self._gate(seen),
            ),
            self.manner,
        )

    def rate_per_s(self) -> float | None:
        if self.receipt is None:
            return None
        now = self._clock.monotonic()
        return (self._rate if self.interval_s is None else self._answers).per_s(now)

    def now(self) -> Ns:
        """Monotonic."""
        return self._clock.monotonic()

    def new_day(self) -> None:
        self.reconnects = self.gaps = 0

    def closed_market(self) -> bool:
        return self._market.state in (MarketState.CLOSED, MarketState.MAINTENANCE, MarketState.HALTED)

    def _gate(self, freshness: Freshness) -> str:
        if self.link in _GATES:
            return self.link.value
        if self.breaker_state() in (BreakerState.OPEN, BreakerState.FORCED_OPEN):
            return f"breaker {self.breaker_state().value}"
        if self.below_minimum:
            return "below the minimum fidelity"
        return "stale" if freshness is Freshness.STALE else ""

    def _seconds_since(self, then: Ns | None) -> float | None:
        return None if then is None else (self._clock.monotonic() - then) / SECOND
