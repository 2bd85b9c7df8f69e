"""A session of six and a half hours with vendors that fail on a plan, in simulated time, without sockets.

The plan is the truth; health and router see only what arrives, as in a real run: records, refusals, calls.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.health import Breaker, Freshness, Link
from app.domain.routing import TICK, Channel, Fidelity, Offer, SourceId, delayed
from app.domain.session import Calendar
from app.domain.units import ns_from_iso
from app.domain.updates import RouteSwitched
from app.engine.audit import Audit
from app.engine.channel_watch import ChannelWatch
from app.engine.feeds import SourceSpec, TickFeed
from app.engine.health_watch import HealthWatch
from app.engine.market import Market
from app.engine.outbox import Outbox
from app.engine.router import Router
from app.engine.standing import Terms
from app.engine.workers import Workers
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.engine.clocks import ManualClock

LENGTH_S = 23_400
OPENS = ns_from_iso("2025-06-10T13:30:00Z")
_BROWN_OUT_S = 2_400
_PAGE_S = 60.0
_PROBE_S = 10
_SLOT_S = 5
_ERRORS = 0.30
# By hand: 2·ln(λ·86400/0.01)/λ s of streams of 2 and 5 records a second; 2.5 intervals of a page.
LIMITS = {Channel.NQ_TRADES: 16.67, Channel.NQ_QUOTES: 7.04, Channel.OPT_CHAIN: 150.0}
_LADDER = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)


@dataclass
class Plan:
    """The truth of one vendor, by seconds: outages refuse connections, flaps are mutes behind heartbeats, and
    in the brown-out three of ten records, or answers, are lost one by one.
    """

    outages: set[int]
    flaps: set[int]
    brown_out: range

    @classmethod
    def drawn(cls, chance: random.Random, flapping: bool) -> "Plan":
        outages: set[int] = set()
        for _ in range(3):
            start = chance.randrange(LENGTH_S - 600)
            outages.update(range(start, start + chance.randrange(120, 601)))
        begins = chance.randrange(LENGTH_S - _BROWN_OUT_S)
        flaps: set[int] = set()
        at = chance.expovariate(1 / 600)
        while flapping and at < LENGTH_S:
            flaps.update(range(int(at), int(at) + chance.randrange(5, 21)))
            at += chance.expovariate(1 / 600)
        return cls(outages, flaps, range(begins, begins + _BROWN_OUT_S))


class Stream:
    """Speaks `rate` times a second."""

    def __init__(
        self, health: HealthWatch, watch: ChannelWatch, plan: Plan, chance: random.Random, rate: int
    ) -> None:
        self.watch, self.plan = watch, plan
        self.heard_at = 0
        self._health, self._chance, self._rate = health, chance, rate
        self._cut = False
        self._tries, self._next_try = 0, 0.0

    def second(self, second: int) -> bool:
        """True while it fails. In the brown-out that is judged by slots of five seconds, as its success is:
        a single second without a record is ordinary at two records a second."""
        if second in self.plan.outages and not self._cut:
            self._cut, self._tries, self._next_try = True, 0, float(second)
        if self._cut:
            self._reconnect(second)
        lost = _ERRORS if second in self.plan.brown_out else 0.0
        arrived = sum(self._chance.random() >= lost for _ in range(self._rate)) if lost else self._rate
        if self._cut or second in self.plan.flaps or not arrived:
            silent_s = second - self.heard_at
            return self._cut or second in self.plan.flaps or silent_s >= _SLOT_S
        self.heard_at = second
        self._health.data(self.watch.source, self.watch.channel, arrived, None, None)
        return False

    def _reconnect(self, second: int) -> None:
        source, channels = self.watch.source, (self.watch.channel,)
        if second < self._next_try:
            return
        if second not in self.plan.outages:
            self._cut = False
            self._health.link(source, channels, Link.UP)
            return
        self.watch.refused()
        wait = max(_LADDER[min(self._tries, len(_LADDER) - 1)], self.watch.reopen_in())
        self._tries, self._next_try = self._tries + 1, second + max(1.0, wait)
        is_open = self.watch.breaker_state() is Breaker.OPEN
        self._health.link(source, channels, Link.DOWN if is_open else Link.RECONNECTING, "refused", wait)


class Pages:
    """Read once a minute, a failed one again after 15 s; a probe knocks every 10 s."""

    def __init__(self, health: HealthWatch, watch: ChannelWatch, plan: Plan, chance: random.Random) -> None:
        self.watch, self.plan = watch, plan
        self.heard_at = 0
        self._health, self._chance = health, chance
        watch.interval_s = _PAGE_S
        self._due, self._silent = 0.0, 0

    def second(self, second: int) -> bool:
        """True while an answer is overdue."""
        if second % _PROBE_S == 0:
            self._probe(second)
        if second >= self._due:
            self._read(second)
        return second - self.heard_at >= _PAGE_S

    def _probe(self, second: int) -> None:
        channels = (self.watch.channel,)
        if second not in self.plan.outages:
            if self._silent and self.watch.link is not Link.UP:
                self.watch.half_open()
                self._due = float(second)
            self._silent = 0
            return
        self._silent += 1
        link = Link.DOWN if self._silent >= 3 else Link.RECONNECTING
        self._health.link(self.watch.source, channels, link, "nobody listens")

    def _read(self, second: int) -> None:
        lost = second in self.plan.brown_out and self._chance.random() < _ERRORS
        if lost or second in self.plan.outages:
            self.watch.called(ok=False, ms=200.0)
            self._due = second + max(15.0, self.watch.reopen_in())
            return
        self._due, self.heard_at = second + _PAGE_S, second
        self.watch.called(ok=True, ms=900.0)
        self._health.link(self.watch.source, (self.watch.channel,), Link.UP)
        self._health.data(self.watch.source, self.watch.channel, 300, None, None)


@dataclass
class Outcome:
    """Of one channel: what a trader would have seen."""

    switches: int = 0
    failing_s: int = 0
    backup_s: int = 0
    nobody_s: int = 0
    locks: list[tuple[int, SourceId | None]] = field(default_factory=list)
    lies: list[int] = field(default_factory=list)


class SimulatedSession:
    def __init__(self, seed: int, folder: Path) -> None:
        chance = random.Random(seed)
        self.clock = ManualClock(OPENS)
        self.workers = Workers(1)
        outbox = Outbox()
        store = SqliteStore(Paths(folder), SecretRedactor(), self.clock)
        self.audit = Audit(self.clock, store, self.workers, outbox)
        self.market = Market(self.clock, Calendar(), outbox)
        self.health = HealthWatch(self.clock, self.market, outbox, self.audit)
        self.router = Router(self.clock, outbox, self.audit, self._terms)
        self.router.switched, self.router.flapping = self._switched, self._flapping
        self.outcomes: dict[Channel, Outcome] = {}
        self.vendors: dict[Channel, tuple[Stream | Pages, ...]] = {}
        self.second = 0
        self._enter_all(chance)
        self.outbox = outbox

    def run(self) -> dict[Channel, Outcome]:
        for self.second in range(LENGTH_S):
            failing = {v: v.second(self.second) for vendors in self.vendors.values() for v in vendors}
            self.market.tick()
            self.health.tick(tell=False)
            for channel, vendors in self.vendors.items():
                self.router.decide(channel, self.health.feeding(channel))
                self._see(channel, vendors, failing)
            if self.second % 600 == 0:
                self.outbox.take(1_000_000)
            self.clock.advance(1.0)
        return self.outcomes

    def _see(
        self, channel: Channel, vendors: "tuple[Stream | Pages, ...]", failing: "dict[Stream | Pages, bool]"
    ) -> None:
        outcome, active = self.outcomes[channel], self.router.active(channel)
        vendor = next((v for v in vendors if v.watch.source == active), None)
        if vendor is None:
            outcome.nobody_s += 1
            return
        outcome.failing_s += failing[vendor]
        outcome.backup_s += vendor is not vendors[0]
        shown, age = vendor.watch.freshness(), self.second - vendor.heard_at
        if age > LIMITS[channel] and shown in (Freshness.LIVE, Freshness.QUIET):
            outcome.lies.append(self.second)

    def _terms(self, channel: Channel) -> Terms:
        order = [vendor.watch.source for vendor in self.vendors[channel]]
        return Terms(None, lambda source: order.index(source) + 1, lambda _: "")

    def _switched(self, switch: RouteSwitched) -> None:
        self.outcomes[switch.channel].switches += 1

    def _flapping(self, channel: Channel, held: SourceId | None) -> None:
        self.outcomes[channel].locks.append((self.second, held))

    def _enter_all(self, chance: random.Random) -> None:
        for channel, rate, flapping in ((Channel.NQ_TRADES, 2, False), (Channel.NQ_QUOTES, 5, True)):
            names = (("first", flapping), ("second", False))
            plans = [(self._watch(name, channel, TICK), Plan.drawn(chance, flaps)) for name, flaps in names]
            self._enter(channel, [Stream(self.health, watch, plan, chance, rate) for watch, plan in plans])
        watches = [self._watch(name, Channel.OPT_CHAIN, delayed(10)) for name in ("page", "other page")]
        self._enter(
            Channel.OPT_CHAIN,
            [Pages(self.health, watch, Plan.drawn(chance, flapping=False), chance) for watch in watches],
        )

    def _enter(self, channel: Channel, made: "list[Stream] | list[Pages]") -> None:
        self.vendors[channel], self.outcomes[channel] = tuple(made), Outcome()
        for vendor in made:
            self.health.link(vendor.watch.source, (channel,), Link.UP)

    def _watch(self, name: str, channel: Channel, fidelity: Fidelity) -> ChannelWatch:
        def no_feed(_: object) -> TickFeed:
            raise AssertionError("nothing is connected here")

        offers, feed = (Offer(channel, fidelity),), no_feed if channel.is_stream else None
        spec = SourceSpec(SourceId(f"{name}/{channel.value}"), name, 1, name, offers, {}, tick_feed=feed)
        self.health.add(spec, simulated=True)
        self.health.of(spec.id, channel).breaker._jitter = lambda: 0.5
        return self.health.of(spec.id, channel)
