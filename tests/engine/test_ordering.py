"""Another order of sources by hand: a profile of one's own, which the last step takes back again."""

from pathlib import Path

import pytest

from app.domain.decisions import AuditFilter
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.settings import Settings
from app.domain.source_profile import EVERY, ProfileChanged, SourceProfile
from app.system.profile_files import ProfileFiles
from tests.engine.bench import TICKS, Bench, chain_source, tick_source
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway
from tests.engine.site import Site
from tests.engine.test_profiles import ALL, CHAINS, NO_TICKS, Shelf

TURNED = ((TICKS,), (CHAINS,))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(ALL, NO_TICKS)


@pytest.fixture
def both(tmp_path: Path, clock: ManualClock, gateway: Gateway, site: Site, shelf: Shelf) -> Bench:
    sources = tick_source(gateway.make), chain_source(site.make)
    return Bench(tmp_path, clock, Settings(profile="all"), sources=sources, profiles=shelf)


def in_force(both: Bench) -> SourceProfile:
    told = both.screen.one(ProfileChanged)
    assert told is not None
    return told.profile


async def test_the_difference_is_shown_without_anything_being_kept(both: Bench, shelf: Shelf) -> None:
    async with both.running() as engine:
        diff = await engine.ordering.diff(None, TURNED)
        assert (diff.before, diff.after) == ("all", "own_all")
        assert set(shelf.profiles) == {"all", "chains_only"}
        assert in_force(both).name == "all"


async def test_a_new_order_is_audited_kept_and_taken_back(both: Bench, shelf: Shelf) -> None:
    async with both.running() as engine:
        await engine.ordering.apply(None, TURNED)
        assert (in_force(both).name, in_force(both).order) == ("own_all", TURNED)
        assert engine.settings.profile == "own_all"
        await engine.ordering.apply(Channel.OPT_CHAIN, ((CHAINS, TICKS),))
        assert in_force(both).tiers[Channel.OPT_CHAIN] == ((CHAINS, TICKS),)
        assert in_force(both).order == TURNED
        await engine.ordering.undo()
        assert in_force(both) == shelf.profiles["own_all"]
        assert (in_force(both).order, in_force(both).tiers) == (TURNED, {})
        await engine.ordering.undo()
        assert in_force(both).name == "all"
        assert "own_all" not in shelf.profiles
        with pytest.raises(ConfigError, match="No order"):
            await engine.ordering.undo()
        lines = await engine.decisions.read(AuditFilter(actor="user"))
        assert [line.after for line in lines if line.subject == "profile"] == [
            "own_all", "own_all", "own_all", "all",
        ]  # fmt: skip


async def test_an_earlier_copy_that_differs_by_more_than_its_order_is_left_alone(
    both: Bench, shelf: Shelf
) -> None:
    mine = SourceProfile("own_all", "mine", (EVERY,), ALL.order, caps={CHAINS: 4.0}, shipped=False)
    shelf.profiles["own_all"] = mine
    async with both.running() as engine:
        await engine.ordering.apply(None, TURNED)
        assert in_force(both).name == "own_all_2"
        assert shelf.profiles["own_all"] == mine


async def test_nothing_is_taken_back_once_another_profile_was_chosen(both: Bench) -> None:
    async with both.running() as engine:
        await engine.ordering.apply(None, TURNED)
        await engine.profiles.apply("chains_only")
        with pytest.raises(ConfigError, match="Another profile was chosen"):
            await engine.ordering.undo()
        assert in_force(both).name == "chains_only"


async def test_an_order_made_by_hand_is_in_force_after_a_restart(
    tmp_path: Path, clock: ManualClock, gateway: Gateway, site: Site
) -> None:
    sources = tick_source(gateway.make), chain_source(site.make)
    known = tuple(source.id for source in sources)
    settings = Settings(profile="all_sources")
    for turn in range(2):
        files = ProfileFiles(tmp_path / "profiles", (*known, *_SHIPPED), known)
        bench = Bench(tmp_path, clock, settings, sources=sources, profiles=files)
        async with bench.running() as engine:
            if not turn:
                await engine.ordering.apply(None, TURNED)
            assert (in_force(bench).name, in_force(bench).order) == ("own_all_sources", TURNED)
            settings = engine.settings


_SHIPPED = tuple(SourceId(name) for name in ("barchart", "massive", "tradovate", "databento"))
