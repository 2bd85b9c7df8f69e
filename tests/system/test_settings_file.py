import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ConfigError
from app.domain.settings import Settings, with_value
from app.domain.units import Ns, ns_from_iso
from app.system.clock import MarketClock
from app.system.settings_file import SettingsFile

NOON = MarketClock(ns_from_iso("2026-03-10T12:00:00Z"), Ns(0), speed=0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    assert SettingsFile(path).load() == (Settings(), ())
    assert not path.exists()


def test_saved_settings_are_read_back(path: Path) -> None:
    changed = replace(
        Settings(), screen_frames=20, cost_budget=150.5, barchart_enabled=True, profile="Zürich"
    )
    SettingsFile(path).save(changed)
    assert SettingsFile(path).load() == (changed, ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "screen_theme" not in path.read_text()


def test_a_saved_default_replaces_an_earlier_choice(path: Path) -> None:
    SettingsFile(path).save(replace(Settings(), screen_frames=20))
    SettingsFile(path).save(Settings())
    assert SettingsFile(path).load() == (Settings(), ())


def test_unknown_settings_are_told_and_survive_a_save(path: Path) -> None:
    path.write_text(json.dumps({"version": 9, "hologram": {"depth": 3}, "screen_frames": 20}))
    settings, notices = SettingsFile(path).load()
    assert notices == ("Setting hologram is not known to this version; it stays in the file unread.",)
    SettingsFile(path).save(with_value(settings, "screen_frames", 25))
    assert json.loads(path.read_text()) == {"version": 9, "hologram": {"depth": 3}, "screen_frames": 25}


def test_a_bad_value_costs_only_itself_and_stays_on_disk_until_changed(path: Path) -> None:
    path.write_text(json.dumps({"screen_frames": 500, "chart_minutes": 30}))
    settings, notices = SettingsFile(path).load()
    assert (settings.screen_frames, settings.chart_minutes) == (30, 30)
    assert notices == ("Setting screen_frames: 500 is outside 5 to 60. Its default is used: 30.",)
    SettingsFile(path).save(with_value(settings, "chart_minutes", 45))
    assert json.loads(path.read_text()) == {"version": 1, "screen_frames": 500, "chart_minutes": 45}
    SettingsFile(path).save(with_value(settings, "screen_frames", 50))
    assert json.loads(path.read_text())["screen_frames"] == 50


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe{}", b'{"version": "two"}', b"null", b"[" * 100_000],
    ids=["empty", "cut", "list", "no text", "odd version", "null", "deep"],
)
def test_a_damaged_file_is_set_aside_and_nothing_is_lost(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    settings, notices = SettingsFile(path, NOON).load()
    kept = path.with_name("settings.damaged-20260310T120000Z.json")
    assert settings == Settings()
    assert notices == (f"The settings file was damaged. It was kept as {kept.name}; the defaults are used.",)
    assert kept.read_bytes() == content
    assert not path.exists()


def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    for content in (b"one", b"two"):
        path.write_bytes(content)
        SettingsFile(path, NOON).load()
    assert path.with_name("settings.damaged-20260310T120000Z.json").read_bytes() == b"one"
    assert path.with_name("settings.damaged-20260310T120000Z-2.json").read_bytes() == b"two"


def test_a_place_that_cannot_be_written_is_one_sentence_and_leaves_no_rest(tmp_path: Path) -> None:
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(ConfigError, match=r"settings file .* cannot be read: Is a directory\.$"):
        SettingsFile(tmp_path / "settings.json").load()
    with pytest.raises(ConfigError, match=r"^The settings could not be saved: No such file or directory\.$"):
        SettingsFile(tmp_path / "gone" / "settings.json").save(Settings())
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(), st.lists, max_leaves=4
)


@given(st.dictionaries(st.sampled_from([*Settings.__slots__, "version", "other"]), json_values))
def test_any_document_gives_settings_or_is_set_aside(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, object]
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_text(json.dumps(entries))
    settings, _ = SettingsFile(path).load()
    SettingsFile(path).save(settings)
    assert SettingsFile(path).load()[0] == settings
