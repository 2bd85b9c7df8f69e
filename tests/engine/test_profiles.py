"""A profile decides who may feed what; what another would change is shown before it does."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.decisions import AuditFilter
from app.domain.errors import ConfigError
from app.domain.health import Link
from app.domain.routing import TICK, Channel, Offer, SourceId, delayed
from app.domain.settings import Settings
from app.domain.source_profile import EVERY, ProfileChanged, SourceProfile
from app.domain.units import DOLLAR, MicroUsd
from app.domain.updates import Notice, RouteChanged
from app.engine.engine import Engine
from app.engine.profiles import Profiles, plain
from tests.engine.bench import TICKS, Bench, chain_source, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway
from tests.engine.site import Site

CHAINS = SourceId("chains")
ALL = SourceProfile("all", "everything", (EVERY,), ((CHAINS,), (TICKS,)))
NO_TICKS = SourceProfile(
    "chains_only", "chains", (CHAINS,), ((CHAINS,),), min_fidelity={Channel.OPT_CHAIN: delayed(30)},
    intervals={CHAINS: 120.0}, caps={CHAINS: 4.0},
)  # fmt: skip


class Shelf:
    def __init__(self, *profiles: SourceProfile) -> None:
        self.profiles = {p.name: p for p in profiles}

    def load(self) -> tuple[tuple[SourceProfile, ...], tuple[str, ...]]:
        return tuple(self.profiles.values()), ()

    def save(self, profile: SourceProfile) -> SourceProfile:
        self.profiles[profile.name] = profile
        return profile

    def forget(self, name: str) -> None:
        del self.profiles[name]

    def bring(self, path: str) -> SourceProfile:
        return replace(NO_TICKS, name=Path(path).stem, shipped=False)


@pytest.fixture
def both(tmp_path: Path, clock: ManualClock, gateway: Gateway, site: Site) -> Bench:
    sources = tick_source(gateway.make), chain_source(site.make)
    shelf = Shelf(ALL, NO_TICKS)
    return Bench(tmp_path, clock, Settings(profile="all"), sources=sources, profiles=shelf)


def links(engine: Engine) -> set[Link]:
    return {watch.link for watch in engine._desk.health.watches(TICKS)}


async def test_a_profile_is_shown_first_and_then_applied_as_one_audited_action(
    both: Bench, gateway: Gateway
) -> None:
    async with both.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        diff = await engine.profiles.diff("chains_only")
        lines = {line.what: (line.before, line.after) for line in diff.lines}
        assert lines["Ticks"] == ("on", "off")
        assert lines["nq.trades: order"] == ("ticks", "nobody")
        assert lines["opt.chain: least fidelity"] == ("SNAPSHOT", "DELAYED(30)")
        assert lines["Chains: time between two reads"] == ("as set", "120 s")
        assert lines["Chains: most requests a minute"] == ("as set", "4")
        assert len(gateway.living()) == 2
        await engine.profiles.apply("chains_only")
        await until(lambda: not gateway.living())
        await until(lambda: links(engine) == {Link.DISABLED})
        engine.watch()
        assert not engine._desk.health.sources()[TICKS].enabled
        route = next(r for r in both.screen.now(RouteChanged) if r.channel is Channel.NQ_TRADES)
        assert (route.source, route.standings[0].reason) == (None, "not in the profile")
        (line,) = await engine.decisions.read(AuditFilter(actor="user", words="chains_only"))
        assert (line.actor, line.before, line.after) == ("user", "all", "chains_only")
        assert engine._desk.pace(CHAINS, "interval", 60.0) == 120.0
        assert engine.settings.profile == "chains_only"


async def test_another_order_becomes_a_profile_of_ones_own(both: Bench, gateway: Gateway) -> None:
    async with both.running() as engine:
        await engine.ordering.apply(Channel.NQ_TRADES, ((TICKS,), (CHAINS,)))
        told = both.screen.one(ProfileChanged)
        assert told is not None
        assert (told.profile.name, told.profile.shipped) == ("own_all", False)
        assert told.profile.tier(TICKS, Channel.NQ_TRADES) == 1
        assert told.profile.tier(TICKS, Channel.NQ_TRADES) == 1
        with pytest.raises(ConfigError, match="in force"):
            await engine.profiles.forget("own_all")
        await engine.profiles.apply("all")
        await engine.profiles.forget("own_all")
        with pytest.raises(ConfigError, match="no profile called own_all"):
            await engine.profiles.diff("own_all")


async def test_a_profile_of_ones_own_is_renamed_and_stays_in_force(both: Bench) -> None:
    async with both.running() as engine:
        await engine.profiles.save(replace(ALL, name="mine", shipped=False))
        await engine.profiles.apply("mine")
        await engine.profiles.rename("mine", "better")
        told = both.screen.one(ProfileChanged)
        assert told is not None
        assert told.profile.name == engine.settings.profile == "better"
        assert "mine" not in {one.name for one in told.available}
        with pytest.raises(ConfigError, match="already"):
            await engine.profiles.rename("better", "all")
        with pytest.raises(ConfigError, match="ships with Pitwall"):
            await engine.profiles.rename("all", "any")


async def test_a_file_becomes_a_profile_of_ones_own_and_is_not_applied_by_that(both: Bench) -> None:
    async with both.running() as engine:
        brought = await engine.profiles.bring("/somewhere/cheap.toml")
        told = both.screen.one(ProfileChanged)
        assert told is not None
        assert brought in told.available
        assert told.profile.name == "all"
        with pytest.raises(ConfigError, match="called cheap already"):
            await engine.profiles.bring("/elsewhere/cheap.toml")


async def test_a_profile_that_is_gone_is_told_and_every_source_is_used(both: Bench, gateway: Gateway) -> None:
    both.settings = Settings(profile="lost")
    async with both.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        assert any("no profile called lost" in n.sentence for n in both.screen.now(Notice))
        assert engine._desk.profiles.current.name == "plain"


def test_the_cost_of_a_change_is_said_and_that_plans_go_on(both: Bench) -> None:
    profiles = Profiles(both.sources, both.clock, both.outbox)
    profiles.use(ALL)
    fees = {TICKS: MicroUsd(179 * DOLLAR)}
    diff = profiles.diff(NO_TICKS, fees, lambda spec: None)
    assert (diff.fixed_before, diff.fixed_after) == (179 * DOLLAR, 0)
    assert "$179.00 → $0.00 a month. A plan is billed until" in diff.cost
    assert profiles.diff(ALL, fees, lambda spec: f"No key for {spec.title}.").missing_keys == (
        "No key for Ticks.",
        "No key for Chains.",
    )
    nobody = replace(NO_TICKS, enabled=(SourceId("absent"),))
    assert "No source that chains_only names" in profiles.diff(nobody, {}, lambda spec: None).refused


def test_settings_that_a_profile_speaks_of_are_the_profiles(both: Bench) -> None:
    profiles = Profiles(both.sources, both.clock, both.outbox)
    barchart = SourceId("barchart")
    profiles.use(replace(NO_TICKS, intervals={barchart: 300.0}, caps={barchart: 4.0}))
    seen = profiles.over(Settings())
    assert (seen.barchart_interval, seen.barchart_per_minute) == (300, 4)
    assert profiles.over(Settings()).barchart_spacing == Settings().barchart_spacing


def test_without_a_profile_every_source_has_its_own_place(both: Bench) -> None:
    found = plain(both.sources)
    offers = tuple(o for spec in both.sources for o in spec.offers)
    assert Offer(Channel.NQ_TRADES, TICK) in offers
    assert (found.tier(CHAINS, Channel.OPT_CHAIN), found.tier(TICKS, Channel.OPT_CHAIN)) == (1, 2)
