"""Updates as the engine would send them, from a scripted market; drives the panels without an engine."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future as Answer
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from app.domain.bars import PressureBar
from app.domain.capture import CaptureLine, Outcome, Step
from app.domain.contract import Future
from app.domain.health import Breaker, ChannelHealth, Freshness, Link, Role, SourceHealth
from app.domain.routing import TICK, Channel, Fidelity, Provenance, SourceId, delayed
from app.domain.session import Calendar
from app.domain.tick_updates import TapePrint
from app.domain.ticks import SideQuality
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px, ns, px
from app.domain.updates import (
    AuditLine,
    BarChanged,
    CacheCounted,
    CaptureStored,
    CostChanged,
    EnginePulse,
    FlowChanged,
    HealthChanged,
    InstrumentKnown,
    KeyAbout,
    KeyringState,
    LogLine,
    MarketChanged,
    Mode,
    Prints,
    RouteChanged,
    Started,
    State,
    Streamed,
    TopChanged,
)
from app.engine.outbox import Outbox
from tests.prints import told
from tests.ui.flow import Flow
from tests.ui.spend import month

DATABENTO, BARCHART = SourceId("databento"), SourceId("barchart")
MASSIVE, TRADOVATE = SourceId("massive"), SourceId("tradovate")
NQ, NEXT = 42, 43
OPENING = ns(datetime(2026, 11, 18, 16, 0, tzinfo=UTC))  # 10:00 CT on a Wednesday


@dataclass
class ScriptedClock:
    """Moves only when told."""

    at: Ns = OPENING
    elapsed: Ns = Ns(0)

    def now(self) -> Ns:
        return self.at

    def monotonic(self) -> Ns:
        return self.elapsed

    def forward(self, seconds: float) -> None:
        step = int(seconds * SECOND)
        self.at, self.elapsed = Ns(self.at + step), Ns(self.elapsed + step)


@dataclass
class RecordedCommands:
    """Keeps what was asked; answers at once unless `hold` is set. `answers` are those of single commands."""

    asked: list[tuple[Any, ...]] = field(default_factory=list)
    answer: object = None
    error: Exception | None = None
    hold: bool = False
    answers: dict[str, "Answer[Any]"] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Callable[..., "Answer[Any]"]:
        if name.startswith("_"):
            raise AttributeError(name)

        def ask(*arguments: object) -> "Answer[Any]":
            self.asked.append((name, *arguments))
            if name in self.answers:
                return self.answers[name]
            future: Answer[Any] = Answer()
            if self.error is not None:
                future.set_exception(self.error)
            elif not self.hold:
                future.set_result(self.answer)
            return future

        return ask


def origin(at: Ns, source: SourceId = DATABENTO, fidelity: Fidelity = TICK) -> Provenance:
    return Provenance(source, fidelity, at, at, at, "scripted")


class Feed:
    """A market with a seed. `step` moves it on and puts what changed, conflated as the engine does."""

    def __init__(self, clock: ScriptedClock, outbox: Outbox, seed: int = 7) -> None:
        self.clock, self.outbox = clock, outbox
        self.random = random.Random(seed)
        self.price = px(21400)
        self.settled = px(21460)
        self.cvd = 0
        self.drift = 0.0
        self.bar: PressureBar | None = None
        self.freshness = Freshness.LIVE
        self.flow = Flow(NQ)

    def put(self, *updates: State | Streamed) -> None:
        for update in updates:
            if isinstance(update, Prints | LogLine | AuditLine):
                self.outbox.put_stream(update)
            else:
                self.outbox.put_state(update)

    def begin(self, mode: Mode = Mode.DEMO) -> None:
        now = self.clock.now()
        self.put(
            Started(mode, "all_sources", now, (DATABENTO, BARCHART, MASSIVE, TRADOVATE)),
            MarketChanged(Calendar().at(now)),
            InstrumentKnown(NQ, "NQZ6", Future(2026, 12), None, _expiration(2026, 12), origin(now)),
            InstrumentKnown(NEXT, "NQH7", Future(2027, 3), None, _expiration(2027, 3), origin(now)),
            RouteChanged(Channel.NQ_TRADES, DATABENTO, None, False, "first tier", now),
            KeyringState("ready", "Keys are kept by the system keyring.",
                         (("databento", "keyring"), ("massive", "missing")), _KEYS),
        )  # fmt: skip
        self.pulse()

    def pulse(self) -> None:
        self.put(EnginePulse(self.clock.now(), 0.4, 1_200_000, 4_182.0, 2.1, 0, 0, 318.0))

    def history(self, minutes: int) -> None:
        """Bars of the past, one for each second that traded."""
        end = self.clock.now() // SECOND * SECOND
        for start in range(end - minutes * 60 * SECOND, end, SECOND):
            if self.random.random() < 0.93:
                self.put(self._changed(self._bar(Ns(start))))
        self.put(*self.flow.updates())
        self._flow()

    def step(self, seconds: float, trades: int = 4) -> None:
        """Time goes on and trades happen."""
        self.clock.forward(seconds)
        now = self.clock.now()
        start = Ns(now // SECOND * SECOND)
        if self.bar is None or self.bar.start != start:
            if self.bar is not None:
                self.put(self._changed(replace(self.bar, closed=True)))
            self.bar = PressureBar(NQ, start, 1, 0, 0, 0, 0, *(self.price,) * 4)
        for _ in range(trades):
            self._trade(now)
        self.put(self._changed(self.bar), *self.flow.updates())
        self._flow()
        self.put(TopChanged(NQ, Px(self.price - FUTURE_TICK), Px(self.price + FUTURE_TICK), 4, 6,
                            self.freshness, origin(now)))  # fmt: skip

    def furniture(self) -> None:
        """Everything that is not a price: health, cost, cache, captures, log, audit."""
        now = self.clock.now()
        self.put(*healthy(now), *self._cache(), CostChanged(month()), *_captures(now), *_lines(now))

    def stale(self, since_s: float) -> None:
        """What the engine says of a feed that went silent."""
        self.freshness = Freshness.STALE
        self.clock.forward(since_s)
        flow = self._flow_update()
        old = origin(Ns(self.clock.now() - int(since_s * SECOND)))
        self.put(replace(flow, freshness=Freshness.STALE, provenance=old))

    def _trade(self, now: Ns) -> None:
        assert self.bar is not None
        self.drift = 0.995 * self.drift + self.random.gauss(0, 0.05)
        side = 1 if self.random.random() < 0.5 + max(-0.3, min(0.3, self.drift * 0.4)) else -1
        size = min(60, int(self.random.paretovariate(1.4)))
        if self.random.random() < 0.3:
            self.price = Px(self.price + side * FUTURE_TICK)
        said = 0 if self.random.random() < 0.02 else side
        self.cvd += said * size
        self.bar = self.flow.trade(self.bar, now, self.price, size, said)
        self.put(told(TapePrint(NQ, "NQZ6", now, self.price, size, said, origin(now))))

    def _bar(self, start: Ns) -> PressureBar:
        self.bar = PressureBar(NQ, start, 1, 0, 0, 0, 0, *(self.price,) * 4)
        for _ in range(self.random.randint(1, 7)):
            self._silent_trade(start)
        return replace(self.bar, closed=True)

    def _silent_trade(self, at: Ns) -> None:
        put, self.put = self.put, lambda *_: None  # type: ignore[method-assign]
        try:
            self._trade(at)
        finally:
            self.put = put  # type: ignore[method-assign]

    def _changed(self, bar: PressureBar) -> BarChanged:
        return BarChanged(bar, SideQuality.EXCHANGE, origin(self.clock.now()))

    def _flow(self) -> None:
        self.put(self._flow_update())

    def _flow_update(self) -> FlowChanged:
        now = self.clock.now()
        return FlowChanged(
            NQ, self.price, 1 if self.drift > 0 else -1, Px(self.price - self.settled), "settlement",
            max(-1.0, min(1.0, self.drift)), 300, 1_840, 0.021, self.cvd, Ns(now - 7200 * SECOND), False,
            4_182.0, self.freshness, origin(now),
        )  # fmt: skip

    def _cache(self) -> Iterator[CacheCounted]:
        yield CacheCounted(BARCHART, Channel.OPT_CHAIN, 268, (("expired", 31), ("first time", 9)), 3, 2, 24,
                           18_400_000, 500_000_000)  # fmt: skip
        yield CacheCounted(
            DATABENTO, Channel.REFERENCE, 12, (("first time", 2),), 0, 0, 2, 900_000, 500_000_000
        )


def channel(source: SourceId, kind: Channel, **changed: object) -> ChannelHealth:
    base = ChannelHealth(source, kind, TICK, Link.UP, Freshness.LIVE, Breaker.CLOSED, Role.ACTIVE)
    return replace(base, **changed)  # type: ignore[arg-type]


def healthy(now: Ns) -> tuple[HealthChanged, ...]:
    """Four sources in different states."""
    live = {"last_receipt": now, "age_s": 0.2, "event_age_s": 0.25,
            "latency_p50_ms": 12.0, "latency_p95_ms": 31.0}  # fmt: skip
    databento = SourceHealth(DATABENTO, "Databento", (
        channel(DATABENTO, Channel.NQ_TRADES, rate_per_s=38.0, note="GLBX.MDP3 trades", **live),
        channel(DATABENTO, Channel.NQ_QUOTES, rate_per_s=4144.0, note="GLBX.MDP3 mbp-1", **live),
        channel(DATABENTO, Channel.OPT_TRADES, rate_per_s=0.4, freshness=Freshness.QUIET, **live, ),
        channel(DATABENTO, Channel.OPT_QUOTES, rate_per_s=912.0, note="42 symbols", **live),
    ), simulated=True)  # fmt: skip
    barchart = SourceHealth(BARCHART, "Barchart", (
        channel(BARCHART, Channel.OPT_CHAIN, fidelity=delayed(10), latency_p50_ms=2400.0, age_s=48.0,
                freshness=Freshness.STALE, rate_per_s=0.0166, calls=61, errors=2, note="page 2 of 5 slow"),
    ), simulated=True)  # fmt: skip
    massive = SourceHealth(MASSIVE, "Massive", (
        channel(MASSIVE, Channel.PROXY_CHAIN, link=Link.NO_KEY, freshness=Freshness.UNKNOWN,
                role=Role.STANDBY, note="no key set"),
    ))  # fmt: skip
    tradovate = SourceHealth(TRADOVATE, "Tradovate", (
        channel(TRADOVATE, Channel.NQ_TRADES, link=Link.RECONNECTING, freshness=Freshness.STALE, age_s=16.0,
                role=Role.STANDBY, retry_in_s=4.0, note="connection refused", calls=40, errors=12),
    ))  # fmt: skip
    return tuple(HealthChanged(one) for one in (databento, barchart, massive, tradovate))


def _expiration(year: int, number: int) -> Ns:
    return ns(datetime(year, number, 18, 14, 30, tzinfo=UTC))


def _captures(now: Ns) -> Iterator[CaptureStored]:
    steps = (Step("cookies", 120.0, True), Step("token", 4.0, True), Step("request", 310.0, True))
    for number, (outcome, rows, verdict) in enumerate(
        ((Outcome.ACCEPTED, 500, ""), (Outcome.REJECTED, 0, "no rows found"), (Outcome.ACCEPTED, 498, ""))
    ):
        at = Ns(now - (3 - number) * 60 * SECOND)
        line = CaptureLine(f"c{number}", BARCHART, Channel.OPT_CHAIN, "MQUZ26", at, 200, outcome, verdict,
                           rows, 746_000, steps, None)  # fmt: skip
        yield CaptureStored(line)


def _lines(now: Ns) -> Iterator[LogLine | AuditLine]:
    said = (
        ("INFO", "databento", "Subscribed to trades and mbp-1 of NQZ6, NQH7"),
        ("INFO", "barchart", "Chain MQUZ26: 500 rows, accepted"),
        ("WARNING", "tradovate", "Connection refused, next try in 4 s"),
        ("ERROR", "barchart", "The page had no rows; the last good chain stays, marked stale"),
        ("INFO", "engine", "Trading day 2026-11-18 began"),
    )
    for number, (level, source, words) in enumerate(said):
        yield LogLine(Ns(now - (60 - number * 9) * SECOND), level, source, words)
    yield AuditLine(now, "auto", "nq.trades", "", "databento", "first tier")
    yield AuditLine(now, "user", "opt.chain", "databento", "barchart", "pinned: comparing pages")


TODAY = date(2026, 11, 18)
_KEYS = tuple(KeyAbout(one.lower(), f"{one} API key", one) for one in ("Databento", "Massive"))
