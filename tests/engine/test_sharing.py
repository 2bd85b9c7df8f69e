"""Two sources of one tier share what both could be asked for: each request once, each limit its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.capture import Capture
from app.domain.errors import RateLimited
from app.domain.health import Freshness
from app.domain.routing import Channel, SourceId
from app.domain.second_opinion import Opinion
from app.domain.second_updates import PriceBarsArrived
from app.domain.settings import Settings
from app.domain.source_profile import EVERY, SourceProfile
from app.domain.units import SECOND as SECOND_NS
from app.domain.updates import AuditLine, HealthChanged
from app.engine.engine import Engine
from app.engine.feeds import SourceSpec
from app.engine.poll_feed import Answered, Wanted
from tests.engine.bench import Bench, until
from tests.engine.clocks import ManualClock
from tests.engine.teller import TELLER, Teller, teller_source
from tests.engine.test_profiles import Shelf

FIRST, SECOND = SourceId("first"), SourceId("second")
EVERY_S = 60
STEP_S = 3


@dataclass
class BarsTeller(Teller):
    """Is asked for bars only, and says so in its own name."""

    name: SourceId = FIRST

    def __post_init__(self) -> None:
        super().__init__()

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        return tuple(one for one in super().wanted(day) if one.channel is Channel.BARS)

    def fetch(self, channel: Channel, name: str) -> Answered:
        answered = super().fetch(channel, name)
        capture = answered.capture
        return replace(answered, capture=replace(capture, id=f"{capture.id}-{self.name}", source=self.name))

    def parse(self, capture: Capture) -> Opinion:
        return replace(super().parse(capture), source=self.name)


def source(teller: BarsTeller) -> SourceSpec:
    spec = teller_source(teller)
    offers = tuple(offer for offer in spec.offers if offer.channel is Channel.BARS)
    return replace(spec, id=teller.name, title=str(teller.name).title(), offers=offers)


@dataclass
class Pair:
    bench: Bench
    first: BarsTeller = field(default_factory=lambda: BarsTeller(FIRST))
    second: BarsTeller = field(default_factory=lambda: BarsTeller(SECOND))

    def asked(self) -> tuple[int, int]:
        return len(self.first.asked), len(self.second.asked)

    async def until(self, engine: Engine, happened: Callable[[], object]) -> None:
        def look() -> object:
            self.bench.clock.advance(STEP_S)
            engine.watch()
            return happened()

        await until(look)

    def audited(self, after: str) -> list[AuditLine]:
        return [line for line in self.bench.screen.ever(AuditLine) if line.after.startswith(after)]


@pytest.fixture
def pair(tmp_path: Path, clock: ManualClock) -> Pair:
    pair = Pair(Bench(tmp_path, clock))
    pair.bench.sources = source(pair.first), source(pair.second)
    return pair


def profile(pair: Pair, *tiers: tuple[SourceId, ...], **caps: float) -> None:
    made = SourceProfile("p", "p", (EVERY,), tiers, caps={SourceId(name): cap for name, cap in caps.items()})
    pair.bench.profiles = Shelf(made)
    pair.bench.settings = Settings(profile="p")


async def test_a_tier_of_its_own_is_asked_for_itself(pair: Pair) -> None:
    profile(pair, (FIRST,), (SECOND,))
    async with pair.bench.running() as engine:
        await pair.until(engine, lambda: min(pair.asked()) >= 4)
        assert pair.audited("shared by") == []


async def test_one_tier_asks_once_for_what_both_could_say(pair: Pair) -> None:
    profile(pair, (FIRST, SECOND))
    async with pair.bench.running() as engine:
        began = pair.bench.clock.monotonic()
        await pair.until(engine, lambda: sum(pair.asked()) >= 9)
        minutes = (pair.bench.clock.monotonic() - began) / (60 * SECOND_NS)
        # one a minute, and at most one each before they knew of each other
        assert sum(pair.asked()) <= minutes + 3
        assert min(pair.asked()) >= 2
        assert [line.after for line in pair.audited("shared by")] == ["shared by first, second"]
        told = {h.health.source: h.health.quota for h in pair.bench.screen.now(HealthChanged)}
        assert "bars shared with Second" in told[FIRST]
        stale = [w.freshness() for w in engine._desk.health.watches() if w.freshness() is Freshness.STALE]
        assert stale == []


@pytest.mark.expected_log("First: bars reconnecting")
async def test_what_one_does_not_answer_the_other_is_asked_at_once(pair: Pair) -> None:
    profile(pair, (FIRST, SECOND))
    async with pair.bench.running() as engine:
        await pair.until(engine, lambda: min(pair.asked()) >= 2)
        pair.first.silent.add(Channel.BARS)
        shown, (failed, answered) = len(pair.bench.screen.ever(PriceBarsArrived)), pair.asked()
        await pair.until(engine, lambda: pair.asked()[0] > failed)
        for _ in range(10):
            pair.bench.clock.advance(1)
            await asyncio.sleep(0.02)
        # ten of the market's seconds are enough, however long they take here
        await until(lambda: pair.asked()[1] > answered)
        await until(lambda: len(pair.bench.screen.ever(PriceBarsArrived)) > shown)
        pair.first.silent.clear()
        both = pair.asked()
        await pair.until(engine, lambda: pair.asked()[0] > both[0] + 2 and pair.asked()[1] > both[1] + 1)


async def test_each_is_asked_within_its_own_limit(pair: Pair) -> None:
    profile(pair, (FIRST, SECOND), first=0.2, second=30)
    async with pair.bench.running() as engine:
        began = pair.bench.clock.monotonic()
        await pair.until(engine, lambda: sum(pair.asked()) >= 9)
        minutes = (pair.bench.clock.monotonic() - began) / (60 * SECOND_NS)
        assert pair.asked()[0] <= 2 + minutes * 0.2
        assert pair.asked()[1] > pair.asked()[0]


async def test_who_wants_to_be_left_alone_is_and_the_other_does_it_all(pair: Pair) -> None:
    profile(pair, (FIRST, SECOND))
    async with pair.bench.running() as engine:
        await pair.until(engine, lambda: min(pair.asked()) >= 2)
        pair.first.errors.append(RateLimited("Too many.", retry_after=600.0))
        await pair.until(engine, lambda: not pair.first.errors)
        first, second = pair.asked()
        await pair.until(engine, lambda: pair.asked()[1] >= second + 4)
        assert pair.asked()[0] == first
        assert [line.after for line in pair.audited("each for itself")] == ["each for itself"]


async def test_a_pin_asks_the_pinned_one_as_if_it_were_alone(pair: Pair) -> None:
    profile(pair, (FIRST, SECOND))
    async with pair.bench.running() as engine:
        await pair.until(engine, lambda: min(pair.asked()) >= 1)
        await engine.overrides.pin(Channel.BARS, FIRST, "mine")
        before = pair.asked()[0]
        await pair.until(engine, lambda: pair.asked()[0] >= before + 5)
        assert [line.after for line in pair.audited("each for itself")] == ["each for itself"]


async def test_a_small_plan_is_not_stale_for_being_asked_as_seldom_as_it_has_to_be(
    tmp_path: Path, clock: ManualClock
) -> None:
    bench = Bench(tmp_path, clock, sources=(teller_source(Teller()),))
    made = SourceProfile("p", "p", (EVERY,), ((TELLER,),), caps={TELLER: 5.0})
    bench.profiles, bench.settings = Shelf(made), Settings(profile="p")
    async with bench.running() as engine:
        watch = engine._desk.health.of(TELLER, Channel.NQ_QUOTES)
        # four prices, one answer of bars and two pages of a chain, for five calls a minute
        await until(lambda: watch.interval_s == pytest.approx(15 * 7 / 5))
        await until(
            lambda: any("5 calls a minute" in told.health.quota for told in bench.screen.now(HealthChanged))
        )
