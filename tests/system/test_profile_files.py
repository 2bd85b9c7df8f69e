"""Shipped profiles are sound; the user's own are checked, and a bad one is told and not used."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import SourceProfile
from app.sources import discover
from app.startup import profile_files
from app.system.paths import Paths
from app.system.profile_files import ProfileFiles

KNOWN = tuple(SourceId(name) for name in ("barchart", "massive", "tradovate", "databento"))
POLLED = (SourceId("barchart"),)


@pytest.fixture
def files(tmp_path: Path) -> ProfileFiles:
    return ProfileFiles(tmp_path / "profiles", KNOWN, POLLED)


def by_name(files: ProfileFiles) -> dict[str, SourceProfile]:
    return {profile.name: profile for profile in files.load()[0]}


def test_five_profiles_are_shipped_and_every_one_says_what_it_is_for(files: ProfileFiles) -> None:
    found, faults = files.load()
    assert {p.name for p in found} == {"all_sources", "databento_only", "barchart_only", "testing", "demo"}
    assert faults == ()
    assert all(p.about and p.shipped for p in found)


def test_the_order_of_the_default_profile_is_the_one_of_the_mission(files: ProfileFiles) -> None:
    profile = by_name(files)["all_sources"]
    assert sorted(KNOWN, key=lambda s: profile.tier(s, Channel.OPT_CHAIN) or 0) == list(KNOWN)
    ticks = sorted(KNOWN, key=lambda s: profile.tier(s, Channel.NQ_TRADES) or 0)
    assert ticks[:2] == ["databento", "tradovate"]
    assert str(profile.minimum(Channel.OPT_CHAIN)) == "DELAYED(30)"


def test_a_profile_of_ones_own_is_kept_read_and_forgotten(files: ProfileFiles) -> None:
    mine = SourceProfile("mine", "my own", (KNOWN[0],), ((KNOWN[0],),), shipped=False)
    assert files.save(mine) == mine
    assert by_name(files)["mine"] == mine
    files.forget("mine")
    assert "mine" not in by_name(files)
    with pytest.raises(ConfigError, match="no profile of your own called mine"):
        files.forget("mine")


def test_every_shipped_one_can_be_copied_as_ones_own(tmp_path: Path) -> None:
    files = profile_files(Paths(tmp_path), discover()[0])
    for profile in files.load()[0]:
        own = replace(profile, name=f"own_{profile.name}", shipped=False)
        assert files.save(own) == own
    assert files.load()[1] == ()


def test_a_shipped_one_is_not_overwritten(files: ProfileFiles) -> None:
    with pytest.raises(ConfigError, match="Save your changes under another name"):
        files.save(by_name(files)["demo"])


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("bad", "enabled = [", "this is no TOML"),
        ("bad", 'enabled = ["nobody"]', "no source called nobody"),
        ("bad", 'enabled = ["barchart"]\n[cap]\nbarchart = 3', "cap: no such entry"),
        ("demo", 'enabled = ["barchart"]', "name of a profile that ships with Pitwall"),
    ],
)
def test_a_faulty_file_is_told_and_the_others_are_used(
    tmp_path: Path, files: ProfileFiles, name: str, text: str, fault: str
) -> None:
    own = tmp_path / "profiles"
    own.mkdir()
    (own / f"{name}.toml").write_text(text)
    found, faults = files.load()
    assert len(found) == 5
    assert len(faults) == 1
    assert fault in faults[0]
