"""The health of every source on every channel, told once a second and at once when it changes.

Silence is found here, by the timer: nothing has to arrive for a channel to be seen as stale. The log and
the audit hear of transitions only.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.decisions import Grounds
from app.domain.health import Freshness, History, Link, SourceHealth
from app.domain.roll_up import RollUp
from app.domain.routing import Channel, SourceId
from app.domain.units import MicroUsd, Ns
from app.domain.updates import HealthChanged
from app.engine.audit import AUTO, Audit
from app.engine.channel_report import evidence, report
from app.engine.channel_watch import ChannelWatch
from app.engine.clock_check import ClockCheck
from app.engine.feeds import SourceSpec
from app.engine.market import Market
from app.engine.outbox import Outbox
from app.engine.ports import Clock
from app.engine.score import Manner
from app.engine.trend import worst

_log = logging.getLogger(__name__)
_LOST: Final = frozenset({Link.RECONNECTING, Link.AUTH_FAILED, Link.NOT_ENTITLED, Link.DOWN})
# A channel moves between these by the second; they are one state to log and audit.
_FLOWING: Final = frozenset({Freshness.LIVE, Freshness.QUIET})
_DELIVERED: Final = frozenset({Freshness.LIVE, Freshness.QUIET, Freshness.GAP})


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a row says of a source besides its channels; see `SourceHealth`."""

    tier: int | None = None
    enabled: bool = True
    disabled: str = ""
    quota: str = ""
    credits: str = ""
    cost_month: MicroUsd | None = None


class HealthWatch:
    """`facts` is asked with each telling. While `excused`, silence is a child of another trouble."""

    def __init__(self, clock: Clock, market: Market, outbox: Outbox, audit: Audit) -> None:
        self.facts: Callable[[SourceId], SourceFacts] = lambda _: SourceFacts()
        self.excused = False
        self._clock = clock
        self._market = market
        self._outbox = outbox
        self._audit = audit
        self._titles: dict[SourceId, tuple[str, bool]] = {}
        self._broken: dict[SourceId, str] = {}
        self._watches: dict[tuple[SourceId, Channel], ChannelWatch] = {}
        self._seen: dict[tuple[SourceId, Channel], Freshness] = {}
        self._histories: dict[SourceId, tuple[tuple[History, ...], History | None]] = {}
        self._ended: list[RollUp] = []
        self._listeners: list[Callable[[], None]] = []
        self._clock_check: ClockCheck | None = None

    def time(self, clock_check: ClockCheck) -> None:
        """From now on latencies are corrected by the offset of the clock, and their least tells of it."""
        self._clock_check = clock_check

    @property
    def clock_offset_ms(self) -> float | None:
        """Of this machine's clock, as far as anybody has said or shown it."""
        return None if self._clock_check is None else self._clock_check.offset_ms

    def add(self, spec: SourceSpec, simulated: bool) -> None:
        self._titles[spec.id] = spec.title, simulated
        for offer in spec.offers:
            polled = Manner.SCRAPE if spec.scrapes else Manner.API
            manner = Manner.STREAM if offer.channel.is_stream and spec.tick_feed is not None else polled
            watch = ChannelWatch(spec.id, offer, self._clock, self._market, manner)
            if spec.tick_feed or spec.chain_feed or spec.poll_feed:
                # who begins a moment later than another is not switched off: the best is waited for
                watch.link = Link.CONNECTING
            self._watches[spec.id, offer.channel] = watch
            self._seen[spec.id, offer.channel] = watch.freshness()

    def broken(self, source: SourceId, reason: str) -> None:
        self._titles.setdefault(source, (source, False))
        self._broken[source] = reason
        self._tell(source)

    def listen(self, heard: Callable[[], None]) -> None:
        """Called after each transition of any channel."""
        self._listeners.append(heard)

    def of(self, source: SourceId, channel: Channel) -> ChannelWatch:
        return self._watches[source, channel]

    def watches(self, source: SourceId | None = None) -> tuple[ChannelWatch, ...]:
        return tuple(w for (of, _), w in self._watches.items() if source in (None, of))

    def feeding(self, channel: Channel) -> tuple[ChannelWatch, ...]:
        return tuple(w for (_, fed), w in self._watches.items() if fed is channel)

    def title(self, source: SourceId) -> str:
        return self._titles[source][0] if source in self._titles else source

    def freshness(self, source: SourceId, channel: Channel) -> Freshness:
        watch = self._watches.get((source, channel))
        return Freshness.UNKNOWN if watch is None else watch.freshness()

    def link(
        self,
        source: SourceId,
        channels: Iterable[Channel],
        link: Link,
        note: str = "",
        retry_in_s: float | None = None,
    ) -> None:
        watches = [self._watches[source, channel] for channel in channels]
        changed = [w for w in watches if w.link is not link]
        if changed:
            self._note_link(source, changed, link, note)
        for watch in watches:
            watch.linked(link, note, retry_in_s)
        self._tell(source)
        if changed:
            self._heard()

    def exclude(self, source: SourceId, channels: Iterable[Channel], why: str, for_s: float) -> None:
        """It asked to be left alone; that is no failure."""
        for channel in channels:
            self._watches[source, channel].exclude(why, for_s)
        self._audit.note(AUTO, source, "", f"excluded for {for_s:.0f} s", why, Grounds(source=source))
        self._heard()
        self._tell(source)

    def data(
        self, source: SourceId, channel: Channel, records: int, event: Ns | None, received: Ns | None
    ) -> None:
        """Live records; `received` is the vendor's own stamp, from which the latency is measured. Where it
        equals the event's there is one stamp only, and nothing known of the way to the vendor."""
        late = venue = None
        if received is not None:
            late = (self._clock.now() - received) / 1_000_000
            if self._clock_check is not None:
                self._clock_check.seen(late)
                late -= self._clock_check.offset_ms or 0.0
            if event is not None and event != received:
                venue = (received - event) / 1_000_000
        self._watches[source, channel].data(records, event, late, venue)

    def tick(self, tell: bool = True) -> None:
        """Looks for silence; told are those that changed, or all."""
        if tell and self._clock_check is not None:
            self._clock_check.tell()
        for watch in self._watches.values():
            ended = watch.look()
            if ended is not None:
                self._ended.append(ended)
        for source in self._titles:
            if self._note_freshness(source) or tell:
                self._tell(source)

    def ended(self) -> tuple[RollUp, ...]:
        """The minutes that have ended since this was last asked."""
        ended, self._ended = tuple(self._ended), []
        return ended

    def slept(self) -> None:
        """Ages that grew while the machine slept say nothing of the sources."""
        for watch in self._watches.values():
            watch.forget()

    def new_day(self) -> None:
        for watch in self._watches.values():
            watch.new_day()

    def sources(self) -> Mapping[SourceId, SourceHealth]:
        return {source: self._health(source) for source in self._titles}

    def tell(self, source: SourceId) -> None:
        self._tell(source)

    def _health(self, source: SourceId) -> SourceHealth:
        title, simulated = self._titles[source]
        channels = tuple(report(w, self._clock) for (of, _), w in self._watches.items() if of == source)
        facts = self.facts(source)
        return SourceHealth(
            source=source,
            title=title,
            channels=channels,
            broken=self._broken.get(source),
            simulated=simulated,
            tier=facts.tier,
            enabled=facts.enabled,
            disabled=facts.disabled,
            quota=facts.quota,
            credits=facts.credits,
            cost_month=facts.cost_month,
            history=self._history(source, tuple(c.history for c in channels if c.history is not None)),
        )

    def _history(self, source: SourceId, histories: tuple[History, ...]) -> History | None:
        """Put together anew only when one of its channels has a new one."""
        known = self._histories.get(source)
        if known is None or [id(h) for h in known[0]] != [id(h) for h in histories]:
            known = self._histories[source] = histories, worst(histories)
        return known[1]

    def _tell(self, source: SourceId) -> None:
        self._outbox.put_state(HealthChanged(self._health(source)))

    def _heard(self) -> None:
        for heard in self._listeners:
            heard()

    def _note_link(self, source: SourceId, changed: list[ChannelWatch], link: Link, note: str) -> None:
        names = ", ".join(w.channel.value for w in changed)
        level = logging.WARNING if link in _LOST else logging.INFO
        title = self._titles[source][0]
        _log.log(level, "%s: %s %s%s", title, names, link.value, f" ({note})" if note else "")
        grounds = evidence(changed[0], note)
        self._audit.note(
            AUTO, f"{source}/{names}", changed[0].link.value, link.value, note or "link", grounds
        )

    def _note_freshness(self, source: SourceId) -> bool:
        heard = False
        for (of, channel), watch in self._watches.items():
            if of != source:
                continue
            before, now = self._seen[of, channel], watch.freshness()
            if before is now:
                continue
            self._seen[of, channel] = now
            heard = True
            if {before, now} <= _FLOWING:
                continue
            if now is Freshness.STALE and before in _DELIVERED and not self.excused:
                watch.staled()
            self._note_change(watch, before, now)
        if heard:
            self._heard()
        return heard

    def _note_change(self, watch: ChannelWatch, before: Freshness, now: Freshness) -> None:
        source, channel, age = watch.source, watch.channel, watch.age_s()
        _log.info("%s: %s is %s", self._titles[source][0], channel.value, now.value)
        rule = "no record yet" if age is None else f"age {age:.1f} s, limit {watch.stale_after_s():.1f} s"
        subject = f"{source}/{channel.value}"
        self._audit.note(AUTO, subject, before.value, now.value, rule, evidence(watch))
